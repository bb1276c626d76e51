"""Lines whose translation needs work; the translation memory."""

from sqlite_utils import Database


def translations(db: Database) -> None:
    """Create the tables of lines whose translation needs work, and of translations that belong to nobody."""
    db.execute(
        """CREATE TABLE translation_work (
            n INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE, due_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0) STRICT"""
    )
    db.execute(
        """CREATE TABLE segment (
            n INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, source TEXT NOT NULL, target TEXT NOT NULL,
            engine TEXT NOT NULL, sealed BLOB NOT NULL) STRICT"""
    )
