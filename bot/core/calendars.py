"""What other calendars are told of appointments, and what they tell: when somebody has no time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.appointments import Appointment, Slot, cell

MOST_SEATS = 20
"""As many as a site can have."""

Said = tuple[datetime, datetime, str, str, bool]


@dataclass(frozen=True, slots=True)
class Seat:
    """Whose time it is: that of an advisor (`@beate`), of who interprets (`+id`) or of a site.

    Of a site it is all seats (None) or one, counted from 0.
    """

    resource: str
    number: int | None = None

    def includes(self, slot: Slot) -> bool:
        """Tell whether a slot takes this time."""
        return slot.resource == self.resource and self.number in (None, slot.seat)

    def interprets(self, appointment: Appointment) -> bool:
        """Tell whether this is the time of who interprets at an appointment."""
        return appointment.interpreting is not None and appointment.interpreting.resource == self.resource


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment as it stands in a calendar. `id` is the appointment's, `stamp` when this was last true."""

    id: str
    sequence: int
    stamp: datetime
    start: datetime
    end: datetime
    summary: str
    location: str = ""
    description: str = ""
    cancelled: bool = False

    @staticmethod
    def file(id: str) -> str:
        """Return the name of the file in which an appointment stands in somebody's calendar; nobody else names files so."""
        return f"wegweiser-{id}.ics"

    @property
    def name(self) -> str:
        """The file it stands in."""
        return self.file(self.id)

    @property
    def said(self) -> Said:
        """What must be the same there."""
        return self.start, self.end, self.summary, self.location, self.cancelled


@dataclass(frozen=True, slots=True)
class Found:
    """A file in somebody else's calendar: its mark (ETag), when it keeps them busy, and what it says if it is one plain event."""

    name: str
    etag: str
    spans: tuple[tuple[datetime, datetime], ...] = ()
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """A time at which nobody can be advised: at one seat, or at all (None)."""

    seat: int | None
    start: datetime
    end: datetime


def occupied(busy: Iterable[Busy], start: datetime, end: datetime) -> frozenset[tuple[int, int]]:
    """Return the (cell, seat) pairs that are occupied between two moments; a cell that is touched is occupied."""
    pairs: set[tuple[int, int]] = set()
    for each in busy:
        first, last = cell(max(each.start, start)), cell(min(each.end, end) - timedelta(microseconds=1))
        seats = range(MOST_SEATS) if each.seat is None else (each.seat,)
        pairs.update((number, seat) for number in range(first, last + 1) for seat in seats)
    return frozenset(pairs)


def merged(files: Iterable[Found]) -> list[tuple[datetime, datetime]]:
    """Return the times of all files, each time once."""
    times: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(span for each in files for span in each.spans):
        if times and begins <= times[-1][1]:
            times[-1] = (times[-1][0], max(ends, times[-1][1]))
        else:
            times.append((begins, ends))
    return times
