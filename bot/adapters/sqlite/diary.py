"""Holds and appointments: who occupies which cells of which site."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from sqlite3 import Row

from bot.adapters.sqlite.records import decode, encode, moment, number
from bot.adapters.sqlite.section import Section
from bot.core.appointments import Appointment, Hold, Slot, cell


class Diary(Section):
    """One row per occupied cell; its primary key is what makes double booking impossible."""

    def taken(self, site: str, start: datetime, end: datetime, now: datetime, contact_id: str) -> frozenset[tuple[int, int]]:
        """Return occupied (cell, seat) pairs; expired holds and the contact's own hold do not count."""
        rows = self.db.execute(
            """SELECT cell, seat FROM slot_cell WHERE site = ? AND cell BETWEEN ? AND ?
            AND (expires_at IS NULL OR (expires_at > ? AND contact_id <> ?))""",
            (site, cell(start), cell(end - timedelta(seconds=1)), number(now), contact_id),
        )
        return frozenset((row[0], row[1]) for row in rows.fetchall())

    def appointments(self, contact_id: str) -> tuple[Appointment, ...]:
        """Return all appointments of a contact, soonest first."""
        query = "SELECT * FROM appointment WHERE contact_id = ? ORDER BY start, id"
        return tuple(self._appointment(row) for row in self.db.execute(query, (contact_id,)).fetchall())

    def appointment(self, appointment_id: str) -> Appointment | None:
        """Return an appointment."""
        row = self.db.execute("SELECT * FROM appointment WHERE id = ?", (appointment_id,)).fetchone()
        return None if row is None else self._appointment(row)

    def appointments_at(self, sites: Sequence[str], start: datetime, end: datetime) -> list[Appointment]:
        """Return what is booked at these sites and begins in the period (its end excluded), soonest first."""
        # Through the cells, whose key begins with site and time: the past of other sites is never read.
        marks = ", ".join("?" * len(sites))
        rows = self.db.execute(
            f"""SELECT * FROM appointment WHERE status = 'booked' AND start >= ? AND start < ? AND id IN (
                SELECT holder FROM slot_cell WHERE site IN ({marks}) AND cell BETWEEN ? AND ?)
            ORDER BY start, site, seat, id""",
            (number(start), number(end), *sites, cell(start), cell(end)),
        )
        return [self._appointment(row) for row in rows.fetchall()]

    def hold_of(self, contact_id: str) -> Hold | None:
        """Return the contact's hold, expired or not."""
        row = self.db.execute("SELECT * FROM hold WHERE contact_id = ?", (contact_id,)).fetchone()
        return None if row is None else Hold(row["id"], contact_id, _slot(row), moment(row["expires_at"]))

    def put_hold(self, hold: Hold, now: datetime) -> bool:
        """Occupy a slot's cells for a while; the contact's older hold falls. False when a cell is taken."""
        return self._unless_taken(lambda: self._put_hold(hold, now))

    def drop_hold(self, contact_id: str) -> None:
        """Free the contact's hold."""
        self.db.execute("DELETE FROM slot_cell WHERE contact_id = ? AND expires_at IS NOT NULL", (contact_id,))
        self.db.execute("DELETE FROM hold WHERE contact_id = ?", (contact_id,))

    def put_appointment(self, appointment: Appointment, now: datetime) -> bool:
        """Store a new, moved or cancelled appointment with its cells; the contact's hold falls. False when a cell is taken."""
        return self._unless_taken(lambda: self._put_appointment(appointment, now))

    def _unless_taken(self, work: Callable[[], None]) -> bool:
        """Do all of the work, or nothing when a cell is somebody else's."""
        self.db.execute("SAVEPOINT diary")
        try:
            work()
        except sqlite3.IntegrityError as error:
            self.db.execute("ROLLBACK TO diary")
            self.db.execute("RELEASE diary")
            if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
                raise
            return False
        self.db.execute("RELEASE diary")
        return True

    def _put_hold(self, hold: Hold, now: datetime) -> None:
        self._drop_expired(now)
        self.drop_hold(hold.contact_id)
        self._take(hold.slot, hold.contact_id, hold.id, hold.expires_at)
        slot = hold.slot
        self.db.execute(
            "INSERT INTO hold (contact_id, id, site, start, ends, seat, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (hold.contact_id, hold.id, slot.site, number(slot.start), number(slot.end), slot.seat, number(hold.expires_at)),
        )

    def _put_appointment(self, appointment: Appointment, now: datetime) -> None:
        self._drop_expired(now)
        self.drop_hold(appointment.contact_id)
        self.db.execute("DELETE FROM slot_cell WHERE holder = ? AND contact_id = ?", (appointment.id, appointment.contact_id))
        if appointment.status == "booked":
            self._take(appointment.slot, appointment.contact_id, appointment.id, None)
        self._keep(appointment)

    def _drop_expired(self, now: datetime) -> None:
        self.db.execute("DELETE FROM slot_cell WHERE expires_at <= ?", (number(now),))

    def _take(self, slot: Slot, contact_id: str, holder: str, expires_at: datetime | None) -> None:
        for occupied, seat in slot.cells:
            self.db.execute(
                "INSERT INTO slot_cell (site, cell, seat, contact_id, holder, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
                (slot.site, occupied, seat, contact_id, holder, number(expires_at)),
            )

    def _keep(self, appointment: Appointment) -> None:
        slot = appointment.slot
        self.db.execute(
            """INSERT INTO appointment (id, contact_id, conversation_id, site, start, ends, seat, topic, language, booked_at,
                status, sequence, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET site = excluded.site, start = excluded.start, ends = excluded.ends,
                seat = excluded.seat, status = excluded.status, sequence = excluded.sequence, sealed = excluded.sealed""",
            (
                appointment.id,
                appointment.contact_id,
                appointment.conversation_id,
                slot.site,
                number(slot.start),
                number(slot.end),
                slot.seat,
                appointment.topic,
                appointment.language,
                number(appointment.booked_at),
                appointment.status,
                appointment.sequence,
                self.keys.seal(appointment.contact_id, f"appointment:{appointment.id}", encode(appointment.shown)),
            ),
        )

    def _appointment(self, row: Row) -> Appointment:
        shown = self.keys.unseal(row["contact_id"], f"appointment:{row['id']}", row["sealed"])
        return Appointment(
            id=row["id"],
            contact_id=row["contact_id"],
            conversation_id=row["conversation_id"],
            slot=_slot(row),
            topic=row["topic"],
            language=row["language"],
            shown=decode(shown),
            booked_at=moment(row["booked_at"]),
            status=row["status"],
            sequence=row["sequence"],
        )


def _slot(row: Row) -> Slot:
    return Slot(row["site"], moment(row["start"]), moment(row["ends"]), row["seat"])
