"""What must not come back with an older backup: a file of marks beside the database, one a line, which only grows."""

import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.adapters.sqlite.errors import StoreUnavailable

log = logging.getLogger(__name__)


class Marks:
    """The file; it is only ever added to. A copy beside the backups outlives the machine; it may lag behind."""

    def __init__(self, path: Path, copy: Path | None = None) -> None:
        self.path = path
        self._copy = Marks(copy) if copy else None

    def add(self, lines: Iterable[str]) -> None:
        """Add marks, or lines of another such file, and wait until they are on the disk.

        Raises:
            StoreUnavailable: the file cannot be written.
        """
        # Each begins a line of its own: what a power cut left of the last one must not spoil the next.
        lines = list(lines)
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
        self._to_copy(lambda copy: lines)

    def complete_copy(self) -> None:
        """Add to the copy what it lacks, if it could not be written for a while."""
        self._to_copy(lambda copy: sorted(self.lines() - copy.lines()))

    def lines(self) -> frozenset[str]:
        """Return what the file says; nothing when there is none."""
        try:
            return frozenset(self.path.read_text("ascii", "replace").split())
        except FileNotFoundError:
            return frozenset()

    def _to_copy(self, missing: Callable[["Marks"], Iterable[str]]) -> None:
        if self._copy is None:
            return
        try:
            self._copy.add(missing(self._copy))
        except (OSError, StoreUnavailable) as error:
            log.error(
                "what was erased or used up is noted beside the database alone until the next start or backup: %s",
                f"{self._copy.path} cannot be read: {error.strerror}." if isinstance(error, OSError) else error,
            )
