"""What must not come back with an older backup: a file of marks beside the database, one a line, which only grows."""

import os
from collections.abc import Iterable
from pathlib import Path

from bot.adapters.sqlite.errors import StoreUnavailable


class Marks:
    """The file; it is only ever added to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, lines: Iterable[str]) -> None:
        """Add marks, or lines of another such file, and wait until they are on the disk.

        Raises:
            StoreUnavailable: the file cannot be written.
        """
        # Each begins a line of its own: what a power cut left of the last one must not spoil the next.
        text = "".join(f"\n{line}" for line in lines)
        if not text:
            return
        try:
            with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreUnavailable(f"{self.path} cannot be written: {error.strerror}.") from error

    def lines(self) -> frozenset[str]:
        """Return what the file says; nothing when there is none."""
        try:
            return frozenset(self.path.read_text("ascii", "replace").split())
        except FileNotFoundError:
            return frozenset()
