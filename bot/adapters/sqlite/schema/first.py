"""The tables of the first version."""

from sqlite_utils import Database

CONTACT = "contact_id TEXT NOT NULL REFERENCES contact_key ON DELETE CASCADE"
"""Every row about a person goes with their key."""


def first_schema(db: Database) -> None:
    """Create the tables of the first version."""
    for statement in (*_CONTACT_TABLES, *_CASE_TABLES, *_DIARY_TABLES, *_OTHER_TABLES):
        db.execute(statement)


_CONTACT_TABLES = (
    "CREATE TABLE contact_key (contact_id TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID",
    f"""CREATE TABLE conversation (
        id TEXT PRIMARY KEY, {CONTACT}, channel TEXT NOT NULL, address BLOB NOT NULL UNIQUE,
        turn_at INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT""",
    "CREATE INDEX conversation_contact ON conversation (contact_id)",
    # A row stays when its message is handled or its contact erased: a redelivery must still be recognised.
    """CREATE TABLE inbox (
        n INTEGER PRIMARY KEY, external BLOB NOT NULL UNIQUE, contact_id TEXT REFERENCES contact_key ON DELETE SET NULL,
        received_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, sealed BLOB) STRICT""",
    "CREATE INDEX inbox_contact ON inbox (contact_id)",
    "CREATE INDEX inbox_unhandled ON inbox (n) WHERE sealed IS NOT NULL",
    f"""CREATE TABLE message (
        n INTEGER PRIMARY KEY AUTOINCREMENT, {CONTACT}, conversation_id TEXT NOT NULL, case_id TEXT, author TEXT NOT NULL,
        at INTEGER NOT NULL, external BLOB, advisor TEXT, edited INTEGER NOT NULL DEFAULT 0, sealed BLOB NOT NULL) STRICT""",
    "CREATE INDEX message_contact ON message (contact_id, at)",
    "CREATE INDEX message_conversation ON message (conversation_id, n)",
    "CREATE INDEX message_external ON message (conversation_id, external) WHERE external IS NOT NULL",
    f"CREATE TABLE attachment (owner TEXT PRIMARY KEY, {CONTACT}, sealed BLOB NOT NULL) STRICT",
    "CREATE INDEX attachment_contact ON attachment (contact_id)",
    f"""CREATE TABLE outbox (
        n INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE, {CONTACT}, conversation_id TEXT NOT NULL,
        channel TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, not_before INTEGER,
        sealed BLOB) STRICT""",
    "CREATE INDEX outbox_contact ON outbox (contact_id)",
    """CREATE INDEX outbox_undelivered ON outbox (channel, conversation_id, n)
        WHERE status IN ('queued', 'sending', 'uncertain')""",
)
_CASE_TABLES = (
    # In the plural, since CASE is a word of SQL.
    f"""CREATE TABLE cases (
        id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, {CONTACT}, conversation_id TEXT NOT NULL, agency TEXT NOT NULL,
        site TEXT NOT NULL, topic TEXT NOT NULL, language TEXT NOT NULL, status TEXT NOT NULL, advisor TEXT,
        opened_at INTEGER NOT NULL, promised_until INTEGER, claimed_at INTEGER, closed_at INTEGER,
        version INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT""",
    "CREATE UNIQUE INDEX one_open_case ON cases (contact_id) WHERE status <> 'closed'",
    "CREATE INDEX cases_contact ON cases (contact_id)",
    "CREATE INDEX cases_open ON cases (agency, opened_at) WHERE status <> 'closed'",
    "CREATE INDEX cases_closed ON cases (agency, closed_at) WHERE status = 'closed'",
    f"""CREATE TABLE note (
        n INTEGER PRIMARY KEY AUTOINCREMENT, {CONTACT}, case_id TEXT NOT NULL, advisor TEXT NOT NULL, at INTEGER NOT NULL,
        sealed BLOB NOT NULL) STRICT""",
    "CREATE INDEX note_contact ON note (contact_id)",
    "CREATE INDEX note_case ON note (case_id)",
    f"""CREATE TABLE history (
        n INTEGER PRIMARY KEY AUTOINCREMENT, {CONTACT}, case_id TEXT NOT NULL, advisor TEXT, at INTEGER NOT NULL,
        sealed BLOB NOT NULL) STRICT""",
    "CREATE INDEX history_contact ON history (contact_id)",
    "CREATE INDEX history_case ON history (case_id)",
)
_DIARY_TABLES = (
    # Holds and bookings share the cells, hence neither can overtake the other. A booking has no expires_at.
    f"""CREATE TABLE slot_cell (
        site TEXT NOT NULL, cell INTEGER NOT NULL, seat INTEGER NOT NULL, {CONTACT}, holder TEXT NOT NULL,
        expires_at INTEGER, PRIMARY KEY (site, cell, seat)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX slot_cell_contact ON slot_cell (contact_id)",
    "CREATE INDEX slot_cell_expiry ON slot_cell (expires_at) WHERE expires_at IS NOT NULL",
    """CREATE TABLE hold (
        contact_id TEXT PRIMARY KEY REFERENCES contact_key ON DELETE CASCADE, id TEXT NOT NULL, site TEXT NOT NULL,
        start INTEGER NOT NULL, ends INTEGER NOT NULL, seat INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT""",
    f"""CREATE TABLE appointment (
        id TEXT PRIMARY KEY, {CONTACT}, conversation_id TEXT NOT NULL, site TEXT NOT NULL, start INTEGER NOT NULL,
        ends INTEGER NOT NULL, seat INTEGER NOT NULL, topic TEXT NOT NULL, language TEXT NOT NULL, booked_at INTEGER NOT NULL,
        status TEXT NOT NULL, sequence INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT""",
    "CREATE INDEX appointment_contact ON appointment (contact_id, start)",
)
_OTHER_TABLES = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE key_check (value BLOB NOT NULL) STRICT",
    "CREATE TABLE flow_edition (flow TEXT, edition TEXT, body TEXT NOT NULL, PRIMARY KEY (flow, edition)) STRICT",
    """CREATE TABLE daily_count (
        what TEXT NOT NULL, day TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (what, day)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE timer (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, fence TEXT NOT NULL,
        due_at INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX timer_due ON timer (due_at)",
    "CREATE INDEX timer_subject ON timer (subject)",
    """CREATE TABLE advisor (
        id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, agency TEXT NOT NULL, role TEXT NOT NULL,
        language TEXT NOT NULL, password_hash TEXT NOT NULL, telegram_id INTEGER, disabled INTEGER NOT NULL) STRICT""",
    """CREATE TABLE staff_session (
        token_hash TEXT PRIMARY KEY, advisor_id TEXT NOT NULL REFERENCES advisor ON DELETE CASCADE, csrf TEXT NOT NULL,
        expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX staff_session_advisor ON staff_session (advisor_id)",
)
