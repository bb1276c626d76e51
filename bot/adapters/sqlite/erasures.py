"""Who was erased: a file beside the database, so that restoring an older backup brings nobody back.

A line is the blinded id of a contact, which only the master key's owner could compare with ids, and those are gone.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.adapters.sqlite.errors import StoreUnavailable
from bot.adapters.sqlite.vault import Vault


class Erasures:
    """The file; it is only ever added to."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self.path = path
        self._vault = vault

    def note(self, contacts: Sequence[str]) -> None:
        """Add contacts, and wait until it is on the disk.

        Raises:
            StoreUnavailable: the file cannot be written.
        """
        self.add(map(self._blinded, contacts))

    def add(self, lines: Iterable[str]) -> None:
        """Add lines of another such file.

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

    def among(self, contacts: Iterable[str]) -> list[str]:
        """Return those of the contacts who were erased."""
        known = self.lines()
        return [each for each in contacts if self._blinded(each) in known]

    def _blinded(self, contact_id: str) -> str:
        return self._vault.blind("erased contact", contact_id).hex()
