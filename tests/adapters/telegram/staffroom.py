"""Beate's agency with a topic for every case: real services and a real store behind the real staff bot, and its people."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.telegram.advisors import ALLOWED_UPDATES, AdvisorsBot
from bot.adapters.telegram.receiver import Receiver
from bot.app import staff_services, wire
from bot.core.cases import Case
from bot.core.content import Content
from bot.core.messages import Address
from bot.services.outbox import Pace
from tests.adapters.telegram.fakes import Pauses, polling
from tests.botapi import Bot, BotApi, Group, Message, Person, Topic
from tests.clock import FixedClock, Ids
from tests.services.fakes import AMINA, BEATE, COLLEAGUE, JENS, PlannedTranslator, RecordingAlerts, World

CONSOLE = "https://wegweiser.example/console"


def open_world(folder: Path, content: Content) -> World:
    """Wire a system on a folder's store; opened again, it is the same one after a restart."""
    store = SqliteStore(folder, Vault(b"k" * 32))
    clock, translator = FixedClock(), PlannedTranslator()
    return World(wire(store, content, clock, Ids(), translator), clock, RecordingAlerts(), translator)


@dataclass
class StaffRoom:
    """The group of Beate's agency, and what happens around it."""

    api: BotApi
    token: Bot
    world: World
    group: Group
    other: Group
    beate: Person
    birte: Person
    jens: Person

    def hire(self) -> None:
        """Link everybody's account."""
        with self.world.parts.store.transaction() as tx:
            for advisor, person in ((BEATE, self.beate), (COLLEAGUE, self.birte), (JENS, self.jens)):
                tx.add_advisor(replace(advisor, telegram_id=person.id))

    @asynccontextmanager
    async def working(self, pace: Pace | None = None) -> AsyncIterator[AdvisorsBot]:
        """Let the staff bot work while the block runs."""
        groups = {"example-a": self.group.id, "example-b": self.other.id}
        pace = pace or Pace(per_chat=timedelta(0), per_bot=timedelta(0))
        services = staff_services(self.world.parts)
        bot = AdvisorsBot(self.token.token, services, groups, CONSOLE, str, self.api.url, ("example-a",), pace)
        self.world.parts.alerts = bot
        stop = asyncio.Event()
        work = asyncio.create_task(bot.run(stop))
        receiver = Receiver("staff", self.token.token, self.api.url, bot.accept, ALLOWED_UPDATES, pause=Pauses())
        try:
            async with polling(receiver):
                yield bot
        finally:
            stop.set()
            self.world.parts.live.touch("stop")
            await work
            await bot.close()

    async def topic(self, case: Case, *, deleted: Topic | None = None) -> Topic:
        """Wait for a case's topic with its card and all that the newcomer said."""
        wanted = f"#{case.number} "
        with self.world.parts.store.transaction() as tx:
            said = sum(line.author == "newcomer" for line in tx.transcript(case.conversation_id, case_id=case.id))

        def found() -> Topic | None:
            topics = [one for one in self.group.topics.values() if wanted in one.name and not one.deleted and one is not deleted]
            heard = sum(text.startswith("👤") for text in self.shown(topics[-1])) if topics else 0
            return topics[-1] if topics and heard >= said else None

        topic = await self.api.wait(found)
        assert topic is not None
        return topic

    def shown(self, topic: Topic) -> list[str]:
        """Return what the bot says in a topic."""
        return [message.text for message in self.messages(topic)]

    def messages(self, topic: Topic) -> list[Message]:
        """Return the bot's messages in a topic."""
        return [message for message in self.api.messages(self.group, topic=topic.id) if not message.deleted]

    async def sees(self, topic: Topic, words: str) -> Message:
        """Wait for a message in a topic."""
        return await self.api.wait_message(self.group, contains=words, topic=topic.id)

    async def later(self, minutes: float, done: Callable[[], object]) -> None:
        """Let so much time pass, again and again, until something is so."""
        for _ in range(200):
            self.world.clock.advance(minutes=minutes)
            self.world.parts.live.touch("staff")
            await asyncio.sleep(0.02)
            if done():
                return
        raise AssertionError(f"it never came to that, only to {[message.text for message in self.api.messages(self.group)]}")

    async def answers(self, topic: Topic, text: str) -> Message:
        """Let Beate write in a topic, and wait until that is dealt with."""
        message = self.beate.text(self.group, text, topic=topic)
        await self.api.wait_taken(self.token)
        return message

    async def until(self, words: str, who: Address = AMINA) -> None:
        """Wait until a newcomer is told something."""
        for _ in range(2_000):
            if any(words in told for told in self.world.told(who)):
                return
            await asyncio.sleep(0.002)
        raise AssertionError(f"never told: {words!r}, but {self.world.told(who)}")


def make_room(api: BotApi, staff: Bot, world: World) -> StaffRoom:
    """Return the room with everybody in their groups and linked."""
    beate, birte, jens = (api.person(name) for name in ("Beate", "Birte", "Jens"))
    group = api.group("Team A", forum=True, members=[beate, birte, jens], bots=[staff])
    other = api.group("Team B", members=[jens], bots=[staff])
    room = StaffRoom(api, staff, world, group, other, beate, birte, jens)
    room.hire()
    return room
