"""Rows of the desk: cases and staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.core.cases import Case
from bot.services.ports.records import Advisor, CaseCount, HistoryLine, Note, StaffSession

NEWCOMER = ""
"""Who reads on the newcomer's side; advisors read under their own id."""


class ReadMarks(Protocol):
    """How far who has read a conversation: one number each; when it was read is not kept."""

    def mark_read(self, conversation_id: str, reader: str, n: int) -> bool:
        """Note that somebody has read what the other side wrote, up to a line; False when nothing changes. No mark goes back."""

    def read_marks(self, agency: str) -> Mapping[str, Mapping[str, int]]:
        """Return how far who has read, by reader and open case."""


class Cases(ReadMarks, Protocol):
    """Requests to humans."""

    def open_case(self, contact_id: str) -> Case | None:
        """Return the contact's case that is not closed."""

    def last_case(self, contact_id: str) -> Case | None:
        """Return the contact's case that was closed last."""

    def case_counts(self) -> list[CaseCount]:
        """Return how many open cases there are by site, status and advisor."""

    def unanswered(self, agency: str) -> Mapping[str, tuple[int, ...]]:
        """Return which lines of the newcomer nobody has answered, by open case."""

    def case(self, case_id: str) -> Case | None:
        """Return a case."""

    def next_case_number(self) -> int:
        """Return the next number to call a case by."""

    def add_case(self, case: Case) -> None:
        """Store a new case; an open one of the same contact makes it fail."""

    def update_case(self, case: Case) -> bool:
        """Store a changed case if its version is still the stored one (and raise it); False when somebody was faster."""

    def add_note(self, note: Note, form: str = "") -> bool:
        """Store a note; False when what was written in this form is there already."""

    def add_history(self, line: HistoryLine) -> None:
        """Store a transition."""

    def cases(self, agency: str, *, closed: bool = False) -> list[Case]:
        """Return an agency's open (or its last hundred closed) cases, oldest first."""

    def notes(self, case_id: str) -> list[Note]:
        """Return a case's notes."""

    def history(self, case_id: str) -> list[HistoryLine]:
        """Return a case's transitions."""


class Drafts(Protocol):
    """What advisors typed but did not send."""

    def keep_draft(self, case_id: str, advisor_id: str, text: str) -> None:
        """Keep what an advisor typed; nothing stays of an empty text."""

    def draft(self, case_id: str, advisor_id: str) -> str:
        """Return what an advisor typed but did not send, or nothing."""


class Staff(Protocol):
    """Members of staff and their sign-ins."""

    def add_advisor(self, advisor: Advisor) -> None:
        """Store a member of staff; the same id is replaced."""

    def advisor(self, advisor_id: str) -> Advisor | None:
        """Return a member of staff."""

    def advisors(self) -> list[Advisor]:
        """Return all members of staff."""

    def add_session(self, session: StaffSession) -> None:
        """Store a sign-in."""

    def session(self, token_hash: str, now: datetime) -> StaffSession | None:
        """Return a sign-in that has not expired."""

    def sessions(self, advisor_id: str, now: datetime) -> list[StaffSession]:
        """Return somebody's sign-ins that have not expired, newest first."""

    def drop_session(self, token_hash: str) -> None:
        """End a sign-in."""

    def end_sessions(self, advisor_id: str) -> None:
        """End every sign-in of a member of staff."""
