"""`make soak`: many processes book overlapping times of one site through the chat of one real server, which is killed on the way.

Each process is a browser of one newcomer after another. It writes down what it was told; in the end everything that somebody was
told must be stored, and no time may be two people's.

    python -m tests.soak.http_booking --processes 8 --attempts 2000 [--kills 4]
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

from bot.adapters.web.visitors import address_of
from tests.faults.service import until
from tests.soak.busy import DOUBLE
from tests.soak.server import Reborn
from tests.soak.visitors import PATIENCE

SITE = "example-elmshorn"
_ATTEMPTS = 3
"""Of one newcomer; then they cancel and another comes, so that there are always times left to fight for."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run showed; `told` counts what newcomers were told."""

    told: Counter[str]
    double: int
    lost: list[str]
    errors: list[str]
    kills: int
    seconds: float


class Browser:
    """One newcomer after another; `told` is the file with what was confirmed to them."""

    def __init__(self, url: str, folder: Path, name: str) -> None:
        self.dice = random.Random(name)
        self.told = (folder / f"{name}.told").open("a", encoding="utf-8")
        self._client = httpx.Client(base_url=url, timeout=60, trust_env=False)
        self._sent = 0

    def visit(self) -> None:
        """Be somebody new, who tries to book, and mostly cancels in the end."""
        self._begin()
        _, days = self._press(f"book:site:{SITE}")
        free = _of(days, "book:day:")
        if not free:
            self._tell("full")
        # When nothing is left, the same button once more would be a double tap: it is not answered.
        all(self._book(free[0]) for _ in range(_ATTEMPTS if free else 0))
        own = [each for each in self._press("nav:appointments")[1] if each.startswith("book:off:")]
        for id in own if self.dice.random() < 0.95 else ():
            self._press(id.replace("off", "drop"))
            self._tell("cancelled")

    def _book(self, day: str) -> bool:
        """Choose one of the first times that are offered, hesitate, confirm; tell whether there was one to choose."""
        _, times = self._press(day)
        wanted = _of(times, "book:time:")[:2]
        _, sure = self._press(self.dice.choice(wanted)) if wanted else ("", [])
        confirm = _of(sure, "book:yes:")
        if confirm:
            time.sleep(self.dice.random() / 50)
            said, _ = self._press(confirm[0])
            self._tell("booked" if "Ihr Termin ist gebucht" in said else "taken")
        else:
            self._tell("taken" if wanted else "full")
        return bool(wanted)

    def _begin(self) -> None:
        self._client.headers.pop("authorization", None)
        answer = self._ask("POST", "/api/chat", json={"language": "de", "consent": True})
        self.token = answer["token"]
        self._client.headers["authorization"] = f"Bearer {self.token}"
        self._last = 0
        self._new()

    def _press(self, choice: str) -> tuple[str, list[str]]:
        """Press a button until that is acknowledged; return what is answered, and the buttons."""
        self._sent += 1
        self._ask("POST", "/api/chat/messages", json={"id": str(self._sent), "choice": choice})
        give_up = time.monotonic() + PATIENCE
        while not (said := [each for each in self._new() if each["from"] == "bot"]):
            assert time.monotonic() < give_up, f"{choice} was not answered"
            time.sleep(0.05)
        return "\n".join(each["text"] for each in said), [each["id"] for one in said for each in one["choices"]]

    def _new(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self._ask("GET", "/api/chat/messages", params={"after": self._last})["messages"]
        self._last = max([self._last, *(each["n"] for each in messages)])
        return messages

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        """Ask again and again while there is nobody; whatever is answered must be well."""
        while True:
            try:
                return self._client.request(method, path, **more).raise_for_status().json()
            except httpx.TransportError:
                time.sleep(0.05)

    def _tell(self, what: str) -> None:
        self.told.write(json.dumps({"what": what, "who": self.token}) + "\n")
        self.told.flush()


def _of(choices: list[str], prefix: str) -> list[str]:
    return [each for each in choices if each.startswith(prefix)]


def live(url: str, folder: Path, name: str, attempts: int) -> None:
    """Be a browser in a process of one's own; what goes wrong is written down, not hidden."""
    try:
        browser = Browser(url, folder, name)
        while _told(folder / f"{name}.told")["attempts"] < attempts:
            browser.visit()
    except Exception as error:
        (folder / f"{name}.error").write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
        raise


async def run(folder: Path, processes: int, attempts: int, kills: int) -> Result:
    """Let so many browsers book so many times each, while the server dies so many times."""
    context = multiprocessing.get_context("fork")
    begun, names = time.monotonic(), [f"n{number}" for number in range(processes)]
    dice = random.Random(processes)
    async with Reborn(folder) as service:
        crowd = [context.Process(target=live, args=(service.url, folder, name, attempts)) for name in names]
        for process in crowd:
            process.start()
        for kill in range(1, kills + 1):
            enough = processes * attempts * kill // (kills + 1)
            await until(partial(_reached, folder, enough, crowd), 3600)
            await asyncio.sleep(dice.random() / 20)
            service.kill()
            await service.start()
        await until(partial(_reached, folder, None, crowd), 3600)
        service.stop(20)
        seconds = time.monotonic() - begun
        double, lost = _judge(service, folder)
    return Result(_all(folder), double, lost, _errors(folder, service.log), kills, seconds)


async def _reached(folder: Path, enough: int | None, crowd: Sequence[BaseProcess]) -> bool:
    return not any(process.is_alive() for process in crowd) or (enough is not None and _all(folder)["attempts"] >= enough)


def _errors(folder: Path, log: Path) -> list[str]:
    errors = [path.read_text("utf-8") for path in sorted(folder.glob("*.error"))]
    return errors + [line for line in log.read_text("utf-8").splitlines() if "locked" in line or "Error" in line]


def _judge(service: Reborn, folder: Path) -> tuple[int, list[str]]:
    """Return how many times two people have, and whose confirmation is not what is stored."""
    told: dict[str, Counter[str]] = {}
    for path in folder.glob("*.told"):
        for line in map(json.loads, path.read_text("utf-8").splitlines()):
            told.setdefault(line["who"], Counter())[line["what"]] += 1
    lost = []
    with service.store() as store, store.transaction() as tx:
        for who, counted in told.items():
            conversation = tx.find_conversation(address_of(who))
            stored = Counter(each.status for each in tx.appointments(conversation.contact_id)) if conversation else Counter()
            wanted = {"booked": counted["booked"] - counted["cancelled"], "cancelled": counted["cancelled"]}
            if stored != Counter({status: count for status, count in wanted.items() if count}):
                lost.append(f"{wanted} was told, {dict(stored)} is stored")
        return tx.db.execute(DOUBLE).fetchone()[0], lost


def _told(path: Path) -> Counter[str]:
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    told = Counter(json.loads(line)["what"] for line in lines)
    return told + Counter(attempts=sum(told[what] for what in ("booked", "taken", "full")))


def _all(folder: Path) -> Counter[str]:
    return sum((_told(path) for path in folder.glob("*.told")), Counter())


def main() -> None:
    """Run and print what it showed."""
    options = argparse.ArgumentParser()
    options.add_argument("--processes", type=int, default=8)
    options.add_argument("--attempts", type=int, default=2000)
    options.add_argument("--kills", type=int, default=4)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(run(Path(folder), chosen.processes, chosen.attempts, chosen.kills))
    counts = ", ".join(f"{what} {count}" for what, count in result.told.most_common())
    print(f"{chosen.processes} processes over HTTP, {result.kills} kills: {counts}; {result.seconds:.1f} s")
    print(f"double bookings {result.double}, lost confirmations {len(result.lost)}, errors {len(result.errors)}")
    print(*result.errors, *result.lost, sep="\n", end="")
    raise SystemExit(bool(result.double or result.lost or result.errors or not result.told["booked"]))


if __name__ == "__main__":
    main()
