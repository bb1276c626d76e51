"""Calendar files of appointments (iCalendar, RFC 5545), without any personal text."""

from datetime import UTC, datetime

from bot.core.appointments import Appointment
from bot.core.network import Site


def calendar_file(appointment: Appointment, site: Site, now: datetime | None = None) -> bytes:
    """Return the .ics file of an appointment: UID stays, SEQUENCE rises, a cancelled one says CANCEL.

    Times are UTC, which every calendar shows in its own zone.
    """
    # Imported when it is needed: it costs a tenth of a second at every start.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Wegweiser//DE")
    calendar.add("version", "2.0")
    cancelled = appointment.status == "cancelled"
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"{appointment.id}@wegweiser")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", now or appointment.booked_at)
    event.add("dtstart", appointment.slot.start.astimezone(UTC))
    event.add("dtend", appointment.slot.end.astimezone(UTC))
    event.add("summary", site.name)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if not site.remote_only and (site.verified_on or site.example):
        event.add("location", f"{site.street}, {site.postcode} {site.town}")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
