"""The kinds of value in content files. Each arrives as text; what does not fit is refused in German, with an example."""

import re
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from bot.core.hours import Span
from bot.core.language import LANGUAGES

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Land = Literal["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]
LATIN = "latin"
"""Crisis words of languages with another script, typed in Latin letters."""

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)")
_DURATION = re.compile(r"([1-9]\d{0,3})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
# Germany with its islands: whoever swaps the two numbers lands in the Indian Ocean.
_SOUTH, _NORTH, _WEST, _EAST = 47.2, 55.1, 5.8, 15.1


def _day(text: object) -> object:
    # Pydantic also takes seconds since 1970 for a date.
    if isinstance(text, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(f"'{text}' ist kein Datum. Schreiben Sie Jahr-Monat-Tag, zum Beispiel 2026-12-31.")
    return text


def _nothing(text: object) -> object:
    return None if text == "" else text


def _span(text: object) -> object:
    found = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"'{text}' ist keine Zeitspanne. Schreiben Sie zum Beispiel \"09:00-12:00\".")
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if start >= end:
        raise ValueError(f"'{text}' endet vor dem Anfang. Schreiben Sie die frühere Uhrzeit zuerst.")
    return Span(start, end)


def _duration(text: object) -> object:
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"'{text}' ist keine Dauer. Schreiben Sie zum Beispiel 3d (Tage), 12h (Stunden) oder 30m (Minuten).")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    ordered = sorted(spans, key=lambda span: span.start)
    if any(later.start < earlier.end for earlier, later in pairwise(ordered)):
        raise ValueError("Zwei Zeitspannen an diesem Tag überschneiden sich. Fassen Sie sie zusammen.")
    return tuple(ordered)


def _language(code: str) -> str:
    if code not in LANGUAGES and code != LATIN:
        raise ValueError(f"'{code}' ist keine Sprache des Bots. Möglich sind: {', '.join(LANGUAGES)} und {LATIN}.")
    return code


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
Postcode = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
IsoLanguage = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Day = Annotated[date, BeforeValidator(_day)]
SomeDay = Annotated[date | None, BeforeValidator(_day), BeforeValidator(_nothing)]
YesOrUnknown = Annotated[bool | None, BeforeValidator(_nothing)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
DaySpans = Annotated[tuple[Annotated[Span, BeforeValidator(_span)], ...], AfterValidator(_in_order)]
Week = dict[Weekday, DaySpans]
CrisisWords = dict[Annotated[str, AfterValidator(_language)], tuple[Words, ...]]


def check_decimal(text: str) -> None:
    """Refuse what is no decimal number."""
    try:
        finite = Decimal(text).is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        raise ValueError(f"'{text}' ist keine Zahl. Schreiben Sie nur Ziffern und einen Dezimalpunkt, zum Beispiel \"5.80\".")


def check_day(text: str) -> None:
    """Refuse what is no day of the calendar."""
    _day(text)
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Den Tag {text} gibt es nicht. Korrigieren Sie das Datum.") from None


def in_germany(lat: float, lon: float) -> bool:
    """Tell whether a point lies in Germany, roughly."""
    return _SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST
