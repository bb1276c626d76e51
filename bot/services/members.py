"""What an admin does with the people of their own agency. Operators, at the command line, do it with everybody's."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core.roles import StaffRole, opens
from bot.services.access import Forbidden
from bot.services.casework import Casework
from bot.services.ports import Advisor, Clock, Invite, Store, Transaction

INVITED = timedelta(hours=72)
"""How long an invitation can be accepted."""


class IdentityTaken(ValueError):
    """Somebody else signs in with this identity."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A member of staff as admins see them: how many sign-ins are open, how many things they have for the second step."""

    advisor: Advisor
    sign_ins: int
    ways: int


class Members:
    """Everything done here is in the audit log. Nobody does it to themselves: an agency never loses its last admin that way."""

    def __init__(self, store: Store, casework: Casework, clock: Clock) -> None:
        self._store = store
        self._casework = casework
        self._clock = clock

    def all(self, admin: Advisor) -> list[Membership]:
        """Return the agency's people.

        Raises:
            Forbidden: the member of staff is no admin.
        """
        now = self._clock.now()
        _must_manage(admin)
        with self._store.transaction() as tx:
            people = [each for each in tx.advisors() if each.agency == admin.agency]
            return [Membership(each, len(tx.sessions(each.id, now)), ways(tx, each.id)) for each in people]

    def invite(self, admin: Advisor, token_hash: str, invite: Invite) -> None:
        """Keep an invitation into the admin's own agency.

        Raises:
            Forbidden: the member of staff is no admin, or the invitation is into another agency.
        """
        _must_manage(admin)
        if invite.agency != admin.agency:
            raise Forbidden(invite.agency)
        now = self._clock.now()
        with self._store.transaction() as tx:
            tx.add_invite(token_hash, invite, now + INVITED)
            tx.audit(admin.id, "invited", f"{invite.role} of {invite.agency}", now)

    def give_role(self, admin: Advisor, member_id: str, role: StaffRole) -> None:
        """Change a role; open sign-ins end, and the cases of somebody who may see none any more go back to the queue.

        Raises:
            Forbidden: the member of staff is no admin, or it is nobody of their agency, or themselves.
        """
        with self._changing(admin, member_id, f"role {role}") as (tx, member):
            tx.add_advisor(replace(member, role=role))
            tx.end_sessions(member.id)
            if not opens(role, "cases"):
                self._casework.depart(tx, member, by=admin)

    def disable(self, admin: Advisor, member_id: str) -> None:
        """Let somebody in no more; their cases go back to the queue.

        Raises:
            Forbidden: the member of staff is no admin, or it is nobody of their agency, or themselves.
        """
        with self._changing(admin, member_id, "disabled") as (tx, member):
            tx.add_advisor(replace(member, disabled=True))
            tx.end_sessions(member.id)
            self._casework.depart(tx, member, by=admin)

    def enable(self, admin: Advisor, member_id: str) -> None:
        """Let somebody in again.

        Raises:
            Forbidden: the member of staff is no admin, or it is nobody of their agency, or themselves.
        """
        with self._changing(admin, member_id, "enabled") as (tx, member):
            tx.add_advisor(replace(member, disabled=False))

    def end_sign_ins(self, admin: Advisor, member_id: str) -> None:
        """End somebody's sign-ins, wherever they are.

        Raises:
            Forbidden: the member of staff is no admin, or it is nobody of their agency, or themselves.
        """
        with self._changing(admin, member_id, "sign-ins ended") as (tx, member):
            tx.end_sessions(member.id)

    def reset_second_step(self, admin: Advisor, member_id: str) -> None:
        """Forget somebody's app, passkeys and recovery codes: the password lets them in until they set up new ones.

        Raises:
            Forbidden: the member of staff is no admin, or it is nobody of their agency, or themselves.
        """
        with self._changing(admin, member_id, "second factor reset") as (tx, member):
            forget_second_step(tx, member.id)

    def identify(self, admin: Advisor, member_id: str, identity: str) -> None:
        """Keep who somebody is where they sign in elsewhere; nothing means that they cannot.

        Raises:
            Forbidden: the member of staff is no admin, or it is nobody of their agency, or themselves.
            IdentityTaken: somebody else has it.
        """
        with self._changing(admin, member_id, "identity changed") as (tx, member):
            set_identity(tx, member, identity)

    @contextmanager
    def _changing(self, admin: Advisor, member_id: str, what: str) -> Iterator[tuple[Transaction, Advisor]]:
        _must_manage(admin)
        with self._store.transaction() as tx:
            member = next((each for each in tx.advisors() if each.id == member_id and each.agency == admin.agency), None)
            if member is None or member.id == admin.id:
                raise Forbidden(member_id)
            yield tx, member
            tx.audit(admin.id, what, member.login, self._clock.now())


def ways(tx: Transaction, advisor_id: str) -> int:
    """Return how many things somebody has that count as second step, beside recovery codes."""
    factor = tx.second_factor(advisor_id)
    return int(factor is not None and factor.confirmed) + len(tx.passkeys(advisor_id))


def forget_second_step(tx: Transaction, advisor_id: str) -> bool:
    """Forget somebody's app, passkeys and recovery codes, and end their sign-ins; False when there was nothing to forget."""
    passkeys = tx.passkeys(advisor_id)
    for passkey in passkeys:
        tx.drop_passkey(passkey.id)
    tx.keep_recovery_codes(advisor_id, ())
    tx.end_sessions(advisor_id)
    return tx.drop_second_factor(advisor_id) or bool(passkeys)


def set_identity(tx: Transaction, member: Advisor, identity: str) -> None:
    """Keep who somebody is where they sign in elsewhere.

    Raises:
        IdentityTaken: somebody else has it.
    """
    same = [each for each in tx.advisors() if each.identity.casefold() == identity.casefold() and each.id != member.id]
    if identity and same:
        raise IdentityTaken(identity)
    tx.add_advisor(replace(member, identity=identity))


def identified(tx: Transaction, known: Collection[str]) -> Advisor | None:
    """Return who may come in of those that sign in elsewhere, by a provider's number or an e-mail address in small letters."""

    def fits(identity: str) -> bool:
        return bool(identity) and (identity in known or ("@" in identity and identity.casefold() in known))

    return next((each for each in tx.advisors() if fits(each.identity) and not each.disabled), None)


def _must_manage(admin: Advisor) -> None:
    if admin.disabled or not opens(admin.role, "staff"):
        raise Forbidden(admin.id)
