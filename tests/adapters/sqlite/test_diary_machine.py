"""Any sequence of holding, booking, moving, cancelling, waiting, closing and reopening leaves the store as a plain model says.

Around all changes of the clocks, with two seats and an advisor, three newcomers, cool-down, and the file closed and opened again.
"""

import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.core import appointments
from bot.core.appointments import Appointment, Hold, Slot, fits
from bot.core.closings import Closing, closed
from bot.core.hours import Closure, Span
from bot.core.locales import ZONE, local
from bot.core.network import Site
from bot.services.ports import Transaction
from tests.adapters.sqlite.people import AMINA, open_store
from tests.core import examples
from tests.core.examples import NO_HOLIDAYS, hours, spans

PEOPLE = ("amina", "oksana", "samir")
SATURDAYS = ("2026-03-28", "2026-10-24", "2027-03-27", "2027-10-30")
WHO = st.sampled_from(PEOPLE)
PICK = st.integers(0, 400)
ADVISOR = st.sampled_from(["", "beate"])
Cells = frozenset[tuple[str, int, int]]


def cells(slot: Slot) -> Cells:
    return frozenset((slot.resource, *pair) for pair in slot.cells)


def site() -> Site:
    night = hours({day: spans("00:30-04:00", "09:00-10:00") for day in range(7)})
    shared = examples.rule(night, minutes=30, seats=2, lead_hours=0, horizon_days=2)
    return examples.site("heide", appointments=(shared, replace(shared, minutes=45, seats=1, advisor="beate", buffer=15)))


