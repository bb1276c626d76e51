"""Cases with their notes and history."""

from collections.abc import Mapping
from dataclasses import fields
from sqlite3 import Row
from typing import Any

from bot.adapters.sqlite.errors import NoKey
from bot.adapters.sqlite.reading import ReadMarks
from bot.adapters.sqlite.records import HAND_OVER, HandOver, decode, dump, encode, load, moment, number
from bot.core.cases import Case
from bot.services.ports import CaseCount, HistoryLine, Note

_SEALED = tuple(each.name for each in fields(HandOver))


class Cases(ReadMarks):
    """Requests to humans; the schema keeps a contact from having two open ones."""

    def open_case(self, contact_id: str) -> Case | None:
        """Return the contact's case that is not closed."""
        rows = self._cases("WHERE contact_id = ? AND status <> 'closed'", (contact_id,))
        return rows[0] if rows else None

    def last_case(self, contact_id: str) -> Case | None:
        """Return the contact's case that was closed last."""
        rows = self._cases("WHERE contact_id = ? AND status = 'closed' ORDER BY closed_at DESC LIMIT 1", (contact_id,))
        return rows[0] if rows else None

    def case_counts(self) -> list[CaseCount]:
        """Return how many open cases there are by site, status and advisor."""
        rows = self.db.execute(
            "SELECT site, status, advisor, count(*) AS cases FROM cases WHERE status <> 'closed' GROUP BY site, status, advisor"
        )
        return [CaseCount(*row) for row in rows.fetchall()]

    def unanswered(self, agency: str) -> Mapping[str, tuple[int, ...]]:
        """Return which lines of the newcomer nobody has answered, by open case."""
        rows = self.db.execute(
            """SELECT cases.id, group_concat(message.n) FROM cases JOIN message
                ON message.conversation_id = cases.conversation_id AND message.case_id = cases.id AND message.author = 'newcomer'
            WHERE cases.agency = ? AND cases.status <> 'closed' AND message.n > (
                SELECT coalesce(max(n), 0) FROM message AS answer WHERE answer.conversation_id = cases.conversation_id
                AND answer.case_id = cases.id AND answer.author = 'advisor')
            GROUP BY cases.id""",
            (agency,),
        )
        return {row[0]: tuple(map(int, row[1].split(","))) for row in rows.fetchall()}

    def case(self, case_id: str) -> Case | None:
        """Return a case."""
        rows = self._cases("WHERE id = ?", (case_id,))
        return rows[0] if rows else None

    def cases(self, agency: str, *, closed: bool = False) -> list[Case]:
        """Return an agency's open (or its last hundred closed) cases, oldest first."""
        if closed:
            last = "WHERE agency = ? AND status = 'closed' ORDER BY closed_at DESC, number DESC LIMIT 100"
            return self._cases(last, (agency,))[::-1]
        return self._cases("WHERE agency = ? AND status <> 'closed' ORDER BY opened_at, number", (agency,))

    def next_case_number(self) -> int:
        """Return the next number to call a case by."""
        row = self.db.execute(
            """INSERT INTO counter (name, value) VALUES ('case', 1)
            ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"""
        ).fetchone()
        return int(row[0])

    def add_case(self, case: Case) -> None:
        """Store a new case; an open one of the same contact makes it fail (sqlite3.IntegrityError)."""
        self.db.execute(
            """INSERT INTO cases (id, number, contact_id, conversation_id, agency, site, topic, language, status, advisor,
                opened_at, promised_until, claimed_at, closed_at, version, sealed)
            VALUES (:id, :number, :contact_id, :conversation_id, :agency, :site, :topic, :language, :status, :advisor,
                :opened_at, :promised_until, :claimed_at, :closed_at, :version, :sealed)""",
            self._columns(case),
        )

    def update_case(self, case: Case) -> bool:
        """Store a changed case if its version is still the stored one (and raise it); False when somebody was faster."""
        try:
            columns = self._columns(case)
        except NoKey:  # the contact was faster, and was erased
            return False
        changed = self.db.execute(
            """UPDATE cases SET agency = :agency, site = :site, topic = :topic, language = :language, status = :status,
                advisor = :advisor, promised_until = :promised_until, claimed_at = :claimed_at, closed_at = :closed_at,
                version = version + 1, sealed = :sealed
            WHERE id = :id AND version = :version""",
            columns,
        )
        return changed.rowcount == 1

    def add_note(self, note: Note, form: str = "") -> bool:
        """Store a note; False when what was written in this form is there already."""
        mark = self.from_form(form)
        if self.db.execute("SELECT 1 FROM note WHERE case_id = ? AND form = ?", (note.case_id, mark)).fetchone():
            return False
        n, contact_id = self.next_row("note"), self._contact_of(note.case_id)
        self.db.execute(
            "INSERT INTO note (n, contact_id, case_id, advisor, at, kind, form, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                n,
                contact_id,
                note.case_id,
                note.advisor,
                number(note.at),
                note.kind,
                mark,
                self.keys.seal(contact_id, f"note:{n}", encode(note.text)),
            ),
        )
        return True

    def notes(self, case_id: str) -> list[Note]:
        """Return a case's notes."""
        rows = self.db.execute("SELECT * FROM note WHERE case_id = ? ORDER BY n", (case_id,)).fetchall()
        return [Note(row["case_id"], row["advisor"], moment(row["at"]), self._text("note", row), row["kind"]) for row in rows]

    def add_history(self, line: HistoryLine) -> None:
        """Store a transition."""
        n, contact_id = self.next_row("history"), self._contact_of(line.case_id)
        self.db.execute(
            "INSERT INTO history (n, contact_id, case_id, advisor, at, sealed) VALUES (?, ?, ?, ?, ?, ?)",
            (
                n,
                contact_id,
                line.case_id,
                line.advisor,
                number(line.at),
                self.keys.seal(contact_id, f"history:{n}", encode(line.what)),
            ),
        )

    def history(self, case_id: str) -> list[HistoryLine]:
        """Return a case's transitions."""
        rows = self.db.execute("SELECT * FROM history WHERE case_id = ? ORDER BY n", (case_id,)).fetchall()
        return [HistoryLine(row["case_id"], moment(row["at"]), self._text("history", row), row["advisor"]) for row in rows]

    def keep_draft(self, case_id: str, advisor_id: str, text: str) -> None:
        """Keep what an advisor typed but did not send; nothing stays of an empty text."""
        self.db.execute("DELETE FROM draft WHERE case_id = ? AND advisor = ?", (case_id, advisor_id))
        if text:
            contact_id = self._contact_of(case_id)
            sealed = self.keys.seal(contact_id, f"draft:{case_id}:{advisor_id}", encode(text))
            self.db.execute(
                "INSERT INTO draft (case_id, advisor, contact_id, sealed) VALUES (?, ?, ?, ?)",
                (case_id, advisor_id, contact_id, sealed),
            )

    def draft(self, case_id: str, advisor_id: str) -> str:
        """Return what an advisor typed but did not send."""
        row = self.db.execute("SELECT * FROM draft WHERE case_id = ? AND advisor = ?", (case_id, advisor_id)).fetchone()
        if row is None:
            return ""
        return decode(self.keys.unseal(row["contact_id"], f"draft:{case_id}:{advisor_id}", row["sealed"]))

    def _cases(self, where: str, parameters: tuple[str, ...]) -> list[Case]:
        return [self._case(row) for row in self.db.execute(f"SELECT * FROM cases {where}", parameters).fetchall()]

    def _case(self, row: Row) -> Case:
        sealed = load(HAND_OVER, self.keys.unseal(row["contact_id"], f"case:{row['id']}", row["sealed"]))
        return Case(
            id=row["id"],
            number=row["number"],
            contact_id=row["contact_id"],
            conversation_id=row["conversation_id"],
            agency=row["agency"],
            site=row["site"],
            topic=row["topic"],
            language=row["language"],
            **{name: getattr(sealed, name) for name in _SEALED},
            opened_at=moment(row["opened_at"]),
            promised_until=moment(row["promised_until"]),
            status=row["status"],
            advisor=row["advisor"],
            claimed_at=moment(row["claimed_at"]),
            closed_at=moment(row["closed_at"]),
            version=row["version"],
        )

    def _columns(self, case: Case) -> dict[str, Any]:
        hand_over = dump(HAND_OVER, HandOver(**{name: getattr(case, name) for name in _SEALED}))
        return {
            "id": case.id,
            "number": case.number,
            "contact_id": case.contact_id,
            "conversation_id": case.conversation_id,
            "agency": case.agency,
            "site": case.site,
            "topic": case.topic,
            "language": case.language,
            "status": case.status,
            "advisor": case.advisor,
            "opened_at": number(case.opened_at),
            "promised_until": number(case.promised_until),
            "claimed_at": number(case.claimed_at),
            "closed_at": number(case.closed_at),
            "version": case.version,
            "sealed": self.keys.seal(case.contact_id, f"case:{case.id}", hand_over),
        }

    def _contact_of(self, case_id: str) -> str:
        row = self.db.execute("SELECT contact_id FROM cases WHERE id = ?", (case_id,)).fetchone()
        if row is None:
            raise NoKey(case_id)
        return str(row[0])

    def _text(self, table: str, row: Row) -> str:
        return decode(self.keys.unseal(row["contact_id"], f"{table}:{row['n']}", row["sealed"]))
