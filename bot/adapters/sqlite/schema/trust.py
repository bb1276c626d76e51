"""Who looked at what; how staff sign in."""

from sqlite_utils import Database


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


def sign_ins(db: Database) -> None:
    """Create the tables of second factors and invitations; keep which browser a sign-in belongs to."""
    for statement in _SIGN_IN_TABLES:
        db.execute(statement)
    db.execute("ALTER TABLE staff_session ADD COLUMN browser TEXT NOT NULL DEFAULT ''")


def key_changes(db: Database) -> None:
    """Keep since when the master key is the one it is, and what makes the lookup values when it is not the first."""
    db.execute("ALTER TABLE key_check ADD COLUMN lookups BLOB")
    db.execute("ALTER TABLE key_check ADD COLUMN since INTEGER")


def passkeys(db: Database) -> None:
    """Create the table of passkeys; keep who a member of staff is for the place where they sign in elsewhere."""
    db.execute(
        """CREATE TABLE passkey (
            id TEXT PRIMARY KEY, advisor_id TEXT NOT NULL REFERENCES advisor ON DELETE CASCADE, uses INTEGER NOT NULL,
            added_at INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX passkey_advisor ON passkey (advisor_id)")
    db.execute("ALTER TABLE advisor ADD COLUMN identity TEXT NOT NULL DEFAULT ''")


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
