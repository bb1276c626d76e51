"""Holds and appointments: who occupies which cells of which site."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from sqlite3 import Row

from bot.adapters.sqlite.records import BOOKED, Booked, decode, dump, encode, load, moment, number
from bot.adapters.sqlite.section import Section
from bot.core.appointments import Appointment, Guest, Hold, Interpreting, Slot, cell

_FIXED = ("id", "contact_id", "conversation_id", "topic", "language", "booked_at")


class _Taken(Exception):
    """A cell is somebody else's."""


class Diary(Section):
    """One row per occupied cell; its primary key is what makes double booking impossible."""

    def taken(self, resource: str, start: datetime, end: datetime, now: datetime, contact_id: str) -> frozenset[tuple[int, int]]:
        """Return occupied (cell, seat) pairs; what has expired and the contact's own hold do not count."""
        rows = self.db.execute(
            """SELECT cell, seat FROM slot_cell WHERE resource = ? AND cell BETWEEN ? AND ?
            AND (expires_at IS NULL OR (expires_at > ? AND contact_id <> ?))""",
            (resource, cell(start), cell(end - timedelta(seconds=1)), number(now), contact_id),
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
        """Return what is booked (or was, and nobody came) at these sites and begins in the period, its end excluded."""
        marks = ", ".join("?" * len(sites))
        rows = self.db.execute(
            f"""SELECT * FROM appointment WHERE site IN ({marks}) AND start >= ? AND start < ? AND status <> 'cancelled'
            ORDER BY start, site, seat, id""",
            (*sites, number(start), number(end)),
        )
        return [self._appointment(row) for row in rows.fetchall()]

    def hold_of(self, contact_id: str) -> Hold | None:
        """Return the contact's hold, expired or not."""
        row = self.db.execute("SELECT * FROM hold WHERE contact_id = ?", (contact_id,)).fetchone()
        return None if row is None else Hold(row["id"], contact_id, _slot(row), moment(row["expires_at"]), row["offered"])

    def put_hold(self, hold: Hold, now: datetime) -> bool:
        """Occupy a slot's cells for a while; the contact's older hold falls. False when a cell is taken."""
        return self._unless_taken(lambda: self._put_hold(hold, now))

    def drop_hold(self, contact_id: str) -> None:
        """Free the contact's hold."""
        self.db.execute(
            "DELETE FROM slot_cell WHERE contact_id = ? AND holder IN (SELECT id FROM hold WHERE contact_id = ?)",
            (contact_id, contact_id),
        )
        self.db.execute("DELETE FROM hold WHERE contact_id = ?", (contact_id,))

    def put_appointment(self, appointment: Appointment, now: datetime, cooling: timedelta = timedelta()) -> bool:
        """Store an appointment as it is now, with its cells; the contact's hold falls. Cells it leaves stay taken for `cooling`.

        The same once more changes nothing. False when a cell is taken, or when what is stored is newer.
        """
        stored = self.appointment(appointment.id)
        if stored is not None and stored.sequence >= appointment.sequence:
            return replace(stored, coming=appointment.coming, interpreting=appointment.interpreting) == appointment
        return self._unless_taken(lambda: self._put_appointment(appointment, now, cooling))

    def confirm_coming(self, appointment_id: str) -> None:
        """Note that somebody said they come to what they booked."""
        self.db.execute("UPDATE appointment SET coming = 1 WHERE id = ? AND status = 'booked'", (appointment_id,))

    def assign(self, appointment_id: str, interpreting: Interpreting | None) -> bool:
        """Let somebody else interpret at what is booked, or in another way; False when they have no time, or it is not booked."""
        appointment = self.appointment(appointment_id)
        if appointment is None or appointment.status != "booked":
            return False
        return self._unless_taken(lambda: self._assign(replace(appointment, interpreting=interpreting)))

    def _unless_taken(self, work: Callable[[], None]) -> bool:
        """Do all of the work, or nothing when a cell is somebody else's."""
        self.db.execute("SAVEPOINT diary")
        try:
            work()
        except BaseException as error:
            self.db.execute("ROLLBACK TO diary")
            if isinstance(error, _Taken):
                return False
            raise
        finally:
            self.db.execute("RELEASE diary")
        return True

    def _put_hold(self, hold: Hold, now: datetime) -> None:
        self._drop_expired(now)
        self.drop_hold(hold.contact_id)
        slot = hold.slot
        self._take([(slot.resource, *pair) for pair in slot.cells], hold.contact_id, hold.id, hold.expires_at)
        self.db.execute(
            """INSERT INTO hold (contact_id, id, site, start, ends, seat, expires_at, advisor, kind, buffer, offered)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (hold.contact_id, hold.id, slot.site, number(slot.start), number(slot.end), slot.seat, number(hold.expires_at),
             slot.advisor, slot.kind, slot.buffer, hold.offered),
        )  # fmt: skip

    def _put_appointment(self, appointment: Appointment, now: datetime, cooling: timedelta) -> None:
        self._drop_expired(now)
        self.drop_hold(appointment.contact_id)
        mine = "WHERE holder = ? AND contact_id = ? AND expires_at IS NULL"
        whose = (appointment.id, appointment.contact_id)
        # Whoever was to interpret is free at once.
        self.db.execute(f"DELETE FROM slot_cell {mine} AND resource GLOB '+*'", whose)
        if cooling:
            self.db.execute(f"UPDATE slot_cell SET expires_at = ? {mine}", (number(now + cooling), *whose))
        else:
            self.db.execute(f"DELETE FROM slot_cell {mine}", whose)
        if appointment.status != "cancelled":
            self._take(appointment.cells, appointment.contact_id, appointment.id, None)
        self._keep(appointment)

    def _assign(self, appointment: Appointment) -> None:
        holder = (appointment.id, appointment.contact_id)
        self.db.execute("DELETE FROM slot_cell WHERE holder = ? AND contact_id = ? AND resource GLOB '+*'", holder)
        self._take([each for each in appointment.cells if each[0] != appointment.slot.resource], holder[1], holder[0], None)
        self._keep(appointment)

    def _drop_expired(self, now: datetime) -> None:
        self.db.execute("DELETE FROM slot_cell WHERE expires_at <= ?", (number(now),))

    def _take(self, cells: Iterable[tuple[str, int, int]], contact_id: str, holder: str, expires_at: datetime | None) -> None:
        for resource, occupied, seat in cells:
            # One's own cells may be taken again: those of a time that was given up and cools down.
            done = self.db.execute(
                """INSERT INTO slot_cell (resource, cell, seat, contact_id, holder, expires_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (resource, cell, seat) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
                WHERE contact_id = excluded.contact_id AND expires_at IS NOT NULL""",
                (resource, occupied, seat, contact_id, holder, number(expires_at)),
            )
            if not done.rowcount:
                raise _Taken

    def _keep(self, appointment: Appointment) -> None:
        slot, who = appointment.slot, appointment.interpreting
        row = {
            "id": appointment.id,
            "contact_id": appointment.contact_id,
            "conversation_id": appointment.conversation_id,
            "site": slot.site,
            "start": number(slot.start),
            "ends": number(slot.end),
            "seat": slot.seat,
            "advisor": slot.advisor,
            "kind": slot.kind,
            "buffer": slot.buffer,
            "topic": appointment.topic,
            "language": appointment.language,
            "booked_at": number(appointment.booked_at),
            "status": appointment.status,
            "sequence": appointment.sequence,
            "coming": appointment.coming,
            "interpreting": who.how if who else None,
            "interpreter": who.interpreter if who else "",
            "confirmed": bool(who and who.confirmed),
            "sealed": self.keys.seal(appointment.contact_id, f"appointment:{appointment.id}", _personal(appointment)),
        }
        changes = ", ".join(f"{name} = excluded.{name}" for name in row if name not in _FIXED)
        self.db.execute(
            f"""INSERT INTO appointment ({", ".join(row)}) VALUES ({", ".join(f":{name}" for name in row)})
            ON CONFLICT (id) DO UPDATE SET {changes}""",
            row,
        )

    def _appointment(self, row: Row) -> Appointment:
        shown, guest = _told(self.keys.unseal(row["contact_id"], f"appointment:{row['id']}", row["sealed"]))
        return Appointment(
            id=row["id"],
            contact_id=row["contact_id"],
            conversation_id=row["conversation_id"],
            slot=_slot(row),
            topic=row["topic"],
            language=row["language"],
            shown=shown,
            booked_at=moment(row["booked_at"]),
            status=row["status"],
            sequence=row["sequence"],
            coming=bool(row["coming"]),
            interpreting=Interpreting(row["interpreting"], row["interpreter"], bool(row["confirmed"]))
            if row["interpreting"]
            else None,
            guest=guest,
        )


def _personal(appointment: Appointment) -> bytes:
    if appointment.guest is None:
        return encode(appointment.shown)
    return dump(BOOKED, Booked(appointment.shown, appointment.guest))


def _told(personal: bytes) -> tuple[str, Guest | None]:
    """Return the time as it was told, which never begins with a brace, and for whom the desk booked it."""
    if not personal.startswith(b"{"):
        return decode(personal), None
    booked = load(BOOKED, personal)
    return booked.shown, booked.guest


def _slot(row: Row) -> Slot:
    start, ends = moment(row["start"]), moment(row["ends"])
    return Slot(row["site"], start, ends, row["seat"], row["advisor"], row["kind"], row["buffer"])
