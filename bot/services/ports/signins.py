"""Rows of how members of staff come in: second factors and invitations."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.services.ports.records import CAPACITY, StaffRole


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """An app that makes codes from a secret; it counts once a code of it was given.

    `last_step` is the half minute of the last code that counted: no code counts twice.
    """

    advisor_id: str
    secret: str = field(repr=False)
    confirmed: bool = False
    last_step: int = 0


@dataclass(frozen=True, slots=True)
class Invite:
    """What is known of somebody who will be a member of staff; login and password they choose themselves."""

    name: str
    agency: str
    role: StaffRole = "advisor"
    language: str = "de"
    telegram_id: int | None = None
    sites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = CAPACITY


class SignIns(Protocol):
    """How members of staff come in."""

    def second_factor(self, advisor_id: str) -> SecondFactor | None:
        """Return somebody's second factor, confirmed or not."""

    def keep_second_factor(self, factor: SecondFactor) -> None:
        """Store a second factor instead of the one before."""

    def drop_second_factor(self, advisor_id: str) -> bool:
        """Forget a second factor and its recovery codes; False when there was none."""

    def keep_recovery_codes(self, advisor_id: str, codes: Iterable[str]) -> None:
        """Store what tells recovery codes, instead of the ones before."""

    def recovery_codes(self, advisor_id: str) -> int:
        """Return how many recovery codes are left."""

    def use_recovery_code(self, advisor_id: str, code: str) -> bool:
        """Use a recovery code up; False when it is none (any more)."""

    def add_invite(self, token_hash: str, invite: Invite, expires_at: datetime) -> None:
        """Store an invitation."""

    def invite(self, token_hash: str, now: datetime) -> Invite | None:
        """Return an invitation that was not used and has not expired."""

    def drop_invite(self, token_hash: str) -> None:
        """Use an invitation up."""
