"""Rows of appointments and holds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.appointments import Appointment, Hold, Interpreting


class Diary(Protocol):
    """Who has which time where."""

    def taken(self, resource: str, start: datetime, end: datetime, now: datetime, contact_id: str) -> frozenset[tuple[int, int]]:
        """Return occupied (cell, seat) pairs; what has expired and the contact's own hold do not count."""

    def appointments(self, contact_id: str) -> tuple[Appointment, ...]:
        """Return all appointments of a contact, soonest first."""

    def appointment(self, appointment_id: str) -> Appointment | None:
        """Return an appointment."""

    def appointments_at(self, sites: Sequence[str], start: datetime, end: datetime) -> list[Appointment]:
        """Return what is booked (or was, and nobody came) at these sites and begins in the period, its end excluded."""

    def hold_of(self, contact_id: str) -> Hold | None:
        """Return the contact's hold, expired or not."""

    def put_hold(self, hold: Hold, now: datetime) -> bool:
        """Occupy a slot's cells for a while; the contact's older hold falls. False when a cell is taken."""

    def drop_hold(self, contact_id: str) -> None:
        """Free the contact's hold."""

    def put_appointment(self, appointment: Appointment, now: datetime, cooling: timedelta = timedelta()) -> bool:
        """Store an appointment as it is now, with its cells; the contact's hold falls. Cells it leaves stay taken for `cooling`.

        The same once more changes nothing. False when a cell is taken, or when what is stored is newer.
        """

    def assign(self, appointment_id: str, interpreting: Interpreting | None) -> bool:
        """Let somebody else interpret at what is booked, or in another way; False when they have no time, or it is not booked."""

    def confirm_coming(self, appointment_id: str) -> None:
        """Note that somebody said they come to what they booked."""
