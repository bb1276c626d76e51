"""Questions that editors should answer: of nobody, hence sealed with a key that is no contact's."""

from collections.abc import Collection
from datetime import date
from sqlite3 import Row

from bot.adapters.sqlite.records import decode, encode
from bot.adapters.sqlite.section import Section
from bot.core.anonymous import OpenQuestion


class Questions(Section):
    """What was asked and not answered, without the person; see `bot.core.anonymous`."""

    def keep_question(self, question: OpenQuestion) -> None:
        """Keep a question under a new number; one without words is not kept."""
        if not question.text:
            return
        n = self.next_row("open_question")
        self.db.execute(
            "INSERT INTO open_question (n, day, language, reason, article, sealed) VALUES (?, ?, ?, ?, ?, ?)",
            (
                n,
                question.day.isoformat(),
                question.language,
                question.reason,
                question.article,
                self.keys.seal_shared(f"open_question:{n}", encode(question.text)),
            ),
        )

    def open_questions(self) -> list[OpenQuestion]:
        """Return all questions that are kept, oldest first."""
        return [self._question(row) for row in self.db.execute("SELECT * FROM open_question ORDER BY n").fetchall()]

    def drop_questions(self, numbers: Collection[int]) -> None:
        """Forget questions: an editor has dealt with them."""
        for n in numbers:
            self.db.execute("DELETE FROM open_question WHERE n = ?", (n,))

    def _question(self, row: Row) -> OpenQuestion:
        text = decode(self.keys.unseal_shared(f"open_question:{row['n']}", row["sealed"]))
        return OpenQuestion(row["n"], date.fromisoformat(row["day"]), row["language"], row["reason"], row["article"], text)
