"""Members of staff and their sign-ins."""

from dataclasses import asdict
from datetime import datetime

from bot.adapters.sqlite.records import moment, number
from bot.adapters.sqlite.section import Section
from bot.services.ports import Advisor, StaffSession


class Staff(Section):
    """Who may sign in, and who has."""

    def add_advisor(self, advisor: Advisor) -> None:
        """Store a member of staff; the same id is replaced."""
        # Not INSERT OR REPLACE: that deletes the old row, and with it the sign-ins.
        self.db.execute(
            """INSERT INTO advisor (id, login, name, agency, role, language, password_hash, telegram_id, disabled)
            VALUES (:id, :login, :name, :agency, :role, :language, :password_hash, :telegram_id, :disabled)
            ON CONFLICT (id) DO UPDATE SET login = :login, name = :name, agency = :agency, role = :role, language = :language,
                password_hash = :password_hash, telegram_id = :telegram_id, disabled = :disabled""",
            asdict(advisor),
        )

    def advisors(self) -> list[Advisor]:
        """Return all members of staff."""
        rows = self.db.execute("SELECT * FROM advisor ORDER BY agency, login").fetchall()
        return [Advisor(**{**dict(row), "disabled": bool(row["disabled"])}) for row in rows]

    def add_session(self, session: StaffSession) -> None:
        """Store a sign-in."""
        self.db.execute(
            "INSERT INTO staff_session (token_hash, advisor_id, csrf, expires_at) VALUES (?, ?, ?, ?)",
            (session.token_hash, session.advisor_id, session.csrf, number(session.expires_at)),
        )

    def session(self, token_hash: str, now: datetime) -> StaffSession | None:
        """Return a sign-in that has not expired."""
        row = self.db.execute(
            "SELECT * FROM staff_session WHERE token_hash = ? AND expires_at > ?", (token_hash, number(now))
        ).fetchone()
        if row is None:
            return None
        return StaffSession(row["token_hash"], row["advisor_id"], row["csrf"], moment(row["expires_at"]))

    def drop_session(self, token_hash: str) -> None:
        """End a sign-in."""
        self.db.execute("DELETE FROM staff_session WHERE token_hash = ?", (token_hash,))

    def end_sessions(self, advisor_id: str) -> None:
        """End every sign-in of a member of staff."""
        self.db.execute("DELETE FROM staff_session WHERE advisor_id = ?", (advisor_id,))
