"""Other people's calendars: the rows about them, and the server they are on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.appointments import Appointment, Slot
from bot.core.calendars import Entry, Found, Seat


class CalendarError(Exception):
    """A calendar cannot be read or written; the sentence says why and what to do, and holds no password.

    `lasting`: it will not pass by itself.
    """

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


@dataclass(frozen=True, slots=True)
class Account:
    """Where a calendar is and how one signs in there."""

    url: str
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar that the bookings of a seat go to; what stands there already blocks the seat.

    `problem` is why the last attempt failed, empty when it did not; `synced_at` the last time that all was well.
    One that is `held` is left alone: in a restored copy another machine may still keep it in step.
    """

    n: int
    account: Account
    seat: Seat
    due_at: datetime | None = None
    synced_at: datetime | None = None
    problem: str = ""
    failures: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """A private address under which somebody's calendar program reads the appointments; of one site, or of all of theirs."""

    advisor_id: str
    site: str = ""


class CalendarServer(Protocol):
    """Speaks to the servers that calendars are on."""

    async def check(self, account: Account) -> None:
        """Look whether there is a calendar.

        Raises:
            CalendarError: there is none, or nobody answers.
        """

    async def read(self, account: Account, start: datetime, end: datetime) -> list[Found]:
        """Return what is in a calendar between two moments.

        Raises:
            CalendarError: it cannot be read.
        """

    async def put(self, account: Account, entry: Entry, etag: str | None) -> None:
        """Write an entry: a new one, or over the one with this mark.

        Raises:
            CalendarError: it cannot be written.
        """

    async def drop(self, account: Account, name: str, etag: str | None) -> None:
        """Delete what we wrote; what is not there (any more) is fine.

        Raises:
            CalendarError: it cannot be deleted.
        """


class CalendarRows(Protocol):
    """Calendars, what is known from them, and feeds."""

    def calendars(self) -> list[Calendar]:
        """Return the calendars in the order in which they were added."""

    def add_calendar(self, account: Account, seat: Seat) -> int | None:
        """Store a calendar and return its number; None when there is one at that address."""

    def drop_calendar(self, n: int) -> bool:
        """Forget a calendar and what is known from it; False when there is none of that number."""

    def hold_calendars(self, held: bool) -> int:
        """Leave all calendars alone, or go on with those that were; return how many it was."""

    def keep_busy(self, n: int, times: Collection[tuple[datetime, datetime]], now: datetime) -> None:
        """Store what a calendar blocks from now on, instead of what it blocked before."""

    def is_busy(self, resource: str, slot: Slot) -> bool:
        """Tell whether a calendar of somebody, of a site, or of the slot's seat there has something else at a slot."""

    def note_sync(self, calendar: Calendar) -> None:
        """Store how the last attempt went, and when the next is due."""

    def written(self, n: int) -> frozenset[str]:
        """Return the ids of the appointments that were written into a calendar."""

    def note_written(self, n: int, appointment_id: str, *, there: bool) -> None:
        """Note that an appointment was written into a calendar, or that it is not there any more."""

    def entered(self, sites: Sequence[str], start: datetime, end: datetime) -> list[Appointment]:
        """Return what was booked at these sites and begins in the period, cancelled or not, soonest first."""

    def open_feed(self, feed: Feed, token_hash: str, now: datetime) -> None:
        """Store the one address of a feed; an older one is not valid any more."""

    def close_feeds(self, advisor_id: str) -> int:
        """Forget somebody's feeds; return how many there were."""

    def feeds(self, advisor_id: str) -> list[Feed]:
        """Return somebody's feeds."""

    def feed(self, token_hash: str) -> Feed | None:
        """Return the feed of an address."""
