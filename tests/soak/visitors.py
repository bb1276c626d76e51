"""Newcomers on the pages of a service that dies all the time, over HTTP.

Each knows what was acknowledged and shown to them, and says in the end what became of it.
"""

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import httpx

from tests.soak.street import Street, rehearsed

PATIENCE = 300.0
"""Seconds within which everybody is answered, whatever dies meanwhile and however slow the machine is."""
_COMMANDS = ("nav:help", "nav:emergency", "nav:privacy", "nav:appointments")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript, as it was shown."""

    n: int
    who: str
    text: str
    choices: tuple[str, ...]


class Visitor:
    """A newcomer on the web: does one thing after another, each again until it is acknowledged, and reads the answers."""

    language = "de"

    def __init__(self, street: Street, name: str) -> None:
        self.street, self.name = street, name
        self.dice = random.Random(f"{street.seeded.random()} {name}")
        self.done: list[str] = []
        self.shown: dict[int, Line] = {}
        self._before = 0
        self.left_at: datetime | None = None
        self.erased = False
        self._client = httpx.AsyncClient(base_url=street.service.url, timeout=60, trust_env=False)

    async def visit(self) -> None:
        """Come, do what one came for, leave."""
        await self._begin()
        await self._stay()
        self.left_at = self.street.service.now()
        self.street.problems += [f"{self.name}: {problem}" for problem in await self.judge()]
        self.street.figures["visits"] += 1

    async def judge(self) -> list[str]:
        """Say what is missing, doubled or out of order."""
        lines = await self._lines(0)
        if lines is None:
            return ["the chat is gone"]
        found = {line.n: line for line in lines}
        problems = [f"line {n} is not there any more" for n, line in self.shown.items() if found.get(n) != line]
        own = [line.text for line in lines if line.who == "newcomer"][-len(self.done) :]
        told = [line.text for line in lines if line.who == "newcomer"]
        if len(told) != self._before + len(self.done) or any(
            wanted not in ("", heard) for wanted, heard in zip(self.done, own, strict=True)
        ):
            problems.append(f"{len(self.done)} things were acknowledged, stored are {own}")
        return problems + self._answers(lines)

    async def is_there(self) -> bool:
        """Tell whether there is (still) anything of this chat."""
        return await self._lines(0) is not None

    async def close(self) -> None:
        """Close the browser."""
        await self._client.aclose()

    def _answers(self, lines: list[Line]) -> list[str]:
        """Say what was not answered, or twice."""
        pairs = list(pairwise(lines))
        problems = [f"line {one.n} was not answered" for one, two in pairs if one.who == two.who == "newcomer"]
        return problems + [f"line {two.n} is a copy" for one, two in pairs if (one.who, one.text) == (two.who, two.text)]

    async def _stay(self) -> None:
        raise NotImplementedError

    async def _begin(self) -> None:
        while True:
            async with self.street.acting():
                try:
                    answer = await self._client.post("/api/chat", json={"language": self.language, "consent": True})
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        self._client.headers["authorization"] = f"Bearer {answer.raise_for_status().json()['token']}"
        lines = await self._lines(0) or []
        self.shown = {line.n: line for line in lines}
        self._before = sum(line.who == "newcomer" for line in lines)

    async def _do(self, text: str = "", choice: str = "", *, answered: bool = True) -> list[str]:
        """Write or press until it is acknowledged; return the buttons of the answer."""
        body = {"id": str(len(self.done)), **({"text": text} if text else {"choice": choice})}
        while True:
            async with self.street.acting():
                try:
                    answer = await self._client.post("/api/chat/messages", json=body)
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        # Who asks once more to be erased may be told that there is nobody.
        assert answer.status_code == 200 or (answer.status_code == 401 and choice == "erase:yes"), answer.text
        self.done.append(text)
        self.street.figures["acknowledged"] += 1
        return await self._read(answered=answered)

    async def _read(self, *, answered: bool) -> list[str]:
        async with asyncio.timeout(PATIENCE):
            while True:
                new = await self._lines(max(self.shown, default=0))
                self.shown |= {line.n: line for line in new or ()}
                heard = sum(line.who == "newcomer" for line in self.shown.values()) - self._before
                if not answered or (heard == len(self.done) and self.shown[max(self.shown)].who == "bot"):
                    return [choice for line in new or () for choice in line.choices]
                await asyncio.sleep(0.1)

    async def _lines(self, after: int) -> list[Line] | None:
        while True:
            try:
                answer = await self._client.get("/api/chat/messages", params={"after": after})
                break
            except httpx.TransportError:
                await asyncio.sleep(0.05)
        if answer.status_code == 401:
            return None
        return [
            Line(each["n"], each["from"], each["text"], tuple(choice["id"] for choice in each["choices"]))
            for each in answer.raise_for_status().json()["messages"]
        ]


class Talker(Visitor):
    """Asks and presses; some want to be erased when they go."""

    async def _stay(self) -> None:
        last = ""
        for n in range(self.dice.randint(6, 16)):
            if self.dice.random() < 0.3:
                await self._do(f"{self.name} schreibt Nummer {n}.")
            else:
                last = self.dice.choice([each for each in _COMMANDS if each != last])
                await self._do(choice=last)
        if self.dice.random() < 0.3:
            await self._do(choice="nav:erase")
            await self._do(choice="erase:yes", answered=False)
            self.erased = True

    async def judge(self) -> list[str]:
        """Say what is wrong; who wants to be erased may be gone already."""
        return [] if self.erased else await super().judge()


class Booker(Visitor):
    """Takes any way through the appointments; `first_lines` says by what a booking and a cancellation are told."""

    first_lines: tuple[str, str] = ("", "")

    async def _stay(self) -> None:
        choices = await self._do(choice="book:topic:papers")
        for _ in range(self.dice.randint(15, 30)):
            ways = [each for each in choices if each.startswith("book:")]
            if "place:skip" in choices:
                choices = await self._do("Elmshorn")
            else:
                sure = [each for each in ways if each.startswith(("book:yes:", "book:drop:"))]
                choices = await self._do(choice=self.dice.choice(sure or ways or ["book:topic:papers", "nav:appointments"]))

    def told(self) -> tuple[int, int]:
        """Return how many appointments were booked and cancelled, as it was told."""
        lines = [line.text.strip("* ").split("\n")[0] for line in self.shown.values() if line.who == "bot"]
        booked, cancelled = self.first_lines
        return lines.count(booked), sum(line.startswith("Ihr Termin am") and line.endswith(cancelled) for line in lines)


class Asker(Visitor):
    """Asks for a person in Arabic and goes on writing; what advisors answer is compared with what they sent."""

    language = "ar"

    async def _stay(self) -> None:
        await self._do(choice="nav:person")
        await self._do(choice="case:papers")
        sentences = self.dice.sample(rehearsed("ar"), 6)
        choices = await self._do(sentences[0])
        if "place:skip" in choices:
            await self._do("Elmshorn")
        for sentence in sentences[1:]:
            await self._do(sentence, answered=False)
            await asyncio.sleep(0.3)

    def _answers(self, lines: list[Line]) -> list[str]:
        return []
