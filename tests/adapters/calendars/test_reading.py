"""What calendar programs write, read as times at which somebody is busy."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.calendars.reading import read, uid
from tests.radicale import EVENT

SINCE, UNTIL = datetime(2026, 11, 24, 0, 0, tzinfo=UTC), datetime(2026, 12, 9, 0, 0, tzinfo=UTC)
NINE = "20261125T090000Z"


def spans(*lines: str) -> list[str]:
    text = EVENT.format(lines="\r\n".join(("UID:a", "DTSTAMP:20261101T090000Z", *lines)))
    return [
        f"{begins:%d %H:%M} {(ends - begins) // timedelta(minutes=1)}"
        for begins, ends in read("a.ics", "", text, SINCE, UNTIL).spans
    ]


@pytest.mark.parametrize(
    ("lines", "busy"),
    [
        ([f"DTSTART:{NINE}", "DTEND:20261125T100000Z"], ["25 09:00 60"]),
        ([f"DTSTART:{NINE}", "DURATION:PT90M"], ["25 09:00 90"]),
        (["DTSTART;TZID=Europe/Berlin:20261125T090000", "DURATION:PT1H"], ["25 08:00 60"]),
        (["DTSTART:20261125T090000", "DURATION:PT1H"], ["25 08:00 60"]),
        (["DTSTART;VALUE=DATE:20261125"], ["24 23:00 1440"]),
        (["DTSTART;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261128"], ["24 23:00 4320"]),
        ([f"DTSTART:{NINE}", "DURATION:PT1H", "STATUS:TENTATIVE"], ["25 09:00 60"]),
        ([f"DTSTART:{NINE}", "DURATION:PT1H", "TRANSP:TRANSPARENT"], []),
        ([f"DTSTART:{NINE}", "DURATION:PT1H", "STATUS:CANCELLED"], []),
        ([f"DTSTART:{NINE}"], []),
        (["DTSTART:20261001T090000Z", "DURATION:PT1H"], []),
    ],
    ids=["utc", "duration", "zone", "floating", "day", "days", "tentative", "free", "cancelled", "a moment", "over"],
)  # fmt: skip
def test_an_event_keeps_somebody_busy(lines: list[str], busy: list[str]) -> None:
    assert spans(*lines) == busy


def test_a_recurring_event_is_expanded_in_wall_time_without_what_was_taken_out() -> None:
    weekly = ["DTSTART;TZID=Europe/Berlin:20261007T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"]
    assert spans(*weekly) == ["25 08:00 60", "02 08:00 60"]  # in summer, when it began, that was seven o'clock
    assert spans(*weekly, "EXDATE;TZID=Europe/Berlin:20261125T090000") == ["02 08:00 60"]


def test_one_of_a_series_may_be_at_another_time() -> None:
    series = "RRULE:FREQ=WEEKLY;COUNT=2\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20261101T090000Z"
    moved = [
        f"DTSTART:{NINE}",
        "DURATION:PT1H",
        series,
        "RECURRENCE-ID:20261202T090000Z",
        "DTSTART:20261203T140000Z",
        "DURATION:PT30M",
    ]
    assert spans(*moved) == ["25 09:00 60", "03 14:00 30"]


@pytest.mark.parametrize(
    "lines",
    [["SUMMARY:nothing else"], ["DTSTART:tomorrow"], [f"DTSTART:{NINE}", "DURATION:PT1H", "RRULE:FREQ=SOMETIMES"]],
    ids=["no time", "no date", "no rule"],
)  # fmt: skip
def test_an_event_that_cannot_be_understood_keeps_nobody_busy(lines: list[str]) -> None:
    assert spans(*lines) == []


@pytest.mark.parametrize("text", ["", "Guten Tag", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
def test_a_file_that_is_no_calendar_keeps_nobody_busy(text: str) -> None:
    found = read("a.ics", "mark", text, SINCE, UNTIL)
    assert (found.spans, found.said, found.etag, uid(text)) == ((), None, "mark", "")
