"""From update to answer through everything: receiver, aiogram, inbox, dialogue, store, outbox, staff bot and console."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.content import Content
from bot.settings import Settings
from tests.adapters.telegram.chat import Chat
from tests.botapi import PICTURE, Bot, BotApi, Group, Person
from tests.system import System, running

WAYS = ("polling", "webhook")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
def beate(api: BotApi) -> Person:
    return api.person("Beate")


@pytest.fixture
def team(api: BotApi, staff: Bot, beate: Person) -> Group:
    return api.group("Team A", members=[beate], bots=[staff])


@pytest.fixture(params=WAYS)
async def system(
    request: pytest.FixtureRequest, api: BotApi, newcomers: Bot, staff: Bot, team: Group, tmp_path: Path, content: Content
) -> AsyncIterator[System]:
    groups = {agency: team.id for agency in content.network.agencies}
    settings = Settings(
        tmp_path,
        tmp_path / "key",
        telegram_token=newcomers.token,
        telegram_staff_token=staff.token,
        telegram_staff_groups=groups,
        telegram_api=api.url,
        telegram_webhook_secret="a-secret-of-the-test" if request.param == "webhook" else "",
    )
    async with running(tmp_path, content, settings) as system:
        if request.param == "webhook":
            await api.wait_calls("setWebhook", 2)
        yield system


async def test_amina_asks_finds_a_site_books_and_reaches_beate(
    api: BotApi, system: System, newcomers: Bot, staff: Bot, team: Group, amina: Person, beate: Person
) -> None:
    system.hire("Beate", "example-a", beate.id)
    for agency in ("b", "c", "d", "e"):
        system.hire(f"Beate{agency}", f"example-{agency}", None)
    chat = Chat(api, amina, newcomers)
    amina.start(newcomers)
    await chat.press("lang:de", then="consent:yes")
    await chat.press("consent:yes", then="topic:housing")
    await chat.press("topic:housing", then="f:housing:what:deposit")
    await chat.press("f:housing:what:deposit", then="f:helped:question:near")
    shown = await chat.press("f:helped:question:near", then="25335")
    amina.location(newcomers, 53.75, 9.65)
    sites = await chat.sees("book:site:example-elmshorn", after=shown)
    assert "Beispiel zum Ausprobieren" in sites.text
    await chat.press("book:site:example-elmshorn", then="book:day:")
    await chat.press("book:day:", then="book:time:")
    await chat.press("book:time:", then="book:yes:")
    booked = await chat.press("book:yes:", then="Ihr Termin ist gebucht")
    calendar = await api.wait(
        lambda: next((m for m in api.messages(amina) if m.attachment and m.id >= booked.id - 1), None), timeout=15
    )
    assert calendar is not None
    assert calendar.attachment is not None
    assert b"BEGIN:VEVENT" in calendar.attachment.data

    amina.text(newcomers, "/person")
    asked = await chat.sees("case:skip")
    amina.text(newcomers, "Meine Vermieterin gibt die Kaution nicht zurück")
    await chat.sees("Ich habe Ihre Frage weitergegeben", after=asked)
    await api.wait_message(team, contains="Neuer Termin", timeout=15)
    alert = await api.wait_message(team, contains="Neue Anfrage", timeout=15)
    assert "Wohnung" in alert.text
    assert "Kaution" not in alert.text
    assert "Amina" not in alert.text
    amina.photo(newcomers, PICTURE, caption="Der Vertrag")
    beate.press(alert, next(b.data for row in alert.rows for b in row if b.data) or "")
    with system.parts.store.transaction() as tx:
        case = tx.cases("example-a")[0]
    await chat.sees("ist jetzt für Sie da")
    advisor = system.hire("Beate", "example-a", beate.id)
    await system.parts.desk.reply(advisor, case.id, "Bitte rufen Sie mich an.")
    await chat.sees("Bitte rufen Sie mich an.")
    with system.parts.live.watch(f"conversation:{case.conversation_id}") as changes:
        while not (files := [line.attachment for line in system.parts.desk.view(advisor, case.id).lines if line.attachment]):
            assert await changes.changed(15), "the photo does not come over the other bot"
    [photo] = files
    assert photo.data == PICTURE
    system.parts.desk.close(advisor, case.id)
    await chat.sees("Das Gespräch ist beendet")


async def test_amina_and_beate_talk_through_both_bots_in_a_topic(
    api: BotApi, newcomers: Bot, staff: Bot, tmp_path: Path, content: Content, amina: Person, beate: Person
) -> None:
    group = api.group("Team A", forum=True, members=[beate], bots=[staff])
    settings = Settings(
        tmp_path,
        tmp_path / "key",
        telegram_token=newcomers.token,
        telegram_staff_token=staff.token,
        telegram_staff_groups={"example-a": group.id},
        telegram_staff_relay=("example-a",),
        telegram_api=api.url,
    )
    async with running(tmp_path, content, settings) as system:
        system.hire("Beate", "example-a", beate.id)
        chat = Chat(api, amina, newcomers)
        amina.start(newcomers)
        await chat.press("lang:de", then="consent:yes")
        await chat.press("consent:yes", then="topic:housing")
        amina.text(newcomers, "/person")
        await chat.press("case:papers", then="case:skip")
        asked = await chat.press("case:skip", then="place:skip")
        amina.text(newcomers, "Elmshorn")
        await chat.sees("Ich habe Ihre Frage weitergegeben", after=asked)
        photo = amina.photo(newcomers, PICTURE, caption="Mein Bescheid")
        shown = await api.wait_message(group, contains="Mein Bescheid", timeout=15)
        assert shown.attachment is not None
        assert shown.attachment.data == PICTURE
        topic = group.topics[shown.topic or 0]
        answer = beate.text(group, "Bitte rufen Sie am Dienstag an.", topic=topic)
        told = await chat.sees("Bitte rufen Sie am Dienstag an.")
        await api.wait(lambda: answer.reactions, timeout=15)
        beate.edit(answer, "Bitte rufen Sie am Mittwoch an.")
        await api.wait(lambda: "Mittwoch" in told.text, timeout=15)
        amina.edit(photo, "Mein alter Bescheid")
        await api.wait(lambda: "Mein alter Bescheid" in shown.text, timeout=15)
        beate.photo(group, PICTURE, topic=topic)
        await api.wait(lambda: next((m for m in api.messages(amina) if m.attachment), None), timeout=15)
        beate.text(group, "/close", topic=topic)
        await chat.sees("Das Gespräch ist beendet")
        await api.wait(lambda: topic.closed, timeout=15)


async def test_a_redelivered_update_is_answered_once(api: BotApi, system: System, newcomers: Bot, oksana: Person) -> None:
    chat = Chat(api, oksana, newcomers)
    oksana.start(newcomers)
    await chat.sees("lang:uk")
    await api.wait_taken(newcomers)
    api.redeliver(newcomers, next(iter(newcomers.updates.history)))
    await api.wait_taken(newcomers)
    await chat.press("lang:uk", then="consent:yes")
    assert sum("lang:uk" in [b.data for row in m.rows for b in row] for m in api.messages(oksana)) == 1


async def test_what_telegram_refuses_for_a_while_arrives_afterwards_in_order(
    api: BotApi, system: System, newcomers: Bot, amina: Person
) -> None:
    chat = Chat(api, amina, newcomers)
    amina.start(newcomers)
    await chat.sees("lang:de")
    api.fault("sendMessage", retry_after=1)
    api.fault("sendMessage", status=502)
    await chat.press("lang:de", then="consent:yes")
    await chat.press("consent:yes", then="topic:housing")


async def test_a_cut_connection_leads_to_at_most_one_more_copy(
    api: BotApi, system: System, newcomers: Bot, amina: Person
) -> None:
    chat = Chat(api, amina, newcomers)
    amina.start(newcomers)
    await chat.sees("lang:de")
    api.fault("sendMessage", drop=True)
    await chat.press("lang:de", then="consent:yes")
    await chat.press("consent:yes", then="topic:housing")
    assert 1 <= sum("consent:yes" in [b.data for row in m.rows for b in row] for m in api.messages(amina)) <= 2


async def test_a_blocked_bot_shows_on_the_desk_and_sends_no_more(
    api: BotApi, system: System, newcomers: Bot, team: Group, amina: Person
) -> None:
    chat = Chat(api, amina, newcomers)
    amina.start(newcomers, "topic-kita")
    await chat.press("lang:de", then="consent:yes")
    await chat.press("consent:yes", then="f:kita")
    amina.text(newcomers, "/person")
    await chat.press("case:skip", then="place:skip")
    await chat.press("place:skip", then="case:end")
    amina.block(newcomers)
    await api.wait_taken(newcomers)
    assert await api.wait(lambda: _flagged(system), timeout=10)


def _flagged(system: System) -> bool | None:
    with system.parts.store.transaction() as tx:
        cases = [case for agency in ("a", "b", "c", "d", "e") for case in tx.cases(f"example-{agency}")]
    return any("unreachable" in case.flags for case in cases) or None
