"""Reading what stands in other people's calendars: when it keeps them busy, and whether an entry of ours is as we wrote it."""

from datetime import UTC, date, datetime

import recurring_ical_events
from icalendar import Calendar, Event

from bot.core.calendars import Found, Said
from bot.core.locales import ZONE

Span = tuple[datetime, datetime]


def read(name: str, etag: str, text: str, start: datetime, end: datetime) -> Found:
    """Return what a file says about the time between two moments; one that cannot be understood keeps nobody busy."""
    try:
        calendar = Calendar.from_ical(text)
        happening = recurring_ical_events.of(calendar, skip_bad_series=True).between(start, end)
        spans = [_span(event) for event in happening if _keeps_busy(event)]
        said = _said(calendar.events)
    except (ValueError, TypeError, KeyError, AttributeError):  # what calendar programs write is beyond listing
        return Found(name, etag)
    return Found(name, etag, tuple(span for span in spans if span[0] < span[1]), said)


def uid(text: str) -> str:
    """Return what the events of a file are called; nothing when it cannot be understood."""
    try:
        return next((str(event.get("uid", "")) for event in Calendar.from_ical(text).events), "")
    except ValueError:
        return ""


def _keeps_busy(event: Event) -> bool:
    return not (event.get("transp") == "TRANSPARENT" or event.get("status") == "CANCELLED")


def _said(events: list[Event]) -> Said | None:
    if len(events) != 1 or "rrule" in events[0] or "rdate" in events[0]:
        return None
    event = events[0]
    texts = (str(event.get(name, "")) for name in ("summary", "location"))
    return (*_span(event), *texts, event.get("status") == "CANCELLED")


def _span(event: Event) -> Span:
    return _moment(event.start), _moment(event.end)


def _moment(when: date) -> datetime:
    """Return a moment in UTC; a whole day begins at midnight here, and a time without a zone is meant as it is here."""
    if not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day, tzinfo=ZONE)
    return (when if when.tzinfo else when.replace(tzinfo=ZONE)).astimezone(UTC)
