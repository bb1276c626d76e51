"""A newcomer wrote: store it, acknowledge it, answer it; one person's messages in order."""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.core import dialogue
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.messages import Address, InboundMessage, OutboundMessage
from bot.services.live import Live
from bot.services.ports import Clock, Store, TranscriptLine
from bot.services.translation import Translation
from bot.services.turns import Conflict, Turns

log = logging.getLogger(__name__)
_ATTEMPTS = 3


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
    ) -> None:
        self._store = store
        self._content = content
        self._turns = turns
        self._translation = translation
        self._live = live
        self._clock = clock
        self._new_id = new_id
        self._lanes: dict[str, deque[InboundMessage]] = defaultdict(deque)
        self._workers: dict[str, asyncio.Task[None]] = {}

    async def receive(self, message: InboundMessage) -> Receipt:
        """Store a message and see to it that it is handled soon; when this returns it may be acknowledged."""
        now = self._clock.now()
        with self._store.transaction() as tx:
            conversation = tx.conversation_at(message.address, now, self._new_id())
            new = tx.record(message, conversation.id, now)
        if new:
            self._enqueue(conversation.id, message)
        return Receipt(conversation.id, new)

    async def settled(self, conversation_id: str, seconds: float = 5.0) -> bool:
        """Wait until everything received in a conversation is handled; False when that takes longer."""
        worker = self._workers.get(conversation_id)
        if worker is None:
            return True
        done, _ = await asyncio.wait({worker}, timeout=seconds)
        return bool(done)

    async def drain(self) -> int:
        """Handle what was stored but not handled before the process ended; return how much that was."""
        with self._store.transaction() as tx:
            waiting = [(tx.conversation_at(each.address, self._clock.now(), self._new_id()).id, each) for each in tx.unhandled()]
        for conversation_id, message in waiting:
            self._enqueue(conversation_id, message)
        return len(waiting)

    async def stop(self) -> None:
        """Finish what is being handled."""
        if self._workers:
            await asyncio.wait(self._workers.values(), timeout=5.0)

    def find(self, address: Address) -> Conversation | None:
        """Return the address's conversation, if it ever wrote."""
        with self._store.transaction() as tx:
            return tx.find_conversation(address)

    def transcript(self, address: Address, after: int = 0) -> list[TranscriptLine]:
        """Return what was said, newest 500 lines after `after`."""
        with self._store.transaction() as tx:
            conversation = tx.find_conversation(address)
            return tx.transcript(conversation.id, after) if conversation else []

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
                await self._handle(conversation_id, lane[0])
                lane.popleft()
        finally:
            del self._lanes[conversation_id], self._workers[conversation_id]

    async def _handle(self, conversation_id: str, message: InboundMessage) -> None:
        for _ in range(_ATTEMPTS):
            try:
                translation = await self._translated(conversation_id, message)
                self._turn(conversation_id, message, translation)
            except Conflict:
                continue
            except Exception as error:
                log.error("turn failed: %s", type(error).__name__, exc_info=_without_values(error))
                if self._count_failure(message) >= _ATTEMPTS:
                    break
            else:
                return
        self._apologise(conversation_id)

    def _turn(self, conversation_id: str, message: InboundMessage, translation: str | None) -> None:
        now = self._clock.now()
        with self._store.transaction() as tx:
            conversation = tx.conversation(conversation_id)
            if conversation is None:
                tx.handled(message)
                return
            situation = self._turns.situation(tx, conversation, now)
            turn = dialogue.respond(situation, message)
            opened = self._turns.store(tx, turn, now, message, translation)
            tx.handled(message)
        subjects = {f"agency:{case.agency}" for case in (*opened, situation.case) if case}
        self._live.touch(f"conversation:{conversation_id}", f"outbox:{conversation.address.channel}", "timers", *subjects)

    async def _translated(self, conversation_id: str, message: InboundMessage) -> str | None:
        """Translate what is written to an advisor; a slow or missing translator never holds the message back."""
        if not message.text:
            return None
        with self._store.transaction() as tx:
            conversation = tx.conversation(conversation_id)
            case = tx.open_case(conversation.contact_id) if conversation else None
        if case is None:
            return None
        readable = await self._translation.readable(message.text, case.language, "de", self._content().phrases)
        return readable.text if readable.label == "machine" else None

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
