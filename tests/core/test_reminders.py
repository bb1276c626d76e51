"""Reminders come two days and two hours before, never at night, and not when they help nobody any more."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.appointments import Slot, book, cancel
from bot.core.locales import ZONE, local
from bot.core.reminders import Notice, notices, send_at
from tests.clock import TUESDAY

TEN_DAYS_BEFORE = timedelta(days=10)


def german(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE).astimezone(UTC)


def due(start: datetime, now: datetime | None = None) -> list[str]:
    """Return when somebody who booked ten days before, or at another moment, is reminded."""
    booked_at = now or start - TEN_DAYS_BEFORE
    appointment = book(Slot("a", start, start + timedelta(minutes=30), 0), "oksana", "oksana", "kita", "uk", booked_at, "a-1")
    return [f"{local(at):%d.%m. %H:%M}" for at in notices(appointment, booked_at).values()]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("12-10T14:00", ["08.12. 14:00", "10.12. 12:00"]),
        ("12-10T10:00", ["08.12. 10:00", "10.12. 08:00"]),
        ("12-10T09:00", ["08.12. 09:00", "10.12. 08:00"]),
        ("12-10T08:30", ["08.12. 08:30", "09.12. 20:00"]),
        ("12-10T07:00", ["08.12. 08:00", "09.12. 20:00"]),
        ("12-10T22:00", ["09.12. 08:00", "10.12. 20:00"]),
    ],
)
def test_nobody_is_woken(start: str, expected: list[str]) -> None:
    assert due(german(start)) == expected


def test_two_days_are_wall_time_and_two_hours_are_real_over_a_change_of_the_clocks() -> None:
    assert due(german("10-26T14:00"))[0] == "24.10. 14:00"
    assert due(german("03-30T14:00"))[0] == "28.03. 14:00"
    assert due(german("10-25T11:00"))[1] == "25.10. 09:00"


@pytest.mark.parametrize(
    ("booked", "expected"),
    [
        ("12-08T01:00", ["08.12. 14:00", "10.12. 12:00"]),
        ("12-08T03:00", ["10.12. 12:00"]),
        ("12-10T09:30", ["10.12. 12:00"]),
        ("12-10T10:30", []),
        ("12-10T15:00", []),
    ],
)
def test_nobody_is_reminded_of_what_they_have_just_booked(booked: str, expected: list[str]) -> None:
    assert due(german("12-10T14:00"), german(booked)) == expected


def test_nobody_is_reminded_of_what_is_cancelled() -> None:
    slot = Slot("a", TUESDAY + TEN_DAYS_BEFORE, TUESDAY + TEN_DAYS_BEFORE + timedelta(minutes=30), 0)
    assert notices(cancel(book(slot, "oksana", "oksana", "kita", "uk", TUESDAY, "a-1")), TUESDAY) == {}


@pytest.mark.parametrize(
    ("notice", "now", "expected"),
    [
        ("days", "12-08T14:00", "08.12. 14:00"),
        ("days", "12-08T23:00", "09.12. 08:00"),
        ("days", "12-10T01:00", None),
        ("days", "12-10T03:00", None),
        ("hours", "12-10T12:00", "10.12. 12:00"),
        ("hours", "12-10T13:45", "10.12. 13:45"),
        ("hours", "12-10T13:46", None),
        ("hours", "12-10T04:00", "10.12. 08:00"),
    ],
)
def test_after_a_pause_what_is_still_useful_is_sent_by_day_and_the_rest_dropped(
    notice: Notice, now: str, expected: str | None
) -> None:
    start = german("12-10T14:00")
    appointment = book(Slot("a", start, start + timedelta(minutes=30), 0), "oksana", "oksana", "kita", "uk", TUESDAY, "a-1")
    at = send_at(notice, appointment, german(now))
    assert (at and f"{local(at):%d.%m. %H:%M}") == expected
