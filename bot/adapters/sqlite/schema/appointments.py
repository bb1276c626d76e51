"""Opening rules; calendars outside."""

from sqlite_utils import Database


def calendars(db: Database) -> None:
    """Create the tables of calendars outside, and of the feeds that calendar programs read."""
    for statement in _CALENDAR_TABLES:
        db.execute(statement)


def opening_rules(db: Database) -> None:
    """Let seats be an advisor's as well as a site's; keep how people meet, the pause after, and what was offered or confirmed."""
    db.execute("ALTER TABLE slot_cell RENAME COLUMN site TO resource")
    for table in ("hold", "appointment"):
        for column in ("advisor TEXT NOT NULL DEFAULT ''", "kind TEXT", "buffer INTEGER NOT NULL DEFAULT 0"):
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    db.execute("ALTER TABLE hold ADD COLUMN offered TEXT")
    db.execute("ALTER TABLE appointment ADD COLUMN coming INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX IF NOT EXISTS appointment_site ON appointment (site, start)")


_CALENDAR_TABLES = (
    # A seat that is NULL stands for all of the resource.
    """CREATE TABLE calendar (
        n INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL UNIQUE, login TEXT NOT NULL, resource TEXT NOT NULL, seat INTEGER,
        due_at INTEGER, synced_at INTEGER, problem TEXT NOT NULL DEFAULT '', failures INTEGER NOT NULL DEFAULT 0,
        held INTEGER NOT NULL DEFAULT 0, sealed BLOB NOT NULL) STRICT""",
    "CREATE INDEX calendar_resource ON calendar (resource)",
    # Only when, never what: that is the advisor's own.
    """CREATE TABLE busy (
        calendar INTEGER NOT NULL REFERENCES calendar ON DELETE CASCADE, start INTEGER NOT NULL, ends INTEGER NOT NULL,
        fetched_at INTEGER NOT NULL) STRICT""",
    "CREATE INDEX busy_calendar ON busy (calendar, ends)",
    # Outlives the appointment, or what was erased here would stay there.
    """CREATE TABLE calendar_entry (
        calendar INTEGER NOT NULL REFERENCES calendar ON DELETE CASCADE, appointment TEXT NOT NULL,
        PRIMARY KEY (calendar, appointment)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE feed (
        token_hash TEXT PRIMARY KEY, advisor_id TEXT NOT NULL REFERENCES advisor ON DELETE CASCADE, site TEXT NOT NULL,
        opened_at INTEGER NOT NULL, UNIQUE (advisor_id, site)) STRICT, WITHOUT ROWID""",
)
