"""A newcomer wrote: store it, acknowledge it, answer it; one person's messages in order.

What needs no slow work is stored and answered in one commit; the rest is stored first and answered by a worker.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core import dialogue
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.messages import Address, InboundMessage, OutboundMessage, joined
from bot.core.talk import Situation
from bot.services import news
from bot.services.live import Live
from bot.services.ports import Clock, Store, Transaction, TranscriptLine
from bot.services.rounds import Rounds
from bot.services.translation import Readable, Translation
from bot.services.turns import Conflict, Turns
from bot.services.understanding import Understanding, Understood

log = logging.getLogger(__name__)
_ATTEMPTS = 3
PAUSE_SECONDS = 1.2
"""How long to wait for more after a few words that may be only the beginning of a question; four times at most."""
_PAUSES = 4
SETTLE_SECONDS = 3.0
"""How long somebody who fetches their answers waits for one; later ones come by themselves."""
OUTAGE_SECONDS = 5.0
"""How long to wait when nothing can be stored, not even that something failed."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message is stored: in which conversation, and whether it is new (False for a redelivery)."""

    conversation_id: str
    new: bool


class Inbox:
    """Takes messages in; one conversation's are handled in order, different ones concurrently."""

    def __init__(
        self,
        store: Store,
        content: Callable[[], Content],
        turns: Turns,
        translation: Translation,
        live: Live,
        clock: Clock,
        new_id: Callable[[], str],
        understanding: Understanding | None = None,
        pause: float = PAUSE_SECONDS,
    ) -> None:
        self._understanding = understanding or Understanding()
        self._pause = pause
        self._store = store
        self._content = content
        self._turns = turns
        self._translation = translation
        self._live = live
        self._clock = clock
        self._new_id = new_id
        self._lanes: dict[str, deque[InboundMessage]] = defaultdict(deque)
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._arrivals = Rounds(self._take, self._take_alone, lambda: store.durable())

    async def receive(self, message: InboundMessage) -> Receipt:
        """Store a message and see to it that it is handled soon; when this returns it may be acknowledged."""
        return await self._arrivals.join(message)

    def _take(self, messages: list[InboundMessage]) -> list[Receipt]:
        """Store messages in one commit, and with it answer those that neither need slow work nor have to wait for others."""
        now, busy = self._clock.now(), set(self._workers)
        receipts: list[Receipt] = []
        waiting: list[tuple[str, InboundMessage]] = []
        touched: set[str] = set()
        with self._store.transaction() as tx:
            for message in messages:
                conversation = self._conversation(tx, message.address, now)
                situation = self._turns.situation(tx, conversation, now)
                # For people at the desk it is translated, and what it means may matter.
                if (message.text and situation.case) or dialogue.matters(situation, message):
                    busy.add(conversation.id)
                waits = conversation.id in busy
                new = tx.record(message, conversation.id, now, handled=not waits)
                receipts.append(Receipt(conversation.id, new))
                if new and waits:
                    waiting.append((conversation.id, message))
                elif new:
                    touched |= self._decide(tx, situation, message, None)
        self._live.touch(*touched)
        for conversation_id, message in waiting:
            self._enqueue(conversation_id, message)
        return receipts

    def _take_alone(self, message: InboundMessage) -> Receipt:
        """Take one message; when answering it fails it is stored nevertheless, and a worker tries again."""
        failed = False
        try:
            return self._take([message])[0]
        except Conflict:
            pass
        except Exception as error:
            log.error("turn failed: %s", type(error).__name__, exc_info=_without_values(error))
            failed = True
        now = self._clock.now()
        with self._store.transaction() as tx:
            conversation = self._conversation(tx, message.address, now)
            new = tx.record(message, conversation.id, now)
            if new and failed:
                tx.failed(message)
        if new:
            self._enqueue(conversation.id, message)
        return Receipt(conversation.id, new)

    def _conversation(self, tx: Transaction, address: Address, now: datetime) -> Conversation:
        """Return the address's conversation; somebody who writes after asking to be erased begins anew."""
        conversation = tx.conversation_at(address, now, self._new_id())
        if conversation.erasing:
            tx.erase(conversation.contact_id)
            conversation = tx.conversation_at(address, now, self._new_id())
        return conversation

    async def settled(self, conversation_id: str, seconds: float = SETTLE_SECONDS) -> bool:
        """Wait until everything received in a conversation is handled; False when that takes longer."""
        worker = self._workers.get(conversation_id)
        return worker is None or bool((await asyncio.wait({worker}, timeout=seconds))[0])

    async def drain(self) -> int:
        """Handle what was stored but not handled before the process ended; return how much that was."""
        with self._store.transaction() as tx:
            waiting = [(tx.conversation_at(each.address, self._clock.now(), self._new_id()).id, each) for each in tx.unhandled()]
        # What arrived since the start is stored as well, but on its way already.
        under_way = {(each.source, each.external_id) for lane in self._lanes.values() for each in lane}
        left = [each for each in waiting if (each[1].source, each[1].external_id) not in under_way]
        for conversation_id, message in left:
            self._enqueue(conversation_id, message)
        return len(left)

    async def stop(self) -> None:
        """Finish what is being handled; what cannot be stored now is handled at the next start."""
        self._stopping.set()
        if self._workers:
            await asyncio.wait(self._workers.values(), timeout=5.0)

    def find(self, address: Address) -> Conversation | None:
        """Return the address's conversation, if it ever wrote."""
        with self._store.transaction() as tx:
            return tx.find_conversation(address)

    def transcript(self, address: Address, after: int = 0, limit: int = 500) -> list[TranscriptLine]:
        """Return what was said, the newest lines after `after`."""
        with self._store.transaction() as tx:
            conversation = tx.find_conversation(address)
            return tx.transcript(conversation.id, after, limit=limit) if conversation else []

    def keeps_files(self, address: Address) -> bool:
        """Tell whether a file from this address would be kept, that is, whether it has an open case."""
        with self._store.transaction() as tx:
            conversation = tx.find_conversation(address)
            return conversation is not None and tx.open_case(conversation.contact_id) is not None

    def _enqueue(self, conversation_id: str, message: InboundMessage) -> None:
        self._lanes[conversation_id].append(message)
        if conversation_id not in self._workers:
            self._workers[conversation_id] = asyncio.create_task(self._work(conversation_id))

    async def _work(self, conversation_id: str) -> None:
        lane = self._lanes[conversation_id]
        try:
            while lane:
                try:
                    messages = await self._together(conversation_id, lane)
                    await self._handle(conversation_id, messages)
                except Exception as error:
                    log.error("inbox: %s; everything waits in order until it is over", type(error).__name__)
                    if await self._stopped_within(OUTAGE_SECONDS):
                        return
                else:
                    for _ in messages:
                        lane.popleft()
        finally:
            del self._lanes[conversation_id], self._workers[conversation_id]

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False

    async def _together(self, conversation_id: str, lane: deque[InboundMessage]) -> list[InboundMessage]:
        """Return what is to be read as one: a question may come in several bubbles, one right after the other."""
        if not self._wonders(conversation_id, lane[0]):
            return [lane[0]]
        for _ in range(_PAUSES):
            waiting = len(lane)
            if not dialogue.fragment(lane[-1].text) or await self._stopped_within(self._pause) or len(lane) == waiting:
                break
        messages = [lane[0]]
        for more in list(lane)[1:]:
            if not dialogue.fragment(messages[-1].text) or not self._wonders(conversation_id, more, going_on=True):
                break
            messages.append(more)
        return messages

    def _wonders(self, conversation_id: str, message: InboundMessage, *, going_on: bool = False) -> bool:
        """Tell whether the message is a free question."""
        return self._asked(conversation_id, lambda it: dialogue.wonders(it, message, going_on=going_on)) is not None

    def _asked(self, conversation_id: str, holds: Callable[[Situation], bool]) -> Conversation | None:
        """Return the conversation if something holds in it."""
        with self._store.transaction() as tx:
            conversation = tx.conversation(conversation_id)
            if conversation is None or not holds(self._turns.situation(tx, conversation, self._clock.now())):
                return None
            return conversation

    async def _handle(self, conversation_id: str, messages: list[InboundMessage]) -> None:
        message = joined(messages)
        for _ in range(_ATTEMPTS):
            try:
                translation = await self._translated(conversation_id, message)
                understood = await self._understood(conversation_id, message)
                self._turn(conversation_id, messages, translation, understood)
            except Conflict:
                continue
            except Exception as error:
                log.error("turn failed: %s", type(error).__name__, exc_info=_without_values(error))
                if max(map(self._count_failure, messages)) >= _ATTEMPTS:
                    break
            else:
                return
        self._apologise(conversation_id)

    def _turn(
        self, conversation_id: str, messages: list[InboundMessage], translation: Readable | None, understood: Understood
    ) -> None:
        touched: set[str] = set()
        with self._store.transaction() as tx:
            conversation = tx.conversation(conversation_id)
            if conversation is not None:
                situation = self._turns.situation(tx, conversation, self._clock.now(), understood)
                touched = self._decide(tx, situation, joined(messages), translation)
            for message in messages:
                tx.handled(message)
        self._live.touch(*touched)

    def _decide(self, tx: Transaction, situation: Situation, message: InboundMessage, translation: Readable | None) -> set[str]:
        """Decide a turn and store it; return the subjects that changed by it."""
        conversation = situation.conversation
        turn = self._turns.decided(situation, lambda it: dialogue.respond(it, message))
        opened = self._turns.store(tx, turn, situation.now, message, translation)
        touched = {f"conversation:{conversation.id}", f"outbox:{conversation.address.channel}"}
        touched |= {f"agency:{case.agency}" for case in (*opened, situation.case) if case}
        touched |= {f"agency:{agency}" for agency in news.agencies(situation, turn)}
        return touched | ({"timers"} if turn.events else set())

    async def _understood(self, conversation_id: str, message: InboundMessage) -> Understood:
        """Find out what a message means, if that matters."""
        conversation = self._asked(conversation_id, lambda it: dialogue.matters(it, message))
        if conversation is None:
            return Understood()
        # Only what asks for an article is looked up in German.
        asked_in = self._content().matcher.asked_in if self._wonders(conversation_id, message) else ()
        return await self._understanding.of(message.text, conversation.language or "de", asked_in)

    async def _translated(self, conversation_id: str, message: InboundMessage) -> Readable | None:
        """Translate what is written to an advisor; a slow or missing translator never holds the message back."""
        if not message.text:
            return None
        with self._store.transaction() as tx:
            conversation = tx.conversation(conversation_id)
            case = tx.open_case(conversation.contact_id) if conversation else None
        if case is None:
            return None
        return await self._translation.readable(message.text, case.language, "de")

    def _count_failure(self, message: InboundMessage) -> int:
        with self._store.transaction() as tx:
            return tx.failed(message)

    def _apologise(self, conversation_id: str) -> None:
        """Say that something broke; the message stays stored and is tried again at the next start."""
        now = self._clock.now()
        with self._store.transaction() as tx:
            conversation = tx.conversation(conversation_id)
            if conversation is None:
                return
            language = conversation.language or "de"
            text = self._content().phrases.find("technical_problem", language)
            tx.say(OutboundMessage(text.text, text.language), conversation_id, now)
        self._live.touch(f"conversation:{conversation_id}", f"outbox:{conversation.address.channel}")


def _without_values(error: Exception) -> Exception:
    """Return an exception for the log that carries the traceback but not the message, which may hold personal text."""
    return Exception(type(error).__name__).with_traceback(error.__traceback__)
