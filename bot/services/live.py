"""Tells open pages and waiting deliveries that something changed; carries no content, the store is read again."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Live:
    """Subjects are strings like `conversation:<id>`, `agency:<id>` or `outbox:<channel>`."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.over = False

    def end(self) -> None:
        """Wake everybody because the process ends: from now on nobody should wait for a change."""
        self.over = True
        self.touch(*self._watchers)

    def touch(self, *subjects: str) -> None:
        """Wake everybody who watches one of the subjects. Call it from the event loop's thread."""
        for subject in subjects:
            for event in self._watchers.get(subject, ()):
                event.set()

    @contextmanager
    def watch(self, *subjects: str) -> Iterator["Watch"]:
        """Watch subjects until the block is left."""
        event = asyncio.Event()
        for subject in subjects:
            self._watchers[subject].add(event)
        try:
            yield Watch(event)
        finally:
            for subject in subjects:
                self._watchers[subject].discard(event)
                if not self._watchers[subject]:
                    del self._watchers[subject]


class Watch:
    """Waits for the next change; one that came before waiting counts."""

    def __init__(self, event: asyncio.Event) -> None:
        self._event = event

    async def changed(self, seconds: float) -> bool:
        """Return True at the next change, False when that many seconds passed without one."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True
