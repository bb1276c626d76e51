"""What arrives within one round of the event loop is done together: where something is stored, the commit costs most."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

LARGEST = 32
"""How many are done together at most: everything else in the process waits for so long."""


class Rounds(Generic[T, R]):
    """Does `together` what arrived at the same time, all or nothing; when that fails, each `alone`. Results wait for `kept`."""

    def __init__(
        self, together: Callable[[list[T]], list[R]], alone: Callable[[T], R], kept: Callable[[], Awaitable[None]]
    ) -> None:
        self._together = together
        self._alone = alone
        self._kept = kept
        self._arrived: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._telling: set[asyncio.Task[None]] = set()

    async def join(self, one: T) -> R:
        """Return the result for one, once its round is done; whoever comes alone waits for nobody."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[R] = loop.create_future()
        self._arrived.append((one, result))
        if len(self._arrived) == 1:
            loop.call_soon(self._go)
        return await result

    def _go(self) -> None:
        some = [self._arrived.popleft() for _ in range(min(len(self._arrived), LARGEST))]
        if self._arrived:
            asyncio.get_running_loop().call_soon(self._go)
        found = self._done([one for one, _ in some])
        task = asyncio.get_running_loop().create_task(self._tell([result for _, result in some], found))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, results: list[asyncio.Future[R]], found: list[R | Exception]) -> None:
        try:
            await self._kept()
        except Exception as error:
            found = [error] * len(results)
        for result, one in zip(results, found, strict=True):
            if result.done():  # whoever waited for it went away
                continue
            if isinstance(one, Exception):
                result.set_exception(one)
            else:
                result.set_result(one)

    def _done(self, some: list[T]) -> list[R | Exception]:
        if len(some) > 1:
            with suppress(Exception):  # It happens again to the one it is about.
                return [*self._together(some)]
        return [self._try(one) for one in some]

    def _try(self, one: T) -> R | Exception:
        try:
            return self._alone(one)
        except Exception as error:
            return error
