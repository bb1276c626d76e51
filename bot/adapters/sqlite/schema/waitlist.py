"""Those who wait for a time at a site."""

from sqlite_utils import Database


def waitlist(db: Database) -> None:
    """Create the table of those who wait for a time: one place on one list for each contact."""
    db.execute(
        """CREATE TABLE waiting (
            contact_id TEXT PRIMARY KEY REFERENCES contact_key ON DELETE CASCADE, site TEXT NOT NULL, since INTEGER NOT NULL,
            sealed BLOB NOT NULL) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX waiting_site ON waiting (site, since)")
