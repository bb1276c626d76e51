"""Opening hours are wall time; closures and public holidays close the door."""

from datetime import UTC, date, datetime

from bot.core.content import Content
from bot.core.hours import Closure
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
