import sqlite3
from dataclasses import replace

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.core.appointments import HOLD_FOR, cancel, miss, move, offer
from tests.adapters.sqlite.people import DAY, HOUR, MINUTE, NOW, amina, booking_by, hold_by, oksana, slot

EARLY, LATE = NOW, NOW + 7 * DAY
AT_TEN, QUARTER_PAST, AT_ELEVEN = slot(NOW + DAY), slot(NOW + DAY + 15 * MINUTE), slot(NOW + DAY + HOUR)


def test_a_hold_hides_the_slot_from_others_but_not_from_its_owner(store: SqliteStore) -> None:
    with store.transaction() as tx:
        assert tx.put_hold(hold_by(amina(tx), AT_TEN), NOW)
        assert tx.taken("heide", EARLY, LATE, NOW, "oksana") == frozenset(AT_TEN.cells)
        assert tx.taken("heide", EARLY, LATE, NOW, "amina") == frozenset()
        assert tx.taken("husum", EARLY, LATE, NOW, "oksana") == frozenset()
        assert not tx.put_hold(hold_by(oksana(tx), QUARTER_PAST), NOW)


def test_the_end_of_a_period_is_not_part_of_it(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.put_appointment(booking_by(amina(tx), AT_TEN), NOW)
        assert tx.taken("heide", AT_TEN.end, AT_TEN.end + HOUR, NOW, "oksana") == frozenset()
        assert tx.taken("heide", AT_TEN.start - HOUR, AT_TEN.start, NOW, "oksana") == frozenset()
        assert tx.taken("heide", AT_TEN.start, AT_TEN.start + MINUTE, NOW, "oksana") == {AT_TEN.cells[0]}


def test_whether_a_hold_has_expired_is_judged_when_reading(store: SqliteStore) -> None:
    with store.transaction() as tx:
        hold = hold_by(amina(tx), AT_TEN)
        tx.put_hold(hold, NOW)
        before, after = NOW + HOLD_FOR - MINUTE, NOW + HOLD_FOR
        assert tx.taken("heide", EARLY, LATE, before, "oksana")
        assert not tx.taken("heide", EARLY, LATE, after, "oksana")
        assert tx.hold_of("amina") == hold
        assert not tx.put_hold(hold_by(oksana(tx), AT_TEN, before), before)
        assert tx.put_hold(hold_by(oksana(tx), AT_TEN, after), after)
        assert not tx.put_appointment(booking_by(amina(tx), AT_TEN), after)


def test_a_second_hold_replaces_the_first(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.put_hold(hold_by(amina(tx), AT_TEN), NOW)
        second = hold_by(amina(tx), QUARTER_PAST)
        assert tx.put_hold(second, NOW)
        assert tx.hold_of("amina") == second
        assert tx.taken("heide", EARLY, LATE, NOW, "oksana") == frozenset(QUARTER_PAST.cells)


def test_a_hold_that_fails_leaves_the_older_one(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.put_hold(hold_by(oksana(tx), AT_ELEVEN), NOW)
        first = hold_by(amina(tx), AT_TEN)
        tx.put_hold(first, NOW)
        assert not tx.put_hold(hold_by(amina(tx), slot(AT_ELEVEN.start - 15 * MINUTE)), NOW)
        assert tx.hold_of("amina") == first
        assert tx.taken("heide", EARLY, LATE, NOW, "oksana") == frozenset(AT_TEN.cells)


def test_a_dropped_hold_is_free(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.put_hold(hold_by(amina(tx), AT_TEN), NOW)
        tx.drop_hold("amina")
        assert tx.hold_of("amina") is None
        assert tx.put_hold(hold_by(oksana(tx), AT_TEN), NOW)


def test_seats_are_booked_side_by_side(store: SqliteStore) -> None:
    with store.transaction() as tx:
        assert tx.put_appointment(booking_by(amina(tx), slot(seat=0)), NOW)
        assert not tx.put_appointment(booking_by(oksana(tx), slot(seat=0)), NOW)
        assert tx.put_appointment(booking_by(oksana(tx), slot(seat=1)), NOW)


def test_booking_turns_the_own_hold_into_an_appointment(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.put_hold(hold_by(amina(tx), AT_TEN), NOW)
        appointment = booking_by(amina(tx), AT_TEN)
        assert tx.put_appointment(appointment, NOW)
        assert tx.appointments("amina") == (appointment,)
        assert tx.appointment(appointment.id) == appointment
        assert tx.appointment("unknown") is None
        assert tx.hold_of("amina") is None
        assert tx.taken("heide", EARLY, LATE, NOW + DAY, "amina") == frozenset(AT_TEN.cells)


def test_a_booking_that_fails_leaves_the_own_hold(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.put_appointment(booking_by(oksana(tx), AT_ELEVEN), NOW)
        hold = hold_by(amina(tx), AT_TEN)
        tx.put_hold(hold, NOW)
        assert not tx.put_appointment(booking_by(amina(tx), AT_ELEVEN), NOW)
        assert tx.appointments("amina") == ()
        assert tx.hold_of("amina") == hold
        assert not tx.put_hold(hold_by(oksana(tx), AT_TEN), NOW)


def test_moving_frees_the_old_time_even_if_both_overlap(store: SqliteStore) -> None:
    with store.transaction() as tx:
        appointment = booking_by(amina(tx), AT_TEN)
        tx.put_appointment(appointment, NOW)
        moved = move(appointment, QUARTER_PAST)
        assert tx.put_appointment(moved, NOW)
        assert tx.appointments("amina") == (moved,)
        assert tx.taken("heide", EARLY, LATE, NOW, "oksana") == frozenset(QUARTER_PAST.cells)


def test_a_move_that_fails_leaves_the_old_time(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.put_appointment(booking_by(oksana(tx), AT_ELEVEN), NOW)
        appointment = booking_by(amina(tx), AT_TEN)
        tx.put_appointment(appointment, NOW)
        assert not tx.put_appointment(move(appointment, AT_ELEVEN), NOW)
        assert tx.appointments("amina") == (appointment,)
        assert not tx.put_hold(hold_by(oksana(tx), AT_TEN), NOW)


def test_cancelling_frees_the_time_and_keeps_the_appointment(store: SqliteStore) -> None:
    with store.transaction() as tx:
        appointment = booking_by(amina(tx), AT_TEN)
        tx.put_appointment(appointment, NOW)
        assert tx.put_appointment(cancel(appointment), NOW)
        assert tx.appointments("amina") == (cancel(appointment),)
        assert tx.put_appointment(booking_by(oksana(tx), AT_TEN), NOW)


def test_appointments_come_soonest_first(store: SqliteStore) -> None:
    with store.transaction() as tx:
        later, sooner = booking_by(amina(tx), AT_ELEVEN, "a"), booking_by(amina(tx), AT_TEN, "b")
        tx.put_appointment(later, NOW)
        tx.put_appointment(sooner, NOW)
        assert tx.appointments("amina") == (sooner, later)


def test_a_hold_for_an_erased_contact_is_an_error_and_not_a_taken_slot(store: SqliteStore) -> None:
    with store.transaction() as tx:
        hold = hold_by(amina(tx), AT_TEN)
        tx.erase("amina")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            tx.put_hold(hold, NOW)


def test_an_agency_reads_what_is_booked_at_its_sites_in_a_period_soonest_first(store: SqliteStore) -> None:
    with store.transaction() as tx:
        first = booking_by(amina(tx), AT_TEN, "z")
        later = booking_by(oksana(tx), AT_ELEVEN, "a")
        for each in (later, first):
            tx.put_appointment(each, NOW)
        assert tx.appointments_at(["husum", "heide"], EARLY, LATE) == [first, later]
        assert tx.appointments_at(["heide"], AT_TEN.start, AT_ELEVEN.start) == [first]
        assert tx.appointments_at(["husum"], EARLY, LATE) == tx.appointments_at([], EARLY, LATE) == []
        tx.put_appointment(cancel(first), NOW)
        tx.put_appointment(move(later, AT_TEN), NOW)
        assert tx.appointments_at(["heide"], EARLY, LATE) == [move(later, AT_TEN)]


# --- Whose seat, and for how long ------------------------------------------------------------------


def test_an_advisor_has_one_diary_for_all_sites(store: SqliteStore) -> None:
    beate = replace(AT_TEN, advisor="beate")
    with store.transaction() as tx:
        assert tx.put_appointment(booking_by(amina(tx), beate), NOW)
        assert not tx.put_appointment(booking_by(oksana(tx), replace(beate, site="husum")), NOW)
        assert tx.put_appointment(booking_by(oksana(tx), AT_TEN), NOW)
        assert tx.taken("@beate", EARLY, LATE, NOW, "oksana") == frozenset(beate.cells)


def test_what_a_slot_and_a_hold_say_is_kept(store: SqliteStore) -> None:
    special = replace(AT_TEN, advisor="beate", kind="phone", buffer=15)
    with store.transaction() as tx:
        appointment = booking_by(amina(tx), special)
        tx.put_appointment(appointment, NOW)
        assert tx.appointment(appointment.id) == appointment
        proposed = offer(replace(special, seat=1), appointment, NOW + DAY, "hold-1")
        assert tx.put_hold(proposed, NOW)
        assert tx.hold_of("amina") == proposed
        assert len(tx.taken("@beate", EARLY, LATE, NOW, "oksana")) == 6, "the pause after it is taken, too"


def test_a_time_that_was_given_up_cools_down_before_others_can_have_it(store: SqliteStore) -> None:
    cool = NOW + 30 * MINUTE
    with store.transaction() as tx:
        appointment = booking_by(amina(tx), AT_TEN)
        tx.put_appointment(appointment, NOW)
        assert tx.put_appointment(cancel(appointment), NOW, 30 * MINUTE)
        assert not tx.put_hold(hold_by(oksana(tx), AT_TEN), cool - MINUTE)
        assert tx.taken("heide", EARLY, LATE, cool - MINUTE, "oksana") == frozenset(AT_TEN.cells)
        assert tx.taken("heide", EARLY, LATE, cool, "oksana") == frozenset()
        assert tx.put_hold(hold_by(oksana(tx), AT_TEN), cool)


def test_who_gave_a_time_up_may_have_it_back_at_once(store: SqliteStore) -> None:
    with store.transaction() as tx:
        appointment = booking_by(amina(tx), AT_TEN)
        tx.put_appointment(appointment, NOW)
        tx.put_appointment(cancel(appointment), NOW, DAY)
        assert tx.put_hold(hold_by(amina(tx), QUARTER_PAST), NOW)
        tx.drop_hold("amina")
        again = booking_by(amina(tx), AT_TEN, "again")
        assert tx.put_appointment(again, NOW)
        assert not tx.put_appointment(booking_by(oksana(tx), AT_TEN), NOW + 2 * DAY)


def test_a_moved_time_cools_down_once_also_when_it_is_moved_again(store: SqliteStore) -> None:
    with store.transaction() as tx:
        first = booking_by(amina(tx), AT_TEN)
        second = move(first, AT_ELEVEN)
        third = move(second, slot(NOW + 2 * DAY))
        tx.put_appointment(first, NOW)
        tx.put_appointment(second, NOW, 30 * MINUTE)
        tx.put_appointment(third, NOW + 20 * MINUTE)
        assert tx.taken("heide", EARLY, NOW + 30 * HOUR, NOW + 20 * MINUTE, "oksana") == frozenset(AT_TEN.cells)
        assert tx.taken("heide", EARLY, NOW + 30 * HOUR, NOW + 30 * MINUTE, "oksana") == frozenset()


# --- Twice, and late -------------------------------------------------------------------------------


def test_the_same_once_more_changes_nothing(store: SqliteStore) -> None:
    with store.transaction() as tx:
        appointment = booking_by(amina(tx), AT_TEN)
        for now in (NOW, NOW + MINUTE):
            assert tx.put_appointment(appointment, now)
        tx.confirm_coming(appointment.id)
        assert tx.put_appointment(appointment, NOW)
        assert tx.appointments("amina") == (replace(appointment, coming=True),)
        gone = cancel(appointment)
        assert tx.put_appointment(gone, NOW)
        assert tx.put_appointment(booking_by(oksana(tx), AT_TEN), NOW)
        assert tx.put_appointment(gone, NOW), "the cells are Oksana's now and stay hers"
        assert tx.taken("heide", EARLY, LATE, NOW, "amina") == frozenset(AT_TEN.cells)


def test_what_was_decided_from_an_older_state_is_refused(store: SqliteStore) -> None:
    with store.transaction() as tx:
        appointment = booking_by(amina(tx), AT_TEN)
        tx.put_appointment(appointment, NOW)
        moved = move(appointment, AT_ELEVEN)
        tx.put_appointment(moved, NOW)
        assert not tx.put_appointment(cancel(appointment), NOW)
        assert not tx.put_appointment(appointment, NOW)
        assert tx.appointments("amina") == (moved,)


def test_what_nobody_came_to_stays_in_the_agencys_list_and_is_not_ahead(store: SqliteStore) -> None:
    with store.transaction() as tx:
        appointment = booking_by(amina(tx), AT_TEN)
        tx.put_appointment(appointment, NOW)
        missed = miss(appointment, missed=True)
        assert tx.put_appointment(missed, AT_TEN.end)
        assert tx.appointments_at(["heide"], EARLY, LATE) == [missed]
        assert tx.put_appointment(miss(missed, missed=False), AT_TEN.end)


def test_only_what_is_booked_can_be_confirmed(store: SqliteStore) -> None:
    with store.transaction() as tx:
        appointment = booking_by(amina(tx), AT_TEN)
        tx.put_appointment(appointment, NOW)
        tx.put_appointment(cancel(appointment), NOW)
        tx.confirm_coming(appointment.id)
        assert tx.appointments("amina") == (cancel(appointment),)
