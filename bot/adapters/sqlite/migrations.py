"""The database's schema as numbered steps, each applied once. A step that was released is never changed.

What is personal stands in columns called `sealed`; the others are what queries need. Moments are microseconds since 1970 in UTC.
"""

from collections.abc import Callable

from sqlite_utils import Database

from bot.adapters.sqlite.database import immediate
from bot.adapters.sqlite.errors import NewerDatabase
from bot.adapters.sqlite.schema.appointments import calendars, opening_rules
from bot.adapters.sqlite.schema.closings import closings
from bot.adapters.sqlite.schema.desk import drafts, note_forms, read_marks, staff_groups, teams
from bot.adapters.sqlite.schema.first import first_schema
from bot.adapters.sqlite.schema.interpreters import interpreters
from bot.adapters.sqlite.schema.lines import lines
from bot.adapters.sqlite.schema.questions import open_questions
from bot.adapters.sqlite.schema.translation import translations
from bot.adapters.sqlite.schema.trust import audit, key_changes, passkeys, sign_ins
from bot.adapters.sqlite.schema.waitlist import waitlist

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
    key_changes,
    passkeys,
    interpreters,
    waitlist,
    read_marks,
    closings,
    lines,
    note_forms,
)


def migrate(db: Database) -> None:
    """Apply the steps that are missing, each in a transaction of its own.

    Raises:
        NewerDatabase: the database knows steps that this program does not.
    """
    with immediate(db.conn):
        db.execute("CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
    # A table that is made anew is dropped first; what refers to it must not go with it. Within a transaction this cannot be said.
    db.conn.execute("PRAGMA foreign_keys = OFF")
    try:
        for number, step in enumerate(MIGRATIONS, start=1):
            with immediate(db.conn):
                if number > applied(db):
                    step(db)
                    db.execute("INSERT INTO migration (number, name) VALUES (?, ?)", (number, step.__name__))
    finally:
        db.conn.execute("PRAGMA foreign_keys = ON")
    with immediate(db.conn):
        if applied(db) > len(MIGRATIONS):
            raise NewerDatabase(
                f"the database has schema {applied(db)}, this program knows {len(MIGRATIONS)}; install the newer version again"
            )


def applied(db: Database) -> int:
    """Return the number of the last step that was applied."""
    number: int = db.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()[0]
    return number
