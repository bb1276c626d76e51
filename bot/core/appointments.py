"""From opening rules to slots; hold, book, move and cancel as pure transitions.

Time is cut into cells of 15 minutes; a hold or a booking occupies (site, cell, seat) triples, each of which exists once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from bot.core.locales import clock, full_day, local
from bot.core.network import Site

CELL = timedelta(minutes=15)
HOLD_FOR = timedelta(minutes=10)
MAX_OPEN = 3
"""Appointments one contact may have ahead."""

AppointmentStatus = Literal["booked", "cancelled"]
Taken = Callable[[str, datetime, datetime], frozenset[tuple[int, int]]]
"""Asks which (cell, seat) of a site are occupied between two moments; one's own hold does not count."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked, in UTC, at a seat that is free."""

    site: str
    start: datetime
    end: datetime
    seat: int

    @property
    def cells(self) -> tuple[tuple[int, int], ...]:
        """The (cell, seat) pairs it occupies."""
        first, last = cell(self.start), cell(self.end - timedelta(seconds=1))
        return tuple((number, self.seat) for number in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class Hold:
    """A slot kept for somebody who is choosing; after `expires_at` it is free for others."""

    id: str
    contact_id: str
    slot: Slot
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booking. `shown` is the local time as it was told; `sequence` rises with every change (RFC 5545)."""

    id: str
    contact_id: str
    conversation_id: str
    slot: Slot
    topic: str
    language: str
    shown: str
    booked_at: datetime
    status: AppointmentStatus = "booked"
    sequence: int = 0

    def ahead(self, now: datetime) -> bool:
        """Tell whether it is booked and not over."""
        return self.status == "booked" and self.slot.end > now


def cell(moment: datetime) -> int:
    """Return the number of the 15-minute cell a moment lies in, counted from 1970 in UTC."""
    return int(moment.timestamp() // CELL.total_seconds())


def free_slots(site: Site, now: datetime, holidays: Mapping[date, str], taken: Taken) -> list[Slot]:
    """Return the free slots of a site, soonest first; each time once, at the first free seat."""
    rule = site.appointments
    if rule is None:
        return []
    earliest = now + timedelta(hours=rule.lead_hours)
    latest = now + timedelta(days=rule.horizon_days)
    occupied = taken(site.id, earliest, latest + timedelta(days=1))
    length = timedelta(minutes=rule.minutes)
    slots = []
    for opens, closes in rule.hours.spans(earliest, rule.horizon_days, holidays):
        start, closing = opens.astimezone(UTC), closes.astimezone(UTC)
        while start + length <= closing:
            if earliest <= start <= latest:
                slot = _at_free_seat(site, start, length, occupied)
                slots += [slot] if slot else []
            start += length
    return slots


def _at_free_seat(site: Site, start: datetime, length: timedelta, occupied: frozenset[tuple[int, int]]) -> Slot | None:
    assert site.appointments is not None
    for seat in range(site.appointments.seats):
        slot = Slot(site.id, start, start + length, seat)
        if occupied.isdisjoint(slot.cells):
            return slot
    return None


def find_slot(slots: list[Slot], start: datetime) -> Slot | None:
    """Return the slot that begins at a moment."""
    return next((slot for slot in slots if slot.start == start), None)


def by_day(slots: list[Slot]) -> dict[date, list[Slot]]:
    """Return the slots grouped by local day."""
    days: dict[date, list[Slot]] = {}
    for slot in slots:
        days.setdefault(local(slot.start).date(), []).append(slot)
    return days


def hold(slot: Slot, contact_id: str, now: datetime, new_id: str) -> Hold:
    """Keep a slot for a contact while they decide."""
    return Hold(new_id, contact_id, slot, now + HOLD_FOR)


def book(slot: Slot, contact_id: str, conversation_id: str, topic: str, language: str, now: datetime, new_id: str) -> Appointment:
    """Book a slot."""
    return Appointment(new_id, contact_id, conversation_id, slot, topic, language, shown(slot), now)


def move(appointment: Appointment, slot: Slot) -> Appointment:
    """Move an appointment; it keeps its id."""
    return replace(appointment, slot=slot, shown=shown(slot), sequence=appointment.sequence + 1)


def cancel(appointment: Appointment) -> Appointment:
    """Cancel an appointment; its slot becomes free."""
    return replace(appointment, status="cancelled", sequence=appointment.sequence + 1)


def shown(slot: Slot, language: str = "de") -> str:
    """Return day and time in German wall time, in words."""
    return f"{full_day(local(slot.start).date(), language)}, {clock(slot.start)}"
