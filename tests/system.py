"""The whole system in one process, as `wegweiser run` wires it, for tests from outside."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.web.auth import hash_password
from bot.app import Parts, serve, wire
from bot.core.content import Content
from bot.services.outbox import Pace
from bot.services.ports import Advisor, Clock, Translator
from bot.settings import Settings
from tests.clock import RunningClock
from tests.conftest import ROOT

PASSWORD = "beate-und-jens-2026"
KEY = b"k" * 32


@dataclass
class System:
    """A running system: its address, its services, the way to end it."""

    url: str
    parts: Parts
    stop: asyncio.Event

    def hire(self, name: str, agency: str, telegram_id: int | None = None) -> Advisor:
        """Add a member of staff who can sign in with PASSWORD."""
        return hire(self.parts, name, agency, telegram_id)


def hire(parts: Parts, name: str, agency: str, telegram_id: int | None = None) -> Advisor:
    """Add a member of staff who can sign in with PASSWORD."""
    advisor = Advisor(name.lower(), name.lower(), name, agency, "advisor", "de", hash_password(PASSWORD), telegram_id)
    with parts.store.transaction() as tx:
        tx.add_advisor(advisor)
    return advisor


def trained(folder: Path) -> Translator:
    """Install the models of the tests, which know rehearsed sentences of German, English and Arabic; return what uses them."""
    # Imported only where it is needed: it takes a second.
    from bot.adapters.argos.packages import install
    from bot.adapters.argos.translator import ArgosTranslator

    for package in sorted((ROOT / "tests" / "models").glob("*.argosmodel")):
        install(package, folder)
    return ArgosTranslator(folder, seconds=30)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(
    folder: Path,
    content: Content,
    settings: Settings | None = None,
    clock: Clock | None = None,
    translator: Translator | None = None,
) -> AsyncIterator[System]:
    """Run the system until the block is left, from a Tuesday morning on; messages go out without Telegram's pace."""
    port = free_port()
    # Without the model, which has tests of its own: loading it for each would take minutes in all.
    settings = replace(settings or Settings(folder, folder / "key"), host="127.0.0.1", port=port, embeddings=False)
    if settings.telegram_webhook_secret:
        settings = replace(settings, public_url=f"http://127.0.0.1:{port}")
    store = SqliteStore(folder / "data", Vault(KEY))
    parts = wire(store, content, clock or RunningClock(), translator=translator)
    system = System(f"http://127.0.0.1:{port}", parts, asyncio.Event())
    ready = asyncio.Event()
    pace = Pace(per_chat=timedelta(0), per_bot=timedelta(0))
    task = asyncio.create_task(serve(system.parts, settings, started=ready.set, pace=pace, stop=system.stop))
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED, timeout=30)
        if task.done():
            await task
        yield system
    finally:
        waiting.cancel()
        system.stop.set()
        system.parts.live.touch("stop")
        await asyncio.wait({task}, timeout=15)
        store.close()
    await task
