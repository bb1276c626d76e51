"""Tells open pages and waiting deliveries that something changed; carries no content, the store is read again."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Live:
    """Subjects are strings like `conversation:<id>`, `agency:<id>` or `outbox:<channel>`."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[Watch]] = defaultdict(set)
        self.over = False

    def end(self) -> None:
        """Wake everybody because the process ends: from now on nobody should wait for a change."""
        self.over = True
        self.touch(*self._watchers)

    def touch(self, *subjects: str) -> None:
        """Wake everybody who watches one of the subjects. Call it from the event loop's thread."""
        for subject in subjects:
            for watch in self._watchers.get(subject, ()):
                watch.wake(subject)

    @contextmanager
    def watch(self, *subjects: str) -> Iterator["Watch"]:
        """Watch subjects until the block is left."""
        watch = Watch()
        for subject in subjects:
            self._watchers[subject].add(watch)
        try:
            yield watch
        finally:
            for subject in subjects:
                self._watchers[subject].discard(watch)
                if not self._watchers[subject]:
                    del self._watchers[subject]


class Watch:
    """Waits for the next change; one that came before waiting counts. `subjects` are what the last change was about."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._touched: set[str] = set()
        self.subjects: frozenset[str] = frozenset()

    def wake(self, subject: str) -> None:
        """Note that a subject changed."""
        self._touched.add(subject)
        self._event.set()

    async def changed(self, seconds: float) -> bool:
        """Return True at the next change, False when that many seconds passed without one."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            self.subjects = frozenset()
            return False
        self._event.clear()
        self.subjects = frozenset(self._touched)
        self._touched.clear()
        return True

    async def rest(self, seconds: float, *but: str) -> None:
        """Let changes gather for so long, or until one is about these subjects."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._touched.isdisjoint(but):
                    self._event.clear()
                    await self._event.wait()
        if self._touched:
            self._event.set()
