"""Keeps what newcomers were promised: stores cases with their timers, and lets a late case climb until somebody answers.

advisor → team of the site → coordination → a partner agency that agreed, each after one more open day. The coordination is
warned before a promise is broken.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core import cases, notices
from bot.core.cases import Case
from bot.core.content import Content
from bot.core.network import Site
from bot.core.routing import Wanted, route
from bot.core.talk import Turn
from bot.services.duties import alert, due_fence, fits
from bot.services.live import Live
from bot.services.ports import Clock, HistoryLine, Store, Timer, Transaction
from bot.services.turns import Turns

log = logging.getLogger(__name__)
_NEXT_LEVEL = timedelta(days=1)
"""When the site's hours tell nothing."""


class Promises:
    """What happens by itself with cases when their time comes."""

    def __init__(self, store: Store, content: Callable[[], Content], turns: Turns, live: Live, clock: Clock) -> None:
        self._store = store
        self._content = content
        self._turns = turns
        self._live = live
        self._clock = clock

    def fire(self, timer: Timer) -> None:
        """Do what is due for a case: it has queued itself, is about to be late, is late, or has been quiet for long."""
        now = self._clock.now()
        with self._store.transaction() as tx:
            tx.drop_timer(timer.id)
            case = tx.case(timer.subject)
            if case is None or not case.open or not fits(case, timer):
                return
            {"queue": self._open, "warn": self._warn, "due": self._late, "overdue": self._late, "idle": self._idle}[timer.kind](
                tx, case, now
            )
            conversation = tx.conversation(case.conversation_id)
        self._live.touch(f"agency:{case.agency}", f"conversation:{case.conversation_id}")
        if conversation is not None:
            self._live.touch(f"outbox:{conversation.address.channel}")

    def _open(self, tx: Transaction, case: Case, now: datetime) -> None:
        """The site has opened: the case waits for whoever is on duty. Of a site that is closed all the same nothing is said."""
        network = self._content().network
        site = network.sites.get(case.site)
        if (
            site
            and not site.hours.open_until(now, network.holidays)
            and (opens := site.hours.next_opening(now, network.holidays))
        ):
            self._turns.change(tx, replace(case, queues_at=opens), now)
            return
        self._store_and_say(tx, cases.enqueue(case), now, "queued", lambda situation: notices.now_open(situation))
        alert(tx, case, now)

    def _warn(self, tx: Transaction, case: Case, now: datetime) -> None:
        """A promise is about to be broken: the coordination hears of it before the newcomer does."""
        if case.due_at is None or case.due_at <= now:  # after a standstill it is late already
            return
        self._turns.change(tx, cases.flag(case, "at_risk"), now)
        tx.add_history(HistoryLine(case.id, now, "at_risk", None))
        alert(tx, case, now)

    def _late(self, tx: Transaction, case: Case, now: datetime) -> None:
        """A promise is broken: the case is seen one level higher; from a silent advisor it goes back to the team."""
        silent = case.status == "active"
        late = cases.climb(cases.release(case, now, None) if silent else cases.enqueue(case))
        network = self._content().network
        top = late.level == cases.TOP_LEVEL and not silent and case.proposal is None
        partner = self._partner(late) if top and not _asked_here(tx.history(case.id)) else None
        if silent:
            self._store_and_say(tx, late, now, "released", lambda situation: notices.released(situation, late))
        elif partner is not None:
            asked = cases.propose(late, partner.id)
            self._store_and_say(tx, asked, now, "partner_asked", lambda situation: notices.may_pass(situation, partner))
        elif case.level == 0:
            self._store_and_say(tx, late, now, "overdue", lambda situation: notices.delayed(situation))
        else:
            self._turns.change(tx, late, now)
            tx.add_history(HistoryLine(case.id, now, f"level_{late.level}", None))
        site = network.sites.get(case.site)
        again = site.hours.end_of_open_day(now, 1, network.holidays) if site else None
        tx.add_timer(Timer(f"due:{case.id}", "due", case.id, due_fence(late), again or now + _NEXT_LEVEL))
        alert(tx, case, now)

    def _idle(self, tx: Transaction, case: Case, now: datetime) -> None:
        """The newcomer has not written for a month: the case is closed; within two weeks they can come back to it."""
        closed = cases.close(case, now)
        self._store_and_say(tx, closed, now, "closed", lambda situation: notices.closed(situation, closed))

    def _store_and_say(self, tx: Transaction, case: Case, now: datetime, what: str, notice: Callable[..., Turn]) -> None:
        self._turns.change(tx, case, now)
        tx.add_history(HistoryLine(case.id, now, what, None))
        conversation = tx.conversation(case.conversation_id)
        if conversation is not None:
            self._turns.tell(tx, conversation, case.id, now, notice)

    def _partner(self, case: Case) -> Site | None:
        """Return the site of a partner agency that could take over, if both agencies agreed to that."""
        network = self._content().network
        own = network.agencies.get(case.agency)
        agreed = {id for id, other in network.agencies.items() if own is not None and own.helps(other)}
        sites = {id: site for id, site in network.sites.items() if site.agency in agreed}
        if not sites:
            return None
        place = next((each for each in network.gazetteer.places if each.name == case.place), None)
        wanted = Wanted(case.topic, case.language, place, case.contact_id, case.young)
        return route(network.only(sites), wanted, self._clock.now()).site


def _asked_here(history: Sequence[HistoryLine]) -> bool:
    """Tell whether the newcomer was asked about a partner since the case came to this site, or came back."""
    kinds = (line.what.partition(":")[0] for line in reversed(history))
    return next((kind == "partner_asked" for kind in kinds if kind in ("partner_asked", "transferred", "reopened")), False)
