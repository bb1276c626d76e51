"""Rows of closings that staff enter."""

from typing import Protocol

from bot.core.closings import Closing


class ClosingRows(Protocol):
    """Which sites and advisors are closed when, beside what the files say."""

    def closings(self) -> tuple[Closing, ...]:
        """Return all closings, the one that ends first to begin with."""

    def put_closing(self, closing: Closing) -> None:
        """Store a closing; the same id is replaced."""

    def drop_closing(self, id: str) -> None:
        """Forget a closing."""
