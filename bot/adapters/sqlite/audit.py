"""Who looked at or took what: a log that is only added to, each line bound to the one before by the master key."""

import json
from datetime import datetime, timedelta

from bot.adapters.sqlite.records import moment, number
from bot.adapters.sqlite.section import Section
from bot.services.ports import AuditLine

_BEGINNING = b""


class Audit(Section):
    """The log. A line names staff by id and a case by number, never a newcomer."""

    def audit(self, who: str, what: str, subject: str, now: datetime, once_in: timedelta = timedelta(0)) -> None:
        """Add a line, unless the same was added less than `once_in` ago."""
        latest = self.db.execute(
            "SELECT max(at) FROM audit WHERE who = ? AND what = ? AND subject = ?", (who, what, subject)
        ).fetchone()[0]
        if latest is not None and now - moment(latest) < once_in:
            return
        n = self.next_row("audit")
        row = self.db.execute("SELECT mark FROM audit ORDER BY n DESC LIMIT 1").fetchone()
        line = (n, number(now), who, what, subject)
        mark = self._mark(_BEGINNING if row is None else row[0], line)
        self.db.execute("INSERT INTO audit (n, at, who, what, subject, mark) VALUES (?, ?, ?, ?, ?, ?)", (*line, mark))

    def audited(self) -> list[AuditLine]:
        """Return the whole log, oldest first."""
        rows = self.db.execute("SELECT * FROM audit ORDER BY n").fetchall()
        return [
            AuditLine(row["n"], moment(row["at"]), row["who"], row["what"], row["subject"], row["mark"].hex()) for row in rows
        ]

    def audit_broken_at(self) -> int | None:
        """Return the number of the first line that was changed, put in or taken out; None when the log is whole."""
        before, expected = _BEGINNING, 1
        for row in self.db.execute("SELECT n, at, who, what, subject, mark FROM audit ORDER BY n").fetchall():
            *line, mark = row
            if row["n"] != expected or mark != self._mark(before, tuple(line)):
                return expected
            before, expected = mark, expected + 1
        last = self.db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
        return None if last is None or last[0] == expected - 1 else expected

    def _mark(self, before: bytes, line: tuple[int | str, ...]) -> bytes:
        return self.keys.blind("audit", json.dumps([before.hex(), *line]))
