"""From opening rules to slots; hold, book, move and cancel as pure transitions.

Time is cut into cells of 15 minutes; a hold or a booking occupies (resource, cell, seat) triples, each of which exists once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Literal

from bot.core.locales import clock, full_day, local
from bot.core.network import AppointmentRule, Kind, Site

CELL = timedelta(minutes=15)
HOLD_FOR = timedelta(minutes=10)
MAX_OPEN = 3
"""Appointments one contact may have ahead."""
_CELL_SECONDS = int(CELL.total_seconds())
_Found = dict[int, tuple[AppointmentRule, int, int]]
"""Of each time, in seconds since 1970, its rule, its length and a free seat."""

AppointmentStatus = Literal["booked", "cancelled", "missed"]
Taken = Callable[[str, datetime, datetime], frozenset[tuple[int, int]]]
"""Asks which (cell, seat) of a resource are occupied between two moments; one's own hold does not count."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked, in UTC, at a seat that is free; `buffer` minutes after it stay free.

    With an `advisor` the seat is theirs, else the site's. `kind` is None where nobody said how people meet.
    """

    site: str
    start: datetime
    end: datetime
    seat: int
    advisor: str = ""
    kind: Kind | None = None
    buffer: int = 0

    @property
    def resource(self) -> str:
        """Whose seat it is: an advisor's, at whatever site, or the site's own."""
        return resource(self.site, self.advisor)

    @property
    def cells(self) -> tuple[tuple[int, int], ...]:
        """The (cell, seat) pairs it occupies."""
        first, last = cell(self.start), cell(self.end + timedelta(minutes=self.buffer, seconds=-1))
        return tuple((number, self.seat) for number in range(first, last + 1))

    def overlaps(self, other: "Slot") -> bool:
        """Tell whether one person could not be at both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Hold:
    """A slot kept for somebody who is choosing; after `expires_at` it is free for others.

    One that was `offered`, instead of an appointment or to somebody on the waiting list, each named by its id, is not given up by
    going elsewhere in the chat.
    """

    id: str
    contact_id: str
    slot: Slot
    expires_at: datetime
    offered: str | None = None


@dataclass(frozen=True, slots=True)
class Interpreting:
    """How an appointment is interpreted: by a volunteer `there` or by `phone`, by a service on the `line`, or `open`: nobody yet.

    `confirmed`: the volunteer agreed.
    """

    how: Literal["there", "phone", "line", "open"]
    interpreter: str = ""
    confirmed: bool = False

    @property
    def resource(self) -> str:
        """The name under which the volunteer's time is taken: `+soraya`."""
        return f"+{self.interpreter}" if self.interpreter else ""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody without a chat, who phoned or came to the desk: what they are called and their telephone, if they said it."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booking. `shown` is the local time as it was told; `sequence` rises with every change (RFC 5545).

    `coming`: the newcomer answered the reminder that they come. `interpreting` is None where nobody need interpret.
    With a `guest` the desk booked it for somebody without a chat, who can be told nothing but by telephone.
    """

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
    coming: bool = False
    interpreting: Interpreting | None = None
    guest: Guest | None = None

    @property
    def cells(self) -> tuple[tuple[str, int, int], ...]:
        """The (resource, cell, seat) triples it occupies: of the slot, and of the volunteer who interprets."""
        seat = tuple((self.slot.resource, *pair) for pair in self.slot.cells)
        return seat + (interpreter_cells(self.slot, self.interpreting) if self.interpreting else ())

    def ahead(self, now: datetime) -> bool:
        """Tell whether it is booked and not over."""
        return self.status == "booked" and self.slot.end > now


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants an appointment for, in which language and how; `desk`: an advisor books for them."""

    topic: str | None = None
    language: str | None = None
    kind: Kind | None = None
    desk: bool = False


ANY = Wish()


