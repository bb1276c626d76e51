"""Volunteer interpreters, and who of them is at which appointment."""

from sqlite_utils import Database


def interpreters(db: Database) -> None:
    """Create the table of interpreters; keep with an appointment how it is interpreted."""
    # Their time is taken in slot_cell, under +id.
    db.execute(
        """CREATE TABLE interpreter (
            id TEXT PRIMARY KEY, agency TEXT NOT NULL, token_hash TEXT UNIQUE, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID"""
    )
    for column in ("interpreting TEXT", "interpreter TEXT NOT NULL DEFAULT ''", "confirmed INTEGER NOT NULL DEFAULT 0"):
        db.execute(f"ALTER TABLE appointment ADD COLUMN {column}")
    db.execute("CREATE INDEX appointment_interpreter ON appointment (interpreter, start) WHERE interpreter <> ''")
