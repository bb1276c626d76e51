"""An advisor books an appointment for the person whose case they have."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.core import appointments, interpreting
from bot.core.agenda import booked_by_site, free_for
from bot.core.appointments import MAX_OPEN, Appointment, Slot, find_slot
from bot.core.cases import Case, CaseError
from bot.core.content import Content
from bot.core.network import KINDS, Kind, Network, Site
from bot.core.talk import Situation
from bot.services.access import conversation_of, own
from bot.services.desk import Desk
from bot.services.live import Live
from bot.services.ports import Advisor, Clock, HistoryLine, Store, Transaction
from bot.services.turns import Conflict, Turns

MOST = 12
"""Times shown at once; a day of one site alone would fill a page."""
_A_DAY = 4


class NotBooked(Exception):
    """Nothing was booked: the time is gone, or the person has as many appointments as they may have."""

    def __init__(self, reason: Literal["gone", "too_many"]) -> None:
        super().__init__(reason)
        self.reason: Literal["gone", "too_many"] = reason


@dataclass(frozen=True, slots=True)
class Times:
    """Free times at one of these `sites` (None: at all) by one of these `kinds` of meeting; from the day `later` on are more."""

    sites: Sequence[Site]
    site: Site | None
    kinds: Sequence[Kind]
    kind: Kind | None
    slots: Sequence[Slot]
    later: date | None


class Bookings:
    """What the desk books; every method takes who does it and checks that they may."""

    def __init__(self, store: Store, content: Callable[[], Content], turns: Turns, desk: Desk, live: Live, clock: Clock) -> None:
        self._store = store
        self._content = content
        self._turns = turns
        self._desk = desk
        self._live = live
        self._clock = clock

    def times(
        self, advisor: Advisor, case: Case, site_id: str = "", kind: Kind | None = None, since: date | None = None
    ) -> Times | None:
        """Return the next free times of the agency for a case, at the case's own site unless another is asked for.

        None when the agency offers no appointments on its topic. At most four of each day, so that there are days to choose from,
        but all of the day that is asked for.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
        """
        sites = self._sites(case)
        if not sites:
            return None
        chosen = None if site_id == "all" else next((each for each in sites if each.id == (site_id or case.site)), None)
        at = [chosen] if chosen else sites
        with self._store.transaction() as tx:
            situation = self._situation(tx, own(tx, advisor, case.id))
            free = [slot for site in at for slot in free_for(situation, case, site, kind)]
        ordered = sorted(free, key=lambda slot: (slot.start, slot.site != case.site, slot.site))
        return Times(sites, chosen, kinds_at(at, case.topic), kind, *spread(appointments.by_day(ordered), since))

    def book(self, advisor: Advisor, case_id: str, site_id: str, start: datetime, kind: Kind | None = None) -> Appointment:
        """Book a time for the person of a case, who gets the usual card; pressed twice it is booked once.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
            NotBooked: the time is gone, or the person has too many appointments.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            case = _in_hand(own(tx, advisor, case_id), advisor)
            situation = self._situation(tx, case)
            ahead = [each for each in situation.appointments() if each.ahead(now)]
            done = next((each for each in ahead if (each.slot.site, each.slot.start) == (site_id, start)), None)
            if done is not None:
                return done
            if len(ahead) >= MAX_OPEN:
                raise NotBooked("too_many")
            site = next((each for each in self._sites(case) if each.id == site_id), None)
            slot = find_slot(free_for(situation, case, site, kind), start) if site else None
            if site is None or slot is None:
                raise NotBooked("gone")
            conversation = situation.conversation
            language = conversation.language or case.language
            appointment = appointments.book(slot, case.contact_id, conversation.id, case.topic, language, now, situation.new_id())
            appointment = interpreting.arrange(situation, appointment, site)
            try:
                self._turns.tell(tx, conversation, case.id, now, lambda it: booked_by_site(it, appointment, site))
            except Conflict:
                raise NotBooked("gone") from None
            tx.add_history(HistoryLine(case.id, now, f"booked:{slot.start.isoformat()}", advisor.id))
        self._desk.touch(case, conversation)
        self._live.touch("timers")
        return appointment

    def _sites(self, case: Case) -> list[Site]:
        return sites_for(self._content().network, case.agency, case.topic)

    def _situation(self, tx: Transaction, case: Case) -> Situation:
        return self._turns.situation(tx, conversation_of(tx, case), self._clock.now())


def sites_for(network: Network, agency: str, topic: str | None) -> list[Site]:
    """Return the sites of an agency that offer appointments on a topic."""
    return [
        site
        for site in network.sites.values()
        if site.agency == agency and site.advises(topic) and any(rule.offers(topic, None) for rule in site.appointments)
    ]


def kinds_at(sites: Iterable[Site], topic: str | None) -> list[Kind]:
    """Return by which kinds of meeting sites offer appointments on a topic."""
    offered = {each for site in sites for rule in site.appointments if rule.offers(topic, None) for each in rule.kinds}
    return [each for each in KINDS if each in offered]


def spread(days: Mapping[date, Sequence[Slot]], since: date | None) -> tuple[list[Slot], date | None]:
    """Return what is shown at once, a few of each day but all of the one asked for, and on which day later ones begin."""
    shown: list[Slot] = []
    for day, slots in days.items():
        if since is not None and day < since:
            continue
        if len(shown) >= MOST:
            return shown, day
        shown += slots if day == since else slots[:_A_DAY]
    return shown, None


def _in_hand(case: Case, advisor: Advisor) -> Case:
    """Return an open case that nobody else has.

    Raises:
        CaseError: somebody else has it, or it is closed.
    """
    if not case.open:
        raise CaseError("closed")
    if case.advisor is not None and advisor.id not in (case.advisor, *case.joined):
        raise CaseError("taken", case.advisor)
    return case
