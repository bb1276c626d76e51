"""Looking changes nothing: mail scanners and previews open links (invariant 8)."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.adapters.sqlite import SqliteStore, Vault
from bot.app import Parts, web, wire
from bot.core.content import Content
from bot.core.messages import Address, InboundMessage
from bot.settings import Settings
from tests.adapters.web.conftest import Browser
from tests.clock import FixedClock, Ids
from tests.system import KEY, PASSWORD, hire

STREAMS = {"/console/events", "/api/chat/events"}


@pytest.fixture
def parts(tmp_path: Path, content: Content) -> Iterator[Parts]:
    store = SqliteStore(tmp_path, Vault(KEY))
    yield wire(store, content, FixedClock(), Ids())
    store.close()


async def test_a_get_changes_nothing_that_is_stored(parts: Parts, tmp_path: Path) -> None:
    parts.ready = True
    app = web(parts, Settings(tmp_path, tmp_path / "key"))
    hire(parts, "Beate", "example-a")
    async with Browser(transport=httpx.ASGITransport(app), base_url="http://wegweiser.test") as browser:
        await browser.speak("de")
        await browser.press("/chat/choose", choice="consent:yes")
        await browser.sign_in("beate", PASSWORD)
        case = await _waiting_case(parts)
        paths = [path.replace("{case}", case).replace("{n:int}", "1") for path in _readable(app)]
        assert len(paths) >= 10, paths
        before = _stored(parts)
        for path in paths:
            for address in (path, f"{path}?start=topic-housing&choice=consent:no&language=ar"):
                assert (await browser.get(address)).status_code < 500
        assert _stored(parts) == before


def _readable(app: Starlette) -> list[str]:
    routes = [route for route in app.routes if isinstance(route, Route) and "GET" in (route.methods or ())]
    return [route.path for route in routes if route.path not in STREAMS and "{name}" not in route.path]


async def _waiting_case(parts: Parts) -> str:
    for number, choice in enumerate(("lang:ar", "consent:yes", "nav:person", "case:papers", "case:skip", "place:skip")):
        receipt = await parts.inbox.receive(
            InboundMessage("web", str(number), Address("web", "amina"), parts.clock.now(), choice=choice)
        )
        await parts.inbox.settled(receipt.conversation_id)
        parts.clock.advance(seconds=30)  # type: ignore[attr-defined]
    with parts.store.transaction() as tx:
        found = tx.open_case(receipt.conversation_id)
    assert found is not None
    return found.id


def _stored(parts: Parts) -> list[str]:
    assert isinstance(parts.store, SqliteStore)
    lines = [re.sub(r"\s+", " ", line) for line in parts.store.db.conn.iterdump()]
    # That somebody looked is noted, and is nothing that was kept before.
    return [line for line in lines if not re.match(r"INSERT INTO (\"audit\"|\"?sqlite_sequence\"?)", line)]
