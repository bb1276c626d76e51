"""Erasing: at once when somebody asks, and by itself when a contact's time is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.adapters.sqlite.records import number
from bot.adapters.sqlite.section import Section
from bot.adapters.sqlite.vault import Keyring
from bot.core.locales import local


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a contact is kept. They are erased when every period is over and nothing of theirs waits.

    `quiet` after the last message in either direction, `closed_case` after a case was closed (people come back with a letter
    about the same matter), `past_appointment` after an appointment's end. What came in and cannot be handled keeps its sender
    for `unhandled`, so that somebody can mend what is broken. `redelivery` is how long it is remembered, without the person,
    that a message came. `open_question` is how long a question without its person waits for an editor.
    """

    quiet: timedelta = timedelta(hours=48)
    closed_case: timedelta = timedelta(days=90)
    past_appointment: timedelta = timedelta(days=7)
    unhandled: timedelta = timedelta(hours=48)
    redelivery: timedelta = timedelta(days=30)
    open_question: timedelta = timedelta(days=180)


DEFAULT_RETENTION = Retention()


class Privacy(Section):
    """Erases contacts; `erased` are those whom this transaction erased."""

    def __init__(self, db: Database, keys: Keyring, retention: Retention = DEFAULT_RETENTION) -> None:
        super().__init__(db, keys)
        self.retention = retention
        self.erased: list[str] = []

    def conversations_of(self, contact_id: str) -> list[str]:
        """Return the ids of a contact's conversations."""
        return [row[0] for row in self.db.execute("SELECT id FROM conversation WHERE contact_id = ?", (contact_id,))]

    def contacts(self) -> list[str]:
        """Return the ids of all contacts."""
        return [row[0] for row in self.db.execute("SELECT contact_id FROM contact_key").fetchall()]

    def erase(self, contact_id: str) -> None:
        """Destroy the contact's key and every row of theirs.

        Of what came in, a blinded id stays that belongs to nobody: the wish to be erased, redelivered, must not start a new chat.
        """
        self.db.execute(
            """DELETE FROM timer WHERE subject IN (
                SELECT :contact UNION ALL SELECT id FROM conversation WHERE contact_id = :contact
                UNION ALL SELECT id FROM cases WHERE contact_id = :contact
                UNION ALL SELECT id FROM hold WHERE contact_id = :contact
                UNION ALL SELECT id FROM appointment WHERE contact_id = :contact)""",
            {"contact": contact_id},
        )
        self.db.execute("UPDATE inbox SET sealed = NULL, contact_id = NULL WHERE contact_id = ?", (contact_id,))
        self.keys.erase(contact_id)
        self.erased.append(contact_id)

    def purge(self, now: datetime) -> int:
        """Erase every contact whose time is over (see Retention); return how many."""
        contacts = self._outlived(now)
        for contact_id in contacts:
            self.erase(contact_id)
        self._tidy(now)
        return len(contacts)

    def outlived(self, now: datetime) -> dict[str, int]:
        """Return how much of what `purge` would erase, by the rule that says so: contacts by their last, the rest as rows."""
        counts = dict.fromkeys(("quiet", "closed_case", "past_appointment"), 0)
        for contact_id in self._outlived(now):
            counts[self._rule(contact_id)] += 1
        for rule, (rows, until) in self._effectless(now).items():
            if rule != "slot_cell":  # the cells of holds, which are counted themselves
                counts[rule] = self.db.execute(f"SELECT count(*) FROM {rows}", (until,)).fetchone()[0]
        return counts

    def _rule(self, contact_id: str) -> str:
        for rule, table in (("closed_case", "cases"), ("past_appointment", "appointment")):
            if self.db.execute(f"SELECT 1 FROM {table} WHERE contact_id = ?", (contact_id,)).fetchone():
                return rule
        return "quiet"

    def _outlived(self, now: datetime) -> list[str]:
        rows = self.db.execute(
            """SELECT contact_id FROM contact_key AS contact
            WHERE NOT EXISTS (SELECT 1 FROM cases WHERE contact_id = contact.contact_id
                AND (status <> 'closed' OR closed_at > :closed_case))
            AND NOT EXISTS (SELECT 1 FROM appointment WHERE contact_id = contact.contact_id AND ends > :past_appointment)
            AND NOT EXISTS (SELECT 1 FROM message WHERE contact_id = contact.contact_id AND at > :quiet)
            AND NOT EXISTS (SELECT 1 FROM conversation WHERE contact_id = contact.contact_id AND turn_at > :quiet)
            AND NOT EXISTS (SELECT 1 FROM inbox WHERE contact_id = contact.contact_id
                AND (received_at > :quiet OR (sealed IS NOT NULL AND received_at > :unhandled)))""",
            {
                "closed_case": number(now - self.retention.closed_case),
                "past_appointment": number(now - self.retention.past_appointment),
                "unhandled": number(now - self.retention.unhandled),
                "quiet": number(now - self.retention.quiet),
            },
        )
        return [row[0] for row in rows.fetchall()]

    def _tidy(self, now: datetime) -> None:
        """Drop what has no effect any more."""
        for rows, until in self._effectless(now).values():
            self.db.execute(f"DELETE FROM {rows}", (until,))

    def _effectless(self, now: datetime) -> dict[str, tuple[str, int | str]]:
        """Return what has no effect any more: rows of a table up to a value."""
        return {
            "redelivery": ("inbox WHERE sealed IS NULL AND received_at <= ?", number(now - self.retention.redelivery)),
            "open_question": (
                "open_question WHERE day <= ?",
                local(now - self.retention.open_question).date().isoformat(),
            ),
            "slot_cell": ("slot_cell WHERE expires_at <= ?", number(now)),
            "hold": ("hold WHERE expires_at <= ?", number(now)),
            "staff_session": ("staff_session WHERE expires_at <= ?", number(now)),
            "invite": ("invite WHERE expires_at <= ?", number(now)),
        }
