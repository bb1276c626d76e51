"""`make soak`: `wegweiser run` is killed at random moments of a busy day, again and again, and compared with what people saw.

Newcomers chat, book and ask for a person on the web, others chat over Telegram; advisors answer at the console, in Arabic by
machine. With each life hours may pass, so that what is due comes due and old chats are erased.

    python -m tests.soak.busy --kills 200 --seed 20261122
"""

import argparse
import asyncio
import logging
import random
import re
import sqlite3
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.sqlite.records import number
from bot.adapters.sqlite.store import DATABASE
from bot.adapters.web.auth import hash_password
from bot.contents import load_content
from bot.core.content import Content
from bot.services.ports import Advisor
from bot.settings import CONTENT
from tests.botapi import BotApi
from tests.faults.chat import Chat, first_line
from tests.faults.service import until
from tests.soak.adviser import Adviser
from tests.soak.server import Reborn
from tests.soak.street import Street
from tests.soak.visitors import PATIENCE, Asker, Booker, Talker, Visitor
from tests.system import PASSWORD, trained

ACTS = 10
"""Of so many things that people do, or calls to Telegram, in one life on average."""
KEPT = timedelta(hours=12)
"""How long a chat without a case is kept: as short as it can be set."""
DOUBLE = """SELECT count(*) FROM appointment AS one JOIN appointment AS two USING (site, advisor, seat)
    WHERE one.id < two.id AND one.status = 'booked' AND two.status = 'booked' AND one.start < two.ends AND two.start < one.ends"""
