"""People at their browsers, for the load test: they send what our pages and `live.js` send, with time to read and to type."""

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bot.core.dialogue import fragment

_ASKED = Path(__file__).parent.parent / "questions"
SHARE = 20
"""One of so many newcomers writes with an advisor, and so many have the same address."""
SHORTEST = 2 / 3
"""Who thinks for 30 seconds in the mean thinks for 20 to 40."""
_WRITTEN = (
    each["ask"] for file in (_ASKED / "de.yaml", _ASKED / "dev/de.yaml") for each in yaml.safe_load(file.read_text("utf-8"))
)
QUESTIONS = tuple(each for each in _WRITTEN if not fragment(each))
"""What people write who want to know something; after fewer words more is waited for."""
ASKING = 0.2
"""How many of a newcomer's messages are free questions; the others are buttons."""
_HIDDEN = re.compile(r'<input type="hidden" name="(csrf|form)" value="([^"]*)"')
_CHOICE = re.compile(r'<button name="choice" value="((?:topic|article):[^"]*)"')
_STREAM = re.compile(r'data-events="([^"]+)"')
_CASE = re.compile(r'href="(/console/cases/[^"/?#]+)"')
_LINE = re.compile(r'<li id="m(\d+)"')
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty"}
_STREAMING = aiohttp.ClientTimeout(total=None)


