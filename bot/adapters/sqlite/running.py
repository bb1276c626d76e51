"""What the running system remembers: editions of flows, timers, counts without persons, settings."""

from datetime import datetime

from bot.adapters.sqlite.records import FLOW, decode, dump, encode, load, moment, number
from bot.adapters.sqlite.section import Section
from bot.core.flows import Flow
from bot.services.ports import Timer


class Running(Section):
    """Rows without personal words, hence not sealed."""

    def keep_edition(self, flow: Flow) -> None:
        """Keep a flow's edition for the sessions that use it."""
        known = "SELECT 1 FROM flow_edition WHERE flow = ? AND edition = ?"
        if self.db.execute(known, (flow.id, flow.edition)).fetchone() is None:
            self.db.execute("INSERT INTO flow_edition VALUES (?, ?, ?)", (flow.id, flow.edition, decode(dump(FLOW, flow))))

    def edition(self, flow_id: str, edition: str) -> Flow | None:
        """Return a kept edition."""
        row = self.db.execute("SELECT body FROM flow_edition WHERE flow = ? AND edition = ?", (flow_id, edition)).fetchone()
        return None if row is None else load(FLOW, encode(row[0]))

    def count(self, what: str, day: str) -> None:
        """Add one to a count without persons."""
        self.db.execute(
            "INSERT INTO daily_count VALUES (?, ?, 1) ON CONFLICT (what, day) DO UPDATE SET value = value + 1", (what, day)
        )

    def add_timer(self, timer: Timer) -> None:
        """Store a timer; one with the same id is replaced."""
        self.db.execute(
            "INSERT OR REPLACE INTO timer (id, kind, subject, fence, due_at) VALUES (?, ?, ?, ?, ?)",
            (timer.id, timer.kind, timer.subject, timer.fence, number(timer.due_at)),
        )

    def due_timers(self, now: datetime) -> list[Timer]:
        """Return timers that are due, oldest first."""
        rows = self.db.execute("SELECT * FROM timer WHERE due_at <= ? ORDER BY due_at, id", (number(now),)).fetchall()
        return [Timer(row["id"], row["kind"], row["subject"], row["fence"], moment(row["due_at"])) for row in rows]

    def drop_timer(self, timer_id: str) -> None:
        """Forget a timer."""
        self.db.execute("DELETE FROM timer WHERE id = ?", (timer_id,))

    def revision(self) -> tuple[int, int]:
        """Return a mark that changes with every write to the store, whichever process writes."""
        return self.db.execute("PRAGMA data_version").fetchone()[0], self.db.conn.total_changes

    def get_value(self, name: str) -> str | None:
        """Return a stored setting of the running system."""
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_value(self, name: str, value: str) -> None:
        """Store a setting of the running system."""
        self.db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))

    def secret(self, name: str) -> bytes:
        """Return a secret of the running system: the same for ever, made from the master key and stored nowhere."""
        return self.keys.blind("secret", name)

    def latest(self) -> datetime | None:
        """Return the latest moment at which something was stored: the clock cannot be before it."""
        row = self.db.execute(
            "SELECT max((SELECT max(received_at) FROM inbox), (SELECT max(turn_at) FROM conversation))"
        ).fetchone()
        latest: int | None = row[0]
        return moment(latest)

    def key_since(self) -> datetime | None:
        """Return since when the master key is the one it is; nothing for one older than this record."""
        since: int | None = self.db.execute("SELECT since FROM key_check").fetchone()[0]
        return moment(since)

    def figures(self) -> dict[str, float]:
        """Return how much of what there is, without persons."""
        rows = self.db.execute(
            """SELECT 'cases_' || status, COUNT(*) FROM cases GROUP BY status
            UNION ALL SELECT 'outbox_' || status, COUNT(*) FROM outbox WHERE status != 'sent' GROUP BY status
            UNION ALL SELECT 'contacts', COUNT(*) FROM contact_key
            UNION ALL SELECT iif(problem = '', 'calendars_well', 'calendars_failing') AS state, COUNT(*) FROM calendar
                GROUP BY state
            UNION ALL SELECT 'inbox_unhandled', COUNT(*) FROM inbox WHERE sealed IS NOT NULL
            UNION ALL SELECT name, CAST(value AS REAL) FROM meta WHERE name IN ('backup_succeeded_at', 'backup_failed_at')"""
        )
        return {row[0]: float(row[1]) for row in rows}
