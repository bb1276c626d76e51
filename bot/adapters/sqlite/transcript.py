"""What was said: the lines of a conversation."""

from dataclasses import replace
from datetime import datetime
from sqlite3 import Row

from bot.adapters.sqlite.records import WORDS, Words, dump, load, moment, number, without_data
from bot.adapters.sqlite.section import Section
from bot.core.messages import InboundMessage, OutboundMessage, numbered
from bot.core.translations import Rendering
from bot.services.ports import TranscriptLine

FETCHED = frozenset({"web", "terminal", "desk"})
"""Channels to which nothing has to be sent: their readers fetch the transcript, or the desk tells them on the telephone."""
LINES = """SELECT message.*, outbox.status, read_mark.n AS seen FROM message LEFT JOIN outbox USING (n)
    LEFT JOIN read_mark ON read_mark.conversation_id = message.conversation_id AND reader = ''"""
"""What is read of lines: with them what became of their delivery, and how far the newcomer has read."""


class Transcript(Section):
    """The lines of all conversations; what goes out is a row of the outbox as well, under the same number."""

    def hear(
        self,
        message: InboundMessage,
        text: str,
        conversation_id: str,
        case_id: str | None,
        now: datetime,
        translation: str | None,
        rendering: Rendering | None = None,
    ) -> int:
        """Keep what a newcomer said and return the line's number; an edit becomes the new text of the line it edits."""
        edits = message.edits if message.kind == "edit" else None
        external = self.keys.blind(f"{message.source} message", edits or message.external_id)
        words = Words(text, message.attachment, translation=translation, rendering=rendering, album=message.album)
        if edits is not None and (edited := self._edit(words, conversation_id, external)):
            return edited
        contact_id, _ = self.whose(conversation_id)
        n = self.next_row("message")
        self.db.execute(
            """INSERT INTO message (n, contact_id, conversation_id, case_id, author, at, external, edited, sealed)
            VALUES (?, ?, ?, ?, 'newcomer', ?, ?, ?, ?)""",
            (n, contact_id, conversation_id, case_id, number(now), external, edits is not None, self._seal(contact_id, n, words)),
        )
        return n

    def adopt(self, conversation_id: str, case_id: str, text: str) -> int | None:
        """Put the newcomer's newest line with this text, said before the case was opened, into the case; return its number."""
        rows = self.db.execute(
            """SELECT n, contact_id, sealed FROM message
            WHERE conversation_id = ? AND author = 'newcomer' AND case_id IS NULL ORDER BY n DESC LIMIT 10""",
            (conversation_id,),
        ).fetchall()
        for n, contact_id, sealed in rows:
            if self._words(n, contact_id, sealed).text == text:
                self.db.execute("UPDATE message SET case_id = ? WHERE n = ?", (case_id, n))
                return int(n)
        return None

    def forget_heard(self, conversation_id: str) -> None:
        """Delete what a newcomer said outside of a case, files included."""
        theirs = "SELECT n FROM message WHERE conversation_id = ? AND author = 'newcomer' AND case_id IS NULL"
        self.db.execute(f"DELETE FROM attachment WHERE owner IN (SELECT 'message:' || n FROM ({theirs}))", (conversation_id,))
        self.db.execute(f"DELETE FROM message WHERE n IN ({theirs})", (conversation_id,))

    def say(
        self,
        message: OutboundMessage,
        conversation_id: str,
        now: datetime,
        case_id: str | None = None,
        advisor: str | None = None,
        form: str = "",
    ) -> int:
        """Keep an outgoing message in the transcript and in the outbox; return its number. `form` is the mark of what sent it."""
        contact_id, channel = self.whose(conversation_id)
        n = self.next_row("message")
        message = numbered(message, n)
        sealed = self._seal(contact_id, n, Words(message.text, message.attachment, message))
        self.db.execute(
            """INSERT INTO message (n, contact_id, conversation_id, case_id, author, at, advisor, external, sealed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (n, contact_id, conversation_id, case_id, message.author, number(now), advisor, self.from_form(form), sealed),
        )
        self.db.execute(
            "INSERT INTO outbox (n, contact_id, conversation_id, channel, status) VALUES (?, ?, ?, ?, ?)",
            (n, contact_id, conversation_id, channel, "sent" if channel in FETCHED else "queued"),
        )
        return n

    def sent(self, conversation_id: str, form: str) -> bool:
        """Tell whether a form's message is kept already."""
        where = "WHERE conversation_id = ? AND external = ?"
        return self.db.execute(f"SELECT 1 FROM message {where}", (conversation_id, self.from_form(form))).fetchone() is not None

    def reword(self, n: int, message: OutboundMessage) -> None:
        """Give an outgoing message other words; what was sent already goes out again, to replace what was sent."""
        row = self.db.execute("SELECT contact_id FROM message WHERE n = ?", (n,)).fetchone()
        if row is None:  # erased meanwhile
            return
        sealed = self._seal(row[0], n, Words(message.text, message.attachment, numbered(message, n)))
        self.db.execute("UPDATE message SET sealed = ?, edited = edited + 1 WHERE n = ?", (sealed, n))
        # Nobody has read the new words.
        theirs = "(SELECT conversation_id FROM message WHERE n = ?)"
        self.db.execute(f"UPDATE read_mark SET n = ? WHERE conversation_id = {theirs} AND reader = '' AND n >= ?", (n - 1, n, n))
        fetched = ", ".join("?" * len(FETCHED))
        self.db.execute(
            f"UPDATE outbox SET status = 'queued', attempts = 0, not_before = NULL WHERE n = ? AND channel NOT IN ({fetched})",
            (n, *FETCHED),
        )

    def transcript(
        self, conversation_id: str, after: int = 0, case_id: str | None = None, limit: int = 500
    ) -> list[TranscriptLine]:
        """Return the newest lines after `after`, in order."""
        rows = self.db.execute(
            f"""{LINES} WHERE message.conversation_id = ? AND message.n > ? AND (? IS NULL OR case_id = ?)
            ORDER BY message.n DESC LIMIT ?""",
            (conversation_id, after, case_id, case_id, limit),
        ).fetchall()
        return [self._line(row) for row in reversed(rows)]

    def line(self, conversation_id: str, n: int) -> TranscriptLine | None:
        """Return one line of a conversation."""
        where = "WHERE message.conversation_id = ? AND message.n = ?"
        row = self.db.execute(f"{LINES} {where}", (conversation_id, n)).fetchone()
        return None if row is None else self._line(row)

    def message(self, n: int, contact_id: str, sealed: bytes) -> OutboundMessage:
        """Return the message of a line that went out."""
        words = self._words(n, contact_id, sealed)
        assert words.message is not None
        return words.message

    def _edit(self, words: Words, conversation_id: str, external: bytes) -> int | None:
        row = self.db.execute(
            "SELECT n, contact_id, sealed FROM message WHERE conversation_id = ? AND external = ? ORDER BY n DESC LIMIT 1",
            (conversation_id, external),
        ).fetchone()
        if row is None:
            return None
        n, contact_id, sealed = row
        before = self._words(n, contact_id, sealed)
        words = replace(words, attachment=words.attachment or before.attachment, album=before.album)
        self.db.execute("UPDATE message SET sealed = ?, edited = edited + 1 WHERE n = ?", (self._seal(contact_id, n, words), n))
        return int(n)

    def _line(self, row: Row) -> TranscriptLine:
        words = self._words(row["n"], row["contact_id"], row["sealed"])
        return TranscriptLine(
            n=row["n"],
            conversation_id=row["conversation_id"],
            case_id=row["case_id"],
            author=row["author"],
            at=moment(row["at"]),
            text=words.text,
            message=words.message,
            attachment=words.attachment,
            advisor=row["advisor"],
            translation=words.translation,
            edited=bool(row["edited"]),
            delivery=row["status"],
            rendering=words.rendering,
            album=words.album,
            seen=row["author"] == "advisor" and row["n"] <= (row["seen"] or 0),
        )

    def _seal(self, contact_id: str, n: int, words: Words) -> bytes:
        """Seal a line; a file's bytes are stored apart, and text and file once though the message has them too."""
        self.keep_attachment(f"message:{n}", contact_id, words.attachment)
        message = None if words.message is None else replace(words.message, text="", attachment=None)
        bare = Words(words.text, without_data(words.attachment), message, words.translation, words.rendering, words.album)
        return self.keys.seal(contact_id, f"message:{n}", dump(WORDS, bare))

    def _words(self, n: int, contact_id: str, sealed: bytes) -> Words:
        words = load(WORDS, self.keys.unseal(contact_id, f"message:{n}", sealed))
        attachment = words.attachment and replace(words.attachment, data=self.attachment_data(f"message:{n}", contact_id))
        message = words.message and replace(words.message, text=words.text, attachment=attachment)
        return replace(words, attachment=attachment, message=message)
