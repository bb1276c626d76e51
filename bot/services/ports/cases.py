"""Rows of the desk: cases and staff."""

from datetime import datetime
from typing import Protocol

from bot.core.cases import Case
from bot.services.ports.records import Advisor, HistoryLine, Note, StaffSession


class Cases(Protocol):
    """Requests to humans."""

    def open_case(self, contact_id: str) -> Case | None:
        """Return the contact's case that is not closed."""

    def case(self, case_id: str) -> Case | None:
        """Return a case."""

    def next_case_number(self) -> int:
        """Return the next number to call a case by."""

    def add_case(self, case: Case) -> None:
        """Store a new case; an open one of the same contact makes it fail."""

    def update_case(self, case: Case) -> bool:
        """Store a changed case if its version is still the stored one (and raise it); False when somebody was faster."""

    def add_note(self, note: Note) -> None:
        """Store a note."""

    def add_history(self, line: HistoryLine) -> None:
        """Store a transition."""

    def cases(self, agency: str, *, closed: bool = False) -> list[Case]:
        """Return an agency's open (or its last hundred closed) cases, oldest first."""

    def notes(self, case_id: str) -> list[Note]:
        """Return a case's notes."""

    def history(self, case_id: str) -> list[HistoryLine]:
        """Return a case's transitions."""


class Staff(Protocol):
    """Members of staff and their sign-ins."""

    def add_advisor(self, advisor: Advisor) -> None:
        """Store a member of staff; the same id is replaced."""

    def advisors(self) -> list[Advisor]:
        """Return all members of staff."""

    def add_session(self, session: StaffSession) -> None:
        """Store a sign-in."""

    def session(self, token_hash: str, now: datetime) -> StaffSession | None:
        """Return a sign-in that has not expired."""

    def drop_session(self, token_hash: str) -> None:
        """End a sign-in."""

    def end_sessions(self, advisor_id: str) -> None:
        """End every sign-in of a member of staff."""
