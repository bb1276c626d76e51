"""An advisor looks at the appointments of their agency, cancels one, or writes to the person who booked it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.core import appointments
from bot.core.agenda import cancelled_by_site, opened_by_site
from bot.core.appointments import Appointment
from bot.core.cases import Case, CaseError
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.locales import ZONE, local
from bot.core.network import Site
from bot.core.proposals import Misfit
from bot.core.talk import Situation
from bot.core.waiting import Waiting
from bot.services.access import own_appointment
from bot.services.desk import Forbidden
from bot.services.live import Live
from bot.services.misfits import Misfits
from bot.services.ports import Advisor, Clock, HistoryLine, Store, Transaction
from bot.services.team import advises
from bot.services.turns import Turns

DAYS = 60
"""How far ahead the agenda shows; no site offers appointments later than that."""


class Agenda:
    """The appointments at the sites of an agency; every method takes who does it and checks that they may."""

    def __init__(
        self, store: Store, content: Callable[[], Content], turns: Turns, misfits: Misfits, live: Live, clock: Clock
    ) -> None:
        self._store = store
        self._content = content
        self._turns = turns
        self._misfits = misfits
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

    def period(self, advisor: Advisor, first: date, days: int) -> list[Appointment]:
        """Return what is booked at the agency's sites on some days, over or not.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        return self._within(advisor, days, first)

    def case_numbers(self, advisor: Advisor, booked: Sequence[Appointment]) -> Mapping[str, int]:
        """Return the numbers of the open cases that the agency has of the people who booked, by the appointments' ids."""
        with self._store.transaction() as tx:
            found = {each.id: tx.open_case(each.contact_id) for each in booked}
        return {id: case.number for id, case in found.items() if case is not None and case.agency == advisor.agency}

    def waiting(self, advisor: Advisor) -> list[Waiting]:
        """Return who waits for a time at the agency's sites, the first to come first.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        if not advises(advisor):
            raise Forbidden(advisor.id)
        sites = [site.id for site in self._content().network.sites.values() if site.agency == advisor.agency]
        with self._store.transaction() as tx:
            return tx.waiting_at(sites)

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
            Forbidden: it is not an appointment at a site of the advisor's agency, or its person has no chat.
            CaseError: the person is talking to another agency.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            appointment, site = self._own(tx, advisor, appointment_id)
            if appointment.guest:
                raise Forbidden(appointment_id)
            case = tx.open_case(appointment.contact_id)
            if case is not None:
                if case.agency != advisor.agency:
                    raise CaseError("taken")
                return case
            situation = self._situation(tx, appointment, now)
            turn = self._turns.decided(situation, lambda it: opened_by_site(it, appointment, site, advisor.id, advisor.name))
            (opened,) = self._turns.store(tx, turn, now)
            tx.add_history(HistoryLine(opened.id, now, "claimed", advisor.id))
        self._touch(advisor, situation.conversation)
        return opened

    def miss(self, advisor: Advisor, appointment_id: str, missed: bool = True) -> Appointment:
        """Note that nobody came to an appointment that has begun, or take that back; the newcomer is not told.

        Raises:
            Forbidden: it is not an appointment at a site of the advisor's agency.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            appointment, _ = self._own(tx, advisor, appointment_id)
            if appointment.slot.start > now or appointment.status != ("booked" if missed else "missed"):
                return appointment
            changed = appointments.miss(appointment, missed)
            tx.put_appointment(changed, now)
        self._live.touch(f"agency:{advisor.agency}")
        return changed

    def misfits(self, advisor: Advisor) -> list[Misfit]:
        """Return the coming appointments that cannot be as they were booked: the times of their sites changed, or somebody's
        calendar says meanwhile that they are busy; each with another free time.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        coming, now = self.coming(advisor), self._clock.now()
        found: list[Misfit] = []
        with self._store.transaction() as tx:
            for each in coming:
                misfit = self._misfits.find(tx, each, now, [other.proposal for other in found if other.proposal])
                found += [misfit] if misfit else []
        return found

    def propose(self, advisor: Advisor, appointment_id: str) -> Misfit | None:
        """Ask the newcomer to move to another time, which is kept for them for a day; as long as it is they are not asked again.

        One that fits or is over (None), or needs only somebody else to interpret, stays as it is, and nobody is told. When
        nothing is free, they are told that.

        Raises:
            Forbidden: it is not an appointment at a site of the advisor's agency.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            appointment, _ = self._own(tx, advisor, appointment_id)
            misfit = self._misfits.find(tx, appointment, now)
            asked = self._misfits.ask(tx, misfit, now) if misfit else None
            if asked is None:
                return misfit
            misfit = self._misfits.find(tx, appointment, now)
        self._touch(advisor, asked)
        return misfit

    def _within(self, advisor: Advisor, days: int, first: date | None = None) -> list[Appointment]:
        if not advises(advisor):
            raise Forbidden(advisor.id)
        sites = [site.id for site in self._content().network.sites.values() if site.agency == advisor.agency]
        start = datetime.combine(first or local(self._clock.now()).date(), time(), ZONE)
        with self._store.transaction() as tx:
            return tx.appointments_at(sites, start, start + timedelta(days=days))

    def _own(self, tx: Transaction, advisor: Advisor, appointment_id: str) -> tuple[Appointment, Site]:
        return own_appointment(tx, advisor, appointment_id, self._content().network.sites)

    def _situation(self, tx: Transaction, appointment: Appointment, now: datetime) -> Situation:
        conversation = tx.conversation(appointment.conversation_id)
        assert conversation is not None, "an appointment has a conversation as long as it exists"
        return self._turns.situation(tx, conversation, now)

    def _touch(self, advisor: Advisor, conversation: Conversation) -> None:
        self._live.touch(f"agency:{advisor.agency}", f"conversation:{conversation.id}", f"outbox:{conversation.address.channel}")
        self._live.touch("timers")