def cell(moment: datetime) -> int:
    """Return the number of the 15-minute cell a moment lies in, counted from 1970 in UTC."""
    return int(moment.timestamp() // _CELL_SECONDS)


def resource(site: str, advisor: str) -> str:
    """Return the name under which seats are taken: `@beate`, or the site."""
    return f"@{advisor}" if advisor else site


def interpreter_cells(slot: Slot, interpreting: Interpreting) -> tuple[tuple[str, int, int], ...]:
    """Return the cells of a volunteer who interprets at a slot; the pause after it is not theirs."""
    if not interpreting.interpreter:
        return ()
    return tuple((interpreting.resource, *pair) for pair in replace(slot, seat=0, buffer=0).cells)


def free_slots(site: Site, now: datetime, holidays: Mapping[date, str], taken: Taken, wish: Wish = ANY) -> list[Slot]:
    """Return the free slots of a site, soonest first; each time once, if possible with somebody who speaks the language."""
    rules = [rule for rule in site.appointments if rule.offers(wish.topic, wish.kind)]
    if not rules:
        return []
    until = now + timedelta(days=max(rule.horizon_days for rule in rules) + 1)
    occupied = cache(lambda whose: _by_seat(taken(whose, now, until)))
    found: _Found = {}
    for rule in sorted(rules, key=lambda rule: wish.language not in rule.languages):
        _find_free(rule, now, holidays, occupied(resource(site.id, rule.advisor)), wish, found)
    return [_slot(site, start, *found[start], wish) for start in sorted(found)]


def _by_seat(pairs: frozenset[tuple[int, int]]) -> dict[int, set[int]]:
    seats: dict[int, set[int]] = {}
    for number, seat in pairs:
        seats.setdefault(seat, set()).add(number)
    return seats


def _find_free(
    rule: AppointmentRule, now: datetime, holidays: Mapping[date, str], occupied: dict[int, set[int]], wish: Wish,
    found: _Found,
) -> None:  # fmt: skip
    """Add the times that a rule offers and that were not found yet."""
    earliest = now + timedelta(hours=rule.lead_hours)
    first, last = earliest.timestamp(), (now + timedelta(days=rule.horizon_days)).timestamp()
    length = rule.lengths.get(wish.topic or "", rule.minutes) * 60
    step = length + rule.buffer * 60
    seats = [(seat, occupied.get(seat, set())) for seat in _seats(rule, wish)]
    for opens, closes in rule.hours.seconds(local(earliest).date(), rule.horizon_days, holidays):
        for start in range(opens, closes - length + 1, step):
            if start in found or not first <= start <= last:
                continue
            cells = range(start // _CELL_SECONDS, -((start + step) // -_CELL_SECONDS))
            for seat, full in seats:
                if full.isdisjoint(cells):
                    found[start] = (rule, length, seat)
                    break


def _seats(rule: AppointmentRule, wish: Wish) -> range:
    """Return the seats in the order in which they are given: newcomers have the first ones, the desk begins with the last."""
    if wish.desk:
        return range(rule.seats - 1, -1, -1)
    return range(rule.seats if rule.online is None else min(rule.online, rule.seats))


def _slot(site: Site, start: int, rule: AppointmentRule, length: int, seat: int, wish: Wish) -> Slot:
    begin = datetime.fromtimestamp(start, UTC)
    end = begin + timedelta(seconds=length)
    return Slot(site.id, begin, end, seat, rule.advisor, wish.kind or rule.kinds[0], rule.buffer)


def fits(slot: Slot, site: Site, holidays: Mapping[date, str]) -> bool:
    """Tell whether a slot still lies within what a site offers; lead and horizon do not matter, nor where within the hours."""
    day = local(slot.start).date()
    return any(
        opens <= slot.start and slot.end <= closes
        for rule in site.appointments
        if rule.advisor == slot.advisor and slot.seat < rule.seats and rule.offers(None, slot.kind)
        for opens, closes in rule.hours.moments(day, holidays)
    )


def find_slot(slots: list[Slot], start: datetime) -> Slot | None:
    """Return the slot that begins at a moment."""
    return next((slot for slot in slots if slot.start == start), None)


def by_day(slots: list[Slot]) -> dict[date, list[Slot]]:
    """Return the slots grouped by local day."""
    days: dict[date, list[Slot]] = {}
    for slot in slots:
        days.setdefault(local(slot.start).date(), []).append(slot)
    return days


def hold(slot: Slot, contact_id: str, now: datetime, new_id: str, lasting: timedelta = HOLD_FOR) -> Hold:
    """Keep a slot for a contact while they decide."""
    return Hold(new_id, contact_id, slot, now + lasting)


def offer(slot: Slot, appointment: Appointment, until: datetime, new_id: str) -> Hold:
    """Keep a slot for somebody who is asked whether they want it instead of their appointment."""
    return Hold(new_id, appointment.contact_id, slot, until, offered=appointment.id)


def book(slot: Slot, contact_id: str, conversation_id: str, topic: str, language: str, now: datetime, new_id: str) -> Appointment:
    """Book a slot."""
    return Appointment(new_id, contact_id, conversation_id, slot, topic, language, shown(slot), now)


def move(appointment: Appointment, slot: Slot) -> Appointment:
    """Move an appointment; it keeps its id."""
    return replace(appointment, slot=slot, shown=shown(slot), sequence=appointment.sequence + 1, coming=False)


def cancel(appointment: Appointment) -> Appointment:
    """Cancel an appointment; its slot becomes free."""
    return replace(appointment, status="cancelled", sequence=appointment.sequence + 1)


def miss(appointment: Appointment, missed: bool) -> Appointment:
    """Note that nobody came, or take that back; it has no consequences for the person."""
    return replace(appointment, status="missed" if missed else "booked", sequence=appointment.sequence + 1)


def shown(slot: Slot, language: str = "de") -> str:
    """Return day and time in German wall time, in words."""
    return f"{full_day(local(slot.start).date(), language)}, {clock(slot.start)}"