@dataclass
class Record:
    """What people met with: how many milliseconds each kind of request took, and what went wrong how often."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Record") -> None:
        """Put what others met with beside it."""
        self.errors.update(other.errors)
        for kind, times in other.took.items():
            self.took[kind].extend(times)


class Browser:
    """One person's browser: a cookie, the page in front of them, and its stream, after whose events it is fetched again."""

    def __init__(self, web: aiohttp.ClientSession, record: Record, who: str, origin: str, cookie: str = "") -> None:
        self.dice = random.Random(who)
        self.html = ""
        self.shown = 0
        self._web = web
        self._record = record
        self._headers = {"X-Forwarded-For": origin} | ({"Cookie": cookie} if cookie else {})
        self.path = ""
        self._due = 0.0
        self._fetching = self._sending = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, kind: str, path: str) -> None:
        """Go to a page and listen to its stream."""
        await self.close()
        self.path = path
        await self._get(kind)
        if stream := _STREAM.search(self.html):
            self._tasks.add(asyncio.create_task(self._listen(stream[1].replace("&amp;", "&"))))

    async def send(self, kind: str, path: str, **fields: str) -> None:
        """Send a form with what the page hides in it, and look at what became of it."""
        self._sending = True
        try:
            body, headers = dict(_HIDDEN.findall(self.html)) | fields, self._headers | _FORM
            response = await self._request(kind, "POST", path, data=body, headers=headers, allow_redirects=False)
            if response and "Set-Cookie" in response.headers:
                self._headers["Cookie"] = response.headers["Set-Cookie"].partition(";")[0]
            await self._get("page after it")
        finally:
            self._sending = False

    async def think(self, seconds: float, end: float) -> bool:
        """Read and type; False when the end comes before that."""
        wait = seconds * self.dice.uniform(SHORTEST, 2 - SHORTEST)
        rest = max(0.0, end - time.monotonic())
        await asyncio.sleep(min(wait, rest))
        return wait < rest

    def expect(self, before: int) -> None:
        """Count it when the page shows nothing newer than before."""
        if self.shown <= before:
            self._record.errors["no answer"] += 1

    async def close(self) -> None:
        """Leave the page."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._fetching = False

    async def _get(self, kind: str) -> None:
        if response := await self._request(kind, "GET", self.path):
            self.html = await response.text()
            self.shown = max(map(int, _LINE.findall(self.html)), default=0)

    async def _refresh(self, number: float, wait: float) -> None:
        """Fetch the page again unless it shows the message already; events that come meanwhile are looked at afterwards."""
        await asyncio.sleep(wait)
        self._due = max(self._due, number)
        if self._fetching:
            return
        self._fetching = True
        try:
            while self._due > self.shown:
                self._due = 0
                await self._get("desk, told of news" if self.path.startswith("/console") else "page, told of news")
        finally:
            self._fetching = False

    async def _listen(self, path: str) -> None:
        number = ""
        with self._counted("stream"):
            async with self._web.get(path, headers=self._headers, timeout=_STREAMING) as response:
                response.raise_for_status()
                async for line in response.content:
                    if line.startswith(b"id: "):
                        number = line[4:].decode().strip()
                    elif line.startswith(b"data: "):
                        self._news(number)
        self._record.errors["stream: ended"] += 1

    def _news(self, number: str) -> None:
        """Look at it at once; while something is being sent a little later, since its answer brings a newer page anyway."""
        task = asyncio.create_task(self._refresh(float(number or "inf"), 4.0 if self._sending and number else 0.0))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _request(self, kind: str, method: str, path: str, **more: Any) -> aiohttp.ClientResponse | None:
        """Return an answer once it was read; None when there is none, or none to look at."""
        before = time.perf_counter()
        with self._counted(kind):
            async with self._web.request(method, path, **({"headers": self._headers} | more)) as response:
                response.raise_for_status()
                await response.read()
                self._record.took[kind].append((time.perf_counter() - before) * 1000)
                return response
        return None

    @contextmanager
    def _counted(self, kind: str) -> Iterator[None]:
        """Count an error, and go on as people do."""
        try:
            yield
        except (aiohttp.ClientError, TimeoutError) as error:
            said = f"{error.status}" if isinstance(error, aiohttp.ClientResponseError) else type(error).__name__
            self._record.errors[f"{kind}: {said}"] += 1


async def newcomer(browser: Browser, pause: float, end: float) -> None:
    """Choose a language, agree, then ask and press until the end; every time there has to be an answer."""
    await browser.open("first page", "/")
    await browser.send("message", "/chat/language", language="de")
    await browser.open("page", "/")
    await browser.send("message", "/chat/choose", choice="consent:yes")
    while await browser.think(pause, end):
        before, offered = browser.shown, _CHOICE.findall(browser.html)
        if browser.dice.random() < ASKING:
            await browser.send("question", "/chat/send", text=browser.dice.choice(QUESTIONS))
        else:
            await browser.send("message", "/chat/choose", choice=browser.dice.choice(offered or ["nav:menu"]))
        browser.expect(before)


async def advised(browser: Browser, pause: float, end: float) -> None:
    """Write to an advisor, who has the case, until the end."""
    await browser.open("page", "/")
    while await browser.think(pause, end):
        before = browser.shown
        await browser.send("message", "/chat/send", text="Ich habe noch eine Frage zu dem Brief vom Amt.")
        browser.expect(before)


async def advisor(browser: Browser, pause: float, end: float) -> None:
    """Watch the queue, open a case, answer, go back to the queue, until the end."""
    while True:
        await browser.open("desk: queue", "/console?view=mine")
        cases = _CASE.findall(browser.html)
        if not await browser.think(pause, end):
            return
        if cases:
            await browser.open("desk: case", browser.dice.choice(cases))
            await browser.think(pause / 2, end)
            await browser.send(
                "desk: answer", f"{browser.path}/reply", text="Bitte bringen Sie den Brief mit, dann lesen wir ihn zusammen."
            )
            if not await browser.think(pause / 2, end):
                return


async def pulse(browser: Browser, pause: float, end: float) -> None:
    """Ask for something that takes no work: what it waits for is the event loop."""
    while await browser.think(pause / 150, end):
        await browser.open("no work at all", "/healthz")


Life = Callable[[Browser, float, float], Awaitable[None]]


@dataclass(frozen=True)
class Crowd:
    """Who comes, for how long, how many seconds each reads and types, and in how many processes their browsers are."""

    people: int = 2000
    advisors: int = 50
    minutes: float = 5.0
    pause: float = 40.0
    browsers: int = 2


async def browse(url: str, number: int, crowd: Crowd, staff: list[str], known: list[str]) -> Record:
    """Let one process's share of the people come and go; return what they met with."""
    record, seconds = Record(), crowd.minutes * 60
    arriving, begun = min(60.0, seconds / 5), time.monotonic()
    # A proxy keeps its connections for everybody; it has to let go of them before the server does, after five seconds.
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=4)
    jar, patience = aiohttp.DummyCookieJar(), aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(url, connector=connector, cookie_jar=jar, timeout=patience) as web:

        async def come(live: Life, n: int, cookie: str = "") -> None:
            origin = f"10.{number}.{n // SHARE // 250}.{n // SHARE % 250}"
            browser = Browser(web, record, f"{number} {n}", origin, cookie)
            await asyncio.sleep(browser.dice.random() * arriving)
            try:
                await live(browser, crowd.pause, begun + arriving + seconds)
            finally:
                await browser.close()

        strangers = crowd.people // crowd.browsers - len(known)
        async with asyncio.TaskGroup() as group:
            for n in range(strangers):
                group.create_task(come(newcomer, n))
            for n, cookie in enumerate(known, strangers):
                group.create_task(come(advised, n, cookie))
            for n, cookie in enumerate(staff, crowd.people):
                group.create_task(come(advisor, n, cookie))
            group.create_task(come(pulse, 2 * crowd.people))
    return record


def main() -> None:
    """Browse as the argument says (JSON), and print what people met with."""
    given = json.loads(sys.argv[1])
    record = asyncio.run(browse(**given | {"crowd": Crowd(**given["crowd"])}))
    print(json.dumps({"took": record.took, "errors": record.errors, "processor": time.process_time()}))


if __name__ == "__main__":
    main()
