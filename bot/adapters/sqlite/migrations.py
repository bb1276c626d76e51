"""The database's schema as numbered steps, each applied once. A step that was released is never changed.

What is personal stands in columns called `sealed`; the others are what queries need. Moments are microseconds since 1970 in UTC.
"""

from collections.abc import Callable

from sqlite_utils import Database

from bot.adapters.sqlite.database import immediate
from bot.adapters.sqlite.errors import NewerDatabase

_CONTACT = "contact_id TEXT NOT NULL REFERENCES contact_key ON DELETE CASCADE"


def first_schema(db: Database) -> None:
    """Create the tables of the first version."""
    for statement in (*_CONTACT_TABLES, *_CASE_TABLES, *_DIARY_TABLES, *_OTHER_TABLES):
        db.execute(statement)


def open_questions(db: Database) -> None:
    """Create the table of questions without a person: no contact, no conversation, no time of day."""
    db.execute(
        """CREATE TABLE open_question (
            n INTEGER PRIMARY KEY AUTOINCREMENT, day TEXT NOT NULL, language TEXT NOT NULL, reason TEXT NOT NULL, article TEXT,
            sealed BLOB NOT NULL) STRICT"""
    )


def teams(db: Database) -> None:
    """Tell kinds of notes apart; keep where, how much and in which languages somebody works, and who stands in for them."""
    db.execute("ALTER TABLE note ADD COLUMN kind TEXT NOT NULL DEFAULT 'note'")
    for column in (
        "sites TEXT NOT NULL DEFAULT ''",
        "languages TEXT NOT NULL DEFAULT ''",
        "capacity INTEGER NOT NULL DEFAULT 150",
        "away_until TEXT",
        "deputy TEXT",
    ):
        db.execute(f"ALTER TABLE advisor ADD COLUMN {column}")


