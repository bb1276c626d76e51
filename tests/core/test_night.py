"""Nobody is written to between nine in the evening and eight in the morning, and time to answer stands still meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.locales import ZONE, local
from bot.core.night import is_night, next_morning, waking_end


def german(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("hour", "night"), [("07:59", True), ("08:00", False), ("20:59", False), ("21:00", True), ("00:00", True)]
)
def test_the_night_begins_at_nine_and_ends_at_eight(hour: str, night: bool) -> None:
    assert is_night(german(f"11-24T{hour}")) is night


@pytest.mark.parametrize(("at", "morning"), [("11-24T22:00", "25.11. 08:00"), ("11-25T03:00", "25.11. 08:00")])
def test_the_next_morning_is_the_one_to_come(at: str, morning: str) -> None:
    assert f"{next_morning(german(at)):%d.%m. %H:%M}" == morning


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("11-24T10:00", 2, "24.11. 12:00"),
        ("11-24T19:00", 2, "24.11. 21:00"),
        ("11-24T20:00", 2, "25.11. 09:00"),
        ("11-24T23:00", 2, "25.11. 10:00"),
        ("11-24T20:00", 12, "25.11. 19:00"),
        ("10-24T20:00", 2, "25.10. 09:00"),
        ("03-28T20:00", 2, "29.03. 09:00"),
    ],
)
def test_only_hours_in_which_people_are_awake_count(start: str, hours: int, end: str) -> None:
    found = waking_end(german(start), timedelta(hours=hours))
    assert f"{local(found):%d.%m. %H:%M}" == end
    assert found.tzinfo is UTC
