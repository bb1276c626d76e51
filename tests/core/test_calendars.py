"""Which seats other calendars block, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.appointments import Slot, cell
from bot.core.calendars import MOST_SEATS, Busy, Found, Seat, merged, occupied

NINE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_cell_that_is_touched_is_occupied() -> None:
    busy = [Busy(0, NINE + 10 * MINUTE, NINE + 31 * MINUTE)]
    assert occupied(busy, NINE, NINE + HOUR) == {(cell(NINE) + number, 0) for number in range(3)}


def test_what_ends_when_a_cell_begins_leaves_it_free() -> None:
    assert occupied([Busy(1, NINE, NINE + 15 * MINUTE)], NINE, NINE + HOUR) == {(cell(NINE), 1)}


def test_only_the_time_that_was_asked_for_is_told() -> None:
    busy = [Busy(0, NINE - 1000 * HOUR, NINE + 1000 * HOUR)]
    assert occupied(busy, NINE, NINE + 30 * MINUTE) == {(cell(NINE), 0), (cell(NINE) + 1, 0)}


def test_who_is_not_there_at_all_occupies_every_seat() -> None:
    assert occupied([Busy(None, NINE, NINE + MINUTE)], NINE, NINE + HOUR) == {(cell(NINE), seat) for seat in range(MOST_SEATS)}


@pytest.mark.parametrize(
    ("seat", "mine"),
    [
        (Seat("heide"), True),
        (Seat("heide", 1), True),
        (Seat("heide", 0), False),
        (Seat("husum"), False),
        (Seat("@beate"), False),
    ],
)
def test_a_slot_belongs_to_its_seat(seat: Seat, mine: bool) -> None:
    assert seat.includes(Slot("heide", NINE, NINE + HOUR, 1)) is mine


def test_an_advisors_slot_is_theirs_at_whatever_site() -> None:
    for site in ("heide", "husum"):
        slot = Slot(site, NINE, NINE + HOUR, 0, "beate")
        assert (Seat("@beate").includes(slot), Seat(site).includes(slot)) == (True, False)


def test_times_that_overlap_are_one() -> None:
    first, second = Found("a", "", ((NINE, NINE + HOUR),)), Found("b", "", ((NINE + 30 * MINUTE, NINE + 2 * HOUR),))
    inside, later = Found("c", "", ((NINE, NINE + MINUTE),)), Found("d", "", ((NINE + 3 * HOUR, NINE + 4 * HOUR),))
    assert merged([later, second, inside, first]) == [(NINE, NINE + 2 * HOUR), (NINE + 3 * HOUR, NINE + 4 * HOUR)]
