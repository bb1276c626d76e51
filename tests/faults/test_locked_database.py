"""Another program keeps the database locked: nobody waits for long, nothing is lost, and afterwards all goes on by itself."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.adapters.sqlite.store import DATABASE
from bot.core.content import Content
from bot.core.messages import Address, OutboundMessage
from bot.services.ports import Timer
from bot.settings import Settings
from tests.botapi import BotApi, Person
from tests.clock import TUESDAY
from tests.faults.service import until
from tests.system import System, running


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
async def system(api: BotApi, tmp_path: Path, content: Content, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[System]:
    monkeypatch.setattr("bot.adapters.telegram.receiver.LONGEST_PAUSE", 0.1)
    monkeypatch.setattr("bot.adapters.sqlite.store.PATIENCE_SERVING", timedelta(milliseconds=200))
    bot = api.bot("100:the-newcomers-token", "wegweiser_bot")
    settings = Settings(tmp_path, tmp_path / "key", telegram_token=bot.token, telegram_api=api.url)
    async with running(tmp_path, content, settings) as system:
        yield system


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "data" / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


async def test_updates_messages_and_timers_wait_until_the_database_is_free(
    api: BotApi, system: System, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    parts, (bot, *_) = system.parts, list(api.bots.values())
    amina: Person = api.person("Amina")
    amina.start(bot)
    await api.wait_taken(bot)
    said = len(api.messages(amina))
    with parts.store.transaction() as tx:
        person = tx.find_conversation(Address("telegram", str(amina.id)))
        assert person is not None
        tx.say(OutboundMessage("Guten Tag", "de"), person.id, TUESDAY)
        leaving = tx.conversation_at(Address("web", "leaving"), TUESDAY, "leaving")
        tx.add_timer(Timer("erase:leaving", "erase", leaving.contact_id, "", TUESDAY))

    async def all_were_refused() -> bool:
        said = [line for line in caplog.messages if "DatabaseLocked" in line]
        return all(any(whose in line for line in said) for whose in ("newcomers: update", "outbox of telegram", "timers"))

    with locked(tmp_path):
        amina.text(bot, "/help")
        parts.live.touch("timers", "outbox:telegram")
        await until(all_were_refused)
        assert len(api.messages(amina)) == said
        async with httpx.AsyncClient(base_url=system.url) as client:
            assert (await client.get("/healthz")).status_code == 200
    parts.live.touch("timers", "outbox:telegram")
    await api.wait(lambda: len(api.messages(amina)) >= said + 2, timeout=15)
    assert [each.text for each in api.messages(amina)].count("Guten Tag") == 1

    async def gone() -> bool:
        with parts.store.transaction() as tx:
            return tx.conversation("leaving") is None

    await until(gone)
