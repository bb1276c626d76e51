"""A full disk: nobody is told that something was kept which was not; nothing kept is lost; afterwards all goes on by itself."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.adapters.sqlite import StoreUnavailable
from bot.core.content import Content
from bot.services.turns import Turns
from bot.settings import Settings
from tests.adapters.sqlite.test_disk import fill, make_space
from tests.botapi import BotApi, Message, Person
from tests.faults.service import until
from tests.system import System, running

LONG = "Мені потрібна допомога. " * 150
"""A text that does not fit into what is left of the last pages."""


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture(params=["polling", "webhook"])
async def system(
    request: pytest.FixtureRequest, api: BotApi, tmp_path: Path, content: Content, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[System]:
    monkeypatch.setattr("bot.adapters.telegram.receiver.LONGEST_PAUSE", 0.1)
    settings = Settings(
        tmp_path,
        tmp_path / "key",
        telegram_token=api.bot("100:the-newcomers-token", "wegweiser_bot").token,
        telegram_api=api.url,
        telegram_webhook_secret="a-secret-of-the-test" if request.param == "webhook" else "",
    )
    async with running(tmp_path, content, settings) as system:
        yield system


@pytest.fixture
async def oksana(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """Oksana's page, in Ukrainian."""
    async with httpx.AsyncClient(base_url=system.url) as client:
        answer = await client.post("/api/chat", json={"language": "uk", "consent": True})
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        yield client


async def wrote(page: httpx.AsyncClient) -> list[str]:
    """Return what Oksana wrote, as it is kept."""
    messages: list[dict[str, Any]] = (await page.get("/api/chat/messages")).json()["messages"]
    return [each["text"] for each in messages if each["from"] == "newcomer"]


async def test_the_web_says_in_the_chats_language_that_it_did_not_work_and_takes_it_later(
    system: System, oksana: httpx.AsyncClient, content: Content
) -> None:
    assert (await oksana.post("/api/chat/messages", json={"id": "1", "text": "Добрий день"})).status_code == 200
    before = await wrote(oksana)
    fill(system.parts.store)
    message = {"id": "2", "text": LONG.strip()}
    for _ in range(2):
        refused = await oksana.post("/api/chat/messages", json=message)
        assert refused.status_code == 503
        assert refused.json() == {"error": "unavailable", "message": content.phrases.say("web_error_server", "uk")}
        assert refused.headers["retry-after"] == "30"
        assert refused.headers["x-content-type-options"] == "nosniff"
    assert await wrote(oksana) == before
    make_space(system.parts.store)
    again = await oksana.post("/api/chat/messages", json=message)
    assert again.json() == {"received": True, "new": True}
    assert await wrote(oksana) == [*before, message["text"]]


async def test_a_page_says_it_too_and_sends_what_was_typed_once_more_by_a_button(system: System, content: Content) -> None:
    async with httpx.AsyncClient(base_url=system.url, follow_redirects=True) as browser:
        chat = await browser.post("/chat/language", data={"language": "tr"})
        csrf = chat.text.partition('name="csrf" value="')[2].partition('"')[0]
        await browser.post("/chat/choose", data={"choice": "consent:yes", "form": "0", "csrf": csrf})
        fill(system.parts.store)
        page = await browser.post("/chat/send", data={"text": LONG, "form": "1", "csrf": csrf})
        assert page.status_code == 503
        assert content.phrases.say("web_error_server", "tr") in page.text
        make_space(system.parts.store)
        again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        for _ in range(2):
            kept = await browser.post("/chat/send", data=again)
        assert (kept.status_code, kept.text.count(LONG.strip())) == (200, 1)


async def test_a_message_that_waits_for_space_does_not_hold_up_the_end(
    system: System, oksana: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Turns, "store", _full)
    await oksana.post("/api/chat/messages", json={"id": "1", "text": "Добрий день"}, timeout=30)
    monkeypatch.setattr("bot.services.inbox.Inbox._count_failure", _full)
    system.stop.set()
    async with asyncio.timeout(4):
        await system.parts.inbox.stop()
    with system.parts.store.transaction() as tx:
        assert len(tx.unhandled()) == 1


def _full(*_: object) -> None:
    raise StoreUnavailable("The disk is full")


async def test_what_telegram_brings_is_not_confirmed_and_answered_once_there_is_space(
    api: BotApi, system: System, caplog: pytest.LogCaptureFixture
) -> None:
    amina: Person = api.person("Amina")
    bot = next(iter(api.bots.values()))
    amina.start(bot)
    for choice in ("lang:uk", "consent:yes"):
        amina.press(await _offering(api, amina, choice), choice)
    await _offering(api, amina, "topic:housing")
    await api.wait_taken(bot)
    said = len(api.messages(amina))
    fill(system.parts.store)
    amina.text(bot, LONG)
    amina.text(bot, "/help")
    await until(lambda: _refused(caplog, 2))
    assert len(bot.updates.alive()) == 2
    assert len(api.messages(amina)) == said
    make_space(system.parts.store)
    await api.wait_taken(bot, timeout=15)
    await api.wait(lambda: len(api.messages(amina)) >= said + 2, timeout=15)
    help_text = system.parts.content.phrases.say("help", "uk").split("\n")[0]
    assert help_text[:40] in api.messages(amina)[-1].text
    with system.parts.store.transaction() as tx:
        assert tx.unhandled() == []


async def _offering(api: BotApi, person: Person, choice: str) -> Message:
    """Wait for a message with a button."""

    def found() -> Message | None:
        return next((m for m in api.messages(person) if choice in [each.data for row in m.rows for each in row]), None)

    message = await api.wait(found, timeout=15)
    assert message is not None
    return message


async def _refused(caplog: pytest.LogCaptureFixture, times: int) -> bool:
    return sum("failed (StoreUnavailable)" in record.getMessage() for record in caplog.records) >= times
