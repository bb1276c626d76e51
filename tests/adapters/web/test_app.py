"""What holds for every address, and what operators ask for."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.adapters.web.app import create_web, exposition
from bot.adapters.web.pages import STATIC
from bot.adapters.web.parts import WebParts
from bot.app import web
from bot.settings import Settings
from tests.adapters.web.conftest import Browser
from tests.adapters.web.fakes import FakeStore, World
from tests.conftest import ROOT
from tests.services.fakes import World as Office
from tests.services.fakes import until

PATHS = ["/", "/about", "/privacy", "/nowhere", "/api/chat/messages", "/console", "/console/sign-in", "/healthz", "/chat/send"]


@pytest.mark.parametrize("path", [*PATHS, "/static/live.js"])
async def test_every_answer_carries_the_security_headers(amina: Browser, path: str) -> None:
    headers = (await amina.get(path)).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["permissions-policy"] == "geolocation=(self)"
    assert ("no-store" in headers["cache-control"]) is not path.startswith("/static")


async def test_a_form_is_answered_only_when_a_power_cut_cannot_undo_it_and_a_page_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = asyncio.Event()
    monkeypatch.setattr(FakeStore, "durable", lambda self: written.wait())
    async with Browser(transport=httpx.ASGITransport(create_web(world.parts())), base_url="http://wegweiser.test") as amina:
        assert (await amina.get("/")).status_code == 200
        sent = asyncio.create_task(amina.post("/chat/language", data={"language": "ar"}))
        await until(lambda: bool(world.inbox.conversations))
        assert not sent.done()
        written.set()
        assert (await sent).status_code == 303


async def test_an_error_of_ours_is_explained_with_all_headers_and_without_its_cause(world: World) -> None:
    def broken(address: object) -> None:
        raise RuntimeError("Aminas Geheimnis")

    world.inbox.find = broken  # type: ignore[method-assign]
    transport = httpx.ASGITransport(create_web(world.parts()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://wegweiser.test") as client:
        response = await client.get("/", headers={"Cookie": "chat=abc"})
    assert response.status_code == 500
    assert "Geheimnis" not in response.text
    assert "content-security-policy" in response.headers


@pytest.mark.parametrize("path", ["/", "/about", "/privacy", "/console/sign-in", "/nowhere", "/console/nowhere"])
async def test_pages_are_titled_alike_and_contain_nothing_inline_or_foreign(amina: Browser, path: str) -> None:
    page = (await amina.get(path)).text
    assert "<title>Wegweiser</title>" in page
    for forbidden in (" style=", "<style", " onclick", "<script>", 'src="http'):
        assert forbidden not in page


def templates() -> Iterator[str]:
    for path in sorted((STATIC.parent / "templates").rglob("*.html")):
        yield path.read_text("utf-8")


def test_every_phrase_a_template_says_exists(world: World) -> None:
    said = {key for text in templates() for key in re.findall(r'(?:say|find)\(\s*["\'](\w+)', text)}
    assert said
    assert said <= world.content.phrases.keys()


async def test_what_pages_are_signed_with_holds_over_a_restart_and_is_in_no_file(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[WebParts] = []
    monkeypatch.setattr("bot.app.pages.create_web", made.append)
    for _ in range(2):
        web(office.parts, Settings(data=tmp_path, key_file=tmp_path / "key", content=ROOT))
    first, second = (each.secret for each in made)
    assert first == second
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert not any(form in kept for form in (first, first.hex().encode()))


async def test_health_is_always_ok_and_readiness_tells_the_truth(amina: Browser, world: World) -> None:
    assert (await amina.get("/healthz")).text == "ok"
    assert (await amina.get("/readyz")).status_code == 200
    world.ready = False
    assert (await amina.get("/readyz")).status_code == 503
    assert (await amina.get("/healthz")).status_code == 200


async def test_metrics_are_prometheus_text(amina: Browser) -> None:
    response = await amina.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert response.text.splitlines() == [
        "# TYPE wegweiser_messages_total counter",
        "wegweiser_messages_total 3",
        "# TYPE wegweiser_open_cases gauge",
        'wegweiser_open_cases{agency="north"} 1',
    ]


def test_big_counters_keep_every_digit() -> None:
    assert exposition({"messages_total": 12_345_678}).splitlines()[1] == "wegweiser_messages_total 12345678"


async def test_a_webhook_hands_on_headers_and_body_and_answers_its_status(amina: Browser, world: World) -> None:
    assert (await amina.post("/telegram/newcomers", content=b'{"update_id": 1}')).status_code == 200
    assert world.updates == [b'{"update_id": 1}']
    assert (await amina.post("/telegram/unknown", content=b"{}")).status_code == 404
    assert (await amina.get("/telegram/newcomers")).status_code == 405


async def test_a_proxy_can_be_looked_at_through_health(amina: Browser) -> None:
    assert (await amina.get("/healthz", headers={"X-Forwarded-For": "198.51.100.7"})).headers["Seen-As"] == "http 127.0.0.1"
