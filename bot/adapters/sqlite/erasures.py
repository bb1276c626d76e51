"""Who was erased: a file beside the database, so that restoring an older backup brings nobody back.

A mark is the blinded id of a contact, which only the master key's owner could compare with ids, and those are gone.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.adapters.sqlite.marks import Marks
from bot.adapters.sqlite.vault import Vault


class Erasures(Marks):
    """The file of those who were erased."""

    def __init__(self, path: Path, vault: Vault, copy: Path | None = None) -> None:
        super().__init__(path, copy)
        self._vault = vault

    def note(self, contacts: Sequence[str]) -> None:
        """Add contacts, and wait until it is on the disk.

        Raises:
            StoreUnavailable: the file cannot be written.
        """
        self.add(map(self._blinded, contacts))

    def among(self, contacts: Iterable[str]) -> list[str]:
        """Return those of the contacts who were erased."""
        known = self.lines()
        return [each for each in contacts if self._blinded(each) in known]

    def _blinded(self, contact_id: str) -> str:
        return self._vault.blind("erased contact", contact_id).hex()
