"""A bot's updates: kept in order, confirmed by offset, forgotten when Telegram forgets them."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.botapi.clock import Clock
from tests.botapi.errors import POLL_ENDED_BY_WEBHOOK, POLLED_TWICE, ApiError, conflict

Json = dict[str, Any]

DAY = 86_400
CALLBACK_LIFETIME = 150
LONGEST_POLL = 50
LARGEST_BATCH = 100
ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(eq=False)
class Update:
    """One update; `lane` names the updates that must stay in order."""

    id: int
    kind: str
    content: Json
    lane: str
    expires: float
    again: bool = False

    def json(self) -> Json:
        """Return the update as the bot receives it."""
        return {"update_id": self.id, self.kind: self.content}


class Queue:
    """What one bot still has to receive, and what it received before."""

    def __init__(self, clock: Clock, first_id: int, changed: Callable[[], None]) -> None:
        self.clock = clock
        self.changed = changed
        self.next_id = first_id
        self.pending: list[Update] = []
        self.history: dict[int, Update] = {}
        self.allowed: frozenset[str] = frozenset()
        self.on_update: Callable[[Update], None] | None = None
        self._poll: asyncio.Future[None] | None = None

    def add(self, kind: str, content: Json, lane: str, lifetime: float = DAY) -> Update | None:
        """Queue an update unless the bot did not ask for its kind."""
        if not (kind in self.allowed or (not self.allowed and kind not in ONLY_ON_REQUEST)):
            return None
        update = Update(self.next_id, kind, content, lane, self.clock() + lifetime)
        self.next_id += 1
        self.history[update.id] = update
        self._enqueue(update)
        return update

    def repeat(self, update_id: int) -> None:
        """Deliver an update once more under its old number, as after a lost confirmation."""
        update = self.history[update_id]
        if update not in self.pending:
            update.again = True
            self._enqueue(update)

    def _enqueue(self, update: Update) -> None:
        self.pending.append(update)
        self.pending.sort(key=lambda one: one.id)
        if self.on_update is not None:
            self.on_update(update)
        else:
            self.end_poll()

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Choose the kinds of later updates; None keeps the choice, an empty list means the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    def alive(self) -> list[Update]:
        """Return what is pending and has not expired."""
        now = self.clock()
        self.pending = [update for update in self.pending if update.expires > now]
        return self.pending

    def first(self, lane: str) -> Update | None:
        """Return the oldest pending update of a lane."""
        return next((update for update in self.alive() if update.lane == lane), None)

    def done(self, update: Update) -> None:
        """The bot took the update."""
        update.again = False
        if update in self.pending:
            self.pending.remove(update)
        self.changed()

    def confirm(self, offset: int) -> None:
        """Forget everything below the offset; a negative one keeps only the newest updates."""
        pending = self.alive()
        if offset < 0:
            self.pending = pending[offset:]
        elif offset > 0:
            # A repeated update must be seen once before an old offset may confirm it.
            self.pending = [update for update in pending if update.id >= offset or update.again]
        self.changed()

    async def poll(self, offset: int, limit: int, timeout: int) -> list[Json]:
        """Answer getUpdates; the newer of two pollers wins, as at Telegram."""
        self.end_poll(conflict(POLLED_TWICE))
        self.confirm(offset)
        if not self.alive() and timeout > 0:
            await self._wait(min(timeout, LONGEST_POLL))
        batch = self.alive()[: limit if 0 < limit <= LARGEST_BATCH else LARGEST_BATCH]
        for update in batch:
            update.again = False
        return [update.json() for update in batch]

    @property
    def polled(self) -> bool:
        """Whether a getUpdates is waiting."""
        return self._poll is not None and not self._poll.done()

    async def _wait(self, seconds: float) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        self.changed()
        try:
            await asyncio.wait_for(poll, seconds)
        except TimeoutError:
            pass
        finally:
            if self._poll is poll:
                self._poll = None

    def end_poll(self, reason: ApiError | None = None) -> None:
        """End a waiting getUpdates, with an error or with an empty answer."""
        if self._poll is not None and not self._poll.done():
            if reason is None:
                self._poll.set_result(None)
            else:
                self._poll.set_exception(reason)

    def end_poll_for_webhook(self) -> None:
        """setWebhook takes over from a poller."""
        self.end_poll(conflict(POLL_ENDED_BY_WEBHOOK))
