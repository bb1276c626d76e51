"""Opening rules become slots in wall time; nothing is offered that is taken, too soon or too far away."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.appointments import (
    CELL,
    HOLD_FOR,
    Slot,
    Taken,
    Wish,
    book,
    by_day,
    cancel,
    cell,
    find_slot,
    fits,
    free_slots,
    hold,
    miss,
    move,
    shown,
)
from bot.core.hours import Closure, Span
from bot.core.locales import ZONE, local
from bot.core.network import AppointmentRule, Site
from tests.clock import TUESDAY
from tests.core.examples import MONDAY, NO_HOLIDAYS, SUNDAY, TUESDAY_MORNING, hours, rule, site, spans
from tests.core.examples import TUESDAY as ON_TUESDAY

DAILY = hours({day: spans("09:00-10:00") for day in range(MONDAY, SUNDAY + 1)})


def nothing(site: str, start: datetime, end: datetime) -> frozenset[tuple[int, int]]:
    return frozenset()


def occupied(*slots: Slot) -> Taken:
    return lambda site, start, end: frozenset(pair for slot in slots for pair in slot.cells)


def free(at: Site, now: datetime = TUESDAY, taken: Taken = nothing) -> list[Slot]:
    return free_slots(at, now, NO_HOLIDAYS, taken)


def wished(at: Site, wish: Wish, taken: Taken = nothing) -> list[Slot]:
    return free_slots(at, TUESDAY, NO_HOLIDAYS, taken, wish)


def german(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def starts(slots: list[Slot]) -> list[str]:
    return [f"{local(slot.start):%d.%m. %H:%M}" for slot in slots]


def test_a_rule_becomes_slots_of_its_length() -> None:
    assert starts(free(site("a"))) == [f"01.12. {clock}" for clock in ("09:00", "09:30", "10:00", "10:30", "11:00", "11:30")] + [
        f"08.12. {clock}" for clock in ("09:00", "09:30", "10:00")
    ]


def test_a_rest_shorter_than_an_appointment_is_not_offered() -> None:
    longer = site("a", appointments=(rule(minutes=50, horizon_days=10),))
    assert starts(free(longer)) == ["01.12. 09:00", "01.12. 09:50", "01.12. 10:40"]


def test_a_site_without_appointments_has_no_slots() -> None:
    assert free(site("a", appointments=())) == []


def test_nothing_is_offered_before_the_lead_time_or_behind_the_horizon() -> None:
    slots = free(site("a", appointments=(rule(DAILY, lead_hours=24, horizon_days=2),)), german("2026-11-24T09:30"))
    assert starts(slots) == ["25.11. 09:30", "26.11. 09:00", "26.11. 09:30"]


def test_nothing_is_offered_on_holidays_and_closed_days() -> None:
    closed = hours(DAILY.week, Closure(date(2026, 11, 26), date(2026, 11, 27)))
    slots = free_slots(
        site("a", appointments=(rule(closed, horizon_days=5),)), TUESDAY, {date(2026, 11, 25): "Feiertag"}, nothing
    )
    assert {text[:6] for text in starts(slots)} == {"28.11.", "29.11."}


def test_a_taken_slot_is_offered_at_the_next_seat_while_there_is_one() -> None:
    double = site("a", appointments=(rule(seats=2),))
    first = free(double)[0]
    assert free(double, taken=occupied(first))[0] == replace(first, seat=1)
    full = occupied(first, replace(first, seat=1))
    assert free(double, taken=full)[0].start == first.end


def test_a_slot_that_is_half_taken_is_not_offered() -> None:
    first, second, *_ = free(site("a"))
    other = Slot("a", first.end - CELL, first.end + CELL, 0)
    assert not {first, second} & set(free(site("a"), taken=occupied(other)))


CHANGES = [("2026-03-27", 8, 7), ("2026-10-23", 7, 8), ("2027-03-26", 8, 7), ("2027-10-29", 7, 8)]


@pytest.mark.parametrize(("friday", "before", "after"), CHANGES)
def test_wall_time_stays_the_same_over_a_clock_change(friday: str, before: int, after: int) -> None:
    always = site("a", appointments=(rule(DAILY, lead_hours=0, horizon_days=4),))
    days = by_day(free(always, german(f"{friday}T00:00")))
    assert {shown(slots[0])[-5:] for slots in days.values()} == {"09:00"}
    assert [slots[0].start.hour for slots in days.values()] == [before, before, after, after, after][: len(days)]


@pytest.mark.parametrize(("sunday", "count"), [("2026-03-29", 6), ("2026-10-25", 10), ("2027-03-28", 6), ("2027-10-31", 10)])
def test_a_night_over_a_clock_change_has_as_many_slots_as_real_time(sunday: str, count: int) -> None:
    night = site("a", appointments=(rule(hours({SUNDAY: spans("01:00-05:00")}), lead_hours=0, horizon_days=1),))
    slots = free(night, german(f"{sunday}T00:00"))
    assert len(slots) == count
    assert {slot.end - slot.start for slot in slots} == {timedelta(minutes=30)}
    assert all(before.end <= after.start for before, after in pairwise(slots))


def test_an_hour_that_does_not_exist_offers_nothing() -> None:
    night = site("a", appointments=(rule(hours({SUNDAY: spans("02:00-03:00")}), lead_hours=0, horizon_days=1),))
    assert free(night, german("2027-03-28T00:00")) == []


# --- Rules ---------------------------------------------------------------------------------------


def rules(*offered: AppointmentRule, **changes: Any) -> Site:
    return site("a", appointments=offered, **changes)


def test_rules_of_a_site_add_up_and_each_time_comes_once() -> None:
    early = rule(hours({ON_TUESDAY: spans("09:00-10:30")}), horizon_days=10)
    late = rule(hours({ON_TUESDAY: spans("10:00-11:00")}), horizon_days=10)
    assert starts(free(rules(early, late))) == [f"01.12. {clock}" for clock in ("09:00", "09:30", "10:00", "10:30")]


def test_overlapping_rules_share_the_seats_of_the_site() -> None:
    short, long = rule(minutes=30, horizon_days=10), rule(minutes=60, horizon_days=10)
    both = rules(short, long)
    first = free(both)[0]
    assert "09:00" not in {text[-5:] for text in starts(free(both, taken=occupied(first)))}


def test_a_rule_is_for_its_topics_and_has_a_length_for_each() -> None:
    papers = replace(rule(horizon_days=10, minutes=30), topics=("papers", "money"), lengths={"papers": 90})
    at = rules(papers)
    assert [slot.end - slot.start for slot in wished(at, Wish("papers"))] == [timedelta(minutes=90)] * 2
    assert len(wished(at, Wish("money"))) == len(wished(at, Wish())) == 6
    assert wished(at, Wish("kita")) == []


def test_a_buffer_stays_free_after_each_appointment() -> None:
    slots = free(rules(replace(rule(minutes=30, horizon_days=10), buffer=15)))
    assert starts(slots) == ["01.12. 09:00", "01.12. 09:45", "01.12. 10:30", "01.12. 11:15"]
    assert [len(slot.cells) for slot in slots] == [3] * 4
    later = replace(slots[0], start=slots[0].end, end=slots[0].end + CELL, buffer=0)
    assert slots[0] not in free(rules(replace(rule(minutes=30, horizon_days=10), buffer=15)), taken=occupied(later))


def test_newcomers_book_the_online_seats_and_the_desk_begins_with_the_others() -> None:
    at = rules(replace(rule(seats=3, horizon_days=10), online=1))
    first = free(at)[0]
    assert first.seat == 0
    assert free(at, taken=occupied(first))[0].start > first.start
    desk = wished(at, Wish(desk=True), occupied(first))[0]
    assert (desk.start, desk.seat) == (first.start, 2)
    full = occupied(*(replace(first, seat=seat) for seat in (1, 2)))
    assert wished(at, Wish(desk=True), full)[0].seat == 0, "the desk may have what is left online"


def test_no_online_seats_means_only_the_desk_books() -> None:
    at = rules(replace(rule(seats=2), online=0))
    assert free(at) == []
    assert wished(at, Wish(desk=True))


def test_an_advisor_is_one_person_at_every_site() -> None:
    beate = replace(rule(horizon_days=10), advisor="beate")
    first = free(rules(beate))[0]
    assert first.resource == "@beate"
    other = replace(rules(beate), id="b")
    taken: Taken = lambda resource, start, end: frozenset(first.cells) if resource == first.resource else frozenset()  # noqa: E731
    assert find_slot(free(other, taken=taken), first.start) is None
    assert find_slot(free(rules(beate, rule(horizon_days=10)), taken=taken), first.start) == replace(first, advisor="")


def test_who_speaks_the_language_goes_first_but_nobody_is_turned_away() -> None:
    german, arabic = replace(rule(), advisor="jens"), replace(rule(), advisor="beate", languages=("ar",))
    at = rules(german, arabic)
    assert wished(at, Wish(language="ar"))[0].advisor == "beate"
    assert wished(at, Wish(language="uk"))[0].advisor == "jens"
    assert wished(rules(arabic), Wish(language="uk"))


def test_a_kind_of_meeting_is_offered_where_a_rule_has_it() -> None:
    at = rules(replace(rule(), kinds=("visit",)), replace(rule(DAILY), kinds=("phone", "video")))
    assert {slot.kind for slot in wished(at, Wish(kind="video"))} == {"video"}
    assert wished(at, Wish(kind="home")) == []
    assert {slot.kind for slot in free(at)} == {"visit", "phone"}


def test_every_rule_has_its_own_lead_and_horizon() -> None:
    soon, far = rule(DAILY, lead_hours=0, horizon_days=2), rule(DAILY, lead_hours=72, horizon_days=4)
    days = {text[:6] for text in starts(free(rules(soon, far), german("2026-11-24T00:00")))}
    assert days == {"24.11.", "25.11.", "27.11."}


def test_a_slot_fits_as_long_as_the_hours_hold_it() -> None:
    slot = replace(free(site("a"))[1], kind=None)
    assert fits(slot, site("a"), NO_HOLIDAYS)
    assert fits(slot, rules(rule(minutes=45, lead_hours=300, horizon_days=1)), NO_HOLIDAYS), "another grid is no conflict"
    assert not fits(slot, rules(), NO_HOLIDAYS)
    assert not fits(slot, site("a"), {local(slot.start).date(): "Feiertag"})
    assert not fits(slot, rules(rule(hours({ON_TUESDAY: spans("09:45-12:00")}))), NO_HOLIDAYS)
    assert not fits(slot, rules(rule(hours(TUESDAY_MORNING.week, Closure(date(2026, 12, 1), date(2026, 12, 1))))), NO_HOLIDAYS)
    assert not fits(replace(slot, seat=1), site("a"), NO_HOLIDAYS)
    assert not fits(replace(slot, advisor="beate"), site("a"), NO_HOLIDAYS)
    assert not fits(replace(slot, kind="phone"), site("a"), NO_HOLIDAYS)


def test_slots_are_grouped_by_the_german_day() -> None:
    late = Slot("a", datetime(2026, 11, 23, 23, 30, tzinfo=UTC), datetime(2026, 11, 24, 0, 0, tzinfo=UTC), 0)
    assert by_day([late]) == {date(2026, 11, 24): [late]}


def test_a_slot_is_found_by_its_start() -> None:
    slots = free(site("a"))
    assert find_slot(slots, slots[3].start) == slots[3]
    assert find_slot(slots, slots[3].start + timedelta(minutes=1)) is None


@pytest.mark.parametrize(("minutes", "cells"), [(15, 1), (20, 2), (30, 2), (45, 3), (60, 4)])
def test_a_slot_occupies_every_quarter_of_an_hour_it_touches(minutes: int, cells: int) -> None:
    slot = Slot("a", TUESDAY, TUESDAY + timedelta(minutes=minutes), 1)
    assert slot.cells == tuple((cell(TUESDAY) + n, 1) for n in range(cells))


SLOT = Slot("a", TUESDAY, TUESDAY + timedelta(minutes=30), 0)
OTHER = Slot("a", TUESDAY + timedelta(days=180), TUESDAY + timedelta(days=180, minutes=30), 0)
BOOKED = book(SLOT, "oksana", "oksana", "kita", "uk", TUESDAY, "appointment-1")


def test_a_hold_lasts_ten_minutes() -> None:
    assert hold(SLOT, "oksana", TUESDAY, "hold-1").expires_at == TUESDAY + HOLD_FOR == TUESDAY + timedelta(minutes=10)


def test_a_booking_keeps_the_german_time_it_was_told() -> None:
    assert BOOKED.shown == "Dienstag, 24. November 2026, 10:00"
    assert shown(OTHER) == "Sonntag, 23. Mai 2027, 11:00"
    assert shown(SLOT, "uk") == "вівторок, 24 листопада 2026, 10:00"


def test_moving_keeps_the_id_and_raises_the_sequence() -> None:
    moved = move(BOOKED, OTHER)
    assert (moved.id, moved.slot, moved.sequence, moved.shown, moved.status) == (
        "appointment-1",
        OTHER,
        1,
        shown(OTHER),
        "booked",
    )


def test_cancelling_raises_the_sequence_and_ends_it() -> None:
    cancelled = cancel(move(BOOKED, OTHER))
    assert (cancelled.status, cancelled.sequence) == ("cancelled", 2)
    assert not cancelled.ahead(TUESDAY)


def test_nobody_came_is_noted_and_taken_back_and_moving_forgets_that_somebody_comes() -> None:
    missed = miss(BOOKED, missed=True)
    assert (missed.status, missed.sequence, missed.ahead(TUESDAY)) == ("missed", 1, False)
    assert (miss(missed, missed=False).status, miss(missed, missed=False).sequence) == ("booked", 2)
    assert not move(replace(BOOKED, coming=True), OTHER).coming


def test_an_appointment_is_ahead_until_it_is_over() -> None:
    assert BOOKED.ahead(SLOT.end - timedelta(seconds=1))
    assert not BOOKED.ahead(SLOT.end)


PAIRS = st.frozensets(st.tuples(st.integers(0, 14 * 96), st.integers(0, 2)), max_size=200)
# From three o'clock on: closing times inside the hour that a clock change skips mean nothing.
OPEN = st.lists(st.integers(12, 95), min_size=2, max_size=6, unique=True).map(sorted)
QUARTERS = [time(number // 4, number % 4 * 15) for number in range(96)]
NOWS = st.sampled_from(["2026-11-24T10:00", "2026-10-24T23:50", "2027-03-27T23:50"])


@given(taken=PAIRS, open_at=OPEN, minutes=st.sampled_from([15, 20, 30, 45, 50, 60, 90]), seats=st.integers(1, 3), now=NOWS)
def test_a_free_slot_never_overlaps_an_occupied_cell_and_lies_within_the_hours(
    taken: frozenset[tuple[int, int]], open_at: list[int], minutes: int, seats: int, now: str
) -> None:
    week = tuple(Span(QUARTERS[first], QUARTERS[last]) for first, last in zip(open_at[::2], open_at[1::2], strict=False))
    daily = hours({day: week for day in range(7)})
    begin = german(now).astimezone(UTC)
    pairs = frozenset((cell(begin) + number, seat) for number, seat in taken)
    slots = free(site("a", appointments=(rule(daily, minutes, seats, 0, 10),)), begin, lambda site, start, end: pairs)
    for slot in slots:
        assert pairs.isdisjoint(slot.cells)
        assert slot.end - slot.start == timedelta(minutes=minutes)
        assert begin <= slot.start <= begin + timedelta(days=10)
        assert slot.seat < seats
        assert any(span.start <= local(slot.start).time() < span.end for span in week)
    assert len({slot.start for slot in slots}) == len(slots)
    assert all(before.end <= after.start for before, after in pairwise(slots))
