"""An advisor offers one certain time to somebody who waits for one: on the phone they heard that it fits, or it is the desk's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.core import appointments, waitlist
from bot.core.appointments import Hold, Slot, find_slot
from bot.core.content import Content
from bot.core.network import Site
from bot.core.talk import Situation
from bot.core.waiting import Waiting
from bot.core.waitlist import Obstacle
from bot.services.access import Forbidden
from bot.services.bookings import spread
from bot.services.live import Live
from bot.services.ports import Advisor, Clock, Store, Transaction
from bot.services.team import advises
from bot.services.turns import Conflict, Turns


class NotOffered(Exception):
    """Nobody was asked: the time is gone, or the person cannot be asked now."""

    def __init__(self, reason: Obstacle | Literal["gone"]) -> None:
        super().__init__(reason)
        self.reason: Obstacle | Literal["gone"] = reason


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who waits, and the free times they can be offered, the earliest first; from the day `later` on are more.

    With an `obstacle` they cannot be asked now; `question` is the time they are asked about.
    """

    waiting: Waiting
    slots: Sequence[Slot]
    later: date | None
    obstacle: Obstacle | None
    question: Hold | None


class Offering:
    """What the desk offers to those who wait; every method takes who does it and checks that they may."""

    def __init__(self, store: Store, content: Callable[[], Content], turns: Turns, live: Live, clock: Clock) -> None:
        self._store = store
        self._content = content
        self._turns = turns
        self._live = live
        self._clock = clock

    def questions(self, advisor: Advisor) -> Mapping[str, Hold]:
        """Return which times those who wait at the agency's sites are asked about right now, by the ids of their places.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        with self._store.transaction() as tx:
            found = {each.id: _question(tx, each) for each in self._list(tx, advisor)}
        return {id: question for id, question in found.items() if question}

    def choice(self, advisor: Advisor, waiting_id: str, since: date | None = None) -> Choice:
        """Return the times that can be offered to somebody; at most four of each day, but all of the day that is asked for.

        Raises:
            Forbidden: nobody waits so at a site of the advisor's agency.
        """
        with self._store.transaction() as tx:
            entry, site, situation = self._own(tx, advisor, waiting_id)
            obstacle = waitlist.obstacle(situation, entry)
            free = [] if obstacle else waitlist.possible(situation, entry, site)
            return Choice(entry, *spread(appointments.by_day(free), since), obstacle, _question(tx, entry))

    def offer(self, advisor: Advisor, waiting_id: str, start: datetime) -> None:
        """Ask somebody whether they want a time, which is kept for them as usual; pressed twice they are asked once.

        They may be asked again about a time they did not want or answer about: an advisor knows why.

        Raises:
            Forbidden: nobody waits so at a site of the advisor's agency.
            NotOffered: the time is gone, or the person cannot be asked now.
        """
        with self._store.transaction() as tx:
            entry, site, situation = self._own(tx, advisor, waiting_id)
            question = _question(tx, entry)
            if question is not None and question.slot.start == start:
                return
            obstacle = waitlist.obstacle(situation, entry)
            if obstacle:
                raise NotOffered(obstacle)
            slot = find_slot(waitlist.possible(situation, entry, site), start)
            if slot is None:
                raise NotOffered("gone")
            try:
                self._turns.store(tx, waitlist.ask(situation, entry, site, slot), situation.now)
            except Conflict:
                raise NotOffered("gone") from None
        conversation = situation.conversation
        self._live.touch(f"conversation:{conversation.id}", f"outbox:{conversation.address.channel}", f"agency:{site.agency}")
        self._live.touch("timers")

    def _list(self, tx: Transaction, advisor: Advisor) -> list[Waiting]:
        if not advises(advisor):
            raise Forbidden(advisor.id)
        return tx.waiting_at([site.id for site in self._content().network.sites.values() if site.agency == advisor.agency])

    def _own(self, tx: Transaction, advisor: Advisor, waiting_id: str) -> tuple[Waiting, Site, Situation]:
        entry = next((each for each in self._list(tx, advisor) if each.id == waiting_id), None)
        conversation = tx.conversation(entry.conversation_id) if entry else None
        if entry is None or conversation is None:
            raise Forbidden(waiting_id)
        situation = self._turns.situation(tx, conversation, self._clock.now())
        return entry, situation.content.network.sites[entry.site], situation


def _question(tx: Transaction, entry: Waiting) -> Hold | None:
    held = tx.hold_of(entry.contact_id)
    return held if held is not None and held.id == entry.open else None
