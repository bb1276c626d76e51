"""Rows of volunteer interpreters."""

from datetime import datetime
from typing import Protocol

from bot.core.appointments import Appointment
from bot.core.interpreters import Interpreter


class InterpreterRows(Protocol):
    """Who interprets, at what."""

    def interpreters(self) -> tuple[Interpreter, ...]:
        """Return all interpreters."""

    def put_interpreter(self, interpreter: Interpreter) -> None:
        """Store an interpreter; the same id is replaced."""

    def drop_interpreter(self, id: str) -> None:
        """Forget an interpreter, their address, and their calendars."""

    def open_assignments(self, id: str, token_hash: str) -> None:
        """Store the one address of an interpreter's calendar; an older one is not valid any more."""

    def interpreter_of(self, token_hash: str) -> Interpreter | None:
        """Return whose address it is."""

    def assignments(self, id: str, start: datetime, end: datetime) -> list[Appointment]:
        """Return what an interpreter is assigned to and begins in the period, cancelled or not, soonest first."""
