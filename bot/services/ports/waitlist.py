"""Rows of those who wait for a time."""

from collections.abc import Sequence
from typing import Protocol

from bot.core.waiting import Waiting


class WaitlistRows(Protocol):
    """Who waits for a time at which site; each contact at one."""

    def waiting_of(self, contact_id: str) -> Waiting | None:
        """Return a contact's place on a list."""

    def waiting_at(self, sites: Sequence[str]) -> list[Waiting]:
        """Return who waits at these sites, the first to come first."""

    def put_waiting(self, waiting: Waiting) -> None:
        """Store a place on a list; another one of the contact falls."""

    def drop_waiting(self, contact_id: str) -> None:
        """Forget a contact's place."""
