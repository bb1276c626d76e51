"""Asks those who wait, one after the other, whether they want a time that got free; and tells them when waiting is over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from bot.core import waitlist
from bot.core.appointments import Slot, Wish, free_slots
from bot.core.content import Content
from bot.core.network import Kind, Site
from bot.core.night import is_night, next_morning
from bot.core.talk import Situation, Turn
from bot.core.waiting import Waiting
from bot.services import news, vacancies
from bot.services.live import Live
from bot.services.ports import Clock, Store, Timer, Transaction
from bot.services.turns import Turns

LOOK_EVERY = timedelta(minutes=15)
"""How often somebody looks for times that got free without anybody's doing: other hours, a hold that ran out, a day come near."""
Free = Callable[[str, str, Kind | None], list[Slot]]


class Waitlist:
    """What happens by itself with those who wait. Each timer is one transaction, which takes the timer away."""

    def __init__(self, store: Store, content: Callable[[], Content], turns: Turns, live: Live, clock: Clock) -> None:
        self._store = store
        self._content = content
        self._turns = turns
        self._live = live
        self._clock = clock

    def fire(self, timer: Timer) -> None:
        """Do what is due: ask about what is free at a site, go on to the next, or end waiting; at night only in the morning."""
        now = self._clock.now()
        with self._store.transaction() as tx:
            if timer not in tx.due_timers(now):  # it was dropped or set anew by one that was due with it
                return
            tx.drop_timer(timer.id)
            if is_night(now):
                tx.add_timer(replace(timer, due_at=next_morning(now)))
                return
            touched = {"vacancy": self._look, "answer": self._unanswered, "waiting": self._end}[timer.kind](tx, timer, now)
        self._live.touch(*touched)

    def _look(self, tx: Transaction, timer: Timer, now: datetime) -> set[str]:
        """Ask those who wait at a site about what is free, the first to come first; as long as anybody waits, look again."""
        site, entries = self._content().network.sites.get(timer.subject), tx.waiting_at([timer.subject])
        if site is None or not entries:
            return set()
        vacancies.look(tx, site.id, now + LOOK_EVERY)
        touched: set[str] = set()
        free = self._free(tx, site, now)
        for entry in entries:
            asked = self._ask(tx, entry, site, free, now)
            if asked:
                free = self._free(tx, site, now)
                touched |= asked
        return touched

    def _free(self, tx: Transaction, site: Site, now: datetime) -> Free:
        """Return what tells the free times of a site, worked out once for all who wish the same."""

        def taken(resource: str, start: datetime, end: datetime) -> frozenset[tuple[int, int]]:
            return tx.taken(resource, start, end, now, "")

        holidays = self._content().network.holidays
        return cache(lambda topic, language, kind: free_slots(site, now, holidays, taken, Wish(topic, language, kind)))

    def _ask(self, tx: Transaction, entry: Waiting, site: Site, free: Free, now: datetime) -> set[str]:
        """Ask one of those who wait about the first time that fits."""
        conversation = tx.conversation(entry.conversation_id)
        if conversation is None:
            return set()
        situation = self._turns.situation(tx, conversation, now)
        slot = waitlist.find(situation, entry, site, free(entry.topic, entry.language, entry.kind))
        return self._tell(tx, situation, waitlist.ask(situation, entry, site, slot)) if slot else set()

    def _unanswered(self, tx: Transaction, timer: Timer, now: datetime) -> set[str]:
        """Go on to the next, since nobody answered or can; a question that is open longer than it was is left so."""
        entry, held = tx.waiting_of(timer.subject), tx.hold_of(timer.subject)
        conversation = tx.conversation(entry.conversation_id) if entry else None
        if entry is None or conversation is None or entry.open != timer.fence:
            return set()
        if held is not None and held.id == entry.open:
            if held.expires_at > now and conversation.reachable:
                tx.add_timer(replace(timer, due_at=held.expires_at))
                return set()
            tx.drop_hold(entry.contact_id)
        vacancies.look(tx, entry.site, now)
        situation = self._turns.situation(tx, conversation, now)
        return self._tell(tx, situation, waitlist.went_on(situation, entry)) | {"timers"}

    def _end(self, tx: Transaction, timer: Timer, now: datetime) -> set[str]:
        """End waiting for nothing; not before an open question is answered."""
        entry, held = tx.waiting_of(timer.subject), tx.hold_of(timer.subject)
        conversation = tx.conversation(entry.conversation_id) if entry else None
        if entry is None or conversation is None or entry.id != timer.fence:
            return set()
        if held is not None and held.id == entry.open and held.expires_at > now:
            tx.add_timer(replace(timer, due_at=held.expires_at))
            return set()
        situation = self._turns.situation(tx, conversation, now)
        return self._tell(tx, situation, waitlist.ended(situation, entry))

    def _tell(self, tx: Transaction, situation: Situation, turn: Turn) -> set[str]:
        conversation = situation.conversation
        self._turns.store(tx, turn, situation.now)
        agencies = {f"agency:{each}" for each in news.agencies(situation, turn)}
        return {f"conversation:{conversation.id}", f"outbox:{conversation.address.channel}"} | agencies
