"""The times of a volunteer as people type them."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.web.times import NTH, NoTimes, read, ruled, show
from bot.core.hours import Closure, Hours, Span

EVENING = Span(time(16), time(18, 30))
MONDAYS = {"day0": ["16-18"]}

DAYS = st.dates(date(2000, 1, 1), date(2199, 12, 31))
SPANS = st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=2, max_size=8, unique=True).map(
    lambda ends: tuple(Span(start, end) for start, end in zip(*[iter(sorted(ends))] * 2, strict=False))
)


@st.composite
def closures(draw: st.DrawFn) -> Closure:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return Closure(first, last, draw(st.none() | SPANS.map(lambda spans: spans[0])))


@st.composite
def shown(draw: st.DrawFn) -> Hours:
    """Any hours that the form can show."""
    exceptions = draw(st.dictionaries(DAYS, st.just(()) | SPANS, max_size=4))
    every, first, last = draw(st.integers(1, 12)), draw(DAYS), draw(DAYS)
    return Hours(
        week=draw(st.dictionaries(st.integers(0, 6), SPANS, min_size=0 if any(exceptions.values()) else 1)),
        closures=tuple(draw(st.lists(closures(), max_size=4))),
        exceptions=exceptions,
        every=every,
        anchor=draw(DAYS if every > 1 else st.just(date.min) | DAYS),
        nth=tuple(each for each in NTH if draw(st.booleans())),
        first=draw(st.sampled_from([date.min, min(first, last)])),
        last=draw(st.sampled_from([date.max, max(first, last)])),
    )


@given(shown())
@settings(max_examples=100, deadline=None)
def test_whatever_is_shown_is_read_again_as_it_was(hours: Hours) -> None:
    assert read(show(hours)) == hours


@pytest.mark.parametrize("written", ["16:00-18:30", "16-18:30", "16.00 – 18.30", " 16:00-18:30 , "])
def test_people_write_times_as_they_like(written: str) -> None:
    assert read({"day0": [written], "every": ["1"]}).week == {0: (EVENING,)}


def test_who_comes_on_single_days_alone_has_no_weekdays() -> None:
    form = {"other_day": ["2026-12-01", "", "2026-12-03"], "other_times": ["16-18:30", " ", ""]}
    assert read(form) == Hours({}, exceptions={date(2026, 12, 1): (EVENING,), date(2026, 12, 3): ()})


def test_an_absence_at_two_times_of_a_day_is_two() -> None:
    away = {"away_from": ["2026-12-01"], "away_to": ["2026-12-08"], "away_times": ["16-18:30, 20-21"]}
    day, last = date(2026, 12, 1), date(2026, 12, 8)
    assert read(MONDAYS | away).closures == (Closure(day, last, EVENING), Closure(day, last, Span(time(20), time(21))))


def test_the_further_rules_are_open_where_there_are_some() -> None:
    plain = Hours({0: (EVENING,)})
    assert not ruled(show(plain))
    assert not ruled(show(None))
    assert not ruled(MONDAYS | {"away_from": [""], "other_times": [" "]})
    later = Closure(date(2026, 12, 1), date(2026, 12, 1) + timedelta(days=7))
    for more in (
        Hours(plain.week, (later,)),
        Hours(plain.week, exceptions={later.first: ()}),
        Hours(plain.week, every=2, anchor=later.first),
        Hours(plain.week, nth=(-1,)),
        Hours(plain.week, last=later.last),
    ):
        assert ruled(show(more))


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("", "none"),
        ("nachmittags", "spans"),
        ("25-26", "spans"),
        ("9:70-10", "spans"),
        ("9", "spans"),
        ("18-16", "backwards"),
        ("16-16", "backwards"),
        ("9-11, 10-12", "overlap"),
    ],
)
def test_what_cannot_be_read_is_refused(written: str, what: str) -> None:
    with pytest.raises(NoTimes, match=what):
        read({"day3": [written]})


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"every": ["2"]}, "every"),
        ({"every": ["0"]}, "every"),
        ({"every": ["²"]}, "every"),
        ({"every": ["13"], "first_week": ["2026-11-26"]}, "every"),
        ({"first_week": ["next week"]}, "day"),
        ({"valid_from": ["0026-12-01"]}, "day"),
        ({"valid_from": ["2026-12-02"], "valid_until": ["2026-12-01"]}, "valid"),
        ({"away_from": ["2026-12-01"]}, "away"),
        ({"away_times": ["16-18"]}, "away"),
        ({"away_from": ["2026-12-08"], "away_to": ["2026-12-01"]}, "away"),
        ({"away_from": ["2026-12-01"], "away_to": ["2026-12-01"], "away_times": ["morgens"]}, "spans"),
        ({"other_times": ["16-18"]}, "other"),
        ({"other_day": ["2026-12-01"], "other_times": ["18-16"]}, "backwards"),
        ({"other_day": ["2026-12-01", "2026-12-01"], "other_times": ["16-18", "19-20"]}, "twice"),
    ],
)
def test_what_lacks_something_is_refused(more: dict[str, list[str]], what: str) -> None:
    with pytest.raises(NoTimes, match=what):
        read(MONDAYS | more)