def drafts(db: Database) -> None:
    """Create the table of what advisors typed but did not send."""
    db.execute(
        f"""CREATE TABLE draft (
            case_id TEXT NOT NULL, advisor TEXT NOT NULL, {_CONTACT}, sealed BLOB NOT NULL,
            PRIMARY KEY (case_id, advisor)) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX draft_contact ON draft (contact_id)")


def staff_groups(db: Database) -> None:
    """Create the tables of the staff's Telegram groups."""
    for statement in _RELAY_TABLES:
        db.execute(statement)


def audit(db: Database) -> None:
    """Create the log of who looked at what; nothing in it is ever changed or taken out."""
    db.execute(
        """CREATE TABLE audit (
            n INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
            subject TEXT NOT NULL, mark BLOB NOT NULL) STRICT"""
    )
    db.execute("CREATE INDEX audit_same ON audit (who, what, subject, at)")
    for change in ("UPDATE", "DELETE"):
        db.execute(
            f"""CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"""
        )


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


def sign_ins(db: Database) -> None:
    """Create the tables of second factors and invitations; keep which browser a sign-in belongs to."""
    for statement in _SIGN_IN_TABLES:
        db.execute(statement)
    db.execute("ALTER TABLE staff_session ADD COLUMN browser TEXT NOT NULL DEFAULT ''")


MIGRATIONS: tuple[Callable[[Database], None], ...] = (
    first_schema,
    open_questions,
    teams,
    drafts,
    staff_groups,
    audit,
    translations,
    calendars,
    opening_rules,
    sign_ins,
)


def migrate(db: Database) -> None:
    """Apply the steps that are missing, each in a transaction of its own.

    Raises:
        NewerDatabase: the database knows steps that this program does not.
    """
    with immediate(db.conn):
        db.execute("CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
    for number, step in enumerate(MIGRATIONS, start=1):
        with immediate(db.conn):
            if number > applied(db):
                step(db)
                db.execute("INSERT INTO migration (number, name) VALUES (?, ?)", (number, step.__name__))
    with immediate(db.conn):
        if applied(db) > len(MIGRATIONS):
            raise NewerDatabase(
                f"the database has schema {applied(db)}, this program knows {len(MIGRATIONS)}; install the newer version again"
            )


def applied(db: Database) -> int:
    """Return the number of the last step that was applied."""
    number: int = db.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()[0]
    return number


_CONTACT_TABLES = (
    "CREATE TABLE contact_key (contact_id TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID",
    f"""CREATE TABLE conversation (
        id TEXT PRIMARY KEY, {_CONTACT}, channel TEXT NOT NULL, address BLOB NOT NULL UNIQUE,
        turn_at INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT""",
    "CREATE INDEX conversation_contact ON conversation (contact_id)",
    # A row stays when its message is handled or its contact erased: a redelivery must still be recognised.
    """CREATE TABLE inbox (
        n INTEGER PRIMARY KEY, external BLOB NOT NULL UNIQUE, contact_id TEXT REFERENCES contact_key ON DELETE SET NULL,
        received_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, sealed BLOB) STRICT""",
    "CREATE INDEX inbox_contact ON inbox (contact_id)",
    "CREATE INDEX inbox_unhandled ON inbox (n) WHERE sealed IS NOT NULL",
    f"""CREATE TABLE message (
        n INTEGER PRIMARY KEY AUTOINCREMENT, {_CONTACT}, conversation_id TEXT NOT NULL, case_id TEXT, author TEXT NOT NULL,
        at INTEGER NOT NULL, external BLOB, advisor TEXT, edited INTEGER NOT NULL DEFAULT 0, sealed BLOB NOT NULL) STRICT""",
    "CREATE INDEX message_contact ON message (contact_id, at)",
    "CREATE INDEX message_conversation ON message (conversation_id, n)",
    "CREATE INDEX message_external ON message (conversation_id, external) WHERE external IS NOT NULL",
    f"CREATE TABLE attachment (owner TEXT PRIMARY KEY, {_CONTACT}, sealed BLOB NOT NULL) STRICT",
    "CREATE INDEX attachment_contact ON attachment (contact_id)",
    f"""CREATE TABLE outbox (
        n INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE, {_CONTACT}, conversation_id TEXT NOT NULL,
        channel TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, not_before INTEGER,
        sealed BLOB) STRICT""",
    "CREATE INDEX outbox_contact ON outbox (contact_id)",
    """CREATE INDEX outbox_undelivered ON outbox (channel, conversation_id, n)
        WHERE status IN ('queued', 'sending', 'uncertain')""",
)
_CASE_TABLES = (
    # In the plural, since CASE is a word of SQL.
    f"""CREATE TABLE cases (
        id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, {_CONTACT}, conversation_id TEXT NOT NULL, agency TEXT NOT NULL,
        site TEXT NOT NULL, topic TEXT NOT NULL, language TEXT NOT NULL, status TEXT NOT NULL, advisor TEXT,
        opened_at INTEGER NOT NULL, promised_until INTEGER, claimed_at INTEGER, closed_at INTEGER,
        version INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT""",
    "CREATE UNIQUE INDEX one_open_case ON cases (contact_id) WHERE status <> 'closed'",
    "CREATE INDEX cases_contact ON cases (contact_id)",
    "CREATE INDEX cases_open ON cases (agency, opened_at) WHERE status <> 'closed'",
    "CREATE INDEX cases_closed ON cases (agency, closed_at) WHERE status = 'closed'",
    f"""CREATE TABLE note (
        n INTEGER PRIMARY KEY AUTOINCREMENT, {_CONTACT}, case_id TEXT NOT NULL, advisor TEXT NOT NULL, at INTEGER NOT NULL,
        sealed BLOB NOT NULL) STRICT""",
    "CREATE INDEX note_contact ON note (contact_id)",
    "CREATE INDEX note_case ON note (case_id)",
    f"""CREATE TABLE history (
        n INTEGER PRIMARY KEY AUTOINCREMENT, {_CONTACT}, case_id TEXT NOT NULL, advisor TEXT, at INTEGER NOT NULL,
        sealed BLOB NOT NULL) STRICT""",
    "CREATE INDEX history_contact ON history (contact_id)",
    "CREATE INDEX history_case ON history (case_id)",
)
_DIARY_TABLES = (
    # Holds and bookings share the cells, hence neither can overtake the other. A booking has no expires_at.
    f"""CREATE TABLE slot_cell (
        site TEXT NOT NULL, cell INTEGER NOT NULL, seat INTEGER NOT NULL, {_CONTACT}, holder TEXT NOT NULL,
        expires_at INTEGER, PRIMARY KEY (site, cell, seat)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX slot_cell_contact ON slot_cell (contact_id)",
    "CREATE INDEX slot_cell_expiry ON slot_cell (expires_at) WHERE expires_at IS NOT NULL",
    """CREATE TABLE hold (
        contact_id TEXT PRIMARY KEY REFERENCES contact_key ON DELETE CASCADE, id TEXT NOT NULL, site TEXT NOT NULL,
        start INTEGER NOT NULL, ends INTEGER NOT NULL, seat INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT""",
    f"""CREATE TABLE appointment (
        id TEXT PRIMARY KEY, {_CONTACT}, conversation_id TEXT NOT NULL, site TEXT NOT NULL, start INTEGER NOT NULL,
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
_RELAY_TABLES = (
    # A topic is nobody's and outlives its case: the group's copy of a conversation is deleted with it.
    """CREATE TABLE relay_topic (
        case_id TEXT NOT NULL, chat INTEGER NOT NULL, thread INTEGER NOT NULL, title TEXT NOT NULL, closed INTEGER NOT NULL,
        PRIMARY KEY (case_id, chat)) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX relay_topic_thread ON relay_topic (chat, thread)",
    f"""CREATE TABLE relay_posted (
        case_id TEXT NOT NULL, chat INTEGER NOT NULL, item TEXT NOT NULL, {_CONTACT}, sealed BLOB NOT NULL,
        PRIMARY KEY (case_id, chat, item)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX relay_posted_contact ON relay_posted (contact_id)",
    "CREATE INDEX relay_posted_alert ON relay_posted (item) WHERE item = 'alert'",
    f"""CREATE TABLE relay_source (
        chat INTEGER NOT NULL, message INTEGER NOT NULL, thread INTEGER NOT NULL, {_CONTACT}, case_id TEXT NOT NULL,
        item TEXT NOT NULL, PRIMARY KEY (chat, message)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX relay_source_contact ON relay_source (contact_id)",
    "CREATE INDEX relay_source_case ON relay_source (case_id, chat)",
)
_SIGN_IN_TABLES = (
    """CREATE TABLE second_factor (
        advisor_id TEXT PRIMARY KEY REFERENCES advisor ON DELETE CASCADE, confirmed INTEGER NOT NULL,
        last_step INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE recovery_code (
        code_hash BLOB PRIMARY KEY, advisor_id TEXT NOT NULL REFERENCES advisor ON DELETE CASCADE) STRICT, WITHOUT ROWID""",
    "CREATE INDEX recovery_code_advisor ON recovery_code (advisor_id)",
    """CREATE TABLE invite (
        token_hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID""",
)
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
