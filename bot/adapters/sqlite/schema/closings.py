"""Closings that staff enter."""

from sqlite_utils import Database


def closings(db: Database) -> None:
    """Create the table of closings. Who is closed, when and why is sealed: it may tell that somebody is ill."""
    db.execute("CREATE TABLE closing (id TEXT PRIMARY KEY, last_day TEXT NOT NULL, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID")
