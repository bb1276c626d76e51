"""Whatever happens to the group, a topic or the process: nothing is lost, the order is kept, nobody is answered twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.telegram.rooms import group_pace
from bot.core.content import Content
from tests.adapters.telegram.staffroom import StaffRoom, make_room, open_world
from tests.botapi import Bot, BotApi, sending
from tests.botapi.calls import Call
from tests.botapi.errors import ApiError
from tests.botapi.methods import METHODS
from tests.clock import TUESDAY
from tests.services.fakes import AMINA, BEATE, OKSANA, World, until


@pytest.fixture
def world(tmp_path: Path, content: Content) -> Iterator[World]:
    world = open_world(tmp_path, content)
    yield world
    world.parts.store.close()


@pytest.fixture
def room(api: BotApi, staff: Bot, world: World) -> StaffRoom:
    return make_room(api, staff, world)


def heard(texts: list[str]) -> list[str]:
    """Return what the newcomer says in a topic, without what came before the case."""
    return [text.rpartition("\n")[2] for text in texts if text.startswith("👤 [ar→de]")]


async def test_a_deleted_topic_is_made_anew_with_everything_and_answers_go_on_there(room: StaffRoom) -> None:
    async with room.working():
        case = await room.world.asks_for_a_person()
        topic = await room.topic(case)
        await room.answers(topic, "Guten Tag")
        await room.world.writes(AMINA, "أولا")
        await room.sees(topic, "أولا")
        room.beate.delete_topic(room.group, topic)
        await room.world.writes(AMINA, "ثانيا")
        anew = await room.topic(case, deleted=topic)
        await room.sees(anew, "ثانيا")
        await room.answers(anew, "Ich bin noch da")
        await room.until("Ich bin noch da")
        for update in list(room.token.updates.history):
            room.api.redeliver(room.token, update)
        await room.api.wait_taken(room.token)
    assert "Anfrage #1" in room.shown(anew)[0]
    assert heard(room.shown(anew)) == ["أولا", "ثانيا"]
    assert any(text.startswith("💬 Beate Petersen: Guten Tag") for text in room.shown(anew)), "what was written in the old one"
    assert sum("Guten Tag" in told for told in room.world.told(AMINA)) == 1


async def test_a_topic_that_somebody_closed_is_opened_for_the_next_message(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        room.beate.close_topic(room.group, topic)
        await room.world.writes(AMINA, "أولا")
        await room.sees(topic, "أولا")
    assert not topic.closed


async def test_a_message_that_somebody_deleted_is_posted_again_when_it_changes(room: StaffRoom) -> None:
    async with room.working():
        case = await room.world.asks_for_a_person()
        topic = await room.topic(case)
        room.messages(topic)[0].deleted = True
        room.world.parts.desk.claim(BEATE, case.id)
        await room.sees(topic, "Anfrage #1: übernommen von Beate Petersen")


async def test_flood_control_delays_and_loses_nothing(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        room.api.fault("sendMessage", retry_after=30)
        for text in ("أولا", "ثانيا"):
            await room.world.writes(AMINA, text)
        await room.api.wait(lambda: not room.api.faults.planned)
        assert heard(room.shown(topic)) == []
        await room.later(0.6, lambda: len(heard(room.shown(topic))) == 2)
    assert heard(room.shown(topic)) == ["أولا", "ثانيا"]


async def test_a_text_in_several_messages_goes_on_where_it_was_interrupted(
    room: StaffRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def second_fails(call: Call) -> dict[str, Any]:
        calls.append(call)
        if len(calls) == 2:
            raise ApiError(502, "Bad Gateway")
        return sending.send_message(call)

    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        before = len(room.messages(topic))
        monkeypatch.setitem(METHODS, "sendMessage", second_fails)
        await room.world.writes(AMINA, "ا" * 3500)
        await room.api.wait(lambda: len(calls) == 2)
        await room.later(0.1, lambda: len(room.messages(topic)) == before + 2)
    assert len(calls) == 3


async def test_a_mark_that_comes_back_is_told_again(room: StaffRoom) -> None:
    async with room.working():
        case = await room.world.asks_for_a_person()
        topic = await room.topic(case)

        def told() -> int:
            return sum("hat den Bot blockiert" in text for text in room.shown(topic))

        def marked() -> bool:
            with room.world.parts.store.transaction() as tx:
                return "flag:unreachable" in tx.posted(case.id, room.group.id)

        for times in (1, 2):
            await room.world.writes(AMINA, kind="blocked")
            await until(marked)
            assert told() == times
            await room.world.writes(AMINA, kind="unblocked")
            await until(lambda: not marked())


async def test_a_broken_connection_delays_one_case_and_not_the_others(room: StaffRoom) -> None:
    async with room.working():
        aminas = await room.topic(await room.world.asks_for_a_person())
        oksanas = await room.topic(await room.world.asks_for_a_person(OKSANA, "uk", "Де?"))
        room.api.fault("sendMessage", status=502)
        await room.world.writes(AMINA, "أولا")
        await room.api.wait(lambda: not room.api.faults.planned)
        await room.world.writes(OKSANA, "Дякую")
        await room.sees(oksanas, "Дякую")
        assert heard(room.shown(aminas)) == []
        await room.later(0.1, lambda: heard(room.shown(aminas)))


async def test_without_the_group_the_log_says_so_and_everything_follows_once_the_bot_is_back(
    room: StaffRoom, caplog: pytest.LogCaptureFixture
) -> None:
    async with room.working():
        case = await room.world.asks_for_a_person()
        topic = await room.topic(case)
        room.group.remove(room.token)
        await room.world.writes(AMINA, "أولا")
        await room.later(0, lambda: "no topics in the group" in caplog.text)
        assert "thrown out of the group" in caplog.text
        assert [each.id for each in room.world.parts.desk.queue(BEATE)] == [case.id]
        room.group.add(room.token, admin=True)
        await room.sees(topic, "أولا")
    assert "Amina" not in caplog.text


async def test_a_group_without_topics_gets_alerts_instead(room: StaffRoom, caplog: pytest.LogCaptureFixture) -> None:
    room.group.forum = False
    async with room.working():
        case = await room.world.asks_for_a_person()
        await room.world.parts.timers.fire_due()
        alert = await room.api.wait_message(room.group, contains=f"Neue Anfrage #{case.number}")
        assert "switch topics on" in caplog.text
        room.group.forum = True
        await room.later(11, lambda: room.group.topics)
        topic = await room.topic(case)
    assert (alert.topic, topic.name.startswith("🔔")) == (None, True)


async def test_a_group_that_got_another_number_is_followed_and_so_it_is_after_a_restart(
    room: StaffRoom, caplog: pytest.LogCaptureFixture
) -> None:
    former = room.group
    room.group = room.api.migrate(former, forum=True)
    settings = StaffRoom(**{**vars(room), "group": former})
    for text in ("أولا", "ثانيا"):
        before = len(room.api.records)
        async with settings.working():
            if text == "أولا":
                case = await room.world.asks_for_a_person()
            topic = await room.topic(case)
            await room.world.writes(AMINA, text)
            await room.sees(topic, text)
    assert heard(room.shown(topic)) == ["أولا", "ثانيا"]
    assert len(room.group.topics) == 1
    assert str(former.id) not in [record.params.get("chat_id") for record in room.api.records[before:]]
    assert f"change the group {former.id} to {room.group.id} in the settings" in caplog.text


async def test_a_restart_in_the_middle_loses_nothing_keeps_the_order_and_doubles_at_most_what_was_on_its_way(
    room: StaffRoom, content: Content, tmp_path: Path
) -> None:
    async with room.working():
        case = await room.world.asks_for_a_person()
        topic = await room.topic(case)
    for text in ("أولا", "ثانيا", "ثالثا", "رابعا"):
        await room.world.writes(AMINA, text)
    room.api.fault("sendMessage", drop=True)  # the first arrives, and the process never learns of it
    async with room.working():
        await room.api.wait(lambda: not room.api.faults.planned)
    room.world.parts.store.close()
    room.world = open_world(tmp_path, content)
    async with room.working():
        await room.sees(topic, "رابعا")
        await room.answers(topic, "Guten Tag")
        await room.until("Guten Tag")
    room.world.parts.store.close()
    shown = heard(room.shown(topic))
    assert list(dict.fromkeys(shown)) == ["أولا", "ثانيا", "ثالثا", "رابعا"]
    assert len(shown) <= 5
    assert len(room.group.topics) == 1


async def test_who_is_erased_is_erased_in_the_group_too(room: StaffRoom) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        contact = room.world.conversation(AMINA).contact_id
        with room.world.parts.store.transaction() as tx:
            tx.erase(contact)
        room.world.parts.live.touch("staff")
        await room.api.wait(lambda: topic.deleted)
        await room.api.wait(lambda: len(room.api.calls("deleteForumTopic")) == 1)
    with room.world.parts.store.transaction() as tx:
        assert tx.topic_at(room.group.id, topic.id) is None


async def test_a_text_that_cannot_be_written_holds_nothing_back(room: StaffRoom, caplog: pytest.LogCaptureFixture) -> None:
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        await room.world.writes(AMINA, "\ud83d broken")
        await room.world.writes(AMINA, "أولا")
        await room.sees(topic, "أولا")
    assert "cannot be written" in caplog.text


async def test_neither_words_nor_people_are_logged(room: StaffRoom, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with room.working():
        topic = await room.topic(await room.world.asks_for_a_person())
        room.api.fault("sendMessage", status=400, description="Bad Request: something new")
        await room.world.writes(AMINA, "سر")
        await room.world.writes(AMINA, "أولا")
        await room.sees(topic, "أولا")
        await room.answers(topic, "Guten Tag, Amina")
    assert "refuses a part of a topic" in caplog.text
    for secret in ("سر", "Guten Tag", "Elmshorn", str(room.beate.id), room.token.token.partition(":")[2]):
        assert secret not in caplog.text


def test_a_group_never_gets_more_than_twenty_messages_a_minute() -> None:
    pace, now, sent = group_pace(), TUESDAY, []
    for _ in range(200):
        now = max(now, pace.wait_until("group", now) or now)
        pace.sent("group", now)
        sent.append(now)
    assert max(sum(start <= one < start + timedelta(minutes=1) for one in sent) for start in sent) in (19, 20)
