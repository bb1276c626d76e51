"""Our calendar files, as two programs that know nothing of each other read them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
import vobject

from bot.adapters.calendars import calendar_file, feed_file
from bot.adapters.calendars.files import entry_file
from bot.core import appointments
from bot.core.appointments import Appointment, Slot
from bot.core.calendars import Entry
from bot.core.content import Content
from bot.core.network import Kind, Site
from tests.clock import TUESDAY

START = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
HALF = timedelta(minutes=30)
TOPIC = "أوراق; وثائق, \\ إقامة\nالسطر الثاني"
"""With everything that has a meaning of its own in such a file, and longer than a line of one may be."""


@pytest.fixture
def site(content: Content) -> Site:
    return content.network.sites["example-elmshorn"]


@pytest.fixture
def booked(site: Site) -> Appointment:
    return appointments.book(Slot(site.id, START, START + HALF, 0), "amina", "conversation", "papers", "ar", TUESDAY, "a1")


def one(data: bytes) -> dict[str, Any]:
    """Read the only event, and insist that both programs read the same."""
    calendar, second = icalendar.Calendar.from_ical(data), vobject.readOne(data.decode(), validate=True)
    (event,), (other,) = calendar.events, second.vevent_list
    assert event.errors == []
    read = {
        "method": str(calendar.get("method", "")),
        "uid": str(event["uid"]),
        "sequence": event.sequence,
        "start": event.start,
        "end": event.end,
        "summary": str(event["summary"]),
        "status": str(event["status"]),
        "location": str(event.get("location", "")),
        "stamp": event.DTSTAMP,
    }
    assert read == {
        "method": second.method.value if hasattr(second, "method") else "",
        "uid": other.uid.value,
        "sequence": int(other.sequence.value),
        "start": other.dtstart.value.astimezone(UTC),
        "end": other.dtend.value.astimezone(UTC),
        "summary": other.summary.value,
        "status": other.status.value,
        "location": other.location.value if hasattr(other, "location") else "",
        "stamp": other.dtstamp.value.astimezone(UTC),
    }
    return read


def test_a_booking_says_when_and_where_and_what_about_and_no_name(booked: Appointment, site: Site) -> None:
    data = calendar_file(booked, site, TUESDAY, "Papiere")
    assert one(data) == {
        "method": "PUBLISH",
        "uid": "a1@wegweiser",
        "sequence": 0,
        "start": START,
        "end": START + HALF,
        "summary": "Papiere · Beispielstelle Elmshorn",
        "status": "CONFIRMED",
        "location": "Beispielstraße 1, 25335 Elmshorn",
        "stamp": TUESDAY,
    }
    assert b"amina" not in data
    assert b"\nORGANIZER;CN" in data


def test_every_line_is_as_long_as_it_may_be_and_ends_as_it_must(booked: Appointment, site: Site) -> None:
    data = calendar_file(booked, site, TUESDAY, TOPIC)
    assert one(data)["summary"] == f"{TOPIC} · Beispielstelle Elmshorn"
    assert data.endswith(b"END:VCALENDAR\r\n")
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    names = [line.partition(b":")[0].partition(b";")[0] for line in lines if line and not line.startswith(b" ")]
    assert {name for name in names if names.count(name) > 1} == {b"BEGIN", b"END"}
    assert b"DTSTART:20261126T130000Z" in lines


def test_a_move_keeps_the_uid_and_raises_the_sequence(booked: Appointment, site: Site) -> None:
    moved = appointments.move(booked, replace(booked.slot, start=START + HALF, end=START + 2 * HALF))
    first, second = (one(calendar_file(each, site, TUESDAY)) for each in (booked, moved))
    assert (first["uid"], first["sequence"], first["start"]) == (second["uid"], 0, START)
    assert (second["sequence"], second["start"], second["method"]) == (1, START + HALF, "PUBLISH")


def test_a_cancelled_one_takes_the_entry_away(booked: Appointment, site: Site) -> None:
    cancelled = one(calendar_file(appointments.cancel(booked), site, TUESDAY))
    assert (cancelled["method"], cancelled["status"], cancelled["sequence"]) == ("CANCEL", "CANCELLED", 1)
    assert cancelled["uid"] == "a1@wegweiser"


def test_an_address_that_nobody_verified_is_not_told(booked: Appointment, site: Site) -> None:
    unsure = replace(site, verified_on=None, example=False)
    data = calendar_file(booked, unsure, TUESDAY)
    assert one(data)["location"] == ""
    assert b"ORGANIZER" not in data


def test_who_meets_by_phone_or_at_home_is_not_sent_to_the_site(booked: Appointment, site: Site) -> None:
    kinds: dict[Kind, bool] = {"visit": True, "phone": False, "home": False}
    for kind, told in kinds.items():
        here = replace(booked, slot=replace(booked.slot, kind=kind))
        assert (site.street in calendar_file(here, site, TUESDAY).decode()) is told


def test_a_server_gets_an_entry_without_a_method() -> None:
    entry = Entry("a1", 2, TUESDAY, START, START + HALF, "Termin · Papiere · Arabisch", "Elmshorn", "Buchung A1")
    read = one(entry_file(entry))
    assert (read["method"], read["summary"], read["location"]) == ("", "Termin · Papiere · Arabisch", "Elmshorn")


def test_a_feed_holds_them_all_and_may_hold_none() -> None:
    entries = [Entry(f"a{n}", 0, TUESDAY, START, START + HALF, "Termin") for n in range(3)]
    for some in (entries, []):
        calendar = icalendar.Calendar.from_ical(feed_file(some))
        assert [str(event["uid"]) for event in calendar.events] == [f"{each.id}@wegweiser" for each in some]
        assert len(vobject.readOne(feed_file(some).decode(), validate=True).contents.get("vevent", [])) == len(some)
