"""Questions without an answer, for those who write content."""

from sqlite_utils import Database


def open_questions(db: Database) -> None:
    """Create the table of questions without a person: no contact, no conversation, no time of day."""
    db.execute(
        """CREATE TABLE open_question (
            n INTEGER PRIMARY KEY AUTOINCREMENT, day TEXT NOT NULL, language TEXT NOT NULL, reason TEXT NOT NULL, article TEXT,
            sealed BLOB NOT NULL) STRICT"""
    )