class Diaries(RuleBasedStateMachine):
    """The real store beside lists and dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.site = site()
        self.booked: dict[str, Appointment] = {}
        self.holds: dict[str, Hold] = {}
        self.cooling: dict[tuple[str, int, int], tuple[str, datetime]] = {}
        self.count = 0
        self._open()

    def _open(self) -> None:
        self.store = open_store(self.folder)
        self.store.db.conn.execute("PRAGMA synchronous = OFF").fetchall()

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @initialize(day=st.sampled_from(SATURDAYS), hour=st.integers(0, 23))
    def begin(self, day: str, hour: int) -> None:
        self.now = datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=ZONE).astimezone(UTC)
        with self.store.transaction() as tx:
            for name in PEOPLE:
                tx.conversation_at(replace(AMINA, id=name), self.now, name)

    # --- What people do

    @rule(who=WHO, pick=PICK)
    def choose(self, who: str, pick: int) -> None:
        """Hold one of the free times; one that is free can be held."""
        with self.store.transaction() as tx:
            free = self._free(tx, who)
            if free:
                self._hold(tx, who, free[pick % len(free)], expected=True)

    @rule(who=WHO, pick=PICK, minutes=st.integers(-3, 3), seat=st.integers(0, 1))
    def choose_what_may_be_taken(self, who: str, pick: int, minutes: int, seat: int) -> None:
        """Hold any time near to what others have; only what overlaps nobody is kept."""
        others = [*(each.slot for each in self.booked.values()), *(each.slot for each in self.holds.values())]
        if others:
            near = others[pick % len(others)]
            shift = minutes * appointments.CELL
            wanted = replace(near, start=near.start + shift, end=near.end + shift, seat=seat)
            with self.store.transaction() as tx:
                self._hold(tx, who, wanted, expected=self._occupied(who).isdisjoint(cells(wanted)))

    def _hold(self, tx: Transaction, who: str, slot: Slot, expected: bool) -> None:
        hold = appointments.hold(slot, who, self.now, self._id())
        assert tx.put_hold(hold, self.now) is expected
        if expected:
            self._leave(who)
            self._take(slot)
            self.holds[who] = hold

    @precondition(lambda self: self.holds)
    @rule(pick=PICK)
    def confirm(self, pick: int) -> None:
        """Book what is held, twice; if it has expired, only when nobody else took it."""
        who = sorted(self.holds)[pick % len(self.holds)]
        slot = self.holds[who].slot
        appointment = appointments.book(slot, who, who, "kita", "de", self.now, self._id())
        expected = self._occupied(who).isdisjoint(cells(slot))
        with self.store.transaction() as tx:
            assert tx.put_appointment(appointment, self.now) is expected
            if expected:
                assert tx.put_appointment(appointment, self.now)
                self._leave(who)
                self._take(slot)
                self.booked[appointment.id] = appointment

    @precondition(lambda self: self.booked)
    @rule(pick=PICK, other=PICK, cool=st.sampled_from([0, 30]))
    def move(self, pick: int, other: int, cool: int) -> None:
        """Move to a free time."""
        before = self._any_booked(pick)
        with self.store.transaction() as tx:
            free = self._free(tx, before.contact_id)
            if not free:
                return
            after = appointments.move(before, free[other % len(free)])
            for _ in range(2):
                assert tx.put_appointment(after, self.now, timedelta(minutes=cool))
            assert not tx.put_appointment(appointments.cancel(before), self.now), "decided from what is not true any more"
        self._give_up(before, cool)
        self._leave(before.contact_id)
        self._take(after.slot)
        self.booked[before.id] = after

    @precondition(lambda self: self.booked)
    @rule(pick=PICK, cool=st.sampled_from([0, 30]))
    def cancel(self, pick: int, cool: int) -> None:
        """Cancel, twice."""
        appointment = self._any_booked(pick)
        with self.store.transaction() as tx:
            for _ in range(2):
                assert tx.put_appointment(appointments.cancel(appointment), self.now, timedelta(minutes=cool))
        self._give_up(appointment, cool)
        self._leave(appointment.contact_id)
        del self.booked[appointment.id]

    @rule(who=WHO)
    def go_back(self, who: str) -> None:
        """Free what is held."""
        with self.store.transaction() as tx:
            tx.drop_hold(who)
        self._leave(who)

    # --- What happens

    @rule(minutes=st.sampled_from([1, 9, 10, 31, 60, 300]))
    def time_passes(self, minutes: int) -> None:
        """Let holds run out and what cooled down be free."""
        self.now += timedelta(minutes=minutes)
        self.cooling = {cell: (who, until) for cell, (who, until) in self.cooling.items() if until > self.now}

    @rule(days=st.integers(0, 2))
    def close(self, days: int) -> None:
        """Close the site for a day; what is booked stays booked."""
        day = local(self.now).date() + timedelta(days=days)
        closed = [replace(each, hours=replace(each.hours, closures=(Closure(day, day),))) for each in site().appointments]
        self.site = replace(self.site, appointments=tuple(closed))
        for each in self.booked.values():
            assert fits(each.slot, self.site, NO_HOLIDAYS) == (fits(each.slot, site(), NO_HOLIDAYS) and _day(each.slot) != day)

    @rule(
        days=st.integers(0, 2), part=st.sampled_from([None, *spans("01:00-03:00", "00:45-01:15", "09:15-09:45")]), advisor=ADVISOR
    )
    def close_at_short_notice(self, days: int, part: Span | None, advisor: str) -> None:
        """Close all or a part of a day, for everybody or for one advisor; what is booked stays booked."""
        day, before = local(self.now).date() + timedelta(days=days), self.site
        closing = Closing("c", before.agency, "", advisor, Closure(day, day, part))
        self.site = closed(examples.network(before), [closing]).sites[before.id]
        for each in self.booked.values():
            within = _day(each.slot) == day and (part is None or _overlaps(each.slot, day, part))
            untouched = not within or advisor not in ("", each.slot.advisor)
            assert fits(each.slot, self.site, NO_HOLIDAYS) == (fits(each.slot, before, NO_HOLIDAYS) and untouched)

    @rule()
    def reopen(self) -> None:
        """Open again."""
        self.site = site()

    @rule()
    def restart(self) -> None:
        """Close the file and open it again."""
        self.store.close()
        self._open()

    # --- What must hold

    @invariant()
    def the_store_says_what_the_model_says(self) -> None:
        if not hasattr(self, "now"):
            return
        with self.store.transaction() as tx:
            for who in PEOPLE:
                found = frozenset((name, *pair) for name in ("heide", "@beate") for pair in self._taken(tx, who, name))
                assert found == self._occupied(who)
                mine = {each.id: each for each in tx.appointments(who) if each.status == "booked"}
                assert mine == {id: each for id, each in self.booked.items() if each.contact_id == who}
                for slot in self._free(tx, who):
                    assert fits(slot, self.site, NO_HOLIDAYS)
                    assert self._occupied(who).isdisjoint(cells(slot))
        occupied = [cell for each in self.booked.values() for cell in cells(each.slot)]
        assert len(occupied) == len(set(occupied)), "two have the same time"

    # --- The model

    def _occupied(self, who: str) -> Cells:
        held = [each.slot for name, each in self.holds.items() if name != who and each.expires_at > self.now]
        slots = [*held, *(each.slot for each in self.booked.values())]
        cooling = {cell for cell, (name, until) in self.cooling.items() if name != who and until > self.now}
        return frozenset(cooling).union(*map(cells, slots)) if slots else frozenset(cooling)

    def _take(self, slot: Slot) -> None:
        for cell in cells(slot):
            self.cooling.pop(cell, None)

    def _leave(self, who: str) -> None:
        self.holds.pop(who, None)

    def _give_up(self, appointment: Appointment, cool: int) -> None:
        if cool:
            until = self.now + timedelta(minutes=cool)
            self.cooling |= dict.fromkeys(cells(appointment.slot), (appointment.contact_id, until))

    def _any_booked(self, pick: int) -> Appointment:
        return self.booked[sorted(self.booked)[pick % len(self.booked)]]

    # --- The store

    def _free(self, tx: Transaction, who: str) -> list[Slot]:
        return appointments.free_slots(self.site, self.now, NO_HOLIDAYS, lambda name, *_: self._taken(tx, who, name))

    def _taken(self, tx: Transaction, who: str, resource: str) -> frozenset[tuple[int, int]]:
        return tx.taken(resource, self.now - timedelta(days=30), self.now + timedelta(days=30), self.now, who)

    def _id(self) -> str:
        self.count += 1
        return f"id-{self.count:04}"


def _day(slot: Slot) -> date:
    return local(slot.start).date()


def _overlaps(slot: Slot, day: date, part: Span) -> bool:
    begins, ends = (datetime.combine(day, at, ZONE).astimezone(UTC) for at in (part.start, part.end))
    return slot.start < ends and begins < slot.end


TestDiaries = Diaries.TestCase
TestDiaries.settings = settings(max_examples=20, stateful_step_count=25, deadline=None, derandomize=True)
