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
