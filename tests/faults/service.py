"""`wegweiser run` as a process of its own, which is killed, ended and started again."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

import httpx

from bot.adapters.sqlite import SqliteStore, Vault
from tests.commands import environment
from tests.system import free_port

T = TypeVar("T")


class Process(Protocol):
    """What can be killed and waited for."""

    def poll(self) -> int | None:
        """Return the status if it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; return its status."""

    def send_signal(self, sig: int) -> None:
        """Send a signal."""

    def kill(self) -> None:
        """End it at once."""


async def until(probe: Callable[[], Awaitable[T]], seconds: float = 20.0) -> T:
    """Ask until something true comes back.

    Raises:
        AssertionError: that takes too long.
    """
    give_up = time.monotonic() + seconds
    while not (found := await probe()):
        assert time.monotonic() < give_up, f"not within {seconds} seconds"
        await asyncio.sleep(0.02)
    return found


class Service:
    """A running `wegweiser run`; whatever becomes of the test, its process ends."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data, self.key, self.log = folder / "data", folder / "key", folder / "log"
        self.settings: dict[str, Any] = {
            "data": self.data,
            "key_file": self.key,
            "port": self.port,
            "embeddings": "off",
            **settings,
        }
        self.process: Process | None = None

    async def start(self) -> None:
        """Start and wait until it is ready."""
        self.open()
        await until(self._ready, 40)

    def open(self) -> None:
        """Start, and do not wait."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "bot", "run"]
            self.process = subprocess.Popen(command, env=environment(**self.settings), stdout=log, stderr=log)

    async def _ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(f"{self.url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async def at_rest(self) -> bool:
        """Tell whether everything is handled and delivered."""
        async with httpx.AsyncClient() as client:
            figures = (await client.get(f"{self.url}/metrics")).text
        return "outbox_" not in figures and "inbox_unhandled 0" in figures

    def kill(self) -> None:
        """End it as a power cut would, in the middle of everything."""
        self._end(signal.SIGKILL)

    def stop(self, seconds: float = 5.0) -> int:
        """Ask it to end, as systemd does; return its status."""
        return self._end(signal.SIGTERM, seconds)

    def _end(self, number: signal.Signals, seconds: float = 5.0) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(seconds)

    @contextmanager
    def store(self) -> Iterator[SqliteStore]:
        """Open what it left behind, and look whether that is sound."""
        store = SqliteStore(self.data, Vault.open(self.key))
        try:
            assert store.db.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert store.db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
            yield store
        finally:
            store.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
