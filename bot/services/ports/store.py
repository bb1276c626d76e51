"""The store: one transaction at a time over all rows."""

from contextlib import AbstractContextManager
from typing import Protocol

from bot.services.ports.calendars import CalendarRows
from bot.services.ports.cases import Cases, Drafts, Staff
from bot.services.ports.closings import ClosingRows
from bot.services.ports.diary import Diary
from bot.services.ports.interpreters import InterpreterRows
from bot.services.ports.memory import TranslationRows
from bot.services.ports.newcomers import Flows, Newcomers, Questions
from bot.services.ports.privacy import PrivacyRows
from bot.services.ports.relay import RelayRows
from bot.services.ports.running import OutboxRows, Timers, Values
from bot.services.ports.signins import SignIns
from bot.services.ports.waitlist import WaitlistRows


class Transaction(
    Newcomers,
    Flows,
    Questions,
    Cases,
    Drafts,
    Staff,
    SignIns,
    Diary,
    WaitlistRows,
    CalendarRows,
    InterpreterRows,
    ClosingRows,
    Timers,
    OutboxRows,
    RelayRows,
    PrivacyRows,
    TranslationRows,
    Values,
    Protocol,
):
    """Reads and writes inside one `BEGIN IMMEDIATE`; all of it is kept, or nothing."""


class Store(Protocol):
    """The one place where everything is kept."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a write transaction; leaving with an exception undoes it."""

    async def durable(self) -> None:
        """Return once everything that was committed so far is on the disk: only then it may be acknowledged, or sent."""
