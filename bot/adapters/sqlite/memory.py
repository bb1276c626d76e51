"""What translation keeps: work that is left, by the number of the line, and segments that are nobody's."""

from dataclasses import replace
from datetime import datetime

from bot.adapters.sqlite.records import SEGMENT, dump, load, number
from bot.adapters.sqlite.transcript import LINES, Transcript
from bot.core.memory import Segment
from bot.core.translations import Rendering
from bot.services.ports import TranscriptLine


class Memory(Transcript):
    """Work goes with its line when that is erased; segments belong to no contact, hence their key is no contact's."""

    def translate_later(self, n: int, due: datetime) -> None:
        """Note that a line's translation needs work from a moment on; a line that is noted already waits until then."""
        self.db.execute(
            """INSERT INTO translation_work (n, due_at) VALUES (?, ?)
            ON CONFLICT (n) DO UPDATE SET due_at = excluded.due_at, attempts = attempts + 1""",
            (n, number(due)),
        )

    def translation_work(self, now: datetime, limit: int = 20) -> list[tuple[TranscriptLine, int]]:
        """Return the lines that need work now, oldest first, each with how often it was tried."""
        due = "SELECT n, attempts FROM translation_work WHERE due_at <= ? ORDER BY n LIMIT ?"
        tried = dict(self.db.execute(due, (number(now), limit)).fetchall())
        rows = self.db.execute(f"{LINES} WHERE message.n IN ({', '.join('?' * len(tried))}) ORDER BY message.n", (*tried,))
        return [(self._line(row), tried[row["n"]]) for row in rows.fetchall()]

    def translation_done(self, n: int) -> None:
        """Note that a line needs no more work."""
        self.db.execute("DELETE FROM translation_work WHERE n = ?", (n,))

    def render(self, line: TranscriptLine, translation: str | None, rendering: Rendering) -> bool:
        """Keep the translation of a line, or what is known about it; False when the line has other words by now."""
        row = self.db.execute("SELECT contact_id, sealed FROM message WHERE n = ?", (line.n,)).fetchone()
        if row is None:  # erased meanwhile
            return False
        words = self._words(line.n, *row)
        if words.text != line.text:
            return False
        sealed = self._seal(row[0], line.n, replace(words, translation=translation, rendering=rendering))
        self.db.execute("UPDATE message SET sealed = ? WHERE n = ?", (sealed, line.n))
        return True

    def remember(self, segment: Segment) -> None:
        """Keep a translation for everybody; an older one of the same text, by the same kind of translator, is replaced."""
        key = self._segment_key(segment.source, segment.target, "machine" if segment.engine else "person", segment.text)
        self.db.execute("DELETE FROM segment WHERE key = ?", (key,))
        n = self.next_row("segment")
        self.db.execute(
            "INSERT INTO segment (n, key, source, target, engine, sealed) VALUES (?, ?, ?, ?, ?, ?)",
            (
                n,
                key,
                segment.source,
                segment.target,
                segment.engine,
                self.keys.seal_shared(f"segment:{n}", dump(SEGMENT, segment)),
            ),
        )

    def segments(self, source: str, target: str) -> list[Segment]:
        """Return what is kept from one language into another, oldest first."""
        rows = self.db.execute("SELECT n, sealed FROM segment WHERE source = ? AND target = ? ORDER BY n", (source, target))
        return [load(SEGMENT, self.keys.unseal_shared(f"segment:{n}", sealed)) for n, sealed in rows.fetchall()]

    def segment(self, source: str, target: str, text: str) -> Segment | None:
        """Return what a machine made of this very text."""
        key = self._segment_key(source, target, "machine", text)
        row = self.db.execute("SELECT n, sealed FROM segment WHERE key = ?", (key,)).fetchone()
        return row and load(SEGMENT, self.keys.unseal_shared(f"segment:{row['n']}", row["sealed"]))

    def forget_segments(self, source: str, target: str, *, made_by_other_than: str) -> int:
        """Forget what other models than these made; what people made stays. Return how much it was."""
        return self.db.execute(
            "DELETE FROM segment WHERE source = ? AND target = ? AND engine NOT IN ('', ?)", (source, target, made_by_other_than)
        ).rowcount

    def _segment_key(self, source: str, target: str, made: str, text: str) -> bytes:
        return self.keys.blind(f"segment {source} {target} {made}", text)
