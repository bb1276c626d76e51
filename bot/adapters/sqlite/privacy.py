"""Erasing: at once when somebody asks, and by itself when a period is over."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import get_args

from sqlite_utils import Database

from bot.adapters.sqlite.records import moment, number
from bot.adapters.sqlite.section import Section
from bot.adapters.sqlite.vault import Keyring
from bot.core.closings import KEPT
from bot.core.locales import local
from bot.core.retention import DEFAULT, Outlived, Periods, Rule

Until = dict[str, int | str]
REDELIVERY = timedelta(days=30)
"""How long it is remembered, without the person, that a message came."""
_CASE_STAYS = """(status <> 'closed'
    OR closed_at > coalesce((SELECT value FROM json_each(:cases) WHERE key = agency), :case))"""
_APPOINTMENT_STAYS = "ends > coalesce((SELECT value FROM json_each(:appointments) WHERE key = site), :appointment)"
_CONTACT_STAYS = f"""(EXISTS (SELECT 1 FROM cases WHERE contact_id = contact.contact_id AND {_CASE_STAYS})
    OR EXISTS (SELECT 1 FROM appointment WHERE contact_id = contact.contact_id AND {_APPOINTMENT_STAYS})
    OR EXISTS (SELECT 1 FROM waiting WHERE contact_id = contact.contact_id)
    OR EXISTS (SELECT 1 FROM conversation WHERE contact_id = contact.contact_id
        AND (turn_at > :chat OR EXISTS (SELECT 1 FROM message WHERE conversation_id = conversation.id AND at > :chat)))
    OR EXISTS (SELECT 1 FROM inbox WHERE contact_id = contact.contact_id AND received_at > :chat))"""
_LAST = """(SELECT coalesce(max(at), 0) FROM (
    SELECT message.at FROM conversation JOIN message ON message.conversation_id = conversation.id
        WHERE conversation.contact_id = contact.contact_id
    UNION ALL SELECT turn_at FROM conversation WHERE contact_id = contact.contact_id
    UNION ALL SELECT received_at FROM inbox WHERE contact_id = contact.contact_id))"""
SHOWN = 8
"""Characters of a chat's id by which an operator tells it apart."""


