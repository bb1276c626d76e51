"""Who waits for a time at which site."""

from collections.abc import Sequence
from sqlite3 import Row

from bot.adapters.sqlite.records import WAITING, dump, load, number
from bot.adapters.sqlite.section import Section
from bot.core.waiting import Waiting


class Waitlist(Section):
    """One row per contact: that it is one is what the primary key is for."""

    def waiting_of(self, contact_id: str) -> Waiting | None:
        """Return a contact's place on a list."""
        row = self.db.execute("SELECT * FROM waiting WHERE contact_id = ?", (contact_id,)).fetchone()
        return None if row is None else self._waiting(row)

    def waiting_at(self, sites: Sequence[str]) -> list[Waiting]:
        """Return who waits at these sites, the first to come first."""
        marks = ", ".join("?" * len(sites))
        rows = self.db.execute(f"SELECT * FROM waiting WHERE site IN ({marks}) ORDER BY since, contact_id", tuple(sites))
        return [self._waiting(row) for row in rows.fetchall()]

    def put_waiting(self, waiting: Waiting) -> None:
        """Store a place on a list; another one of the contact falls."""
        sealed = self.keys.seal(waiting.contact_id, "waiting", dump(WAITING, waiting))
        self.db.execute(
            "INSERT OR REPLACE INTO waiting (contact_id, site, since, sealed) VALUES (?, ?, ?, ?)",
            (waiting.contact_id, waiting.site, number(waiting.since), sealed),
        )

    def drop_waiting(self, contact_id: str) -> None:
        """Forget a contact's place."""
        self.db.execute("DELETE FROM waiting WHERE contact_id = ?", (contact_id,))

    def _waiting(self, row: Row) -> Waiting:
        return load(WAITING, self.keys.unseal(row["contact_id"], "waiting", row["sealed"]))
