"""Bookings go into a calendar on a real server, and what stands there blocks slots; a server that is away blocks nothing."""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.adapters.web import entries
from bot.core import appointments
from bot.core.appointments import Appointment, Interpreting, Slot
from bot.core.calendars import Entry, Seat
from bot.core.hours import Hours, Span
from bot.core.interpreters import Interpreter
from bot.services.calendars import EVERY, Calendars
from bot.services.ports import Calendar, CalendarError
from tests.radicale import PASSWORD, Radicale
from tests.services.fakes import AMINA, BEATE, BIRGIT, JENS, OKSANA, World

SITE = "example-elmshorn"
START = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
"""Thursday, two o'clock in Germany."""
HALF, DAY = timedelta(minutes=30), timedelta(days=1)
MINE = Seat("@beate")


@dataclass
class Diary:
    """Short ways to book, to connect calendars, and to look."""

    world: World

    def book(self, id: str = "a1", slot: Slot | None = None) -> Appointment:
        slot = slot or Slot(SITE, START, START + HALF, 0, "beate")
        with self.world.parts.store.transaction() as tx:
            who = tx.conversation_at(AMINA if id == "a1" else OKSANA, self.world.clock.now(), f"c-{id}")
            booked = appointments.book(slot, who.contact_id, who.id, "papers", "ar", self.world.clock.now(), id)
        return self.keep(booked)

    def keep(self, appointment: Appointment) -> Appointment:
        with self.world.parts.store.transaction() as tx:
            assert tx.put_appointment(appointment, self.world.clock.now())
        return appointment

    def connect(self, server: Radicale, seat: Seat = MINE, who: str = "beate", password: str = PASSWORD) -> int:
        with self.world.parts.store.transaction() as tx:
            n = tx.add_calendar(server.account(who, password), seat)
        assert n is not None
        return n

    def taken(self, resource: str = "@beate") -> list[str]:
        """Return the quarters of an hour of seat 0 that are taken."""
        now = self.world.clock.now()
        with self.world.parts.store.transaction() as tx:
            pairs = tx.taken(resource, now, now + 60 * DAY, now, "somebody")
        moments = sorted(datetime.fromtimestamp(number * 900, UTC) for number, seat in pairs if seat == 0)
        return [f"{each:%d %H:%M}" for each in moments]

    def calendar(self) -> Calendar:
        with self.world.parts.store.transaction() as tx:
            return tx.calendars()[0]

    def figures(self) -> dict[str, float]:
        with self.world.parts.store.transaction() as tx:
            return {name: value for name, value in tx.figures().items() if name.startswith("calendars")}

    async def sync(self, **later: float) -> int:
        self.world.clock.advance(**later)
        return await self.world.parts.calendars.sync_due()


@pytest.fixture
def diary(world: World) -> Diary:
    return Diary(world)


def event(files: dict[str, str], id: str = "a1") -> list[str]:
    return files[Entry.file(id)].replace("\r\n ", "").splitlines()


# --- Bookings go there ---------------------------------------------------------------------------


async def test_a_booking_is_created_moved_and_cancelled_in_the_advisors_calendar(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale)
    booked = diary.book()
    assert await diary.sync() == 1
    lines = event(radicale.files())
    assert "SUMMARY:Termin · Papiere und Aufenthalt · Arabisch" in lines
    assert {"UID:a1@wegweiser", "DTSTART:20261126T130000Z", "SEQUENCE:0"} <= set(lines)
    moved = diary.keep(appointments.move(booked, replace(booked.slot, start=START + HALF, end=START + 2 * HALF)))
    assert await diary.sync(seconds=15) == 1  # not only when five minutes are over
    assert {"UID:a1@wegweiser", "DTSTART:20261126T133000Z", "SEQUENCE:1"} <= set(event(radicale.files()))
    assert await diary.sync(seconds=15) == 0
    diary.keep(appointments.cancel(moved))
    assert await diary.sync(seconds=15) == 1
    assert radicale.files() == {}


async def test_only_the_bookings_of_the_seat_go_there(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale, Seat(SITE, 1))
    diary.book("a1", Slot(SITE, START, START + HALF, 0))
    diary.book("a2", Slot(SITE, START, START + HALF, 1))
    await diary.sync()
    assert list(radicale.files()) == [Entry.file("a2")]


