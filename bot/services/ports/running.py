"""Rows of the running system: timers, counts, what is on its way out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.retention import Periods
from bot.services.ports.delivery import AskedLine, DeliveryStatus, OutboxItem
from bot.services.ports.records import Timer


class Timers(Protocol):
    """What is due, and counts without persons."""

    def count(self, what: str, day: str) -> None:
        """Add one to a count without persons."""

    def figures(self) -> dict[str, float]:
        """Return how much of what there is (cases by status, waiting messages …), without persons."""

    def add_timer(self, timer: Timer) -> None:
        """Store a timer; one with the same id is replaced."""

    def due_timers(self, now: datetime) -> list[Timer]:
        """Return timers that are due, oldest first."""

    def drop_timer(self, timer_id: str) -> None:
        """Forget a timer."""

    def purge(self, now: datetime, periods: Periods) -> int:
        """Erase every contact whose periods are all over, and of the others what is over; return how many were erased."""


class OutboxRows(Protocol):
    """What is on its way out."""

    def due_outbox(self, channel: str, now: datetime, limit: int = 50) -> list[OutboxItem]:
        """Return the first undelivered item of each conversation of a channel, if it is due."""

    def mark_outbox(
        self,
        n: int,
        status: DeliveryStatus,
        *,
        not_before: datetime | None = None,
        platform_ids: Sequence[str] = (),
        error: str = "",
    ) -> None:
        """Store what became of an item; "sending" counts an attempt."""

    def mark_unreachable(self, conversation_id: str, now: datetime) -> None:
        """Note that nothing can be delivered to a conversation's address, until it writes again."""

    def interrupted_outbox(self) -> int:
        """Turn items that were being sent when the process died into uncertain ones; return how many."""

    def ask_about_outbox(self) -> int:
        """Hold back what is undelivered until somebody decides: in a restored copy it may have been delivered long ago."""

    def asked_outbox(self) -> list[AskedLine]:
        """Return what somebody has to decide about, without the persons."""


class Values(Protocol):
    """What the running system remembers about itself."""

    def revision(self) -> tuple[int, int]:
        """Return a mark that changes with every write to the store, whichever process writes."""

    def get_value(self, name: str) -> str | None:
        """Return a stored setting of the running system."""

    def set_value(self, name: str, value: str) -> None:
        """Store a setting of the running system."""

    def secret(self, name: str) -> bytes:
        """Return a secret of the running system: the same for ever, made from the master key and stored nowhere."""

    def latest(self) -> datetime | None:
        """Return the latest moment at which something was stored: the clock cannot be before it."""

    def key_since(self) -> datetime | None:
        """Return since when the master key is the one it is; nothing for one older than this record."""
