"""Beate sees which of her answers the newcomer has read, and in which cases there is something she has not read yet."""

from dataclasses import replace

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.core.messages import Address
from bot.services.desk import Forbidden
from bot.services.live import Watch
from bot.services.ports import Record, TranscriptLine
from tests.services.fakes import AMINA, BEATE, COLLEAGUE, JENS, OKSANA, World

ONLINE = Address("web", "amina")


def seen(world: World, who: Address = ONLINE) -> list[bool]:
    return [line.seen for line in world.lines(who) if line.author == "advisor"]


def last(world: World, who: Address = ONLINE) -> int:
    return world.lines(who)[-1].n


def heard(world: World) -> list[TranscriptLine]:
    return [line for line in world.lines(AMINA) if line.author == "newcomer"]


async def answered(world: World, *texts: str) -> str:
    case = await world.asks_for_a_person(ONLINE)
    for text in texts:
        await world.parts.desk.reply(BEATE, case.id, text)
    return case.id


async def test_what_the_newcomer_had_in_front_of_them_is_read_and_what_came_later_is_not(world: World) -> None:
    await answered(world, "Guten Tag", "Bitte bringen Sie den Brief mit.")
    first = next(line.n for line in world.lines(ONLINE) if line.author == "advisor")
    world.parts.reading.newcomer(ONLINE, first)
    assert seen(world) == [True, False]
    world.parts.reading.newcomer(ONLINE, last(world))
    world.parts.reading.newcomer(ONLINE, first)
    assert seen(world) == [True, True], "a mark goes back with an older page"


async def test_who_looks_at_the_case_hears_of_it_once_and_the_queue_does_not(world: World) -> None:
    case_id = await answered(world, "Guten Tag")
    with world.parts.live.watch(f"case:{case_id}", "agency:example-a") as watch:
        world.parts.reading.newcomer(ONLINE, last(world))
        assert await watch.changed(1)
        assert watch.subjects == {f"case:{case_id}"}
        world.parts.reading.newcomer(ONLINE, last(world))
        assert not await quiet(watch)


async def quiet(watch: Watch) -> bool:
    return await watch.changed(0.01)


async def test_new_words_of_an_answer_are_unread_again(world: World) -> None:
    case_id = await answered(world, "Guten Tag")
    n = last(world)
    world.parts.reading.newcomer(ONLINE, n)
    message = world.lines(ONLINE)[-1].message
    assert message is not None
    with world.parts.store.transaction() as tx:
        tx.reword(n, replace(message, text="Neu"))
    assert seen(world) == [False]
    assert world.case(ONLINE).id == case_id


@pytest.mark.parametrize("n", [0, -1, 10**17])
async def test_a_number_that_no_line_has_marks_no_more_than_there_is(world: World, n: int) -> None:
    await answered(world, "Guten Tag")
    world.parts.reading.newcomer(ONLINE, n)
    await world.parts.desk.reply(BEATE, world.case(ONLINE).id, "Noch etwas")
    assert seen(world) == [n > 0, False]


async def test_a_stranger_and_somebody_who_never_got_an_answer_leave_no_mark(world: World, store: SqliteStore) -> None:
    await world.asks_for_a_person(ONLINE)
    world.parts.reading.newcomer(ONLINE, last(world))
    world.parts.reading.newcomer(Address("web", "nobody"), 1)
    assert store.db.conn.execute("SELECT count(*) FROM read_mark").fetchone()[0] == 0


async def test_each_advisor_counts_what_is_new_to_them_until_somebody_answers(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.writes(AMINA, "هل من جديد؟")
    desk, reading, said = world.parts.desk, world.parts.reading, sum(line.case_id == case.id for line in heard(world))
    assert desk.unread(BEATE) == desk.unread(COLLEAGUE) == {case.id: said}
    reading.advisor(BEATE, case.id, last(world, AMINA))
    assert (desk.unread(BEATE), desk.unread(COLLEAGUE)) == ({}, {case.id: said})
    await world.writes(AMINA, "شكرا")
    assert desk.unread(BEATE) == {case.id: 1}
    await desk.reply(COLLEAGUE, case.id, "Gern")
    assert desk.unread(BEATE) == desk.unread(COLLEAGUE) == {}


async def test_jens_of_another_agency_cannot_mark_anything_as_read(world: World) -> None:
    case = await world.asks_for_a_person()
    with pytest.raises(Forbidden):
        world.parts.reading.advisor(JENS, case.id, last(world, AMINA))


def last_of(record: Record, author: str) -> int:
    return max(line.n for line in record.lines if line.author == author)


async def test_what_was_read_is_in_the_newcomers_own_data_and_goes_with_them(world: World, store: SqliteStore) -> None:
    await answered(world, "Guten Tag")
    await world.asks_for_a_person(OKSANA)
    world.parts.reading.newcomer(ONLINE, last(world))
    world.parts.reading.advisor(BEATE, world.case(ONLINE).id, last(world))
    contact = world.conversation(ONLINE).contact_id
    with store.transaction() as tx:
        record = tx.record_of(contact)
        assert [line.seen for line in record.lines if line.author == "advisor"] == [True]
        assert record.read == {"newcomer": last_of(record, "advisor"), "beate": last_of(record, "newcomer")}
        tx.erase(contact)
    assert store.db.conn.execute("SELECT count(*) FROM read_mark").fetchone()[0] == 0
