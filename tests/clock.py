"""Clocks that stand still until they are moved or go on from a Tuesday, and ids that count."""

import time
from datetime import UTC, datetime, timedelta

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""Tuesday, 24 November 2026, 10:00 in Germany: an ordinary working day."""


class FixedClock:
    """Tells the time it was set to."""

    def __init__(self, now: datetime = TUESDAY) -> None:
        self.time = now

    def now(self) -> datetime:
        """Return the set time."""
        return self.time

    def advance(self, **span: float) -> None:
        """Move on, for example `advance(minutes=3)`."""
        self.time += timedelta(**span)


class Ids:
    """Gives id-1, id-2, …"""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return f"id-{self.count:04}"


class RunningClock:
    """Goes on from an ordinary Tuesday morning, so that every turn has its own moment and offices are open."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def now(self) -> datetime:
        """Return the time."""
        return TUESDAY + timedelta(seconds=time.monotonic() - self._started)
