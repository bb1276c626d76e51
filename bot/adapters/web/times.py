"""The times of a volunteer as a form: spans of each weekday first, then weeks, validity, absences and single other days."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time
from itertools import pairwise, zip_longest

from bot.core.hours import Closure, Hours, Span
from bot.core.locales import clock

Fields = Mapping[str, Sequence[str]]
"""What a form says: the values of each field. The n-th values of the fields of a list are its n-th row."""
NTH = (1, 2, 3, 4, 5, -1)
"""Of which weeks of a month there can be a rule; -1 is the last."""
AWAY = ("away_from", "away_to", "away_times")
OTHER = ("other_day", "other_times")
_RULES = ("nth", "first_week", "valid_from", "valid_until", *AWAY, *OTHER)
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?")
_MOST_WEEKS = 12
_YEARS = range(2000, 2200)
_ALWAYS = (date.min, date.max)


class NoTimes(ValueError):
    """A field does not hold what it should; its word says which."""


def show(hours: Hours | None) -> dict[str, Sequence[str]]:
    """Return the fields of the form."""
    if hours is None:
        return {"every": ("1",)}
    return {
        **{f"day{day}": (_written(spans),) for day, spans in hours.week.items()},
        "every": (str(hours.every),),
        "first_week": _bound(hours.anchor),
        "nth": tuple(map(str, hours.nth)),
        "valid_from": _bound(hours.first),
        "valid_until": _bound(hours.last),
        "away_from": tuple(each.first.isoformat() for each in hours.closures),
        "away_to": tuple(each.last.isoformat() for each in hours.closures),
        "away_times": tuple(_written([each.part] if each.part else []) for each in hours.closures),
        "other_day": tuple(day.isoformat() for day in sorted(hours.exceptions)),
        "other_times": tuple(_written(hours.exceptions[day]) for day in sorted(hours.exceptions)),
    }


def read(form: Fields) -> Hours:
    """Return the hours of a form.

    Raises:
        NoTimes: something in it cannot be understood; what, is its word.
    """
    week = {day: spans for day in range(7) if (spans := _spans(value(form, f"day{day}")))}
    exceptions = _exceptions(form)
    if not week and not any(exceptions.values()):
        raise NoTimes("none")
    every, anchor = value(form, "every") or "1", _day(value(form, "first_week"))
    weeks = int(every) if every.isascii() and every.isdigit() else 0
    if not 1 <= weeks <= _MOST_WEEKS or (weeks > 1 and anchor is None):
        raise NoTimes("every")
    first, last = _day(value(form, "valid_from")) or date.min, _day(value(form, "valid_until")) or date.max
    if first > last:
        raise NoTimes("valid")
    nth = tuple(number for number in NTH if str(number) in form.get("nth", ()))
    return Hours(week, _closures(form), exceptions, weeks, anchor or date.min, nth, first, last)


def value(form: Fields, name: str) -> str:
    """Return what a field says that is there once."""
    return next(iter(form.get(name, ())), "").strip()


def rows(form: Fields, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the rows of a list in which something is written."""
    written = zip_longest(*(form.get(name, ()) for name in names), fillvalue="")
    return [row for row in (tuple(each.strip() for each in row) for row in written) if any(row)]


def ruled(form: Fields) -> bool:
    """Tell whether a form says more than the spans of each weekday."""
    return value(form, "every") not in ("", "1") or any(each.strip() for name in _RULES for each in form.get(name, ()))


def _closures(form: Fields) -> tuple[Closure, ...]:
    found: list[Closure] = []
    for start, end, parts in rows(form, AWAY):
        first, last = _day(start), _day(end)
        if first is None or last is None or first > last:
            raise NoTimes("away")
        found += [Closure(first, last, part) for part in _spans(parts) or (None,)]
    return tuple(found)


def _exceptions(form: Fields) -> dict[date, tuple[Span, ...]]:
    found: dict[date, tuple[Span, ...]] = {}
    for written, spans in rows(form, OTHER):
        day = _day(written)
        if day is None:
            raise NoTimes("other")
        if day in found:
            raise NoTimes("twice")
        found[day] = _spans(spans)
    return found


def _spans(text: str) -> tuple[Span, ...]:
    """Return the spans of a day, written like "16-18, 19:30-21"."""
    spans = sorted((_span(part.strip()) for part in text.split(",") if part.strip()), key=lambda span: span.start)
    if any(later.start < earlier.end for earlier, later in pairwise(spans)):
        raise NoTimes("overlap")
    return tuple(spans)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise NoTimes("spans")
    try:
        start, end = (time(int(found[at]), int(found[at + 1] or 0)) for at in (1, 3))
    except ValueError:
        raise NoTimes("spans") from None
    if start >= end:
        raise NoTimes("backwards")
    return Span(start, end)


def _day(text: str) -> date | None:
    """Return a day; None where none is written."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NoTimes("day") from None
    if day.year not in _YEARS:  # a year of which only the last digits were typed
        raise NoTimes("day")
    return day


def _written(spans: Sequence[Span]) -> str:
    return ", ".join(f"{clock(span.start)}-{clock(span.end)}" for span in spans)


def _bound(day: date) -> tuple[str, ...]:
    return () if day in _ALWAYS else (day.isoformat(),)
