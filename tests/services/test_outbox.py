"""What is stored is delivered: per chat in order, again after trouble, never twice by choice, never for ever."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NoReturn

import pytest

from bot.adapters.sqlite import SqliteStore, StoreUnavailable
from bot.services.outbox import Pace
from bot.services.ports import Delivered, DeliveryError, DeliveryStatus, OutboxItem
from tests.services.fakes import AMINA, BEATE, BLOCKED, OKSANA, World, until

NO_LIMIT = timedelta(0)


def states(world: World) -> list[DeliveryStatus | None]:
    return [line.delivery for line in world.lines(AMINA)]


@asynccontextmanager
async def working(world: World) -> AsyncIterator[None]:
    """Let the worker run until the block is left."""
    stop = asyncio.Event()
    running = asyncio.create_task(world.outbox().run(stop))
    yield
    stop.set()
    world.parts.live.touch("stop")
    await running


async def delivered(world: World, count: int) -> None:
    """Let the worker run until so many messages arrived."""
    async with working(world):
        await until(lambda: len(world.channel.delivered) >= count, lambda: world.parts.live.touch("outbox:telegram"))


async def test_a_chats_messages_arrive_in_order_with_the_platforms_ids(world: World) -> None:
    world.say(AMINA, "eins", "zwei", "drei")
    await world.outbox().deliver_due("telegram")
    assert world.channel.texts(AMINA) == ["eins", "zwei", "drei"]
    assert states(world) == ["sent"] * 3


async def test_what_was_delivered_is_not_delivered_again(world: World) -> None:
    world.say(AMINA, "eins")
    for _ in range(2):
        await world.outbox().deliver_due("telegram")
    assert world.channel.texts(AMINA) == ["eins"]


async def test_trouble_in_one_chat_holds_back_that_chat_only(world: World) -> None:
    world.say(AMINA, "eins", "zwei")
    world.say(OKSANA, "раз", "два")
    world.channel.troubles[AMINA] = [DeliveryError("timed out")]
    await world.outbox().deliver_due("telegram")
    assert world.channel.texts(AMINA) == []
    assert world.channel.texts(OKSANA) == ["раз", "два"]
    world.clock.advance(seconds=1)
    await world.outbox().deliver_due("telegram")
    assert world.channel.texts(AMINA) == ["eins", "zwei"]


async def test_after_trouble_the_worker_looks_again_when_the_pause_is_over(world: World) -> None:
    world.say(AMINA, "eins")
    world.channel.troubles[AMINA] = [DeliveryError("timed out")]
    assert await world.outbox().deliver_due("telegram") == 1.0


async def test_the_pause_grows_to_ten_minutes_and_after_a_day_it_is_given_up(world: World) -> None:
    world.say(AMINA, "eins")
    world.channel.troubles[AMINA] = [DeliveryError("timed out")] * 150
    pauses: list[int] = []
    outbox = world.outbox()
    begun = world.clock.now()
    while states(world) == ["queued"]:
        wait = timedelta(seconds=await outbox.deliver_due("telegram"))
        while states(world) == ["queued"] and not _due(world):
            world.clock.advance(seconds=max(1.0, wait.total_seconds()))
        pauses.append(round((world.clock.now() - begun).total_seconds() - sum(pauses)))
    assert all(later >= earlier for earlier, later in itertools.pairwise(pauses[:10]))
    assert max(pauses) <= 620
    assert timedelta(hours=23) < world.clock.now() - begun < timedelta(hours=26)
    assert states(world) == ["failed"]


def _due(world: World) -> bool:
    with world.parts.store.transaction() as tx:
        return bool(tx.due_outbox("telegram", world.clock.now()))


async def test_an_unexpected_error_of_a_channel_counts_as_trouble(world: World) -> None:
    world.say(AMINA, "eins")
    world.channel.troubles[AMINA] = [RuntimeError("a bug")]
    await world.outbox().deliver_due("telegram")
    world.clock.advance(seconds=1)
    await world.outbox().deliver_due("telegram")
    assert world.channel.texts(AMINA) == ["eins"]


async def test_a_limit_pauses_the_whole_channel_for_as_long_as_it_says(world: World) -> None:
    outbox = world.outbox()
    world.say(AMINA, "eins")
    world.channel.troubles[AMINA] = [DeliveryError("Too Many Requests", retry_after=7)]
    assert await outbox.deliver_due("telegram") == 7
    world.say(OKSANA, "раз")
    world.clock.advance(seconds=6)
    assert await outbox.deliver_due("telegram") == 1
    assert world.channel.delivered == []
    world.clock.advance(seconds=1)
    await outbox.deliver_due("telegram")
    assert (world.channel.texts(AMINA), world.channel.texts(OKSANA)) == (["eins"], ["раз"])


async def test_a_permanent_error_is_never_tried_again_and_the_next_message_follows(world: World) -> None:
    world.say(AMINA, "eins", "zwei")
    world.channel.troubles[AMINA] = [DeliveryError("message is too long", permanent=True)]
    await world.outbox().deliver_due("telegram")
    world.clock.advance(days=1)
    await world.outbox().deliver_due("telegram")
    assert [item.message.text for item in world.channel.tried] == ["eins", "zwei"]
    assert states(world) == ["failed", "sent"]


async def test_who_blocked_the_bot_is_marked_and_their_case_flagged_until_they_come_back(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.deliver()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    world.channel.troubles[AMINA] = [BLOCKED, BLOCKED]
    await world.outbox().deliver_due("telegram")
    assert world.case(AMINA).flags == ("unreachable",)
    assert not world.parts.desk.view(BEATE, case.id).reachable
    await world.writes(AMINA, kind="unblocked")
    assert world.case(AMINA).flags == ()
    assert world.parts.desk.view(BEATE, case.id).reachable


async def test_who_blocked_the_bot_without_a_case_is_marked_too(world: World) -> None:
    await world.arrives(AMINA, "ar")
    world.channel.troubles[AMINA] = [BLOCKED]
    await world.outbox().deliver_due("telegram")
    assert not world.conversation(AMINA).reachable


async def test_an_uncertain_delivery_is_made_once_more_and_then_left(world: World) -> None:
    world.say(AMINA, "eins", "zwei")
    world.channel.troubles[AMINA] = [DeliveryError("connection lost", uncertain=True)] * 2
    await world.outbox().deliver_due("telegram")
    assert states(world) == ["uncertain", "queued"]
    world.clock.advance(seconds=5)
    await world.outbox().deliver_due("telegram")
    assert [item.message.text for item in world.channel.tried] == ["eins", "eins", "zwei"]
    assert states(world) == ["failed", "sent"]


async def test_a_delivery_stays_uncertain_through_other_trouble(world: World) -> None:
    world.say(AMINA, "eins")
    lost = DeliveryError("connection lost", uncertain=True)
    world.channel.troubles[AMINA] = [lost, DeliveryError("connection refused"), lost, lost, lost]
    for _ in range(6):
        await world.outbox().deliver_due("telegram")
        world.clock.advance(minutes=10)
    assert len(world.channel.tried) == 3
    assert states(world) == ["failed"]


async def test_what_was_being_sent_when_the_process_died_is_sent_once_more_and_marked(world: World, store: SqliteStore) -> None:
    world.say(AMINA, "eins")
    with store.transaction() as tx:
        (item,) = tx.due_outbox("telegram", world.clock.now())
        tx.mark_outbox(item.n, "sending")
    await world.outbox().deliver_due("telegram")
    assert world.channel.tried == []
    await delivered(world, 1)
    assert [item.status for item in world.channel.tried] == ["uncertain"]


async def test_a_chat_gets_three_messages_at_once_and_then_one_a_second(world: World) -> None:
    world.say(AMINA, *"123456")
    outbox = world.outbox(pace={"telegram": Pace(per_bot=NO_LIMIT)})
    arrived = []
    for _ in range(4):
        assert await outbox.deliver_due("telegram") == pytest.approx(1) or not states(world).count("queued")
        arrived.append(len(world.channel.delivered))
        world.clock.advance(seconds=1)
    assert arrived == [3, 4, 5, 6]


async def test_after_a_quiet_time_three_messages_may_go_at_once_again(world: World) -> None:
    outbox = world.outbox(pace={"telegram": Pace(per_bot=NO_LIMIT)})
    for count in (3, 6):
        world.say(AMINA, *"abcd"[:3])
        await outbox.deliver_due("telegram")
        assert len(world.channel.delivered) == count
        world.clock.advance(seconds=3)


async def test_one_chats_pace_slows_no_other_down(world: World) -> None:
    world.say(AMINA, *"123456")
    world.say(OKSANA, *"123")
    await world.outbox(pace={"telegram": Pace(per_bot=NO_LIMIT)}).deliver_due("telegram")
    assert (world.channel.texts(AMINA), world.channel.texts(OKSANA)) == (list("123"), list("123"))


def test_a_bot_sends_thirty_messages_a_second(world: World) -> None:
    pace, sent = Pace(), 0
    for _ in range(1000):
        if pace.wait_until(f"chat-{sent}", world.clock.now()) is None:
            pace.sent(f"chat-{sent}", world.clock.now())
            sent += 1
        world.clock.advance(milliseconds=1)
    assert 29 <= sent <= 31


async def test_a_channel_that_fetches_by_itself_leaves_nothing_in_the_outbox(world: World) -> None:
    web = AMINA.__class__("web", "amina")
    await world.arrives(web, "ar")
    with world.parts.store.transaction() as tx:
        assert tx.due_outbox("web", world.clock.now()) == []


async def test_the_worker_delivers_what_comes_while_it_runs(world: World) -> None:
    world.say(AMINA, "eins")
    async with working(world):
        await until(lambda: bool(world.channel.texts(AMINA)))
        await world.arrives(OKSANA, "uk")
        await until(lambda: bool(world.channel.texts(OKSANA)))


async def test_a_message_whose_delivery_could_not_be_noted_does_not_block_its_chat(
    world: World, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = world.channel.deliver

    async def deliver(item: OutboxItem) -> Delivered:
        """Deliver; the first time the disk becomes full just then."""
        done = await usual(item)
        if len(world.channel.delivered) == 1:
            monkeypatch.setattr(store, "transaction", full)
        return done

    def full() -> NoReturn:
        monkeypatch.undo()
        raise StoreUnavailable("The disk is full")

    world.say(AMINA, "eins", "zwei")
    world.channel.deliver = deliver  # type: ignore[method-assign]
    await delivered(world, 3)
    assert world.channel.texts(AMINA) == ["eins", "eins", "zwei"]
    assert [item.status for item in world.channel.tried] == ["queued", "uncertain", "queued"]


async def test_nothing_is_sent_that_a_power_cut_would_undo(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written = asyncio.Event()
    monkeypatch.setattr(world.parts.store, "durable", written.wait)
    world.say(AMINA, "eins")
    delivering = asyncio.create_task(world.outbox().deliver_due("telegram"))
    await until(lambda: states(world) == ["sending"])
    assert world.channel.texts(AMINA) == []
    written.set()
    await delivering
    assert world.channel.texts(AMINA) == ["eins"]
