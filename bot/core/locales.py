"""Dates, times, amounts and distances as the reader's language writes them (Gregorian calendar, Latin digits)."""

from calendar import Calendar
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from bot.core.language import direction

ZONE = ZoneInfo("Europe/Berlin")
_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def local(moment: datetime) -> datetime:
    """Return a moment in German wall time."""
    return moment.astimezone(ZONE)


def day(when: date, language: str) -> str:
    """Return a date with its weekday, as short as can be understood, for buttons."""
    return format_date(when, "EEE d MMM" if language != "de" else "EEE d. MMM", locale=_locale(language)).translate(_LATIN_DIGITS)


def full_day(when: date, language: str) -> str:
    """Return a date with weekday, month and year in words."""
    comma = "،" if direction(language) == "rtl" else ","
    return f"{format_date(when, 'EEEE', locale=_locale(language))}{comma} {date_in_words(when, language)}"


def date_in_words(when: date, language: str) -> str:
    """Return a date with its month in words, fit for use inside a sentence."""
    return format_date(when, "d MMMM yyyy" if language != "de" else "d. MMMM yyyy", locale=_locale(language)).translate(
        _LATIN_DIGITS
    )


def month(when: date, language: str) -> str:
    """Return month and year as the title of a calendar."""
    return format_date(when, "LLLL yyyy", locale=_locale(language)).translate(_LATIN_DIGITS)


def weeks(when: date) -> list[list[date]]:
    """Return the weeks of a date's month, each from Monday to Sunday."""
    return Calendar().monthdatescalendar(when.year, when.month)


def short_weekday(when: date, language: str) -> str:
    """Return the name of a date's weekday, as short as it can be."""
    return format_date(when, "ccc", locale=_locale(language))


def plain_date(when: date) -> str:
    """Return a date as German offices write it: 24.11.2026."""
    return f"{when:%d.%m.%Y}"


def weekday(number: int, language: str) -> str:
    """Return the name of a weekday, 0 is Monday."""
    return format_date(date(2026, 1, 5 + number), "EEEE", locale=_locale(language))


def clock(when: datetime | time) -> str:
    """Return a time of day, 24 hours: 09:30."""
    moment = local(when).time() if isinstance(when, datetime) else when
    return format_time(moment, "HH:mm", locale=_locale("de"))


def number(value: str, language: str) -> str:
    """Return a decimal number with the language's separators."""
    return format_decimal(Decimal(value), locale=_locale(language)).translate(_LATIN_DIGITS)


def money(value: str, language: str) -> str:
    """Return an amount in euro: "5,80 €"; whole euros without cents."""
    amount = Decimal(value)
    pattern = "#,##0" if amount == amount.to_integral() else "#,##0.00"
    return f"{format_decimal(amount, pattern, locale=_locale(language)).translate(_LATIN_DIGITS)}\u00a0€"


def distance(kilometres: float, language: str) -> str:
    """Return a distance in kilometres, with one decimal below ten."""
    shown = f"{kilometres:.1f}" if kilometres < 10 else f"{kilometres:.0f}"
    return f"{number(shown, language)} km"