async def test_what_was_changed_or_deleted_there_by_hand_is_as_booked_again(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale)
    diary.book()
    await diary.sync()
    text = radicale.files()[Entry.file("a1")]
    for changed in (
        text.replace("T130000Z", "T120000Z"),
        text.replace("Termin", "Pause"),
        text.replace("20261126T13", "20251126T13"),
    ):
        radicale.ask("PUT", radicale.account(), Entry.file("a1"), changed)
        await diary.sync(minutes=5)
        assert "DTSTART:20261126T130000Z" in event(radicale.files())
        assert "Termin" in radicale.files()[Entry.file("a1")]
    radicale.ask("DELETE", radicale.account(), Entry.file("a1"))
    await diary.sync(minutes=5)
    assert Entry.file("a1") in radicale.files()


async def test_other_events_are_never_touched(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale)
    radicale.enter("holiday", "DTSTART;VALUE=DATE:20261130")
    radicale.enter("wegweiser-of-another-house", "DTSTART:20261130T090000Z", "DURATION:PT1H")
    before = radicale.files()
    diary.keep(appointments.cancel(diary.book()))
    await diary.sync()
    assert radicale.files() == before


async def test_who_is_erased_is_erased_there_too(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale)
    booked = diary.book()
    await diary.sync()
    with diary.world.parts.store.transaction() as tx:
        tx.erase(booked.contact_id)
    await diary.sync(minutes=5)
    assert radicale.files() == {}


async def test_what_is_over_stays_in_their_calendar(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale)
    diary.book()
    await diary.sync()
    for _ in range(2):
        await diary.sync(days=4)
    assert list(radicale.files()) == [Entry.file("a1")]


# --- What stands there blocks --------------------------------------------------------------------


async def test_a_time_that_is_busy_there_cannot_be_booked_here(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale, Seat(SITE))
    site, now = diary.world.parts.content.network.sites[SITE], diary.world.clock.now()

    def offered() -> list[datetime]:
        with diary.world.parts.store.transaction() as tx:
            slots = appointments.free_slots(site, now, {}, lambda where, start, end: tx.taken(where, start, end, now, "x"))
        return [each.start for each in slots if each.start.date() == START.date()]

    before = offered()
    assert START in before
    radicale.enter("team", "DTSTART:20261126T130000Z", "DTEND:20261126T133000Z", "SUMMARY:Teamsitzung")
    await diary.sync()
    assert offered() == [each for each in before if each != START]
    radicale.ask("DELETE", radicale.account(), "team.ics")
    await diary.sync(minutes=5)
    assert offered() == before


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("wegweiser.sqlite3*")))


async def test_of_their_own_events_only_the_times_are_kept(diary: Diary, radicale: Radicale, tmp_path: Path) -> None:
    diary.connect(radicale)
    radicale.enter("doctor", "DTSTART:20261126T130000Z", "DTEND:20261126T133000Z", "SUMMARY:Zahnarzt")
    await diary.sync()
    assert diary.taken() == ["26 13:00", "26 13:15"]
    stored = everything_in(tmp_path)
    assert b"Zahnarzt" not in stored
    assert PASSWORD.encode() not in stored


async def test_a_recurring_event_blocks_every_time_and_a_free_one_none(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale)
    radicale.enter("weekly", "DTSTART:20261006T080000Z", "DURATION:PT15M", "RRULE:FREQ=WEEKLY;UNTIL=20261215T235959Z")
    radicale.enter("reminder", "DTSTART:20261127T080000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT")
    await diary.sync()
    assert diary.taken() == ["01 08:00", "08 08:00", "15 08:00"]


async def test_our_own_bookings_there_do_not_block_twice(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale)
    booked = diary.book()
    for _ in range(2):
        await diary.sync(minutes=5)
    diary.keep(appointments.cancel(booked))
    assert diary.taken() == []


async def test_a_booking_is_a_conflict_with_other_events_there_but_never_with_its_own_entry(
    diary: Diary, radicale: Radicale
) -> None:
    week = tuple(replace(each, advisor="beate") for each in diary.world.parts.content.network.sites[SITE].appointments)
    site = replace(diary.world.parts.content.network.sites[SITE], appointments=week)
    content = diary.world.parts.content
    diary.world.parts.content = replace(content, network=replace(content.network, sites={**content.network.sites, SITE: site}))
    diary.connect(radicale)
    booked = diary.book()
    for later in (HALF, 2 * HALF):
        await diary.sync()
        assert diary.world.parts.agenda.misfits(BEATE) == []
        booked = diary.keep(appointments.move(booked, replace(booked.slot, start=START + later, end=START + later + HALF)))
        assert diary.world.parts.agenda.misfits(BEATE) == []
    radicale.enter("doctor", "DTSTART:20261126T140000Z", "DTEND:20261126T150000Z")
    await diary.sync(minutes=5)
    assert [(each.appointment.id, each.reason) for each in diary.world.parts.agenda.misfits(BEATE)] == [("a1", "busy")]
    radicale.ask("DELETE", radicale.account(), "doctor.ics")
    await diary.sync(minutes=5)
    assert diary.world.parts.agenda.misfits(BEATE) == []


async def test_open_pages_of_the_agency_are_told_when_somebody_gets_busy_or_free_and_of_nothing_else(
    diary: Diary, radicale: Radicale
) -> None:
    diary.connect(radicale)
    await diary.sync()
    with diary.world.parts.live.watch(f"agency:{BEATE.agency}") as watch:
        await diary.sync(minutes=5)
        assert not await watch.changed(0)
        radicale.enter("doctor", "DTSTART:20261126T140000Z", "DTEND:20261126T150000Z")
        await diary.sync(minutes=5)
        assert await watch.changed(0)
        radicale.ask("DELETE", radicale.account(), "doctor.ics")
        await diary.sync(minutes=5)
        assert await watch.changed(0)


async def test_what_somebody_interprets_stands_in_their_calendar_and_what_stands_there_takes_their_time(
    diary: Diary, radicale: Radicale
) -> None:
    everyday = Hours({day: (Span(time(8), time(20)),) for day in range(5)})
    soraya = Interpreter("soraya", "example-a", "Soraya Ahmadi", ("fa",), everyday)
    diary.world.parts.interpreters.keep(BIRGIT, soraya)
    diary.connect(radicale, Seat(soraya.resource))
    booked = diary.book()
    diary.keep(replace(booked, sequence=1, language="fa", interpreting=Interpreting("there", "soraya")))
    await diary.sync()
    lines = event(radicale.files())
    assert "SUMMARY:Dolmetschen · Arabisch" in lines
    assert not any("Papiere" in line or line.startswith("DESCRIPTION") for line in lines)
    radicale.enter("course", "DTSTART:20261127T080000Z", "DTEND:20261127T083000Z")
    await diary.sync(minutes=5)
    assert diary.taken(soraya.resource) == ["26 13:00", "26 13:15", "27 08:00", "27 08:15"]
    diary.world.parts.interpreters.assign(BEATE, "a1", "")
    await diary.sync(seconds=15)
    assert Entry.file("a1") not in radicale.files()


async def test_another_calendars_events_block_nobody_else(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale)
    diary.connect(radicale, Seat("@jens"), "jens")
    radicale.enter("team", "DTSTART:20261126T130000Z", "DURATION:PT15M", who="jens")
    await diary.sync()
    assert (diary.taken("@beate"), diary.taken("@jens"), diary.taken(SITE)) == ([], ["26 13:00"], [])


async def test_what_a_calendar_blocked_is_free_when_it_is_forgotten(diary: Diary, radicale: Radicale) -> None:
    n = diary.connect(radicale)
    radicale.enter("team", "DTSTART:20261126T130000Z", "DURATION:PT15M")
    await diary.sync()
    assert diary.taken()
    with diary.world.parts.store.transaction() as tx:
        assert tx.drop_calendar(n)
        assert not tx.drop_calendar(n)
    assert diary.taken() == []
    assert await diary.sync() == 0


# --- Trouble -------------------------------------------------------------------------------------


