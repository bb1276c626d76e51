"""Where requests come from, and how much comes from there at once: much is slowed down, nothing is dropped."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request

from bot.adapters.web.parts import Pause
from bot.services.ports import Clock

UNDER_WAY = 8
"""Messages of one origin that are worked on at a time: the others do not fill the one queue that understands questions."""
_REMEMBERED = 10_000


def origin(request: Request) -> str:
    """Return where a request comes from: an address, of IPv6 its network; nothing for this machine itself.

    This machine is a proxy whose headers are not believed because no `public_url` is set: all would be slowed down as one.
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host[:64]
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ""
    return f"{address}" if address.version == 4 else f"{ip_network((address, 64), strict=False)}"


class Stream:
    """Lets a first rush of each origin through at once, and what comes beyond it evenly."""

    def __init__(self, clock: Clock, pause: Pause, *, rush: int, per_minute: int) -> None:
        self._clock = clock
        self._pause = pause
        self._step = timedelta(minutes=1) / per_minute
        self._rush = rush * self._step
        self._due: OrderedDict[str, datetime] = OrderedDict()

    async def wait(self, who: str) -> None:
        """Return at once, or when it is an origin's turn."""
        if not who:
            return
        now = self._clock.now()
        due = max(self._due.pop(who, now), now)
        self._due[who] = due + self._step
        if len(self._due) > _REMEMBERED:
            self._due.popitem(last=False)
        late = due + self._step - now - self._rush
        if late > timedelta(0):
            await self._pause(late.total_seconds())


@dataclass(slots=True)
class _Gate:
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UNDER_WAY))
    users: int = 0


class Gates:
    """Lets a few messages of each origin be under way at a time; remembers only the origins of which some are."""

    def __init__(self) -> None:
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def through(self, who: str) -> AsyncIterator[None]:
        """Wait for a place, and keep it until the end of the block."""
        if not who:
            yield
            return
        mine = self._gates.setdefault(who, _Gate())
        mine.users += 1
        try:
            async with mine.gate:
                yield
        finally:
            mine.users -= 1
            if not mine.users:
                del self._gates[who]
