"""Calendar files (iCalendar, RFC 5545), without any personal text. Times are UTC, which every calendar shows in its own zone.

A file sent in a chat says METHOD:PUBLISH, and CANCEL when the appointment is off. REQUEST would be an invitation, which phones
take from mails alone and answer to an organiser. UID stays over all moves and SEQUENCE rises: opened again, the file changes
the entry.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.core.appointments import Appointment
from bot.core.calendars import Entry
from bot.core.network import Site

# Elsewhere imported when it is needed: it costs a tenth of a second at every start.
if TYPE_CHECKING:
    from icalendar import Calendar, Event, vCalAddress

UID = "{id}@wegweiser"


def calendar_file(appointment: Appointment, site: Site, now: datetime, topic: str = "") -> bytes:
    """Return the .ics file of an appointment for the person who booked it."""
    known = site.verified_on is not None or site.example
    remote = site.remote_only or appointment.slot.kind not in (None, "visit")
    entry = Entry(
        id=appointment.id,
        sequence=appointment.sequence,
        stamp=now,
        start=appointment.slot.start,
        end=appointment.slot.end,
        summary=f"{topic} · {site.name}" if topic else site.name,
        location=f"{site.street}, {site.postcode} {site.town}" if known and not remote else "",
        cancelled=appointment.status == "cancelled",
    )
    event = _event(entry)
    # RFC 5546 wants one wherever there is a METHOD; without an address that is sure there is none to give.
    if site.email and known:
        event.add("organizer", _organizer(site))
    calendar = _calendar([event])
    calendar.add("method", "CANCEL" if entry.cancelled else "PUBLISH")
    return bytes(calendar.to_ical())


def feed_file(entries: Iterable[Entry]) -> bytes:
    """Return the calendar that somebody's program reads again and again."""
    calendar = _calendar(_event(entry) for entry in entries)
    calendar.add("x-wr-calname", "Wegweiser")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return bytes(calendar.to_ical())


def entry_file(entry: Entry) -> bytes:
    """Return an entry as a calendar server wants it: without METHOD."""
    return bytes(_calendar([_event(entry)]).to_ical())


def _calendar(events: Iterable["Event"]) -> "Calendar":
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Wegweiser//DE")
    calendar.add("version", "2.0")
    for event in events:
        calendar.add_component(event)
    return calendar


def _event(entry: Entry) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", UID.format(id=entry.id))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    event.add("dtstart", entry.start.astimezone(UTC))
    event.add("dtend", entry.end.astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    for name, text in (("location", entry.location), ("description", entry.description)):
        if text:
            event.add(name, text)
    return event


def _organizer(site: Site) -> "vCalAddress":
    from icalendar import vCalAddress

    address = vCalAddress(f"mailto:{site.email}")
    address.params["cn"] = site.name
    return address
