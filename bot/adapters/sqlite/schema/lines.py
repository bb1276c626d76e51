"""Lines of conversations with fewer indexes: a turn writes two of them, and every index is a page more that it changes."""

from sqlite_utils import Database


def lines(db: Database) -> None:
    """Let lines go with their conversation, which goes with its contact, and deliveries with their line."""
    number = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'message'").fetchone()
    for statement in _STATEMENTS:
        db.execute(statement)
    # Numbers of lines that are gone are not given out again.
    db.execute("DELETE FROM sqlite_sequence WHERE name = 'message'")
    db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('message', ?)", (number[0] if number else 0,))
    db.execute("UPDATE inbox SET contact_id = NULL WHERE sealed IS NULL")


_STATEMENTS = (
    """CREATE TABLE message_now (
        n INTEGER PRIMARY KEY AUTOINCREMENT, contact_id TEXT NOT NULL,
        conversation_id TEXT NOT NULL REFERENCES conversation ON DELETE CASCADE, case_id TEXT, author TEXT NOT NULL,
        at INTEGER NOT NULL, external BLOB, advisor TEXT, edited INTEGER NOT NULL DEFAULT 0, sealed BLOB NOT NULL) STRICT""",
    """INSERT INTO message_now SELECT n, contact_id, conversation_id, case_id, author, at, external, advisor, edited, sealed
        FROM message""",
    "DROP TABLE message",
    "ALTER TABLE message_now RENAME TO message",
    "CREATE INDEX message_conversation ON message (conversation_id)",
    """CREATE TABLE outbox_now (
        n INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE, contact_id TEXT NOT NULL, conversation_id TEXT NOT NULL,
        channel TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, not_before INTEGER,
        sealed BLOB) STRICT""",
    """INSERT INTO outbox_now SELECT n, contact_id, conversation_id, channel, status, attempts, not_before, sealed
        FROM outbox""",
    "DROP TABLE outbox",
    "ALTER TABLE outbox_now RENAME TO outbox",
    """CREATE INDEX outbox_undelivered ON outbox (channel, conversation_id, n)
        WHERE status IN ('queued', 'sending', 'uncertain')""",
)
