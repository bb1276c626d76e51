"""Soraya interprets Dari: her time is booked together with the appointment, or somebody says truthfully that nobody comes yet."""

import threading
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.adapters.calendars import feed_file
from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.web import entries
from bot.core.appointments import Appointment, Interpreting, Slot
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.hours import Closure, Hours, Span
from bot.core.interpreters import Interpreter
from bot.core.interpreting import arrange
from bot.core.language import LANGUAGES
from bot.core.messages import Address
from bot.core.talk import Situation
from bot.services.desk import Forbidden
from bot.services.interpreters import Busy
from bot.services.ports import Advisor
from tests.clock import TUESDAY
from tests.services.fakes import AMINA, BEATE, BIRGIT, CARL, JENS, OKSANA, World, button

NILOFAR, ZAHRA = Address("telegram", "1001"), Address("telegram", "1002")
ELMSHORN = "example-elmshorn"
WEEK = Hours({day: (Span(time(8), time(20)),) for day in range(5)})
SORAYA = Interpreter("soraya", "example-a", "Soraya Ahmadi", ("fa",), WEEK)
OLHA = Interpreter("olha", "example-a", "Olha Bondar", ("uk", "fa"), WEEK)
THERE = Interpreting("there", "soraya")


def appointment(world: World, id: str) -> Appointment:
    with world.parts.store.transaction() as tx:
        found = tx.appointment(id)
    assert found is not None
    return found


def who(world: World, id: str) -> Interpreting | None:
    return appointment(world, id).interpreting


def busy(world: World, id: str = "soraya") -> int:
    """Return how many quarters of an hour of an interpreter are taken."""
    now = world.clock.now()
    with world.parts.store.transaction() as tx:
        return len(tx.taken(f"+{id}", now, now + timedelta(days=60), now, "somebody"))


def said(world: World, key: str, language: str = "fa") -> str:
    """Return the beginning of what is told about interpreting."""
    return world.parts.content.phrases.find(key, language).text.split("{")[0]


def change(world: World, **site: object) -> None:
    network = world.parts.content.network
    changed = replace(network.sites[ELMSHORN], **site)  # type: ignore[arg-type]
    world.parts.content = replace(world.parts.content, network=replace(network, sites={**network.sites, ELMSHORN: changed}))


async def moves(world: World, who: Address, id: str, day: int = -1) -> None:
    found = await world.presses(who, f"book:move:{id}")
    days = [choice.id for message in found for row in message.choices for choice in row if choice.id.startswith("book:day:")]
    found = await world.presses(who, days[day])
    for prefix in ("book:time:", "book:yes:"):
        found = await world.presses(who, button(found, prefix))


# --- Booking -------------------------------------------------------------------------------------


