"""Delivers what is stored: per chat in order, as fast as the messenger allows, again after trouble, never for ever."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.cases import flag
from bot.services import vacancies
from bot.services.live import Live
from bot.services.ports import Channel, Clock, DeliveryError, OutboxItem, Store

log = logging.getLogger(__name__)
_IDLE_SECONDS = 20.0
_MAX_ATTEMPTS = 150
"""With pauses of ten minutes at most this is about a day: as long as Telegram keeps what we did not fetch."""
_MAX_PAUSE = timedelta(minutes=10)


@dataclass(slots=True)
class Pace:
    """How fast a bot may send: Telegram asks for about 1 a second to a chat and 30 a second in all (Bots FAQ)."""

    per_chat: timedelta = timedelta(seconds=1)
    per_bot: timedelta = timedelta(seconds=1 / 25)
    burst: int = 3
    bot_burst: int = 6
    _chats: dict[str, datetime] = field(default_factory=dict)
    _bot: datetime | None = None

    def wait_until(self, chat: str, now: datetime) -> datetime | None:
        """Return when the next message to a chat may be sent, None for now; a short burst is allowed."""
        free = self._chats.get(chat)
        slack = self.per_chat * (self.burst - 1)
        bot_slack = self.per_bot * (self.bot_burst - 1)
        times = [free - slack if free else now, self._bot - bot_slack if self._bot else now]
        latest = max(times)
        return latest if latest > now else None

    def sent(self, chat: str, now: datetime) -> None:
        """Count a message."""
        self._chats[chat] = max(self._chats.get(chat, now), now) + self.per_chat
        self._bot = max(self._bot or now, now) + self.per_bot
        if len(self._chats) > 5_000:
            self._chats = {each: free for each, free in self._chats.items() if free > now}


class Outbox:
    """One worker per channel; what is due is read from the store, so nothing is lost with the process."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], live: Live, clock: Clock, pace: Mapping[str, Pace] | None = None
    ) -> None:
        self._store = store
        self._channels = channels
        self._live = live
        self._clock = clock
        self._pace = dict(pace or {})
        self._paused_until: dict[str, datetime] = {}
        self._again_at: dict[str, set[datetime]] = defaultdict(set)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until stopped."""
        self._recover()
        async with asyncio.TaskGroup() as group:
            for name in self._channels:
                group.create_task(self._run_channel(name, stop))

    def _recover(self) -> None:
        with self._store.transaction() as tx:
            interrupted = tx.interrupted_outbox()
        if interrupted:
            log.warning("%d messages were being sent when that was interrupted; each is sent once more and marked", interrupted)

    async def _run_channel(self, name: str, stop: asyncio.Event) -> None:
        with self._live.watch(f"outbox:{name}", "stop") as watch:
            interrupted = False
            while not stop.is_set():
                try:
                    if interrupted:
                        # What could not be noted as delivered would hold its chat back for good.
                        self._recover()
                    interrupted = False
                    wait = await self.deliver_due(name)
                except Exception as error:
                    log.error("outbox of %s: %s", name, type(error).__name__)
                    interrupted, wait = True, 5.0
                if not stop.is_set():
                    await watch.changed(wait)

    async def deliver_due(self, name: str) -> float:
        """Deliver what may be delivered now; return after how many seconds to look again."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                now = self._clock.now()
                pause = self._paused_until.get(name)
                if pause and pause > now:
                    rest = (pause - now).total_seconds()
                else:
                    ready, rest = self._take(name, now)
                    under_way |= {asyncio.create_task(self._deliver(name, item)) for item in ready}
                if not under_way:
                    return rest
                await self._store.durable()  # nobody is told what a power cut would undo
                # One that hangs holds back its own chat only: the others are looked at again meanwhile.
                done, under_way = await asyncio.wait(under_way, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            if under_way:
                await asyncio.wait(under_way)

    def _take(self, name: str, now: datetime) -> tuple[list[OutboxItem], float]:
        """Mark what may be delivered now as being sent; return it, and how long to wait if that is nothing."""
        with self._store.transaction() as tx:
            ready, next_free = self._ready(name, tx.due_outbox(name, now), now)
            for item in ready:
                tx.mark_outbox(item.n, "sending")
        return ready, self._rest(name, next_free, now)

    def _rest(self, name: str, next_free: datetime | None, now: datetime) -> float:
        """Return how long nothing can be done: until the pace allows more, or something is tried again."""
        self._again_at[name] = {moment for moment in self._again_at[name] if moment > now}
        moments = [*self._again_at[name], *([next_free] if next_free else [])]
        return min([_IDLE_SECONDS, *(max(0.01, (moment - now).total_seconds()) for moment in moments)])

    def _ready(self, name: str, due: list[OutboxItem], now: datetime) -> tuple[list[OutboxItem], datetime | None]:
        pace = self._pace.get(name)
        if pace is None:
            return due, None
        ready: list[OutboxItem] = []
        waits = []
        for item in due:
            wait = pace.wait_until(item.conversation_id, now)
            if wait is None:
                pace.sent(item.conversation_id, now)
                ready.append(item)
            else:
                waits.append(wait)
        return ready, min(waits, default=None)

    async def _deliver(self, name: str, item: OutboxItem) -> None:
        try:
            delivered = await self._channels[name].deliver(item)
        except DeliveryError as error:
            self._failed(name, item, error)
        except Exception as error:
            log.error("delivery over %s: %s", name, type(error).__name__)
            self._failed(name, item, DeliveryError(type(error).__name__))
        else:
            with self._store.transaction() as tx:
                tx.mark_outbox(item.n, "sent", platform_ids=delivered.platform_ids)
        self._live.touch(f"conversation:{item.conversation_id}", *(["delivered"] if item.message.author == "advisor" else []))

    def _failed(self, name: str, item: OutboxItem, error: DeliveryError) -> None:
        now = self._clock.now()
        with self._store.transaction() as tx:
            # Nobody knows whether an uncertain message arrived: it is sent once more, and then left.
            given_up = error.permanent or item.attempts + 1 >= _MAX_ATTEMPTS or (error.uncertain and item.status == "uncertain")
            if given_up:
                tx.mark_outbox(item.n, "failed", error=str(error))
            else:
                pause = (
                    timedelta(seconds=error.retry_after)
                    if error.retry_after
                    else min(_MAX_PAUSE, timedelta(seconds=2 ** min(item.attempts, 10)))
                )
                uncertain = error.uncertain or item.status == "uncertain"
                tx.mark_outbox(item.n, "uncertain" if uncertain else "queued", not_before=now + pause, error=str(error))
                self._again_at[name].add(now + pause)
        if error.retry_after:
            self._paused_until[name] = now + timedelta(seconds=error.retry_after)
        if error.unreachable:
            self._mark_unreachable(item)

    def _mark_unreachable(self, item: OutboxItem) -> None:
        """Flag the open case of somebody who blocked the bot, so that a person sees it."""
        now = self._clock.now()
        with self._store.transaction() as tx:
            conversation = tx.conversation(item.conversation_id)
            if conversation is None:
                return
            case = tx.open_case(conversation.contact_id)
            if case is not None:
                tx.update_case(flag(case, "unreachable"))
            tx.mark_unreachable(conversation.id, now)
            vacancies.expect_nothing(tx, conversation.contact_id, now)
        if case is not None:
            self._live.touch(f"agency:{case.agency}")
