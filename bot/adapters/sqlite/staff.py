"""Members of staff and their sign-ins."""

from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from sqlite3 import Row

from bot.adapters.sqlite.records import moment, number
from bot.adapters.sqlite.section import Section
from bot.services.ports import Advisor, StaffSession


class Staff(Section):
    """Who may sign in, and who has."""

    def add_advisor(self, advisor: Advisor) -> None:
        """Store a member of staff; the same id is replaced."""
        # Not INSERT OR REPLACE: that deletes the old row, and with it the sign-ins.
        self.db.execute(
            """INSERT INTO advisor (id, login, name, agency, role, language, password_hash, telegram_id, disabled,
                sites, languages, capacity, away_until, deputy, identity)
            VALUES (:id, :login, :name, :agency, :role, :language, :password_hash, :telegram_id, :disabled,
                :sites, :languages, :capacity, :away_until, :deputy, :identity)
            ON CONFLICT (id) DO UPDATE SET login = :login, name = :name, agency = :agency, role = :role, language = :language,
                password_hash = :password_hash, telegram_id = :telegram_id, disabled = :disabled, sites = :sites,
                languages = :languages, capacity = :capacity, away_until = :away_until, deputy = :deputy, identity = :identity""",
            {
                **asdict(advisor),
                "sites": " ".join(advisor.sites),
                "languages": " ".join(advisor.languages),
                "away_until": advisor.away_until.isoformat() if advisor.away_until else None,
            },
        )

    def advisors(self) -> list[Advisor]:
        """Return all members of staff."""
        rows = self.db.execute("SELECT * FROM advisor ORDER BY agency, login").fetchall()
        return list(map(_advisor, rows))

    def advisor(self, advisor_id: str) -> Advisor | None:
        """Return a member of staff."""
        row = self.db.execute("SELECT * FROM advisor WHERE id = ?", (advisor_id,)).fetchone()
        return _advisor(row) if row else None

    def add_session(self, session: StaffSession) -> None:
        """Store a sign-in."""
        self.db.execute(
            "INSERT INTO staff_session (token_hash, advisor_id, csrf, expires_at, browser) VALUES (?, ?, ?, ?, ?)",
            (session.token_hash, session.advisor_id, session.csrf, number(session.expires_at), session.browser),
        )

    def session(self, token_hash: str, now: datetime) -> StaffSession | None:
        """Return a sign-in that has not expired."""
        row = self.db.execute(
            "SELECT * FROM staff_session WHERE token_hash = ? AND expires_at > ?", (token_hash, number(now))
        ).fetchone()
        return _session(row) if row else None

    def sessions(self, advisor_id: str, now: datetime) -> list[StaffSession]:
        """Return somebody's sign-ins that have not expired, newest first."""
        rows = self.db.execute(
            "SELECT * FROM staff_session WHERE advisor_id = ? AND expires_at > ? ORDER BY expires_at DESC, token_hash",
            (advisor_id, number(now)),
        )
        return [_session(row) for row in rows.fetchall()]

    def drop_session(self, token_hash: str) -> None:
        """End a sign-in."""
        self.db.execute("DELETE FROM staff_session WHERE token_hash = ?", (token_hash,))

    def end_sessions(self, advisor_id: str) -> None:
        """End every sign-in of a member of staff."""
        self.db.execute("DELETE FROM staff_session WHERE advisor_id = ?", (advisor_id,))


def _session(row: Row) -> StaffSession:
    return StaffSession(row["token_hash"], row["advisor_id"], row["csrf"], moment(row["expires_at"]), row["browser"])


@lru_cache(maxsize=512)  # every page asks who is who
def _advisor(row: Row) -> Advisor:
    away = date.fromisoformat(row["away_until"]) if row["away_until"] else None
    lists = {name: tuple(row[name].split()) for name in ("sites", "languages")}
    return Advisor(**{**dict(row), **lists, "disabled": bool(row["disabled"]), "away_until": away})