async def test_who_interprets_is_booked_with_the_appointment_and_the_newcomer_reads_it(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    id = await world.books(NILOFAR, "fa")
    assert who(world, id) == THERE
    assert busy(world) == 2
    card = next(text for text in world.told(NILOFAR) if said(world, "interpreter_there") in text)
    assert LANGUAGES["fa"].name in card


async def test_where_the_language_is_spoken_nobody_is_booked_and_nothing_said(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, replace(SORAYA, languages=("ar", "fa")))
    id = await world.books(AMINA, "ar")
    assert (who(world, id), busy(world)) == (None, 0)
    assert "🗣" not in "".join(world.told(AMINA))


async def test_two_at_the_same_time_do_not_get_the_same_interpreter(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    change(world, phone_interpreting=("fa",))
    first, second = await world.books(NILOFAR, "fa"), await world.books(ZAHRA, "fa")
    assert appointment(world, first).slot.start == appointment(world, second).slot.start
    assert (who(world, first), who(world, second)) == (THERE, Interpreting("line"))
    assert said(world, "interpreter_phone") in "".join(world.told(ZAHRA))


async def test_where_nobody_can_the_newcomer_is_told_so_and_that_the_site_knows(world: World) -> None:
    id = await world.books(OKSANA)
    assert who(world, id) == Interpreting("open")
    assert said(world, "interpreter_open", "uk") in "".join(world.told(OKSANA))
    entry = entries.entry(world.parts.content, appointment(world, id), str, "de")
    assert entry.summary == "Termin · Papiere und Aufenthalt · Ukrainisch · Dolmetschen nötig"


async def test_the_desk_books_an_interpreter_too(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, OLHA)
    case = await world.asks_for_a_person(OKSANA, "uk", "Добрий день")
    times = world.parts.bookings.times(BEATE, case)
    assert times is not None
    booked = world.parts.bookings.book(BEATE, case.id, times.slots[0].site, times.slots[0].start)
    assert who(world, booked.id) == Interpreting("there", "olha")


async def test_the_reminder_says_who_interprets(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    id = await world.books(NILOFAR, "fa")
    await world.presses(NILOFAR, "consent:yes:reminders")
    world.clock.time = appointment(world, id).slot.start - timedelta(hours=2)
    await world.parts.timers.fire_due()
    assert said(world, "interpreter_there") in world.told(NILOFAR)[-1]


# --- Moving, cancelling, erasing -------------------------------------------------------------------


async def test_moving_takes_the_interpreter_along_or_finds_another(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    id = await world.books(NILOFAR, "fa")
    day = appointment(world, id).slot.start.date()
    await moves(world, NILOFAR, id)
    assert appointment(world, id).slot.start.date() != day
    assert (who(world, id), busy(world)) == (THERE, 2)
    world.parts.interpreters.keep(BIRGIT, replace(OLHA, hours=Hours({3: (Span(time(13), time(18)),)})))
    world.parts.interpreters.keep(BIRGIT, replace(SORAYA, hours=Hours({1: (Span(time(8), time(18)),)})))
    await moves(world, NILOFAR, id, 0)
    assert who(world, id) == Interpreting("there", "olha")
    assert (busy(world), busy(world, "olha")) == (0, 2)


async def test_a_cancelled_appointment_frees_who_interprets_at_once_even_where_its_time_cools_down(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    change(world, cool_down=timedelta(hours=4))
    id = await world.books(NILOFAR, "fa")
    slot = appointment(world, id).slot
    await world.presses(NILOFAR, f"book:off:{id}", f"book:drop:{id}")
    assert busy(world) == 0
    with world.parts.store.transaction() as tx:
        assert tx.taken(slot.resource, slot.start, slot.end, world.clock.now(), "somebody")


async def test_who_is_erased_takes_nobodys_time_any_more(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    await world.books(NILOFAR, "fa")
    contact = world.conversation(NILOFAR).contact_id
    with world.parts.store.transaction() as tx:
        tx.erase(contact)
    assert busy(world) == 0


# --- The list ------------------------------------------------------------------------------------


async def test_whoever_joins_is_given_what_nobody_interprets_yet_and_the_newcomer_hears_it_once(world: World) -> None:
    id = await world.books(NILOFAR, "fa")
    told = len(world.told(NILOFAR))
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    assert who(world, id) == THERE
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    assert len(world.told(NILOFAR)) == told + 1
    assert said(world, "interpreter_there") in world.told(NILOFAR)[-1]


async def test_whoever_leaves_is_replaced_and_only_who_is_worse_off_hears_it(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    id = await world.books(NILOFAR, "fa")
    world.parts.interpreters.keep(BIRGIT, OLHA)
    told = world.told(NILOFAR)
    world.parts.interpreters.dismiss(BIRGIT, "soraya")
    assert (who(world, id), busy(world)) == (Interpreting("there", "olha"), 0)
    assert world.told(NILOFAR) == told, "somebody comes, as they were told"
    world.parts.interpreters.dismiss(BIRGIT, "olha")
    assert who(world, id) == Interpreting("open")
    assert said(world, "interpreter_open") in world.told(NILOFAR)[-1]
    assert world.parts.interpreters.known(BIRGIT) == []


async def test_an_absence_gives_away_what_falls_into_it_and_a_new_name_nothing(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    id = await world.books(NILOFAR, "fa")
    world.parts.interpreters.confirm(BEATE, id)
    world.parts.interpreters.keep(BIRGIT, replace(SORAYA, name="Soraya A."))
    assert who(world, id) == replace(THERE, confirmed=True)
    away = replace(WEEK, closures=(Closure(date(2026, 11, 20), date(2026, 12, 20)),))
    world.parts.interpreters.keep(BIRGIT, replace(SORAYA, hours=away))
    assert who(world, id) == Interpreting("open")


@pytest.mark.parametrize(
    "by", [BEATE, JENS, CARL, replace(BIRGIT, role="editor")], ids=["advisor", "other", "disabled", "editor"]
)
async def test_only_the_agencys_coordination_keeps_the_list(by: Advisor, world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    for act in (
        lambda: world.parts.interpreters.keep(by, SORAYA),
        lambda: world.parts.interpreters.keep(by, replace(SORAYA, agency=by.agency)),
        lambda: world.parts.interpreters.dismiss(by, "soraya"),
        lambda: world.parts.interpreters.open_address(by, "soraya"),
    ):
        with pytest.raises(Forbidden):
            act()
    assert world.parts.interpreters.known(BEATE) == [SORAYA]


def test_names_and_times_of_volunteers_cannot_be_read_in_the_file(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    with world.parts.store.transaction() as tx:
        row = tuple(tx.db.execute("SELECT * FROM interpreter").fetchone())
    assert row[:2] == ("soraya", "example-a")
    assert b"Ahmadi" not in row[3]
    assert b"08:00" not in row[3]


# --- By hand -------------------------------------------------------------------------------------


async def test_beate_chooses_among_those_who_have_time_and_notes_that_they_agreed(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    first = await world.books(NILOFAR, "fa")
    world.parts.interpreters.keep(BIRGIT, OLHA)
    second = await world.books(ZAHRA, "fa")
    assert [each.interpreter for each in world.parts.interpreters.choices(BEATE, first).able] == ["soraya"]
    with pytest.raises(Busy):
        world.parts.interpreters.assign(BEATE, first, "olha")
    world.parts.interpreters.assign(BEATE, second, "")
    world.parts.interpreters.assign(BEATE, first, "olha")
    world.parts.interpreters.confirm(BEATE, first)
    world.parts.interpreters.confirm(BEATE, second)
    assert who(world, first) == Interpreting("there", "olha", confirmed=True)
    assert who(world, second) == Interpreting("open")
    assert (busy(world), busy(world, "olha")) == (0, 2)


async def test_what_is_cancelled_is_given_to_nobody(world: World) -> None:
    id = await world.books(NILOFAR, "fa")
    world.parts.agenda.cancel(BEATE, id)
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    with pytest.raises(Busy):
        world.parts.interpreters.assign(BEATE, id, "soraya")
    assert busy(world) == 0


@pytest.mark.parametrize("by", [JENS, CARL], ids=["other agency", "disabled"])
async def test_who_has_no_access_chooses_nobody(by: Advisor, world: World) -> None:
    id = await world.books(NILOFAR, "fa")
    for act in (world.parts.interpreters.choices, world.parts.interpreters.confirm):
        with pytest.raises(Forbidden):
            act(by, id)
    with pytest.raises(Forbidden):
        world.parts.interpreters.assign(by, id, "")


# --- Her calendar --------------------------------------------------------------------------------


async def test_her_address_shows_time_place_and_language_and_nothing_about_the_person(world: World) -> None:
    world.parts.interpreters.keep(BIRGIT, SORAYA)
    id = await world.books(NILOFAR, "fa")
    old, token = (world.parts.interpreters.open_address(BIRGIT, "soraya") for _ in range(2))
    assert world.parts.interpreters.read(old) is None
    found = world.parts.interpreters.read(token)
    assert found is not None
    content = world.parts.content
    text = feed_file(entries.assignment(content, each, str, "de") for each in found[1]).decode().replace("\r\n ", "")
    start = appointment(world, id).slot.start
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in text
    assert "SUMMARY:Dolmetschen · Persisch" in text
    assert "Beispielstraße 1" in text
    topic = content.knowledge.topics["papers"]
    assert not any(word in text for word in ("Papiere", "Buchung", topic.id, "DESCRIPTION"))
    await world.presses(NILOFAR, f"book:off:{id}", f"book:drop:{id}")
    found = world.parts.interpreters.read(token)
    assert found is not None
    assert [each.status for each in found[1]] == ["cancelled"]
    world.parts.interpreters.dismiss(BIRGIT, "soraya")
    assert world.parts.interpreters.read(token) is None


# --- Never twice -----------------------------------------------------------------------------------


def test_no_interpreter_is_ever_booked_twice_however_many_book_at_once(tmp_path: Path, content: Content) -> None:
    rounds, sites = 12, ("example-elmshorn", "example-pinneberg-north", "example-wedel")
    interpreter = replace(SORAYA, shared=True, languages=("uk",))
    agencies = {id: replace(each, partners=tuple(content.network.agencies)) for id, each in content.network.agencies.items()}
    network = replace(content.network, agencies=agencies)
    here = replace(content, network=network)
    monday = TUESDAY.replace(hour=8, minute=0) + timedelta(days=6)
    trouble: list[BaseException] = []
    barrier = threading.Barrier(len(sites), timeout=60)

    def book(at: int) -> None:
        try:
            store = SqliteStore(tmp_path, Vault(b"k" * 32), alone=False)
            try:
                for n in range(rounds):
                    barrier.wait()
                    start = monday + n * timedelta(minutes=45) + at * timedelta(minutes=15)
                    slot = Slot(sites[at], start, start + timedelta(minutes=30), 0)
                    wish = Appointment(f"{at}-{n}", f"c{at}", f"c{at}", slot, "papers", "uk", "", TUESDAY)
                    with store.transaction() as tx:
                        situation = Situation(
                            here,
                            Conversation(f"c{at}", f"c{at}", Address("web", str(at))),
                            TUESDAY,
                            str,
                            interpreters=tx.interpreters,
                            taken=lambda whose, begins, ends, tx=tx: tx.taken(whose, begins, ends, TUESDAY, "x"),  # type: ignore[misc]
                        )
                        assert tx.put_appointment(arrange(situation, wish, network.sites[sites[at]]), TUESDAY)
            finally:
                store.close()
        except BaseException as error:
            trouble.append(error)
            barrier.abort()

    store = SqliteStore(tmp_path, Vault(b"k" * 32), alone=False)
    with store.transaction() as tx:
        tx.put_interpreter(interpreter)
        for at in range(len(sites)):
            tx.conversation_at(Address("web", str(at)), TUESDAY, f"c{at}")
    threads = [threading.Thread(target=book, args=(at,)) for at in range(len(sites))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with store.transaction() as tx:
        assigned = tx.assignments("soraya", TUESDAY, TUESDAY + timedelta(days=60))
        booked = [each for at in range(len(sites)) for each in tx.appointments(f"c{at}")]
    store.close()
    assert trouble == []
    assert len(booked) == rounds * len(sites), "who finds nobody is booked all the same"
    assert rounds <= len(assigned) < len(booked)
    assert not [(a.id, b.id) for a in assigned for b in assigned if a.id < b.id and a.slot.overlaps(b.slot)]
