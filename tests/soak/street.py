"""Where everybody is who uses a service that dies all the time."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import yaml

from tests.conftest import ROOT
from tests.soak.server import Reborn


def rehearsed(language: str) -> list[str]:
    """Return sentences that the models of the tests can translate, of German others than of the other languages.

    None holds what a page would show in another way; and what an advisor wrote is not what somebody else's words mean.
    """
    sentences = yaml.safe_load((ROOT / "tests" / "models" / "sentences.yaml").read_text("utf-8"))
    plain = [each[language] for each in sentences if not re.search(r"[\d'\"&<>]", each["de"])]
    return plain[language == "de" :: 2]


class Street:
    """Where everybody is: the service, what happens next, and who is doing something right now."""

    def __init__(self, service: Reborn, seeded: random.Random) -> None:
        self.service, self.seeded = service, seeded
        self.figures: Counter[str] = Counter()
        self.problems: list[str] = []
        self.ending = False
        self._open = asyncio.Event()
        self._open.set()
        self._quiet = asyncio.Condition()
        self._busy = 0

    @asynccontextmanager
    async def acting(self) -> AsyncIterator[None]:
        """Do one thing; while everybody rests nobody begins anything."""
        await self._open.wait()
        self._busy += 1
        try:
            yield
        finally:
            async with self._quiet:
                self._busy -= 1
                self._quiet.notify_all()

    @asynccontextmanager
    async def rest(self) -> AsyncIterator[None]:
        """Let everybody finish what they are doing, and wait."""
        self._open.clear()
        async with self._quiet:
            await self._quiet.wait_for(lambda: not self._busy)
        yield
        self._open.set()
