"""Dates, times and amounts as each language writes them, always with Latin digits and the Gregorian calendar."""

from datetime import UTC, date, datetime, time

import pytest

from bot.core import locales
from bot.core.language import LANGUAGES

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("de", "Dienstag, 24. November 2026"),
        ("en", "Tuesday, 24 November 2026"),
        ("uk", "вівторок, 24 листопада 2026"),
        ("ar", "الثلاثاء، 24 نوفمبر 2026"),
        ("fa", "سه‌شنبه، 24 نوامبر 2026"),
        ("ku", "sêşem, 24 mijdar 2026"),
    ],
)
def test_a_full_day_has_weekday_and_month_in_words(language: str, day: str) -> None:
    assert locales.full_day(TUESDAY, language) == day


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_in_latin_digits(language: str) -> None:
    shown = [
        locales.day(TUESDAY, language),
        locales.full_day(TUESDAY, language),
        locales.date_in_words(TUESDAY, language),
        locales.money("1234.50", language),
        locales.number("1234.5", language),
        locales.distance(12.3, language),
    ]
    for text in shown:
        assert any(c.isdigit() for c in text)
        assert all(c.isascii() for c in text if c.isdigit())


@pytest.mark.parametrize(("amount", "shown"), [("5.80", "5,80\u00a0€"), ("1200", "1.200\u00a0€"), ("13.00", "13\u00a0€")])
def test_whole_euros_have_no_cents(amount: str, shown: str) -> None:
    assert locales.money(amount, "de") == shown


def test_a_moment_is_shown_in_german_wall_time_summer_and_winter() -> None:
    assert locales.clock(datetime(2026, 7, 1, 7, 30, tzinfo=UTC)) == "09:30"
    assert locales.clock(datetime(2026, 11, 24, 7, 30, tzinfo=UTC)) == "08:30"
    assert locales.clock(time(14, 5)) == "14:05"


def test_a_distance_has_a_decimal_below_ten_kilometres() -> None:
    assert locales.distance(3.14, "de") == "3,1 km"
    assert locales.distance(31.4, "de") == "31 km"


def test_a_german_date_has_its_full_stop_inside_a_sentence_and_on_a_button() -> None:
    assert locales.date_in_words(TUESDAY, "de") == "24. November 2026"
    assert locales.day(TUESDAY, "de") == "Di. 24. Nov."
    assert locales.date_in_words(TUESDAY, "en") == "24 November 2026"


def test_german_offices_write_dates_in_figures() -> None:
    assert locales.plain_date(date(2026, 2, 3)) == "03.02.2026"


def test_monday_is_the_first_day_of_the_week() -> None:
    assert [locales.weekday(number, "de") for number in (0, 6)] == ["Montag", "Sonntag"]
