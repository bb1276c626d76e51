"""Volunteer interpreters: all but their agency is sealed; of the address of their calendar there is the hash."""

from datetime import datetime
from sqlite3 import Row

from pydantic import TypeAdapter

from bot.adapters.sqlite.calendars import Calendars
from bot.adapters.sqlite.records import dump, load, number
from bot.core.appointments import Appointment, Interpreting
from bot.core.interpreters import Interpreter

_INTERPRETER = TypeAdapter(Interpreter)


class Interpreters(Calendars):
    """Who interprets, at what; their time is in the diary's cells like everybody's."""

    def interpreters(self) -> tuple[Interpreter, ...]:
        """Return all interpreters."""
        return tuple(self._interpreter(row) for row in self.db.execute("SELECT * FROM interpreter ORDER BY id").fetchall())

    def put_interpreter(self, interpreter: Interpreter) -> None:
        """Store an interpreter; the same id is replaced."""
        sealed = self.keys.seal_shared(f"interpreter:{interpreter.id}", dump(_INTERPRETER, interpreter))
        self.db.execute(
            """INSERT INTO interpreter (id, agency, sealed) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET agency = excluded.agency, sealed = excluded.sealed""",
            (interpreter.id, interpreter.agency, sealed),
        )

    def drop_interpreter(self, id: str) -> None:
        """Forget an interpreter, their address, and their calendars."""
        self.db.execute("DELETE FROM interpreter WHERE id = ?", (id,))
        self.db.execute("DELETE FROM calendar WHERE resource = ?", (Interpreting("there", id).resource,))

    def open_assignments(self, id: str, token_hash: str) -> None:
        """Store the one address of an interpreter's calendar; an older one is not valid any more."""
        self.db.execute("UPDATE interpreter SET token_hash = ? WHERE id = ?", (token_hash, id))

    def interpreter_of(self, token_hash: str) -> Interpreter | None:
        """Return whose address it is."""
        row = self.db.execute("SELECT * FROM interpreter WHERE token_hash = ?", (token_hash,)).fetchone()
        return None if row is None else self._interpreter(row)

    def assignments(self, id: str, start: datetime, end: datetime) -> list[Appointment]:
        """Return what an interpreter is assigned to and begins in the period, cancelled or not, soonest first."""
        rows = self.db.execute(
            """SELECT * FROM appointment WHERE interpreter = ? AND interpreter <> '' AND start >= ? AND start < ?
            ORDER BY start, id""",
            (id, number(start), number(end)),
        )
        return [self._appointment(row) for row in rows.fetchall()]

    def _interpreter(self, row: Row) -> Interpreter:
        return load(_INTERPRETER, self.keys.unseal_shared(f"interpreter:{row['id']}", row["sealed"]))
