"""How far who has read a conversation: the newcomer what advisors wrote, each advisor what the newcomer wrote."""

from collections.abc import Mapping

from bot.adapters.sqlite.section import Section
from bot.services.ports import NEWCOMER


class ReadMarks(Section):
    """One number per conversation and reader; when it was read is not kept."""

    def mark_read(self, conversation_id: str, reader: str, n: int) -> bool:
        """Note that somebody has read what the other side wrote, up to a line; False when nothing changes. No mark goes back."""
        contact_id, _ = self.whose(conversation_id)
        other = "advisor" if reader == NEWCOMER else "newcomer"
        marked = self.db.execute(
            """INSERT INTO read_mark (conversation_id, reader, contact_id, n)
            SELECT :conversation, :reader, :contact, max(n) FROM message
                WHERE conversation_id = :conversation AND author = :other AND n <= :n HAVING max(n) IS NOT NULL
            ON CONFLICT (conversation_id, reader) DO UPDATE SET n = excluded.n WHERE excluded.n > read_mark.n""",
            {"conversation": conversation_id, "reader": reader, "contact": contact_id, "other": other, "n": n},
        )
        return marked.rowcount == 1

    def read_marks(self, agency: str) -> Mapping[str, Mapping[str, int]]:
        """Return how far who has read, by reader and open case."""
        rows = self.db.execute(
            """SELECT reader, cases.id, n FROM cases JOIN read_mark USING (conversation_id)
            WHERE agency = ? AND status <> 'closed'""",
            (agency,),
        )
        found: dict[str, dict[str, int]] = {}
        for reader, case_id, n in rows.fetchall():
            found.setdefault(reader, {})[case_id] = n
        return found
