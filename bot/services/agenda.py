"""An advisor looks at the appointments of their agency, cancels one, or writes to the person who booked it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.agenda import cancelled_by_site, opened_by_site
from bot.core.appointments import Appointment
from bot.core.cases import Case, CaseError
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.locales import local
from bot.core.network import Site
from bot.core.talk import Situation
from bot.services.desk import Forbidden, advises
from bot.services.live import Live
from bot.services.ports import Advisor, Clock, HistoryLine, Store, Transaction
from bot.services.turns import Turns

DAYS = 60
"""How far ahead the agenda shows; no site offers appointments later than that."""


class Agenda:
    """The appointments at the sites of an agency; every method takes who does it and checks that they may."""

    def __init__(self, store: Store, content: Callable[[], Content], turns: Turns, live: Live, clock: Clock) -> None:
        self._store = store
        self._content = content
        self._turns = turns
        self._live = live
        self._clock = clock

    def coming(self, advisor: Advisor) -> list[Appointment]:
        """Return what is booked at the agency's sites today and in the next 60 days, soonest first.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        return self._within(advisor, DAYS + 1)

    def today(self, advisor: Advisor) -> list[Appointment]:
        """Return what is booked at the agency's sites today, over or not.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        return self._within(advisor, 1)

    def cancel(self, advisor: Advisor, appointment_id: str) -> Appointment:
        """Cancel an appointment and tell the newcomer; one that is cancelled already, or over, stays as it is.

        Raises:
            Forbidden: it is not an appointment at a site of the advisor's agency.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            appointment, site = self._own(tx, advisor, appointment_id)
            if not appointment.ahead(now):
                return appointment
            situation = self._situation(tx, appointment, now)
            turn = cancelled_by_site(situation, appointment, site)
            self._turns.store(tx, turn, now)
            cancelled = tx.appointment(appointment_id)
        self._touch(advisor, situation.conversation)
        return cancelled or appointment

    def write_to(self, advisor: Advisor, appointment_id: str) -> Case:
        """Return the open case of the person who booked; if there is none, one is opened that this advisor has.

        Raises:
            Forbidden: it is not an appointment at a site of the advisor's agency.
            CaseError: the person is talking to another agency.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            appointment, site = self._own(tx, advisor, appointment_id)
            case = tx.open_case(appointment.contact_id)
            if case is not None:
                if case.agency != advisor.agency:
                    raise CaseError("taken")
                return case
            situation = self._situation(tx, appointment, now)
            turn = opened_by_site(situation, appointment, site, advisor.id, advisor.name)
            (opened,) = self._turns.store(tx, turn, now)
            tx.add_history(HistoryLine(opened.id, now, "claimed", advisor.id))
        self._touch(advisor, situation.conversation)
        return opened

    def _within(self, advisor: Advisor, days: int) -> list[Appointment]:
        if not advises(advisor):
            raise Forbidden(advisor.id)
        sites = [site.id for site in self._content().network.sites.values() if site.agency == advisor.agency]
        today = local(self._clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
        with self._store.transaction() as tx:
            return tx.appointments_at(sites, today, today + timedelta(days=days))

    def _own(self, tx: Transaction, advisor: Advisor, appointment_id: str) -> tuple[Appointment, Site]:
        appointment = tx.appointment(appointment_id)
        site = self._content().network.sites.get(appointment.slot.site) if appointment else None
        if appointment is None or site is None or site.agency != advisor.agency or not advises(advisor):
            raise Forbidden(appointment_id)
        return appointment, site

    def _situation(self, tx: Transaction, appointment: Appointment, now: datetime) -> Situation:
        conversation = tx.conversation(appointment.conversation_id)
        assert conversation is not None, "an appointment has a conversation as long as it exists"
        return self._turns.situation(tx, conversation, now)

    def _touch(self, advisor: Advisor, conversation: Conversation) -> None:
        self._live.touch(f"agency:{advisor.agency}", f"conversation:{conversation.id}", f"outbox:{conversation.address.channel}")
