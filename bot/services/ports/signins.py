"""Rows of how members of staff come in: second factors, passkeys and invitations."""

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
class Passkey:
    """A key that a device or a key store keeps for its owner: only what checks it is known here, and how often it was used.

    Many do not count; then `uses` stays 0.
    """

    id: str
    advisor_id: str
    name: str
    public_key: bytes = field(repr=False)
    uses: int
    added_at: datetime


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
        """Forget a second factor; False when there was none."""

    def passkeys(self, advisor_id: str) -> list[Passkey]:
        """Return somebody's passkeys, oldest first."""

    def passkey(self, id: str) -> Passkey | None:
        """Return a passkey."""

    def keep_passkey(self, passkey: Passkey) -> None:
        """Store a passkey, or what changed of it."""

    def drop_passkey(self, id: str) -> None:
        """Forget a passkey, for ever: a restored backup does not bring it back."""

    def keep_recovery_codes(self, advisor_id: str, codes: Iterable[str]) -> None:
        """Store what tells recovery codes, instead of the ones before."""

    def recovery_codes(self, advisor_id: str) -> int:
        """Return how many recovery codes are left."""

    def use_recovery_code(self, advisor_id: str, code: str) -> bool:
        """Use a recovery code up, for ever; False when it is none (any more)."""

    def add_invite(self, token_hash: str, invite: Invite, expires_at: datetime) -> None:
        """Store an invitation."""

    def invite(self, token_hash: str, now: datetime) -> Invite | None:
        """Return an invitation that was not used and has not expired."""

    def drop_invite(self, token_hash: str) -> None:
        """Use an invitation up, for ever."""
