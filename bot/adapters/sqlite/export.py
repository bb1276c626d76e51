"""Everything that is kept about one contact, in one piece."""

from bot.adapters.sqlite.cases import Cases
from bot.adapters.sqlite.conversations import Conversations, Inbox
from bot.adapters.sqlite.diary import Diary
from bot.adapters.sqlite.transcript import Transcript
from bot.adapters.sqlite.waitlist import Waitlist
from bot.core.kept import Kept
from bot.services.ports import Record

_WHOLE = -1
"""As a limit of SQLite: none."""


class Export(Inbox, Cases, Diary, Waitlist, Conversations, Transcript):
    """Reads across all tables that can hold something of a contact."""

    def kept(self, contact_id: str) -> Kept:
        """Return how much is kept about a contact."""
        theirs = "SELECT id FROM conversation WHERE contact_id = :contact"
        lines = f"(SELECT count(*) FROM message WHERE conversation_id IN ({theirs}))"
        tables = ("attachment", "cases", "note", "appointment")
        counts = (lines, *(f"(SELECT count(*) FROM {table} WHERE contact_id = :contact)" for table in tables))
        return Kept(*self.db.execute(f"SELECT {', '.join(counts)}", {"contact": contact_id}).fetchone())

    def record_of(self, contact_id: str) -> Record:
        """Return everything that is kept about a contact."""
        ids = [row[0] for row in self.db.execute("SELECT id FROM conversation WHERE contact_id = ?", (contact_id,)).fetchall()]
        cases = self._cases("WHERE contact_id = ? ORDER BY opened_at", (contact_id,))
        received = self.db.execute(
            "SELECT external, contact_id, sealed FROM inbox WHERE contact_id = ? AND sealed IS NOT NULL ORDER BY n", (contact_id,)
        ).fetchall()
        read = self.db.execute("SELECT reader, n FROM read_mark WHERE contact_id = ?", (contact_id,))
        return Record(
            conversations=tuple(found for id in ids if (found := self.conversation(id))),
            lines=tuple(line for id in ids for line in self.transcript(id, limit=_WHOLE)),
            cases=tuple(cases),
            notes=tuple(note for case in cases for note in self.notes(case.id)),
            history=tuple(line for case in cases for line in self.history(case.id)),
            appointments=self.appointments(contact_id),
            hold=self.hold_of(contact_id),
            waits_for=self.waiting_of(contact_id),
            waiting=tuple(self._message(row) for row in received),
            read={reader or "newcomer": n for reader, n in read.fetchall()},
        )

    def contact_of_case(self, number: int) -> str | None:
        """Return whose case has a number."""
        row = self.db.execute("SELECT contact_id FROM cases WHERE number = ?", (number,)).fetchone()
        return None if row is None else str(row[0])

    def contact_of_booking(self, number: str) -> str | None:
        """Return whose appointment has a number, if that is one contact's alone."""
        rows = self.db.execute("SELECT DISTINCT contact_id FROM appointment WHERE upper(substr(id, -6)) = ?", (number.upper(),))
        found = rows.fetchall()
        return str(found[0][0]) if len(found) == 1 else None
