"""Our own turn: from Telegram's bytes to the answer handed to the session, with everything stored on the way."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.telegram.newcomers import NewcomersBot
from bot.app import Parts, SystemClock, wire
from bot.core.content import Content
from bot.core.messages import Address, InboundMessage
from bot.services.outbox import Outbox, Pace
from tests.bench.echoes import TOKEN, StubSession, message, press
from tests.system import KEY

PEOPLE = 100
TEXTS = ("Menü", "Wohnung")
PRESSES = ("topic:housing", "nav:menu")
QUESTIONS = ("kita platz wo anmelden", "wer hilft bei der suche nach einer wohnung")


class OurBot:
    """The newcomers' bot with everything behind it; people who chose their language and gave their consent."""

    def __init__(self, parts: Parts, words: tuple[str, ...], name: str, *, presses: bool = False) -> None:
        self.name = name
        self.parts = parts
        self.session = StubSession()
        self.bot = NewcomersBot(TOKEN, parts.inbox, lambda: parts.content, parts.clock, "https://example.org")
        self.bot._bot.session = self.session  # the real one would need a network
        self._words = words
        self._make = press if presses else message
        self._count = 0

    async def turn(self, number: int, person: int | None = None) -> None:
        """Take one update and wait until its answer was handed to the session."""
        following, word = self._next()
        await self.feed(self._make(self._count, 1000 + (following if person is None else person), word))

    async def feed(self, update: bytes) -> None:
        """Take an update and wait for an answer."""
        self.session.arrived.clear()
        await self.bot.accept(json.loads(update))
        await asyncio.wait_for(self.session.arrived.wait(), 10)

    async def stored(self, number: int) -> None:
        """Take one press until its answer lies in the outbox: stored and decided, not yet delivered."""
        person, what = self._next()
        now = self.parts.clock.now()
        address = Address("telegram", str(1000 + person))
        await self.parts.inbox.receive(InboundMessage("telegram:100", f"{self._count}", address, now, choice=what))

    async def accepted(self, number: int) -> None:
        """Take one update until its answer lies in the outbox, with aiogram's reading of it."""
        person, what = self._next()
        await self.bot.accept(json.loads(self._make(self._count, 1000 + person, what)))

    def _next(self) -> tuple[int, str]:
        """Return who writes next, and what: everybody in turn, then everybody the next word."""
        self._count += 1
        return self._count % PEOPLE, self._words[self._count // PEOPLE % len(self._words)]

    async def greet(self) -> None:
        """Let everybody choose a language and agree."""
        for person in range(PEOPLE):
            await self.feed(press(10**9 + 2 * person, 1000 + person, "lang:de"))
            await self.feed(press(10**9 + 2 * person + 1, 1000 + person, "consent:yes"))


@asynccontextmanager
async def our_parts(folder: Path, content: Content) -> AsyncIterator[Parts]:
    """Wire the system on a new store."""
    store = SqliteStore(folder, Vault(KEY))
    try:
        yield wire(store, content, SystemClock(), pause=0)
    finally:
        store.close()


@asynccontextmanager
async def our_bot(
    parts: Parts, words: tuple[str, ...], name: str, *, presses: bool = False, delivering: bool = True
) -> AsyncIterator[OurBot]:
    """Run a bot with its outbox, without Telegram's pace; `delivering` False stops delivery once people are greeted."""
    ours = OurBot(parts, words, name, presses=presses)
    pace = {"telegram": Pace(per_chat=timedelta(0), per_bot=timedelta(0))}
    outbox = Outbox(parts.store, {"telegram": ours.bot}, parts.live, parts.clock, pace)
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.run(stop))
    await ours.greet()
    if not delivering:
        stop.set()
        parts.live.touch("stop")
        await running
    try:
        yield ours
    finally:
        stop.set()
        parts.live.touch("stop")
        await running
        await ours.bot.close()
