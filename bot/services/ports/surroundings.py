"""What else the services need from outside: the time, staff who can be told, vectors of texts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from bot.core.appointments import Appointment
from bot.core.cases import Case
from bot.core.matching import Vector

AppointmentChange = Literal["booked", "moved", "cancelled"]


class Embedder(Protocol):
    """Turns texts into vectors of unit length, so that texts which mean the same lie close together."""

    def question(self, text: str) -> Vector:
        """Return the vector of a question; takes 10 to 50 ms."""

    def stored(self, texts: Sequence[str]) -> Vector:
        """Return the vectors of texts to compare questions with, one row each."""


class Alerts(Protocol):
    """Tells staff that something waits, without any personal data."""

    async def case_waiting(self, case: Case) -> None:
        """Tell the site's team that a case waits."""

    async def appointment_changed(self, appointment: Appointment, what: AppointmentChange) -> None:
        """Tell the site's team that a newcomer booked, moved or cancelled an appointment."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
