"""Opening hours are wall time; closures and public holidays close the door."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.rrule import DAILY, MO, MONTHLY, TU, WEEKLY, rrule  # type: ignore[import-untyped]

from bot.core.content import Content
from bot.core.hours import Closure, Hours, Span
from bot.core.locales import ZONE
from tests.core.examples import MONDAY, NO_HOLIDAYS, SUNDAY, TUESDAY, hours, spans

TUESDAY_10 = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WEEK = {MONDAY: spans("09:00-12:00"), TUESDAY: spans("09:00-12:00", "14:00-17:00")}


def german(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)


def test_it_is_open_until_the_span_ends() -> None:
    assert hours(WEEK).open_until(TUESDAY_10, NO_HOLIDAYS) == german("2026-11-24", "12:00")


def test_it_is_closed_at_lunch_at_the_very_end_and_on_other_days() -> None:
    for clock in ("13:00", "12:00", "17:00", "08:59"):
        assert hours(WEEK).open_until(german("2026-11-24", clock), NO_HOLIDAYS) is None
    assert hours(WEEK).open_until(german("2026-11-25", "10:00"), NO_HOLIDAYS) is None


def test_it_opens_next_in_the_afternoon_or_next_week() -> None:
    assert hours(WEEK).next_opening(TUESDAY_10, NO_HOLIDAYS) == german("2026-11-24", "14:00")
    assert hours(WEEK).next_opening(german("2026-11-24", "14:00"), NO_HOLIDAYS) == german("2026-11-30", "09:00")


def test_a_closure_closes_its_first_and_its_last_day() -> None:
    closed = hours(WEEK, Closure(date(2026, 11, 24), date(2026, 11, 30)))
    assert closed.open_until(TUESDAY_10, NO_HOLIDAYS) is None
    assert closed.next_opening(TUESDAY_10, NO_HOLIDAYS) == german("2026-12-01", "09:00")


def test_it_is_closed_on_a_holiday() -> None:
    assert hours(WEEK).open_until(TUESDAY_10, {date(2026, 11, 24): "Feiertag"}) is None


def test_a_place_without_hours_never_opens() -> None:
    assert hours({}).next_opening(TUESDAY_10, NO_HOLIDAYS) is None
    assert hours({}).end_of_open_day(TUESDAY_10, 2, NO_HOLIDAYS) is None


def test_the_nth_open_day_is_counted_after_today_and_ends_with_its_last_span() -> None:
    assert hours(WEEK).end_of_open_day(TUESDAY_10, 1, NO_HOLIDAYS) == german("2026-11-30", "12:00")
    assert hours(WEEK).end_of_open_day(TUESDAY_10, 2, NO_HOLIDAYS) == german("2026-12-01", "17:00")


def test_the_day_is_the_german_one_also_shortly_before_midnight_utc() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # Tuesday, half past midnight in Germany
    assert hours(WEEK).next_opening(late, NO_HOLIDAYS) == german("2026-11-24", "09:00")
    assert hours(WEEK).end_of_open_day(late, 1, NO_HOLIDAYS) == german("2026-11-30", "12:00")


def test_it_opens_at_the_same_wall_time_before_and_after_both_clock_changes() -> None:
    daily = hours({day: spans("09:00-12:00") for day in range(MONDAY, SUNDAY + 1)})
    for saturday, before, after in (("2026-10-24", 7, 8), ("2027-03-27", 8, 7)):
        first, second = list(daily.spans(german(saturday, "00:00"), 1, NO_HOLIDAYS))
        assert [start.strftime("%H:%M") for start, _ in (first, second)] == ["09:00", "09:00"]
        assert [start.astimezone(UTC).hour for start, _ in (first, second)] == [before, after]


def test_the_holidays_are_those_of_schleswig_holstein(content: Content) -> None:
    holidays = content.network.holidays
    assert date(2026, 10, 31) in holidays
    assert date(2026, 11, 1) not in holidays
    assert date(2027, 3, 26) in holidays


TUESDAYS = hours({TUESDAY: spans("09:00-12:00")})


def days_of(open_at: Hours, first: date, count: int = 120, holidays: Mapping[date, str] = NO_HOLIDAYS) -> list[date]:
    days = (first + timedelta(days=offset) for offset in range(count))
    return [day for day in days if open_at.on(day, holidays)]


def by_rrule(freq: int, **rule: object) -> list[date]:
    first = datetime(2026, 11, 1, tzinfo=UTC)
    found = rrule(freq, dtstart=first, until=first + timedelta(days=119), **rule)
    return [each.date() for each in found]


@pytest.mark.parametrize("every", [2, 3, 4])
def test_every_nth_week_is_counted_from_any_day_of_the_first(every: int) -> None:
    for anchor in (date(2026, 11, 2), date(2026, 11, 8), date(2026, 11, 2) + timedelta(weeks=every * 9)):
        found = days_of(replace(TUESDAYS, every=every, anchor=anchor), date(2026, 11, 1))
        assert found == [date(2026, 11, 3) + timedelta(weeks=every * n) for n in range(len(found))]
        assert len(found) == -(-17 // every)


def test_weeks_go_on_over_the_turn_of_a_year_with_53_weeks() -> None:
    found = days_of(replace(TUESDAYS, every=2, anchor=date(2026, 12, 22)), date(2026, 12, 20), 30)
    assert found == [date(2026, 12, 22), date(2027, 1, 5)]


@pytest.mark.parametrize("nth", [(1,), (2, 4), (5,), (-1,), (1, -1)])
def test_nth_weekdays_of_the_month_are_those_that_another_library_finds(nth: tuple[int, ...]) -> None:
    both = hours({MONDAY: spans("09:00-12:00"), TUESDAY: spans("09:00-12:00")})
    expected = by_rrule(MONTHLY, byweekday=[day(n) for day in (MO, TU) for n in nth])
    assert days_of(replace(both, nth=nth), date(2026, 11, 1)) == expected


def test_weekly_days_are_those_that_another_library_finds() -> None:
    assert days_of(hours(WEEK), date(2026, 11, 1)) == by_rrule(WEEKLY, byweekday=[MO, TU])
    assert days_of(hours(dict.fromkeys(range(7), spans("09:00-10:00"))), date(2026, 11, 1)) == by_rrule(DAILY)


def test_hours_hold_from_their_first_to_their_last_day() -> None:
    valid = replace(TUESDAYS, first=date(2026, 11, 10), last=date(2026, 11, 24))
    assert days_of(valid, date(2026, 11, 1)) == [date(2026, 11, 10), date(2026, 11, 17), date(2026, 11, 24)]


def test_an_exception_goes_before_all_that_else_holds() -> None:
    other, closed, holiday = date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 25)
    special: Mapping[date, tuple[Span, ...]] = {other: spans("14:00-15:00"), closed: (), holiday: spans("10:00-11:00")}
    open_at = replace(TUESDAYS, closures=(Closure(holiday, holiday),), last=date(2026, 12, 1), exceptions=special)
    assert days_of(open_at, date(2026, 11, 18), 60, {holiday: "Weihnachten"}) == [other, holiday]
    assert open_at.on(other, NO_HOLIDAYS) == spans("14:00-15:00")


@pytest.mark.parametrize("day", ["2026-03-29", "2027-03-28"])
def test_what_lies_in_the_hour_that_is_skipped_is_empty(day: str) -> None:
    for text, minutes in (("02:15-02:45", 0), ("02:00-03:00", 0), ("02:30-04:00", 60), ("01:30-02:30", 30)):
        ((opens, closes),) = hours({SUNDAY: spans(text)}).moments(date.fromisoformat(day), NO_HOLIDAYS)
        assert closes.timestamp() - opens.timestamp() == minutes * 60


@pytest.mark.parametrize("day", ["2026-10-25", "2027-10-31"])
def test_what_spans_the_hour_that_comes_twice_is_an_hour_longer(day: str) -> None:
    for text, minutes in (("01:00-04:00", 240), ("02:30-04:00", 150), ("01:00-02:30", 90)):
        ((opens, closes),) = hours({SUNDAY: spans(text)}).moments(date.fromisoformat(day), NO_HOLIDAYS)
        assert closes.timestamp() - opens.timestamp() == minutes * 60


def test_seconds_and_moments_are_the_same() -> None:
    start = date(2026, 10, 20)
    open_at = hours({day: spans("01:30-03:00", "09:00-12:00") for day in range(7)})
    moments = open_at.spans(german("2026-10-20", "00:00"), 10, NO_HOLIDAYS)
    assert list(open_at.seconds(start, 10, NO_HOLIDAYS)) == [(a.timestamp(), b.timestamp()) for a, b in moments]


def test_what_is_over_can_be_left_out_and_changes_nothing_from_then_on() -> None:
    past, monday, tuesday = (date(2026, 11, day) for day in (22, 23, 24))
    over, now = Closure(past - timedelta(days=9), past), Closure(past, monday)
    all_of_it = replace(hours(WEEK, over, now), exceptions={past: (), monday: (), tuesday: ()})
    left = all_of_it.since(monday)
    assert (left.closures, set(left.exceptions)) == ((now,), {monday, tuesday})
    days = [monday + timedelta(days=n) for n in range(20)]
    assert [left.on(day, NO_HOLIDAYS) for day in days] == [all_of_it.on(day, NO_HOLIDAYS) for day in days]
