"""The chat's JSON interface, as other programs use it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.adapters.web import events
from bot.adapters.web.events import agency_events, case_events, chat_events
from bot.adapters.web.visitors import address_of
from bot.core.cases import Case
from bot.core.language import LANGUAGES
from bot.core.messages import Choice, OutboundMessage
from bot.services.presence import Presence
from tests.adapters.web.conftest import Browser, texts
from tests.adapters.web.fakes import NOON, World


async def start(client: Browser, language: str = "ar") -> dict[str, str]:
    response = await client.post("/api/chat", json={"language": language, "consent": True})
    assert response.status_code == 201
    return {"Authorization": f"Bearer {response.json()['token']}"}


async def test_a_chat_starts_with_language_and_consent(amina: Browser, world: World) -> None:
    await start(amina, "ar-SY")
    assert [message.choice for message in world.inbox.received] == ["lang:ar", "consent:yes"]


async def test_refused_consent_is_passed_on_as_refused(amina: Browser, world: World) -> None:
    await amina.post("/api/chat", json={"language": "uk", "consent": False})
    assert world.inbox.received[-1].choice == "consent:no"


async def test_an_unknown_language_is_told_with_all_that_are_known(amina: Browser, world: World) -> None:
    response = await amina.post("/api/chat", json={"language": "xx", "consent": True})
    assert response.status_code == 400
    assert response.json()["error"] == "unknown_language"
    assert ", ".join(LANGUAGES) in response.json()["message"]
    assert world.inbox.received == []


async def test_messages_carry_number_author_language_and_choices(amina: Browser, world: World) -> None:
    bearer = await start(amina, "uk")
    world.inbox.reply = lambda message: [OutboundMessage("Wohnung?", "de", choices=((Choice("a", "A"),), (Choice("b", "B"),)))]
    before = (await amina.get("/api/chat/messages", headers=bearer)).json()["messages"][-1]["n"]
    sent = await amina.post("/api/chat/messages", json={"id": "1", "text": "Житло"}, headers=bearer)
    assert sent.json() == {"received": True, "new": True}
    mine, answer = (await amina.get(f"/api/chat/messages?after={before}", headers=bearer)).json()["messages"]
    assert (mine["from"], mine["text"], mine["language"]) == ("newcomer", "Житло", None)
    assert (answer["from"], answer["text"], answer["language"], answer["format"]) == ("bot", "Wohnung?", "de", "markdown")
    assert answer["choices"] == [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]
    assert answer["n"] > mine["n"] > before


async def test_the_clients_id_makes_a_repetition_harmless_but_is_its_own(amina: Browser, oksana: Browser, world: World) -> None:
    mine, hers = await start(amina), await start(oksana, "uk")
    for bearer, new in ((mine, True), (mine, False), (hers, True)):
        response = await amina.post("/api/chat/messages", json={"id": "1", "text": "Hallo"}, headers=bearer)
        assert response.json()["new"] is new
    assert texts(world.inbox.received) == ["Hallo", "Hallo"]


async def test_choice_and_place_reach_the_bot(amina: Browser, world: World) -> None:
    bearer = await start(amina)
    await amina.post("/api/chat/messages", json={"id": "1", "choice": "nav:menu"}, headers=bearer)
    await amina.post("/api/chat/messages", json={"id": "2", "place": {"lat": 53.7, "lon": 9}}, headers=bearer)
    choice, place = world.inbox.received[-2:]
    assert choice.choice == "nav:menu"
    assert place.place is not None
    assert (place.place.lat, place.place.lon) == (53.7, 9.0)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "Hallo"}, 400, "id_missing"),
        ({"id": 5, "text": "Hallo"}, 400, "id_missing"),
        ({"id": "1"}, 400, "one_of_text_choice_place"),
        ({"id": "1", "text": "Hallo", "choice": "nav:menu"}, 400, "one_of_text_choice_place"),
        ({"id": "1", "text": "  "}, 400, "text_empty"),
        ({"id": "1", "text": 7}, 400, "text_empty"),
        ({"id": "1", "choice": ""}, 400, "bad_choice"),
        ({"id": "1", "place": {"lat": 91, "lon": 0}}, 400, "bad_place"),
        ({"id": "1", "place": {"lat": True, "lon": 0}}, 400, "bad_place"),
        ({"id": "1", "place": "Elmshorn"}, 400, "bad_place"),
        ({"id": "1", "text": "x" * 20_001}, 413, "text_too_long"),
        (["id"], 400, "not_json"),
    ],
)
async def test_a_wrong_request_is_told_in_the_chats_language(
    amina: Browser, world: World, body: object, status: int, code: str
) -> None:
    bearer = await start(amina)
    response = await amina.post("/api/chat/messages", json=body, headers=bearer)
    assert response.status_code == status
    assert response.json()["error"] == code
    assert any("ء" <= letter <= "ي" for letter in response.json()["message"])
    assert texts(world.inbox.received) == []


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 200_000, b'{"id":"1","place":{"lat":NaN,"lon":1}}'])
async def test_broken_json_is_a_clear_error(amina: Browser, content: bytes) -> None:
    bearer = await start(amina)
    response = await amina.post("/api/chat/messages", content=content, headers=bearer)
    assert response.status_code == 400
    assert set(response.json()) == {"error", "message"}


async def test_lone_surrogates_and_control_characters_do_no_harm(amina: Browser, world: World) -> None:
    bearer = await start(amina)
    body = b'{"id": "\\ud800", "text": "a\\ud800\\u0000b"}'
    assert (await amina.post("/api/chat/messages", content=body, headers=bearer)).status_code == 200
    assert texts(world.inbox.received) == ["ab"]


async def test_without_a_valid_token_nothing_is_shown(amina: Browser) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic abc"}):
        response = await amina.get("/api/chat/messages", headers=headers)
        assert (response.status_code, response.json()["error"]) == (401, "unknown_chat")


async def test_the_cookie_works_too_but_only_from_our_own_page(amina: Browser, world: World) -> None:
    await amina.speak("ar")
    assert (await amina.get("/api/chat/messages")).status_code == 200
    body = {"id": "1", "text": "Hallo"}
    for headers, status in (
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.test"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://wegweiser.test"}, 200),
    ):
        assert (await amina.post("/api/chat/messages", json=body, headers=headers)).status_code == status
    assert len(texts(world.inbox.received)) == 1


async def test_unknown_paths_answer_in_json(amina: Browser) -> None:
    response = await amina.get("/api/nothing")
    assert (response.status_code, response.json()["error"]) == (404, "not_found")


async def first(stream: AsyncIterator[str]) -> str:
    return await anext(stream)


async def next_event(stream: AsyncIterator[str]) -> tuple[int, dict[str, Any]]:
    async for chunk in stream:
        fields = dict(line.split(": ", 1) for line in chunk.strip().splitlines() if not line.startswith(":"))
        if "data" in fields:
            return int(fields.get("id", 0)), json.loads(fields["data"])
    raise AssertionError("the stream ended")


async def test_events_bring_what_was_missed_and_then_what_comes(amina: Browser, world: World) -> None:
    bearer = await start(amina)
    address = address_of(bearer["Authorization"].removeprefix("Bearer "))
    known = world.inbox.transcript(address)
    stream = chat_events(world.inbox, world.live, address, known[-2].n, dict)
    n, missed = await next_event(stream)
    assert (n, missed["n"]) == (known[-1].n, known[-1].n)
    waiting = asyncio.create_task(next_event(stream))
    await asyncio.sleep(0)
    await amina.post("/api/chat/messages", json={"id": "1", "text": "neu"}, headers=bearer)
    assert (await waiting)[1]["text"] == "neu"
    await stream.aclose()  # type: ignore[attr-defined]


async def test_a_quiet_stream_beats_and_an_erased_chat_ends_it(
    amina: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.001)
    bearer = await start(amina)
    address = address_of(bearer["Authorization"].removeprefix("Bearer "))
    stream = chat_events(world.inbox, world.live, address, world.lines.said[-1].n, dict)
    assert (await anext(stream)).startswith("retry:")
    assert (await anext(stream)).startswith(":")
    del world.inbox.conversations[address]
    rest = [chunk async for chunk in stream]
    assert rest == ["event: gone\ndata: {}\n\n"]


async def test_the_consoles_stream_carries_no_content_and_ends_with_the_session(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "REST", 0.0)
    signed_in = True
    stream = agency_events(world.live, "north", lambda: signed_in)
    assert (await anext(stream)).startswith("retry:")
    waiting = asyncio.create_task(first(stream))
    await asyncio.sleep(0)
    world.live.touch("agency:south", "agency:north")
    assert await waiting == "data: changed\n\n"
    signed_in = False
    assert [chunk async for chunk in stream] == []


async def test_a_busy_agency_disturbs_an_open_case_only_now_and_then_but_what_is_about_the_case_waits_for_nothing(
    world: World,
) -> None:
    case = Case("1", 1, "amina", "amina", "north", "north-elmshorn", "papers", "ar", None, "", (), NOON, None)
    stream = case_events(world.live, Presence(world.live), case, "beate", lambda: True)
    assert (await anext(stream)).startswith("retry:")
    waiting = asyncio.create_task(first(stream))
    await asyncio.sleep(0)
    world.live.touch("agency:north")
    assert await waiting == "data: changed\n\n"
    waiting = asyncio.create_task(first(stream))
    for _ in range(5):
        world.live.touch("agency:north")
        await asyncio.sleep(0)
    assert not waiting.done()
    world.live.touch("conversation:amina")
    assert await waiting == "data: changed\n\n"
    await stream.aclose()  # type: ignore[attr-defined]
