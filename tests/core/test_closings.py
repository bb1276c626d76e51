"""What staff closes is closed for everything: opening hours, appointments, coming by; all of a day or a part of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.appointments import free_slots
from bot.core.closings import Closing, Mistake, closed, mistake
from bot.core.content import Content
from bot.core.hours import Closure, Hours, Span
from bot.core.network import Site, WalkIn
from tests.clock import TUESDAY
from tests.core.examples import NO_HOLIDAYS, SITE, TUESDAY_MORNING, hours, network, rule, site, spans

DAY = date(2026, 12, 1)
"""The Tuesday after."""
MORNING = rule(horizon_days=8)
BEATES = replace(MORNING, advisor="beate")
OFFICE = site("office", appointments=(MORNING, BEATES), walk_in=(WalkIn(TUESDAY_MORNING, 20),))
ANNEX = site("annex")
FOREIGN = site("foreign", agency="example-b")
CLOSED = Closing("c1", "example-a", "office", "", Closure(DAY, DAY), "krank")
NIGHT = hours({day: spans("00:30-04:00", "09:00-12:00") for day in range(7)})
CHANGES = ("2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31")


def after(*closings: Closing) -> dict[str, Site]:
    """Return the sites when these are closed."""
    return dict(closed(network(OFFICE, ANNEX, FOREIGN), closings).sites)


def everything(of: Site) -> list[Hours]:
    return [of.hours, *(each.hours for each in of.walk_in), *(each.hours for each in of.appointments)]


def is_open(hours: Hours) -> bool:
    return bool(hours.on(DAY, NO_HOLIDAYS))


def test_a_site_that_closes_has_no_hours_of_any_kind_that_day_and_all_on_others() -> None:
    office = after(CLOSED)["office"]
    assert [is_open(each) for each in everything(office)] == [False] * 4
    assert all(each.on(DAY + timedelta(days=7), NO_HOLIDAYS) for each in everything(office))


def test_other_sites_and_other_agencies_stay_as_they_are() -> None:
    sites = after(CLOSED)
    assert (sites["annex"], sites["foreign"]) == (ANNEX, FOREIGN)


def test_without_a_site_all_of_the_agency_closes() -> None:
    sites = after(replace(CLOSED, site=""))
    assert [is_open(sites[id].hours) for id in ("office", "annex", "foreign")] == [False, False, True]


def test_an_advisor_who_has_no_time_leaves_the_site_open() -> None:
    office = after(replace(CLOSED, advisor="beate"))["office"]
    assert [is_open(each) for each in everything(office)] == [True, True, True, False]


def test_the_times_of_an_advisor_who_is_not_there_are_not_offered() -> None:
    def nobody(*_: object) -> frozenset[tuple[int, int]]:
        return frozenset()

    only_beate = site("office", appointments=(BEATES,))
    there = closed(network(only_beate), [replace(CLOSED, advisor="beate", when=Closure(DAY, DAY, Span(time(9), time(11))))])
    free = free_slots(there.sites["office"], TUESDAY, NO_HOLIDAYS, nobody)
    assert [each.start for each in free] == [datetime(2026, 12, 1, 10, minute, tzinfo=UTC) for minute in (0, 30)]


def test_what_is_closed_at_short_notice_is_closed_on_exceptional_days_too() -> None:
    special = replace(TUESDAY_MORNING, exceptions={DAY: spans("10:00-15:00")})
    office = closed(network(site("office", hours=special)), [CLOSED]).sites["office"]
    assert is_open(special)
    assert not is_open(office.hours)


def test_until_a_part_of_the_day_closes_it_is_open_and_answers_are_promised() -> None:
    afternoon = replace(CLOSED, when=Closure(DAY, DAY, Span(time(11), time(18))))
    there = closed(network(OFFICE, days=1), [afternoon])
    assert there.sites["office"].hours.on(DAY, NO_HOLIDAYS) == spans("09:00-11:00")
    assert there.promise(there.sites["office"], TUESDAY) == datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    whole = closed(network(OFFICE, days=1), [CLOSED])
    assert whole.promise(whole.sites["office"], TUESDAY) == datetime(2026, 12, 8, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("10:00-11:00", ("09:00-10:00", "11:00-12:00", "14:00-17:00")),
        ("11:00-15:00", ("09:00-11:00", "15:00-17:00")),
        ("12:00-14:00", ("09:00-12:00", "14:00-17:00")),
        ("08:00-12:00", ("14:00-17:00",)),
        ("00:00-23:59", ()),
    ],
)
def test_a_part_of_a_day_is_cut_out_of_its_spans(part: str, left: tuple[str, ...]) -> None:
    (cut,) = spans(part)
    assert Closure(DAY, DAY, cut).leaves(DAY, spans("09:00-12:00", "14:00-17:00")) == spans(*left)


TIMES = st.integers(0, 24 * 4 - 1).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(day=st.sampled_from(CHANGES).map(date.fromisoformat), times=st.tuples(TIMES, TIMES).filter(lambda two: two[0] < two[1]))
def test_on_the_days_of_both_clock_changes_nothing_is_lost_and_nothing_stays_open(day: date, times: tuple[time, time]) -> None:
    part = Span(*times)
    ((begins, ends),) = hours({day.weekday(): (part,)}).seconds(day, 0, NO_HOLIDAYS)
    before = _minutes(NIGHT, day)
    left = _minutes(replace(NIGHT, shut=(Closure(day, day, part),)), day)
    assert left == before - set(range(begins, ends, 60))
    assert left == _minutes(replace(NIGHT, closures=(Closure(day, day, part),)), day), "in the files as well"


def _minutes(open_at: Hours, day: date) -> set[int]:
    return {minute for opens, closes in open_at.seconds(day, 0, NO_HOLIDAYS) for minute in range(opens, closes, 60)}


@pytest.mark.parametrize(
    ("first", "last", "part", "wrong"),
    [
        ("2026-11-24", "2026-11-24", None, None),
        ("2026-11-20", "2026-11-24", None, None),
        ("2026-11-24", "2027-11-24", "09:00-12:00", None),
        ("2026-11-25", "2026-11-24", None, "order"),
        ("2026-11-20", "2026-11-23", None, "past"),
        ("2026-11-24", "2027-11-25", None, "year"),
        ("2062-12-01", "2062-12-01", None, "year"),
        ("2026-11-24", "2026-11-24", "12:00-12:00", "part"),
        ("2026-11-24", "2026-11-24", "12:00-09:00", "part"),
    ],
)
def test_days_that_cannot_be_are_told_apart(first: str, last: str, part: str | None, wrong: Mistake | None) -> None:
    cut = spans(part)[0] if part else None
    assert mistake(Closure(date.fromisoformat(first), date.fromisoformat(last), cut), TUESDAY.date()) == wrong


def test_content_in_which_something_closed_is_not_indexed_anew(content: Content) -> None:
    shut = content.closed([CLOSED])
    assert shut.matcher is content.matcher
    assert shut.glossary is content.glossary
    assert shut.closed([]) is shut
    vectors = content.understood({})
    assert vectors.closed([CLOSED]).matcher is vectors.matcher


def test_a_site_nobody_closed_is_the_same_object() -> None:
    assert after(CLOSED)["annex"] is ANNEX
    assert closed(network(SITE), ()).sites["elmshorn"] is SITE
