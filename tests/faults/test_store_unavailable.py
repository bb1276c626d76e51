"""The store cannot be written for a while: a clear sentence, nothing half done, and afterwards the same message is taken."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from bot.adapters.sqlite.store import DATABASE
from bot.core.content import Content
from tests.system import System, running

Outage = Callable[[], Callable[[], object]]
"""Begins, and returns what ends it."""


@pytest.fixture
async def system(tmp_path: Path, content: Content) -> AsyncIterator[System]:
    async with running(tmp_path, content) as system:
        yield system


@pytest.fixture
async def amina(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """Amina's page."""
    async with httpx.AsyncClient(base_url=system.url, timeout=30, headers={"accept-language": "ar"}) as page:
        answer = await page.post("/api/chat", json={"language": "ar", "consent": True})
        page.headers["authorization"] = f"Bearer {answer.json()['token']}"
        yield page


@pytest.fixture(params=["read-only", "locked"])
def outage(request: pytest.FixtureRequest, system: System, tmp_path: Path) -> Outage:
    conn = system.parts.store.db.conn

    def read_only() -> Callable[[], object]:
        conn.execute("PRAGMA query_only = ON")
        return lambda: conn.execute("PRAGMA query_only = OFF")

    def locked() -> Callable[[], object]:
        conn.execute("PRAGMA busy_timeout = 50")
        return _lock(tmp_path)

    return read_only if request.param == "read-only" else locked


def _lock(folder: Path) -> Callable[[], object]:
    other = sqlite3.connect(folder / "data" / DATABASE, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    return other.close


async def test_who_writes_is_told_in_their_language_and_taken_later(
    system: System, amina: httpx.AsyncClient, outage: Outage, content: Content
) -> None:
    over, body = outage(), {"id": "1", "text": "لا أفهم هذه الرسالة."}
    try:
        refused = await amina.post("/api/chat/messages", json=body)
        assert refused.status_code == 503
        assert refused.json() == {"error": "unavailable", "message": content.phrases.say("web_error_server", "ar")}
        assert refused.headers["retry-after"] == "30"
        page = await amina.get("/", headers={"cookie": f"chat={'x' * 22}"})
        assert (page.status_code, content.phrases.say("web_error_server", "ar") in page.text) == (503, True)
        assert (await amina.get("/healthz")).status_code == 200
    finally:
        over()
    assert (await amina.post("/api/chat/messages", json=body)).json() == {"received": True, "new": True}
    said = (await amina.get("/api/chat/messages")).json()["messages"]
    assert [each["text"] for each in said].count(body["text"]) == 1
    assert said[-1]["from"] == "bot"


async def test_a_foreign_backup_that_locks_the_database_for_a_moment_is_waited_for(
    system: System, amina: httpx.AsyncClient, tmp_path: Path
) -> None:
    asyncio.get_running_loop().run_in_executor(None, _release_soon, _lock(tmp_path))
    answer = await amina.post("/api/chat/messages", json={"id": "1", "choice": "nav:help"})
    assert answer.json() == {"received": True, "new": True}


def _release_soon(release: Callable[[], object]) -> None:
    # The loop itself waits for the database meanwhile.
    asyncio.run(asyncio.sleep(0.3))
    release()
