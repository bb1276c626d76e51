"""Weekly hours as people type them."""

from datetime import date, time

import pytest

from bot.adapters.web.times import NoTimes, read, show
from bot.core.hours import Closure, Hours, Span

EVENING = Span(time(16), time(18, 30))


@pytest.mark.parametrize("written", ["16:00-18:30", "16-18:30", "16.00 – 18.30", " 16:00-18:30 , "])
def test_people_write_times_as_they_like(written: str) -> None:
    assert read({"day0": written, "every": "1"}).week == {0: (EVENING,)}


def test_what_is_shown_is_read_again_as_it_was() -> None:
    hours = Hours(
        {0: (Span(time(9), time(10)), EVENING), 6: (EVENING,)},
        (Closure(date(2026, 12, 1), date(2026, 12, 8)),),
        every=2,
        anchor=date(2026, 11, 26),
    )
    assert read(show(hours)) == hours


@pytest.mark.parametrize("written", ["", "nachmittags", "18-16", "25-26", "9:70-10", "9-11, 10-12", "9"])
def test_what_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(NoTimes, match="spans"):
        read({"day3": written, "every": "1"})


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"every": "2"}, "every"),
        ({"every": "0"}, "every"),
        ({"every": "²"}, "every"),
        ({"every": "13", "first_week": "2026-11-26"}, "every"),
        ({"away_from": "2026-12-01"}, "away"),
        ({"away_from": "2026-12-08", "away_to": "2026-12-01"}, "away"),
    ],
)
def test_what_lacks_something_is_refused(more: dict[str, str], what: str) -> None:
    with pytest.raises(NoTimes, match=what):
        read({"day0": "16-18", "every": "1"} | more)