class Privacy(Section):
    """Erases; `erased` are the contacts whom this transaction erased, `emptied` tells whether something of anybody's went."""

    def __init__(self, db: Database, keys: Keyring) -> None:
        super().__init__(db, keys)
        self.erased: list[str] = []
        self.emptied = False

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
        self.emptied = True

    def purge(self, now: datetime, periods: Periods) -> int:
        """Erase every contact whose periods are all over, and of the others what is over; return how many were erased."""
        over = self.outlived(now, periods)
        ids = {rule: [each.id for each in over if each.rule == rule] for rule in get_args(Rule)}
        for contact_id in ids["chat"]:
            self.erase(contact_id)
        self._drop_cases(ids["case"])
        self._drop_appointments(ids["appointment"])
        for rows, last in self._effectless(now, periods).values():
            self.db.execute(f"DELETE FROM {rows}", (last,))
        return len(ids["chat"])

    def outlived(self, now: datetime, periods: Periods) -> list[Outlived]:
        """Return what of people `purge` erases, longest due first."""
        until = _until(now, periods)
        over = [*self._cases_over(until, periods), *self._appointments_over(until, periods)]
        over += self._chats_over(until, periods, over)
        return sorted(over, key=lambda each: each.due)

    def effectless(self, now: datetime, periods: Periods) -> dict[str, int]:
        """Return how much `purge` drops of what belongs to no person, or has no effect any more."""
        counted = {rule: rows for rule, rows in self._effectless(now, periods).items() if rule != "slot_cell"}  # holds', counted
        return {
            rule: self.db.execute(f"SELECT count(*) FROM {rows}", (last,)).fetchone()[0] for rule, (rows, last) in counted.items()
        }

    def contact_of_chat(self, id: str) -> str | None:
        """Return the one contact whose id begins like this, by as many characters as are shown."""
        if len(id) < SHOWN:
            return None
        found = self.db.execute("SELECT contact_id FROM contact_key WHERE substr(contact_id, 1, ?) = ?", (len(id), id)).fetchall()
        return found[0][0] if len(found) == 1 else None

    def _cases_over(self, until: Until, periods: Periods) -> Iterator[Outlived]:
        rows = self.db.execute(f"SELECT id, contact_id, agency, number, closed_at FROM cases WHERE NOT {_CASE_STAYS}", until)
        for id, contact_id, agency, n, closed in rows.fetchall():
            at = moment(closed)
            yield Outlived("case", id, contact_id, agency, f"{n}", at, at + periods.of(agency).case)

    def _appointments_over(self, until: Until, periods: Periods) -> Iterator[Outlived]:
        rows = self.db.execute(f"SELECT id, contact_id, site, start, ends FROM appointment WHERE NOT {_APPOINTMENT_STAYS}", until)
        for id, contact_id, site, start, ends in rows.fetchall():
            agency = periods.sites.get(site, "")
            due = moment(ends) + periods.of(agency).appointment
            yield Outlived("appointment", id, contact_id, agency, site, moment(start), due)

    def _chats_over(self, until: Until, periods: Periods, others: Sequence[Outlived]) -> Iterator[Outlived]:
        """Return the contacts that go as a whole, which is when the last of `others` that is theirs goes."""
        rows = self.db.execute(f"SELECT contact_id, {_LAST} FROM contact_key AS contact WHERE NOT {_CONTACT_STAYS}", until)
        latest = {each.contact_id: each.due for each in sorted(others, key=lambda each: each.due)}
        for id, last in rows.fetchall():
            at = moment(last)
            due = max(at + periods.chat, latest.get(id, at))
            yield Outlived("chat", id, id, "", id[:SHOWN], at, due)

    def _drop_cases(self, ids: Iterable[str]) -> None:
        """Delete cases with everything that was said, noted and sent in them; the person stays."""
        for id in ids:
            files = "SELECT 'message:' || n FROM message WHERE case_id = ?"
            self.db.execute(f"DELETE FROM attachment WHERE owner IN ({files})", (id,))
            for table in self._case_tables():
                self.db.execute(f"DELETE FROM {table} WHERE case_id = ?", (id,))
            self.db.execute("DELETE FROM timer WHERE subject = ?", (id,))
            self.db.execute("DELETE FROM cases WHERE id = ?", (id,))
            self.emptied = True

    def _case_tables(self) -> list[str]:
        """Return the tables with what belongs to a case and a person; a group's topic is nobody's, its deletion follows."""
        rows = self.db.execute(
            """SELECT name FROM sqlite_master WHERE type = 'table' AND 2 = (
                SELECT count(*) FROM pragma_table_info(sqlite_master.name) WHERE name IN ('case_id', 'contact_id'))"""
        )
        return [row[0] for row in rows.fetchall()]

    def _drop_appointments(self, ids: Iterable[str]) -> None:
        for id in ids:
            self.db.execute("DELETE FROM slot_cell WHERE holder = ?", (id,))
            self.db.execute("DELETE FROM timer WHERE subject = ?", (id,))
            self.db.execute("DELETE FROM appointment WHERE id = ?", (id,))
            self.emptied = True

    def _effectless(self, now: datetime, periods: Periods) -> dict[str, tuple[str, int | str]]:
        """Return what has no effect any more: rows of a table up to a value."""
        return {
            "redelivery": ("inbox WHERE sealed IS NULL AND received_at <= ?", number(now - REDELIVERY)),
            "question": ("open_question WHERE day <= ?", local(now - periods.question).date().isoformat()),
            "slot_cell": ("slot_cell WHERE expires_at <= ?", number(now)),
            "hold": ("hold WHERE expires_at <= ?", number(now)),
            "staff_session": ("staff_session WHERE expires_at <= ?", number(now)),
            "invite": ("invite WHERE expires_at <= ?", number(now)),
            "closing": ("closing WHERE last_day < ?", local(now - KEPT).date().isoformat()),
        }


def _until(now: datetime, periods: Periods) -> Until:
    """Return up to which moment each kind of thing goes: cases by agency, appointments by site."""
    return {
        "chat": number(now - periods.chat),
        "case": number(now - DEFAULT.case),
        "cases": json.dumps({agency: number(now - kept.case) for agency, kept in periods.agencies.items()}),
        "appointment": number(now - DEFAULT.appointment),
        "appointments": json.dumps(
            {site: number(now - periods.of(agency).appointment) for site, agency in periods.sites.items()}
        ),
    }
