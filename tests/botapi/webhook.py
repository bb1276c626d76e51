"""Pushes a bot's updates to its webhook: in order per chat, again and again until they are taken."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.botapi.updates import Queue, Update

Json = dict[str, Any]
LONGEST_RETRY_AFTER = 3600


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended; no error means that the bot took the update."""

    error: str = ""
    retry_after: float = 0


@dataclass(frozen=True)
class Post:
    """How to deliver one update, and how to wait between attempts."""

    deliver: Callable[[str, dict[str, str], Json], Awaitable[Outcome]]
    sleep: Callable[[float], Awaitable[None]]
    delays: tuple[float, ...]
    clock: Callable[[], float]


class Webhook:
    """One lane per chat: a failing update holds up its own chat only."""

    def __init__(self, updates: Queue, url: str, secret: str, connections: int, post: Post) -> None:
        self.updates = updates
        self.url = url
        self.secret = secret
        self.connections = connections
        self.post = post
        self.last_error: Json = {}
        self._free = asyncio.Semaphore(connections)
        self._lanes: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Deliver what is pending and everything that comes."""
        self.updates.on_update = self._wake
        for update in self.updates.alive():
            self._wake(update)

    async def stop(self) -> None:
        """End all deliveries; a broken lane shows its error here."""
        self.updates.on_update = None
        lanes, self._lanes = list(self._lanes.values()), {}
        for lane in lanes:
            lane.cancel()
        for ended in await asyncio.gather(*lanes, return_exceptions=True):
            if ended is not None and not isinstance(ended, asyncio.CancelledError):
                raise ended

    def info(self) -> Json:
        """Return what getWebhookInfo tells about the webhook."""
        return {"url": self.url, "max_connections": self.connections, "ip_address": "127.0.0.1"} | self.last_error

    def _wake(self, update: Update) -> None:
        if update.lane not in self._lanes:
            self._lanes[update.lane] = asyncio.create_task(self._drain(update.lane))

    async def _drain(self, lane: str) -> None:
        failures = 0
        while (update := self.updates.first(lane)) is not None:
            async with self._free:
                outcome = await self.post.deliver(self.url, self._headers(), update.json())
            if not outcome.error:
                self.updates.done(update)
                failures = 0
                continue
            self.last_error = {"last_error_date": int(self.post.clock()), "last_error_message": outcome.error}
            await self.post.sleep(self._delay(failures, outcome.retry_after))
            failures += 1
        self._lanes.pop(lane)

    def _headers(self) -> dict[str, str]:
        return {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}

    def _delay(self, failures: int, retry_after: float) -> float:
        delays = self.post.delays
        return max(delays[min(failures, len(delays) - 1)], min(retry_after, LONGEST_RETRY_AFTER))
