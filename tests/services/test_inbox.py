"""What a newcomer writes is stored first, handled once, in order, and never lost."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.adapters.sqlite import SqliteStore, StoreUnavailable
from bot.app import wire
from bot.core import dialogue
from bot.core.messages import Address, Attachment, InboundMessage
from bot.core.talk import Situation, Turn
from bot.services.inbox import Receipt
from bot.services.turns import Conflict, Turns
from tests.clock import Ids
from tests.services.fakes import AMINA, BEATE, OKSANA, World, broken, until


def waiting(world: World) -> int:
    """Return how many messages are stored and not handled."""
    with world.parts.store.transaction() as tx:
        return len(tx.unhandled())


async def test_a_redelivery_is_acknowledged_and_handled_once(world: World) -> None:
    await world.arrives(AMINA, "ar")
    message = world.message(AMINA, "/menu", external_id="4711")
    receipts = [await world.parts.inbox.receive(message) for _ in range(2)]
    await world.parts.inbox.settled(receipts[0].conversation_id)
    receipts.append(await world.parts.inbox.receive(message))
    await world.parts.inbox.settled(receipts[0].conversation_id)
    assert [receipt.new for receipt in receipts] == [True, False, False]
    assert world.told(AMINA).count(world.phrase("menu", "ar")) == 1


async def test_ids_of_messages_may_jump_and_fall(world: World) -> None:
    await world.arrives(AMINA, "ar")
    for external in ("900", "17", "901"):
        assert await world.writes(AMINA, "/menu", external_id=external)


async def test_what_was_stored_before_a_crash_is_handled_at_the_next_start(world: World) -> None:
    await world.arrives(AMINA, "ar")
    conversation, told = world.conversation(AMINA), len(world.told(AMINA))
    with world.parts.store.transaction() as tx:
        for text in ("/menu", "/language"):
            tx.record(world.message(AMINA, text), conversation.id, world.clock.now())
    world.parts = wire(world.parts.store, world.parts.content, world.clock, Ids())
    assert await world.parts.inbox.drain() == 2
    await world.parts.inbox.settled(conversation.id)
    assert world.told(AMINA)[told:] == [world.phrase("menu", "ar"), world.phrase("choose_language", "ar")]
    assert waiting(world) == 0


async def test_the_first_message_of_somebody_unknown_survives_a_crash_too(world: World) -> None:
    with world.parts.store.transaction() as tx:
        conversation = tx.conversation_at(AMINA, world.clock.now(), "amina")
        tx.record(world.message(AMINA, "/start"), conversation.id, world.clock.now())
    assert await world.parts.inbox.drain() == 1
    await world.parts.inbox.settled("amina")
    assert len(world.told(AMINA)) == 1


async def test_what_arrives_while_the_rest_is_caught_up_with_is_handled_once(world: World) -> None:
    await world.asks_for_a_person()
    world.clock.advance(minutes=11)
    world.translator.gate = asyncio.Event()
    receipt = await world.parts.inbox.receive(world.message(AMINA, "شكرا"))
    await asyncio.sleep(0)
    assert await world.parts.inbox.drain() == 0
    world.translator.gate.set()
    await world.parts.inbox.settled(receipt.conversation_id)
    assert [line.text for line in world.lines(AMINA)].count("شكرا") == 1


async def test_after_everything_was_handled_there_is_nothing_to_catch_up_with(world: World) -> None:
    await world.arrives(AMINA, "ar")
    assert await world.parts.inbox.drain() == 0


async def test_one_persons_messages_are_handled_in_order_while_others_are_answered(world: World) -> None:
    await world.asks_for_a_person(AMINA)
    await world.arrives(OKSANA, "uk")
    world.translator.gate = asyncio.Event()
    for text in ("أولا", "ثانيا"):
        receipt = await world.parts.inbox.receive(world.message(AMINA, text))
    assert await world.writes(OKSANA, "/menu")
    assert not any(line.text in ("أولا", "ثانيا") for line in world.lines(AMINA))
    world.translator.gate.set()
    await world.parts.inbox.settled(receipt.conversation_id)
    assert [line.text for line in world.lines(AMINA) if line.author == "newcomer"][-2:] == ["أولا", "ثانيا"]


async def test_waiting_for_an_answer_has_an_end(world: World) -> None:
    await world.asks_for_a_person(AMINA)
    world.translator.gate = asyncio.Event()
    receipt = await world.parts.inbox.receive(world.message(AMINA, "?"))
    assert not await world.parts.inbox.settled(receipt.conversation_id, seconds=0)
    world.translator.gate.set()
    assert await world.parts.inbox.settled(receipt.conversation_id)
    assert await world.parts.inbox.settled("somebody unknown")


async def test_the_bots_late_words_are_not_said_once_an_advisor_is_there(world: World) -> None:
    case = await world.asks_for_a_person()
    world.clock.advance(minutes=11)  # the bot would say again that it passed the message on
    world.translator.gate = asyncio.Event()
    receipt = await world.parts.inbox.receive(world.message(AMINA, "هل من أحد؟"))
    await asyncio.sleep(0)
    world.parts.desk.claim(BEATE, case.id)
    told = world.told(AMINA)
    world.translator.gate.set()
    await world.parts.inbox.settled(receipt.conversation_id)
    assert world.told(AMINA) == told
    assert world.parts.desk.view(BEATE, case.id).lines[-1].text == "هل من أحد؟"


async def test_a_button_of_the_bot_pressed_late_does_not_bring_its_answer_between(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    said = await world.presses(AMINA, "topic:housing")
    assert [message.text for message in said][:1] == [world.phrase("case_active", "ar")]
    assert world.conversation(AMINA).pending is None


async def test_a_turn_that_met_a_conflict_is_decided_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.arrives(AMINA, "ar")
    usual, tries = Turns.store, [Conflict("slot"), Conflict("case")]

    def store(*args: Any, **more: Any) -> Any:
        if tries:
            raise tries.pop()
        return usual(*args, **more)

    monkeypatch.setattr(Turns, "store", store)
    said = await world.writes(AMINA, "/menu")
    assert [message.text for message in said] == [world.phrase("menu", "ar")]
    assert waiting(world) == 0


async def test_a_turn_that_fails_is_tried_three_times_then_apologised_for_in_the_persons_language(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.arrives(AMINA, "ar")
    tried: list[int] = []

    def fail(*_: Any) -> None:
        tried.append(1)
        raise ValueError

    monkeypatch.setattr(dialogue, "respond", fail)
    said = await world.writes(AMINA, "سؤال")
    assert [message.text for message in said] == [world.phrase("technical_problem", "ar")]
    assert len(tried) == 3


async def test_a_message_that_could_not_be_handled_stays_and_is_handled_by_the_next_version(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.arrives(AMINA, "ar")
    with monkeypatch.context() as version:
        version.setattr(dialogue, "respond", broken(ValueError()))
        await world.writes(AMINA, "/menu")
    assert waiting(world) == 1
    world.parts = wire(world.parts.store, world.parts.content, world.clock, Ids())
    assert await world.parts.inbox.drain() == 1
    await world.parts.inbox.settled(world.conversation(AMINA).id)
    assert world.told(AMINA)[-1] == world.phrase("menu", "ar")
    assert waiting(world) == 0


async def test_a_message_that_cannot_be_handled_blocks_neither_the_next_nor_anybody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.arrives(AMINA, "ar")
    await world.arrives(OKSANA, "uk")
    with monkeypatch.context() as version:
        version.setattr(dialogue, "respond", broken(ValueError()))
        await world.writes(AMINA, "سؤال")
    assert [message.text for message in await world.writes(AMINA, "/menu")] == [world.phrase("menu", "ar")]
    assert [message.text for message in await world.writes(OKSANA, "/menu")] == [world.phrase("menu", "uk")]


async def test_when_nothing_can_be_stored_messages_wait_in_order_until_it_can(
    world: World, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await world.asks_for_a_person()
    monkeypatch.setattr("bot.services.inbox.OUTAGE_SECONDS", 0.0)
    usual, left = store.transaction, [StoreUnavailable("The disk is full") for _ in range(9)]
    world.translator.gate = asyncio.Event()
    for text in ("أولا", "ثانيا"):
        receipt = await world.parts.inbox.receive(world.message(AMINA, text))
    await until(lambda: bool(world.translator.asked))

    @contextmanager
    def full() -> Iterator[Any]:
        if left:
            raise left.pop()
        with usual() as tx:
            yield tx

    monkeypatch.setattr(store, "transaction", full)
    world.translator.gate.set()
    assert await world.parts.inbox.settled(receipt.conversation_id)
    assert left == []
    assert [line.text for line in world.parts.desk.view(BEATE, case.id).lines if line.author == "newcomer"][-2:] == [
        "أولا",
        "ثانيا",
    ]
    assert waiting(world) == 0


async def test_what_cannot_be_stored_is_not_acknowledged(
    world: World, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "transaction", broken(StoreUnavailable("The disk is full")))
    with pytest.raises(StoreUnavailable):
        await world.parts.inbox.receive(world.message(AMINA, "/start"))


async def test_a_file_is_kept_only_for_an_open_case(world: World) -> None:
    await world.arrives(AMINA, "ar")
    photo = Attachment("photo", "Bescheid.jpg", "image/jpeg", b"letter")
    assert not world.parts.inbox.keeps_files(AMINA)
    assert not world.parts.inbox.keeps_files(OKSANA)
    case = await world.asks_for_a_person()
    assert world.parts.inbox.keeps_files(AMINA)
    await world.writes(AMINA, attachment=photo)
    assert [line.attachment for line in world.parts.desk.view(BEATE, case.id).lines if line.attachment] == [photo]


async def test_the_transcript_of_somebody_unknown_is_empty(world: World) -> None:
    assert (world.parts.inbox.find(AMINA), world.parts.inbox.transcript(AMINA)) == (None, [])


async def test_what_was_erased_while_it_waited_is_dropped(world: World) -> None:
    await world.asks_for_a_person()
    contact = world.conversation(AMINA).contact_id
    world.translator.gate = asyncio.Event()
    receipt = await world.parts.inbox.receive(world.message(AMINA, "?"))
    await asyncio.sleep(0)
    with world.parts.store.transaction() as tx:
        tx.erase(contact)
    world.translator.gate.set()
    assert await world.parts.inbox.settled(receipt.conversation_id)
    assert waiting(world) == 0
    assert world.parts.inbox.find(AMINA) is None


async def test_stopping_finishes_what_is_being_handled(world: World) -> None:
    await world.arrives(AMINA, "ar")
    await world.parts.inbox.receive(world.message(AMINA, "/menu"))
    await world.parts.inbox.stop()
    assert world.told(AMINA)[-1] == world.phrase("menu", "ar")


async def together(world: World, *messages: InboundMessage) -> list[Receipt | BaseException]:
    """Let messages arrive at the same moment; return what becomes of each, once all are handled."""
    receipts = await asyncio.gather(*map(world.parts.inbox.receive, messages), return_exceptions=True)
    for receipt in receipts:
        if isinstance(receipt, Receipt):
            assert await world.parts.inbox.settled(receipt.conversation_id)
    return receipts


def told(world: World, who: Address, key: str, language: str) -> int:
    """Return how often somebody was told a phrase."""
    return world.told(who).count(world.phrase(key, language))


async def test_messages_that_arrive_together_share_one_commit_and_nobody_is_acknowledged_before_it(
    world: World, store: SqliteStore
) -> None:
    await world.arrives(AMINA, "ar")
    await world.arrives(OKSANA, "uk")
    acknowledged: list[bool] = []

    def watch(statement: str) -> None:
        if statement == "COMMIT":
            acknowledged.extend(task.done() for task in tasks)

    tasks = [asyncio.create_task(world.parts.inbox.receive(world.message(who, "/menu"))) for who in (AMINA, OKSANA)]
    store.db.conn.set_trace_callback(watch)
    await asyncio.wait(tasks)
    store.db.conn.set_trace_callback(None)
    assert acknowledged == [False, False]  # both at one commit
    assert (told(world, AMINA, "menu", "ar"), told(world, OKSANA, "menu", "uk")) == (1, 1)


async def test_a_turn_that_fails_does_not_undo_those_that_arrived_with_it_and_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.arrives(AMINA, "ar")
    await world.arrives(OKSANA, "uk")
    usual, failures = dialogue.respond, [ValueError(), ValueError()]

    def respond(situation: Situation, message: InboundMessage) -> Turn:
        if failures and message.address == AMINA:
            raise failures.pop()
        return usual(situation, message)

    monkeypatch.setattr(dialogue, "respond", respond)
    receipts = await together(world, world.message(AMINA, "/menu"), world.message(OKSANA, "/menu"))
    assert [isinstance(each, Receipt) and each.new for each in receipts] == [True, True]
    assert failures == []
    assert (told(world, AMINA, "menu", "ar"), told(world, OKSANA, "menu", "uk")) == (1, 1)
    assert waiting(world) == 0


async def test_a_full_disk_at_the_common_commit_acknowledges_nobody_and_loses_nothing(
    world: World, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.arrives(AMINA, "ar")
    await world.arrives(OKSANA, "uk")
    messages = [world.message(who, "/menu") for who in (AMINA, OKSANA)]
    before = world.told(AMINA), world.told(OKSANA)
    usual = store.transaction

    @contextmanager
    def full() -> Iterator[Any]:
        with usual() as tx:
            yield tx
            raise StoreUnavailable("The disk is full")

    with monkeypatch.context() as outage:
        outage.setattr(store, "transaction", full)
        assert [type(each) for each in await together(world, *messages)] == [StoreUnavailable] * 2
    assert (world.told(AMINA), world.told(OKSANA)) == before
    assert waiting(world) == 0
    again = await together(world, *messages)
    assert [isinstance(each, Receipt) and each.new for each in again] == [True, True]
    assert (told(world, AMINA, "menu", "ar"), told(world, OKSANA, "menu", "uk")) == (1, 1)


async def test_two_messages_of_one_person_that_arrive_together_are_answered_in_order(world: World) -> None:
    await world.arrives(AMINA, "ar")
    before = len(world.told(AMINA))
    await together(world, world.message(AMINA, "/menu"), world.message(OKSANA, "/start"), world.message(AMINA, "/language"))
    assert world.told(AMINA)[before:] == [world.phrase("menu", "ar"), world.phrase("choose_language", "ar")]


async def test_what_arrives_together_with_something_slow_of_the_same_person_waits_for_it(world: World) -> None:
    await world.asks_for_a_person()
    world.translator.gate = asyncio.Event()
    arriving = asyncio.create_task(together(world, *(world.message(AMINA, text) for text in ("أولا", "/privacy"))))
    await until(lambda: bool(world.translator.asked))
    assert waiting(world) == 2
    world.translator.gate.set()
    await arriving
    assert [line.text for line in world.lines(AMINA) if line.author == "newcomer"][-2:] == ["أولا", "/privacy"]


async def test_a_redelivery_that_arrives_together_with_the_message_is_handled_once(world: World) -> None:
    await world.arrives(AMINA, "ar")
    message = world.message(AMINA, "/menu", external_id="4711")
    receipts = await together(world, message, message)
    assert [isinstance(each, Receipt) and each.new for each in receipts] == [True, False]
    assert told(world, AMINA, "menu", "ar") == 1


async def test_files_that_were_sent_together_are_answered_once(world: World) -> None:
    await world.arrives(AMINA, "de")
    photo = Attachment("photo", "photo.jpg", "image/jpeg")
    answers = [await world.writes(AMINA, attachment=photo, album=album) for album in ("first", "first", "second", None, None)]
    assert [len(each) for each in answers] == [1, 0, 1, 1, 1]


async def test_a_message_is_acknowledged_only_when_a_power_cut_cannot_undo_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = asyncio.Event()
    monkeypatch.setattr(world.parts.store, "durable", written.wait)
    received = asyncio.create_task(world.parts.inbox.receive(world.message(AMINA, "/start")))
    await until(lambda: world.parts.inbox.find(AMINA) is not None)
    assert not received.done()
    written.set()
    assert (await received).new
