"""The same thing many times, two things at once, and far too much of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.core.content import Content
from bot.services.ports import Advisor
from bot.settings import Settings
from tests.botapi import BotApi
from tests.system import System, running

SECRET = "a-secret-of-the-test"
TIMES = 50
AMINA = 4711
LONG = "Ich brauche Hilfe mit meiner Wohnung. " * 263 + "Ende!!"


@pytest.fixture
async def system(tmp_path: Path, content: Content) -> AsyncIterator[System]:
    async with BotApi() as api:
        token = api.bot("100:the-newcomers-token", "wegweiser_bot").token
        settings = Settings(
            tmp_path, tmp_path / "key", telegram_token=token, telegram_api=api.url, telegram_webhook_secret=SECRET
        )
        async with running(tmp_path, content, settings) as system:
            await api.wait_calls("setWebhook")
            yield system


@pytest.fixture
async def page(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """Amina's page; her chat is kept."""
    async with httpx.AsyncClient(base_url=system.url, timeout=30) as client:
        answer = await client.post("/api/chat", json={"language": "de", "consent": True})
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        yield client


async def said(page: httpx.AsyncClient, after: int = 0) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = (await page.get("/api/chat/messages", params={"after": after})).json()["messages"]
    return messages


async def press(page: httpx.AsyncClient, id: str, choice: str) -> list[str]:
    """Press a button; return the buttons that follow."""
    before = (await said(page))[-1]["n"]
    (await page.post("/api/chat/messages", json={"id": id, "choice": choice})).raise_for_status()
    return [choice["id"] for each in await said(page, before) for choice in each["choices"]]


def update(number: int, data: str) -> bytes:
    """Return a press of Amina's on Telegram."""
    user = {"id": AMINA, "is_bot": False, "first_name": "Amina", "language_code": "de"}
    chat = {"id": AMINA, "type": "private", "first_name": "Amina"}
    message = {"message_id": 1, "chat": chat, "date": 1795500000, "text": "?"}
    query = {"id": str(number), "from": user, "message": message, "chat_instance": "1", "data": data}
    return json.dumps({"update_id": number, "callback_query": query}).encode()


async def deliver(system: System, *bodies: bytes) -> None:
    """Deliver updates to the webhook, all at once."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    limits = httpx.Limits(max_connections=len(bodies))
    async with httpx.AsyncClient(base_url=system.url, headers=headers, limits=limits, timeout=30) as telegram:
        answers = await asyncio.gather(*(telegram.post("/telegram/newcomers", content=body) for body in bodies))
    assert {answer.status_code for answer in answers} == {200}


def count(system: System, query: str) -> int:
    with system.parts.store.transaction() as tx:
        return int(tx.db.execute(query).fetchone()[0])


async def test_one_update_delivered_fifty_times_at_once_has_one_effect(system: System) -> None:
    await deliver(system, *[update(1, "lang:de")] * TIMES)
    assert count(system, "SELECT count(*) FROM conversation") == 1
    assert count(system, "SELECT count(*) FROM inbox") == 1
    assert count(system, "SELECT count(*) FROM outbox") == 1


async def test_one_post_sent_fifty_times_at_once_has_one_effect(page: httpx.AsyncClient) -> None:
    before = len(await said(page))
    body = {"id": "same", "text": "Wo melde ich mich an?"}
    answers = await asyncio.gather(*(page.post("/api/chat/messages", json=body) for _ in range(TIMES // 5)))
    assert sorted(answer.json()["new"] for answer in answers) == [False] * (TIMES // 5 - 1) + [True]
    assert [each["text"] for each in await said(page) if each["text"] == body["text"]] == [body["text"]]
    assert len(await said(page)) == before + 2


async def test_a_button_tapped_twice_at_once_is_answered_once(system: System) -> None:
    await deliver(system, update(1, "lang:de"))
    await deliver(system, update(2, "consent:yes"))
    before = count(system, "SELECT count(*) FROM outbox")
    await deliver(system, update(3, "topic:housing"), update(4, "topic:housing"))
    assert count(system, "SELECT count(*) FROM outbox") == before + 1


async def test_a_time_confirmed_twice_at_once_is_booked_once(system: System, page: httpx.AsyncClient, content: Content) -> None:
    site = next(site.id for site in content.network.sites.values() if site.appointments)
    day = next(each for each in await press(page, "1", f"book:site:{site}") if each.startswith("book:day:"))
    time = next(each for each in await press(page, "2", day) if each.startswith("book:time:"))
    yes = next(each for each in await press(page, "3", time) if each.startswith("book:yes:"))
    await asyncio.gather(*(page.post("/api/chat/messages", json={"id": f"yes-{n}", "choice": yes}) for n in range(2)))
    assert count(system, "SELECT count(*) FROM appointment") == 1
    assert count(system, "SELECT count(*) FROM hold") == 0
    assert count(system, "SELECT count(DISTINCT holder) FROM slot_cell") == 1


async def test_a_time_that_is_booked_already_is_not_held_a_second_time(
    system: System, page: httpx.AsyncClient, content: Content
) -> None:
    site = next(site.id for site in content.network.sites.values() if site.appointments)
    day = next(each for each in await press(page, "1", f"book:site:{site}") if each.startswith("book:day:"))
    time = next(each for each in await press(page, "2", day) if each.startswith("book:time:"))
    for round in "ab":
        yes = [each for each in await press(page, f"time-{round}", time) if each.startswith("book:yes:")]
        await press(page, f"yes-{round}", (yes or [time.replace("time", "yes")])[0])
    assert count(system, "SELECT count(*) FROM appointment") == 1
    assert count(system, "SELECT count(*) FROM hold") == 0


async def test_ten_thousand_characters_get_a_clear_sentence(page: httpx.AsyncClient, content: Content) -> None:
    assert len(LONG) == 10_000
    before = (await said(page))[-1]["n"]
    assert (await page.post("/api/chat/messages", json={"id": "long", "text": LONG})).json()["new"]
    heard, *answers = await said(page, before)
    assert heard["text"] == LONG
    assert any(content.phrases.say("long_message", "de") in each["text"] for each in answers)


async def test_ten_thousand_characters_reach_an_open_case_whole(system: System, page: httpx.AsyncClient) -> None:
    for id, choice in (("1", "nav:person"), ("2", "case:housing"), ("3", "case:skip"), ("4", "place:skip")):
        await press(page, id, choice)
    with system.parts.store.transaction() as tx:
        case = next(case for agency in system.parts.content.network.agencies for case in tx.cases(agency))
    beate = Advisor("beate", "beate", "Beate", case.agency, "advisor", "de", "")
    system.parts.desk.claim(beate, case.id)
    assert (await page.post("/api/chat/messages", json={"id": "long", "text": LONG})).json()["new"]
    assert system.parts.desk.view(beate, case.id).lines[-1].text == LONG


async def test_more_than_a_message_may_have_is_refused_with_a_clear_sentence(page: httpx.AsyncClient, content: Content) -> None:
    answer = await page.post("/api/chat/messages", json={"id": "more", "text": "x" * 20_001})
    assert answer.status_code == 413
    assert answer.json()["message"] == content.phrases.say("web_error_too_long", "de", limit="20000")
