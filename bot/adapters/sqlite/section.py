"""What the sections of a transaction share: the database, the keys, and attachments."""

from sqlite_utils import Database

from bot.adapters.sqlite.errors import NoKey
from bot.adapters.sqlite.vault import Keyring
from bot.core.messages import Attachment


class Section:
    """A part of a transaction: some tables and what is done with them."""

    def __init__(self, db: Database, keys: Keyring) -> None:
        self.db = db
        self.keys = keys
        self._owners: dict[str, tuple[str, str]] = {}
        self._rows: dict[str, int] = {}

    def next_row(self, table: str) -> int:
        """Return the number the next row of a table will have: sealing needs it before the row is there."""
        if table not in self._rows:
            row = self.db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
            self._rows[table] = 0 if row is None else int(row[0])
        self._rows[table] += 1
        return self._rows[table]

    def whose(self, conversation_id: str) -> tuple[str, str]:
        """Return the contact and the channel of a conversation.

        Raises:
            NoKey: there is no such conversation (any more).
        """
        if conversation_id not in self._owners:
            row = self.db.execute("SELECT contact_id, channel FROM conversation WHERE id = ?", (conversation_id,)).fetchone()
            if row is None:
                raise NoKey(conversation_id)
            self._owners[conversation_id] = (row["contact_id"], row["channel"])
        return self._owners[conversation_id]

    def from_form(self, form: str) -> bytes | None:
        """Return what is kept of the mark of a form, to know the form again."""
        return self.keys.blind("form", form) if form else None

    def keep_attachment(self, owner: str, contact_id: str, attachment: Attachment | None) -> None:
        """Store a file's bytes for the row they belong to; empty files need no row."""
        if attachment is None or not attachment.data:
            return
        sealed = self.keys.seal(contact_id, f"attachment:{owner}", attachment.data)
        self.db.execute(
            """INSERT INTO attachment (owner, contact_id, sealed) VALUES (?, ?, ?)
            ON CONFLICT (owner) DO UPDATE SET sealed = excluded.sealed""",
            (owner, contact_id, sealed),
        )

    def attachment_data(self, owner: str, contact_id: str) -> bytes:
        """Return the bytes of a row's file."""
        row = self.db.execute("SELECT sealed FROM attachment WHERE owner = ?", (owner,)).fetchone()
        return b"" if row is None else self.keys.unseal(contact_id, f"attachment:{owner}", row[0])

    def drop_attachment(self, owner: str) -> None:
        """Forget a row's file."""
        self.db.execute("DELETE FROM attachment WHERE owner = ?", (owner,))
