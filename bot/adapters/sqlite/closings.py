"""Closings that staff enter: all but the last day, after which they go, is sealed."""

from pydantic import TypeAdapter

from bot.adapters.sqlite.records import dump, load
from bot.adapters.sqlite.section import Section
from bot.core.closings import Closing

_CLOSING = TypeAdapter(Closing)


class Closings(Section):
    """Which sites and advisors are closed when, beside what the files say."""

    def closings(self) -> tuple[Closing, ...]:
        """Return all closings, the one that ends first to begin with."""
        rows = self.db.execute("SELECT id, sealed FROM closing ORDER BY last_day, id").fetchall()
        return tuple(load(_CLOSING, self.keys.unseal_shared(f"closing:{row['id']}", row["sealed"])) for row in rows)

    def put_closing(self, closing: Closing) -> None:
        """Store a closing; the same id is replaced."""
        sealed = self.keys.seal_shared(f"closing:{closing.id}", dump(_CLOSING, closing))
        self.db.execute(
            """INSERT INTO closing (id, last_day, sealed) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET last_day = excluded.last_day, sealed = excluded.sealed""",
            (closing.id, closing.when.last.isoformat(), sealed),
        )

    def drop_closing(self, id: str) -> None:
        """Forget a closing."""
        self.db.execute("DELETE FROM closing WHERE id = ?", (id,))