BARE = """SELECT count(*) FROM appointment WHERE status = 'booked' AND start > ?
    AND id NOT IN (SELECT holder FROM slot_cell)"""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run showed."""

    kills: int
    figures: Counter[str]
    problems: list[str]
    seconds: float


class Day:
    """One run: the service, everybody who uses it, and what is compared in the end."""

    def __init__(self, folder: Path, api: BotApi, seed: int, content: Content) -> None:
        self.api, self.content = api, content
        self.seeded = random.Random(seed)
        bot = api.bot("100:the-newcomers-token", "wegweiser_bot")
        self.service = Reborn(
            folder, telegram_token=bot.token, telegram_api=api.url, models=folder / "models", keep_chats_hours=12
        )
        self.street = Street(self.service, self.seeded)
        self.web: list[Visitor] = []
        self.chats: list[Chat] = []
        self.advisers = [Adviser(self.street, "beate"), Adviser(self.street, "jens")]
        self._names = iter(range(1, 100_000))
        self._prepare(folder)

    async def run(self, kills: int, crowd: int) -> None:
        """Let everybody come and go while the service is killed so many times; then let all come to rest and compare."""
        async with asyncio.TaskGroup() as group:
            for _ in range(crowd):
                for kind in (Talker, Booker, Asker):
                    group.create_task(self._keep_coming(kind))
                group.create_task(self._keep_chatting())
            for adviser in self.advisers:
                group.create_task(adviser.work())
            for kill in range(1, kills + 1):
                await self._live()
                await self._die()
                if kill % 25 == 0:
                    print(f"{kill} killed: {dict(self.street.figures)}", flush=True)
                    async with self.street.rest():
                        await self._compare_at_rest()
            self.street.ending = True
        await self._compare_at_rest()
        # Once more, since what is too old is looked for at each start.
        await self._die()
        await self._compare_at_rest()
        await self._compare_in_the_end()

    async def _live(self) -> None:
        """Live until a few more things were done, however slow the machine is; death comes while others are under way."""
        end = self._done() + self.seeded.randint(0, 2 * ACTS)
        give_up = time.monotonic() + PATIENCE
        await until(lambda: self._reached(end, give_up), 2 * PATIENCE)
        await asyncio.sleep(self.seeded.uniform(0, 0.05))

    def _done(self) -> int:
        return self.street.figures["acknowledged"] + self.street.figures["replies"] + len(self.api.records)

    async def _reached(self, end: int, give_up: float) -> bool:
        return self._done() >= end or time.monotonic() > give_up

    async def _die(self) -> None:
        """Be killed, and start again an hour later, or a few; now and then be killed while starting, too."""
        self.service.kill()
        self._look(self.service)
        self.service.ahead += timedelta(minutes=self.seeded.choice([0, 1, 15, 60, 90]))
        if self.seeded.random() < 0.1:
            self.service.open()
            await asyncio.sleep(self.seeded.uniform(0, 0.4))
            self.service.kill()
            self.street.figures["killed while starting"] += 1
            self._look(self.service)
        await self.service.start()

    def _look(self, service: Reborn) -> None:
        """Look at what a death left: sound files, and no time that two people have."""
        with service.store() as store, store.transaction() as tx:
            double, bare = tx.db.execute(DOUBLE).fetchone()[0], tx.db.execute(BARE, (number(service.now()),)).fetchone()[0]
        self._complain("double bookings", double)
        self._complain("booked times that others could take", bare)

    async def _compare_at_rest(self) -> None:
        """Look for what goes on although nothing should: what is due, or under way, or holds the store."""
        await until(self.service.at_rest, PATIENCE)
        due = f"SELECT count(*) FROM timer WHERE due_at < {number(self.service.now() - timedelta(seconds=30))}"
        reader = sqlite3.connect(f"file:{self.service.data / DATABASE}?mode=ro", uri=True)
        try:
            await until(lambda: _none(reader, due), PATIENCE)
            writer = sqlite3.connect(self.service.data / DATABASE, timeout=5, isolation_level=None)
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("ROLLBACK")
            writer.close()
        finally:
            reader.close()
        self.street.figures["compared at rest"] += 1

    async def _compare_in_the_end(self) -> None:
        started = self.service.now()
        for visitor in self.web:
            assert visitor.left_at is not None
            if visitor.erased or (isinstance(visitor, Talker) and visitor.left_at + KEPT < started - timedelta(minutes=5)):
                self._complain(f"{visitor.name} is still there", await visitor.is_there())
                self.street.figures["erased on demand" if visitor.erased else "erased by time"] += 1
            elif not isinstance(visitor, Booker) or visitor.left_at + KEPT > started:
                self.street.problems += [f"{visitor.name}, in the end: {problem}" for problem in await visitor.judge()]
            await visitor.close()
        self._compare_telegram()
        self.service.stop(20)
        with self.service.store() as store, store.transaction() as tx:
            self._complain("unhandled messages", len(tx.unhandled()))
            for adviser in self.advisers:
                for case_id, told in adviser.told.items():
                    case = tx.case(case_id)
                    lines = tx.transcript(case.conversation_id) if case else []
                    sent = [line.message for line in lines if line.author == "advisor" and line.message]
                    said = [message.original or message.text for message in sent]
                    self.street.figures["translated answers"] += sum(message.original is not None for message in sent)
                    if said != told:
                        self.street.problems.append(f"case {case_id}: {told} was taken, {said} is there")
        self._complain("traceback", "Traceback" in self.service.log.read_text("utf-8"))

    def _compare_telegram(self) -> None:
        """What came twice must have been marked, and in one chat once per death at most."""
        copies = 0
        for chat in self.chats:
            twice = len(chat.answers()) - len(chat.expected)
            copies += max(0, twice)
            self._complain(f"{chat.person.first_name}: {chat.expected} expected, {chat.answers()} came", not chat.complete())
            self.street.figures["telegram answers"] += len(chat.expected)
        said = self.service.log.read_text("utf-8")
        marked = sum(map(int, re.findall(r"(\d+) messages were being sent when that was interrupted", said)))
        self.street.figures |= {"copies": copies, "marked as uncertain": marked}
        self._complain(f"{copies} copies, of which {marked} are marked", copies > marked)

    def _complain(self, problem: str, found: int) -> None:
        if found:
            self.street.problems.append(problem if found is True else f"{problem}: {found}")

    async def _keep_coming(self, kind: type[Visitor]) -> None:
        while not self.street.ending:
            visitor = kind(self.street, f"{kind.__name__}-{next(self._names)}")
            await visitor.visit()
            self.web.append(visitor)

    async def _keep_chatting(self) -> None:
        while not self.street.ending:
            chat = Chat(self.api, self.api.person(f"T{next(self._names)}"), self.content)
            # Whoever writes at once to three lives that end at once waits long.
            chat.patience = 5 * PATIENCE
            await chat.settle()
            self.chats.append(chat)
            for _ in range(self.seeded.randint(2, 5)):
                async with self.street.acting():
                    chat.ask_two(self.seeded)
                    await self.api.wait(chat.complete, timeout=chat.patience)
            self.street.figures["visits over Telegram"] += 1

    def _prepare(self, folder: Path) -> None:
        """Hire Beate and Jens and install the models of the tests."""
        Vault.open(self.service.key)
        trained(folder / "models")
        store = SqliteStore(self.service.data, Vault.open(self.service.key))
        with store.transaction() as tx:
            for adviser in self.advisers:
                login = adviser.login
                tx.add_advisor(Advisor(login, login, login.title(), "example-a", "advisor", "de", hash_password(PASSWORD)))
        store.close()
        lines = (first_line(self.content.phrases.say("appointment_booked", "de")), "ist abgesagt.")
        Booker.first_lines = lines


async def _none(reader: sqlite3.Connection, query: str) -> bool:
    return not reader.execute(query).fetchone()[0]


async def run(folder: Path, kills: int, seed: int, content: Content, crowd: int = 3) -> Result:
    """Run a day; `crowd` is how many of each kind are there at a time."""
    begun = time.monotonic()
    async with BotApi() as api:
        day = Day(folder, api, seed, content)
        async with day.service:
            await day.run(kills, crowd)
    return Result(kills, day.street.figures, day.street.problems, time.monotonic() - begun)


def main() -> None:
    """Print what a run showed."""
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=20261122)
    chosen = options.parse_args()
    # Each death breaks off what was being said to the server of the test, which would tell it at length.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(run(Path(folder), chosen.kills, chosen.seed, load_content(CONTENT)))
    print(f"{result.kills} kills, seed {chosen.seed}, {result.seconds:.0f} s")
    print(*(f"{what}: {count}" for what, count in sorted(result.figures.items())), sep=", ")
    print(f"problems {len(result.problems)}", *result.problems, sep="\n")
    raise SystemExit(bool(result.problems))


if __name__ == "__main__":
    main()
