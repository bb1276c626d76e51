"""Time and waiting: a clock that tests move by hand, and a signal instead of sleeping."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class ManualClock:
    """A clock for tests: stands still until advanced."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self.now += seconds


class Signal:
    """Wakes everybody who waits for a change of the server's state."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Tell all waiters to look again."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def wait(self, probe: Callable[[], T], timeout: float, complaint: Callable[[], str]) -> T:
        """Return the first true value of `probe`, which is asked again after every change."""
        try:
            async with asyncio.timeout(timeout):
                while not (value := probe()):
                    waiter = asyncio.get_running_loop().create_future()
                    self._waiters.add(waiter)
                    await waiter
        except TimeoutError:
            raise AssertionError(f"Nothing within {timeout} s: {complaint()}") from None
        return value
