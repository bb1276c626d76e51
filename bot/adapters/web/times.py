"""Weekly hours as a form: a line per weekday, every n-th week, and one absence."""

import re
from collections.abc import Mapping
from datetime import date, time
from itertools import pairwise

from bot.core.hours import Closure, Hours, Span
from bot.core.locales import clock

_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?")
_MOST_WEEKS = 12


class NoTimes(ValueError):
    """A field does not hold what it should; its word says which."""


def show(hours: Hours | None) -> dict[str, str]:
    """Return the fields of the form."""
    if hours is None:
        return {"every": "1"}
    fields = {
        f"day{day}": ", ".join(f"{clock(span.start)}-{clock(span.end)}" for span in spans) for day, spans in hours.week.items()
    }
    fields |= {"every": str(hours.every), "first_week": hours.anchor.isoformat() if hours.every > 1 else ""}
    if hours.closures:
        fields |= {"away_from": hours.closures[-1].first.isoformat(), "away_to": hours.closures[-1].last.isoformat()}
    return fields


def read(form: Mapping[str, str]) -> Hours:
    """Return the hours of a form.

    Raises:
        NoTimes: something in it cannot be understood; what, is its word.
    """
    week = {day: spans for day in range(7) if (spans := _spans(form.get(f"day{day}", "")))}
    if not week:
        raise NoTimes("spans")
    every, anchor = form.get("every", "1"), _day(form.get("first_week", ""))
    weeks = int(every) if every.isascii() and every.isdigit() else 0
    if not 1 <= weeks <= _MOST_WEEKS or (weeks > 1 and anchor is None):
        raise NoTimes("every")
    first, last = _day(form.get("away_from", "")), _day(form.get("away_to", ""))
    if (first is None) != (last is None) or (first and last and first > last):
        raise NoTimes("away")
    closures = (Closure(first, last),) if first and last else ()
    return Hours(week, closures, every=weeks, anchor=anchor or date.min)


def _spans(text: str) -> tuple[Span, ...]:
    """Return the spans of a day, written like "16-18, 19:30-21"."""
    spans = sorted((_span(part.strip()) for part in text.split(",") if part.strip()), key=lambda span: span.start)
    if any(later.start < earlier.end for earlier, later in pairwise(spans)):
        raise NoTimes("spans")
    return tuple(spans)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    try:
        start, end = (time(int(found[at]), int(found[at + 1] or 0)) for at in (1, 3)) if found else (time(), time())
    except ValueError:
        raise NoTimes("spans") from None
    if start >= end:
        raise NoTimes("spans")
    return Span(start, end)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
