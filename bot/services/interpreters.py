"""An agency keeps its volunteer interpreters, and says who of them interprets at which appointment."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core import interpreting
from bot.core.appointments import Appointment, Interpreting
from bot.core.content import Content
from bot.core.interpreters import Interpreter, served
from bot.core.network import Site
from bot.core.talk import Situation
from bot.services.access import Forbidden, own_appointment
from bot.services.agenda import DAYS
from bot.services.casework import coordinates
from bot.services.feeds import BACK
from bot.services.live import Live
from bot.services.ports import Advisor, Clock, Store, Transaction
from bot.services.team import advises
from bot.services.turns import Turns

_AHEAD = timedelta(days=DAYS)
_TOKEN_BYTES = 16


class Busy(Exception):
    """Whoever was chosen has no time any more, or the appointment is off."""


@dataclass(frozen=True, slots=True)
class Choices:
    """An appointment, and by whom it could be interpreted, the best first; `line`: the site has telephone interpreting."""

    appointment: Appointment
    able: tuple[Interpreting, ...]
    line: bool


class Interpreters:
    """Who interprets; every method takes who does it and checks that they may. The list is the coordination's."""

    def __init__(self, store: Store, content: Callable[[], Content], turns: Turns, live: Live, clock: Clock) -> None:
        self._store = store
        self._content = content
        self._turns = turns
        self._live = live
        self._clock = clock

    def known(self, advisor: Advisor) -> list[Interpreter]:
        """Return who interprets for the advisor's agency, those that others share with it included.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        if not advises(advisor):
            raise Forbidden(advisor.id)
        with self._store.transaction() as tx:
            found = [each for each in tx.interpreters() if advisor.agency in served(each, self._content().network)]
        return sorted(found, key=lambda each: (each.agency != advisor.agency, each.name))

    def keep(self, advisor: Advisor, interpreter: Interpreter) -> None:
        """Store an interpreter; what nobody interprets yet, and what no longer suits them, is given out anew.

        Raises:
            Forbidden: the advisor coordinates nothing, or it is another agency's interpreter.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            _check(advisor, interpreter.agency, *(each.agency for each in tx.interpreters() if each.id == interpreter.id))
            tx.put_interpreter(interpreter)
            agencies = served(interpreter, self._content().network)
            sites = [site.id for site in self._content().network.sites.values() if site.agency in agencies]
            unserved = [each for each in tx.appointments_at(sites, now, now + _AHEAD) if _nobody(each)]
            touched = self._match_again(tx, (*tx.assignments(interpreter.id, now, now + _AHEAD), *unserved), now)
        self._live.touch(*touched)

    def dismiss(self, advisor: Advisor, id: str) -> None:
        """Forget an interpreter; others interpret what they were assigned to, as far as somebody has time.

        Raises:
            Forbidden: the advisor coordinates nothing, or it is no interpreter of their agency.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            gone = next((each for each in tx.interpreters() if each.id == id), None)
            _check(advisor, gone.agency if gone else None)
            tx.drop_interpreter(id)
            touched = self._match_again(tx, tx.assignments(id, now, now + _AHEAD), now)
        self._live.touch(*touched)

    def choices(self, advisor: Advisor, appointment_id: str) -> Choices:
        """Return by whom an appointment could be interpreted.

        Raises:
            Forbidden: it is not an appointment at a site of the advisor's agency.
        """
        with self._store.transaction() as tx:
            appointment, site = own_appointment(tx, advisor, appointment_id, self._content().network.sites)
            able = interpreting.able(self._situation(tx, appointment, self._clock.now()), appointment, appointment)
            return Choices(appointment, tuple(able), appointment.language in site.phone_interpreting)

    def assign(self, advisor: Advisor, appointment_id: str, interpreter: str) -> Appointment:
        """Let somebody interpret at an appointment: one of the choices, a service on the "line", or "" for nobody yet.

        The newcomer is told when that changes what they were told.

        Raises:
            Forbidden: it is not an appointment at a site of the advisor's agency.
            Busy: whoever was chosen has no time any more, or the appointment is off.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            appointment, site = own_appointment(tx, advisor, appointment_id, self._content().network.sites)
            able = interpreting.able(self._situation(tx, appointment, now), appointment, appointment)
            line = Interpreting("line") if appointment.language in site.phone_interpreting else None
            chosen = {"": Interpreting("open"), "line": line} | {each.interpreter: each for each in able}
            who = chosen.get(interpreter)
            if who is None or not appointment.ahead(now):
                raise Busy(appointment_id)
            if appointment.interpreting and replace(appointment.interpreting, confirmed=False) == who:
                return appointment
            touched = self._change(tx, appointment, who, now)
        self._live.touch(*touched)
        return replace(appointment, interpreting=who)

    def confirm(self, advisor: Advisor, appointment_id: str) -> None:
        """Note that whoever interprets agreed.

        Raises:
            Forbidden: it is not an appointment at a site of the advisor's agency.
        """
        with self._store.transaction() as tx:
            appointment, site = own_appointment(tx, advisor, appointment_id, self._content().network.sites)
            if appointment.interpreting and appointment.interpreting.interpreter:
                tx.assign(appointment_id, replace(appointment.interpreting, confirmed=True))
        self._live.touch(f"agency:{site.agency}")

    def open_address(self, advisor: Advisor, id: str) -> str:
        """Return the secret of a new address of an interpreter's calendar; the one before is not valid any more.

        Raises:
            Forbidden: the advisor coordinates nothing, or it is no interpreter of their agency.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._store.transaction() as tx:
            _check(advisor, next((each.agency for each in tx.interpreters() if each.id == id), None))
            tx.open_assignments(id, _hash(token))
        return token

    def read(self, token: str) -> tuple[Interpreter, list[Appointment]] | None:
        """Return whose address it is and what they are assigned to, cancelled or not; None when it is nobody's (any more)."""
        now = self._clock.now()
        with self._store.transaction() as tx:
            found = tx.interpreter_of(_hash(token))
            return (found, tx.assignments(found.id, now - BACK, now + _AHEAD)) if found else None

    def _match_again(self, tx: Transaction, booked: Iterable[Appointment], now: datetime) -> set[str]:
        """Give out anew who interprets; who does and can stays, and so does their word."""
        touched: set[str] = set()
        for each in booked:
            site, before = self._content().network.sites.get(each.slot.site), each.interpreting
            if site is None or not each.ahead(now):
                continue
            after = interpreting.arrange(self._situation(tx, each, now), each, site, each).interpreting
            if before and after and replace(before, confirmed=False) == after:
                continue
            touched |= self._change(tx, each, after, now)
        return touched

    def _change(self, tx: Transaction, appointment: Appointment, who: Interpreting | None, now: datetime) -> set[str]:
        """Store who interprets and tell the newcomer if they were told otherwise; return what is to be looked at again."""
        if not tx.assign(appointment.id, who):
            raise Busy(appointment.id)
        situation = self._situation(tx, appointment, now)
        turn = interpreting.changed(situation, appointment, replace(appointment, interpreting=who))
        site: Site = self._content().network.sites[appointment.slot.site]
        touched = {f"agency:{site.agency}"}
        if turn is not None:
            self._turns.store(tx, turn, now)
            conversation = situation.conversation
            touched |= {f"conversation:{conversation.id}", f"outbox:{conversation.address.channel}"}
        return touched

    def _situation(self, tx: Transaction, appointment: Appointment, now: datetime) -> Situation:
        conversation = tx.conversation(appointment.conversation_id)
        assert conversation is not None, "an appointment has a conversation as long as it exists"
        return self._turns.situation(tx, conversation, now)


def _nobody(appointment: Appointment) -> bool:
    return appointment.interpreting is not None and appointment.interpreting.how == "open"


def _check(advisor: Advisor, *agencies: str | None) -> None:
    if not coordinates(advisor) or any(agency != advisor.agency for agency in agencies):
        raise Forbidden(advisor.id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
