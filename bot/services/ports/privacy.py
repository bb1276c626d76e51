"""What is kept about one contact, and who looked at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.appointments import Appointment, Hold
from bot.core.cases import Case
from bot.core.contacts import Conversation
from bot.core.kept import Kept
from bot.core.messages import InboundMessage
from bot.core.retention import Outlived, Periods
from bot.core.waiting import Waiting
from bot.services.ports.records import HistoryLine, Note, TranscriptLine


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that is kept about a contact; `waiting` is what came in and was not handled yet.

    `read` is up to which line who has read.
    """

    conversations: tuple[Conversation, ...]
    lines: tuple[TranscriptLine, ...]
    cases: tuple[Case, ...]
    notes: tuple[Note, ...]
    history: tuple[HistoryLine, ...]
    appointments: tuple[Appointment, ...]
    hold: Hold | None
    waits_for: Waiting | None
    waiting: tuple[InboundMessage, ...]
    read: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what with which case, and the mark that binds the line to the one before."""

    n: int
    at: datetime
    who: str
    what: str
    subject: str
    mark: str


class PrivacyRows(Protocol):
    """Requests of those whose data it is, and the log of who looked."""

    def kept(self, contact_id: str) -> Kept:
        """Return how much is kept about a contact."""

    def record_of(self, contact_id: str) -> Record:
        """Return everything that is kept about a contact."""

    def contact_of_case(self, number: int) -> str | None:
        """Return whose case has a number."""

    def contact_of_booking(self, number: str) -> str | None:
        """Return whose appointment has a number, if that is one contact's alone."""

    def contact_of_chat(self, id: str) -> str | None:
        """Return the one contact whose id begins like this, by as many characters as are shown."""

    def outlived(self, now: datetime, periods: Periods) -> list[Outlived]:
        """Return what of people `purge` erases, longest due first."""

    def effectless(self, now: datetime, periods: Periods) -> dict[str, int]:
        """Return how much `purge` drops of what belongs to no person, or has no effect any more."""

    def audit(self, who: str, what: str, subject: str, now: datetime, once_in: timedelta = timedelta(0)) -> None:
        """Add a line to the log, unless the same was added less than `once_in` ago."""

    def audited(self) -> list[AuditLine]:
        """Return the whole log, oldest first."""

    def audit_broken_at(self) -> int | None:
        """Return the number of the first line that was changed, put in or taken out; None when the log is whole."""