async def test_a_server_that_is_away_blocks_nothing_and_loses_nothing(
    diary: Diary, radicale: Radicale, caplog: pytest.LogCaptureFixture
) -> None:
    diary.connect(radicale)
    radicale.enter("team", "DTSTART:20261127T080000Z", "DURATION:PT15M")
    first = diary.book()
    await diary.sync()
    radicale.stop()
    diary.keep(appointments.cancel(first))
    diary.book("a2")
    with caplog.at_level(logging.INFO, "bot.services.calendars"):
        await diary.sync(minutes=5)
        assert diary.taken() == ["26 13:00", "26 13:15", "27 08:00"]  # booked here, and what was known
        assert diary.calendar().problem == "127.0.0.1 cannot be reached."
        assert diary.figures() == {"calendars_failing": 1}
        assert [await diary.sync(seconds=30) for _ in range(6)] == [0, 1, 0, 0, 0, 1]  # after a minute, after two more
        radicale.start()
        assert await diary.sync(minutes=4) == 1
    assert list(radicale.files()) == ["team.ics", Entry.file("a2")]
    assert (diary.calendar().problem, diary.figures()) == ("", {"calendars_well": 1})
    assert caplog.messages == ["calendar 1: 127.0.0.1 cannot be reached.", "calendar 1: all is well again"]


async def test_a_wrong_password_is_said_once_without_it_and_tried_once_an_hour(
    diary: Diary, radicale: Radicale, caplog: pytest.LogCaptureFixture
) -> None:
    diary.connect(radicale, password="Geheimnis 123")
    diary.book()
    with caplog.at_level(logging.INFO, "bot.services.calendars"):
        assert [await diary.sync(minutes=20) for _ in range(4)] == [1, 0, 0, 1]
    (said,) = [each for each in caplog.messages if each.startswith("calendar")]
    assert said == "calendar 1: 127.0.0.1 refuses login or password; look there, then add the calendar again."
    assert "Geheimnis" not in caplog.text
    assert [each.n for each in diary.world.parts.calendars.failing(BEATE)] == [1]
    assert diary.world.parts.calendars.failing(JENS) == []


async def test_a_calendar_in_trouble_holds_up_no_other(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale, password="wrong")
    diary.connect(radicale, Seat("@jens"), "jens")
    diary.book("a2", Slot("example-pinneberg", START, START + HALF, 0, "jens"))
    assert await diary.sync() == 2
    assert list(radicale.files("jens")) == [Entry.file("a2")]


async def test_a_calendar_that_is_held_is_left_alone(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale)
    diary.book()
    with diary.world.parts.store.transaction() as tx:
        tx.hold_calendars(True)
    assert (await diary.sync(hours=2), radicale.files()) == (0, {})
    with diary.world.parts.store.transaction() as tx:
        tx.hold_calendars(False)
    assert (await diary.sync(), list(radicale.files())) == (1, [Entry.file("a1")])


class Dying:
    """A server whose calendar takes an entry, but the answer never arrives."""

    def __init__(self) -> None:
        self.there: dict[str, Entry] = {}
        self.dropped: list[str] = []

    async def put(self, account: object, entry: Entry, etag: str | None) -> None:
        self.there[entry.name] = entry
        raise CalendarError("cloud.example cannot be reached.")

    async def drop(self, account: object, name: str, etag: str | None) -> None:
        self.dropped.append(name)

    async def read(self, account: object, start: datetime, end: datetime) -> list[object]:
        return []

    check = read


async def test_what_may_have_arrived_is_deleted_when_it_is_cancelled(
    diary: Diary, store: SqliteStore, radicale: Radicale
) -> None:
    parts, server = diary.world.parts, Dying()
    entry = lambda it: entries.entry(parts.content, it, str, "de")  # noqa: E731
    calendars = Calendars(store, lambda: parts.content, entry, server, parts.live, diary.world.clock)  # type: ignore[arg-type]
    diary.connect(radicale)
    booked = diary.book()
    await calendars.sync_due()
    diary.keep(appointments.cancel(booked))
    diary.world.clock.advance(hours=1)
    await calendars.sync_due()
    assert server.dropped == list(server.there) == [Entry.file("a1")]


async def test_it_looks_again_every_five_minutes(diary: Diary, radicale: Radicale) -> None:
    diary.connect(radicale)
    assert await diary.sync() == 1
    assert await diary.sync(seconds=EVERY.total_seconds() - 1) == 0
    assert await diary.sync(seconds=1) == 1
