"""The advisors' desk: teams, drafts, the staff's Telegram groups."""

from sqlite_utils import Database

from bot.adapters.sqlite.schema.first import CONTACT


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
            case_id TEXT NOT NULL, advisor TEXT NOT NULL, {CONTACT}, sealed BLOB NOT NULL,
            PRIMARY KEY (case_id, advisor)) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX draft_contact ON draft (contact_id)")


def staff_groups(db: Database) -> None:
    """Create the tables of the staff's Telegram groups."""
    for statement in _RELAY_TABLES:
        db.execute(statement)


def read_marks(db: Database) -> None:
    """Create the table of how far who has read a conversation."""
    db.execute(
        f"""CREATE TABLE read_mark (
            conversation_id TEXT NOT NULL, reader TEXT NOT NULL, {CONTACT}, n INTEGER NOT NULL,
            PRIMARY KEY (conversation_id, reader)) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX read_mark_contact ON read_mark (contact_id)")


def note_forms(db: Database) -> None:
    """Keep by which form a note came."""
    db.execute("ALTER TABLE note ADD COLUMN form BLOB")


_RELAY_TABLES = (
    # A topic is nobody's and outlives its case: the group's copy of a conversation is deleted with it.
    """CREATE TABLE relay_topic (
        case_id TEXT NOT NULL, chat INTEGER NOT NULL, thread INTEGER NOT NULL, title TEXT NOT NULL, closed INTEGER NOT NULL,
        PRIMARY KEY (case_id, chat)) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX relay_topic_thread ON relay_topic (chat, thread)",
    f"""CREATE TABLE relay_posted (
        case_id TEXT NOT NULL, chat INTEGER NOT NULL, item TEXT NOT NULL, {CONTACT}, sealed BLOB NOT NULL,
        PRIMARY KEY (case_id, chat, item)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX relay_posted_contact ON relay_posted (contact_id)",
    "CREATE INDEX relay_posted_alert ON relay_posted (item) WHERE item = 'alert'",
    f"""CREATE TABLE relay_source (
        chat INTEGER NOT NULL, message INTEGER NOT NULL, thread INTEGER NOT NULL, {CONTACT}, case_id TEXT NOT NULL,
        item TEXT NOT NULL, PRIMARY KEY (chat, message)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX relay_source_contact ON relay_source (contact_id)",
    "CREATE INDEX relay_source_case ON relay_source (case_id, chat)",
)
