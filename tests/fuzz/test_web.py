"""Whatever is sent to whatever address of the web, by anybody or by staff: no answer is an error of ours, and none takes long."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route

from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.web.auth import Sessions
from bot.adapters.web.pages import STATIC
from bot.adapters.web.staff import COOKIE
from bot.app import web, wire
from bot.core import buttons
from bot.core.content import Content
from bot.settings import Settings
from tests.clock import FixedClock, Ids
from tests.conftest import ROOT
from tests.fuzz import changed, fuzzed, spoiled, words
from tests.services.fakes import AMINA, BIRGIT, PlannedTranslator, RecordingAlerts, World

SECONDS = 20.0
UPLOADS = re.compile(r"/chat/send|/console/cases/[^/]+/file")
STREAMS = re.compile(r".*/events$")
TEMPLATES = STATIC.parent / "templates"
FIELDS = sorted({name for path in TEMPLATES.rglob("*.html") for name in re.findall(r'name="([a-z_]+)"', path.read_text("utf-8"))})
KINDS = sorted({*buttons._HANDLERS, "lang", "consent", "handoff", "flow"})
HEADERS = ("accept-language", "authorization", "content-type", "cookie", "origin", "range", "sec-fetch-site", "x-forwarded-for")


@dataclass
class House:
    """The whole web on a real store, with Amina's case in it, and the keys of a newcomer and of Birgit, who works here."""

    loop: asyncio.Runner
    app: Starlette
    world: World
    bearer: str
    session: str
    csrf: str
    case: str

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Return the answer; an exception behind it comes through."""
        return self.loop.run(self._send(method, path, **request))

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        self.world.clock.advance(seconds=2.5)  # nobody is in a hurry, or the web slows them down
        async with asyncio.timeout(SECONDS), _client(self.app) as client:
            return await client.request(method, path, **request)


@asynccontextmanager
async def _client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://wegweiser.test") as client:
        yield client


async def _moved_in(world: World, app: Starlette) -> tuple[str, str, str, str]:
    await world.asks_for_a_person(AMINA, "ar")
    session = Sessions(world.parts.store, world.clock).open(BIRGIT)
    async with _client(app) as client:
        started = await client.post("/api/chat", json={"language": "uk", "consent": True})
        page = await client.get("/console/me", headers={"cookie": f"{COOKIE}={session}"})
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return started.json()["token"], session, found[1], world.case(AMINA).id


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, content: Content) -> Iterator[House]:
    store = SqliteStore(tmp_path_factory.mktemp("house"), Vault(b"k" * 32))
    clock, translator = FixedClock(), PlannedTranslator()
    world = World(wire(store, content, clock, Ids(), translator), clock, RecordingAlerts(), translator)
    with store.transaction() as tx:
        tx.add_advisor(BIRGIT)
    folder = tmp_path_factory.mktemp("nowhere")
    world.parts.ready = True
    with asyncio.Runner() as loop:
        app = web(world.parts, Settings(data=folder, key_file=folder / "key", content=ROOT))
        yield House(loop, app, world, *loop.run(_moved_in(world, app)))
        loop.run(world.parts.inbox.stop())
    store.close()


def fine(answer: httpx.Response) -> None:
    """Check that an answer is none of a broken program, and says why it refuses."""
    assert answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
    if answer.status_code >= 400 and answer.content and answer.headers.get("content-type", "").startswith("application/json"):
        assert answer.json()["message"]


def choices(case: str) -> st.SearchStrategy[str]:
    """Return ids of buttons: of every kind, with arguments that fit and that do not."""
    arguments = st.sampled_from(("yes", "no", "person", "housing", "Heide", "0", "1", "-1", "9" * 30, "2026-11-24", case)) | words
    return st.builds(lambda kind, rest: ":".join([kind, *rest]), st.sampled_from(KINDS) | words, st.lists(arguments, max_size=4))


@fuzzed(30)
@given(st.data())
def test_every_body_of_the_interface_is_taken_or_refused_in_words(house: House, data: st.DataObject) -> None:
    good = data.draw(
        st.sampled_from(
            (
                {"id": "1", "text": "Житло"},
                {"id": "2", "choice": "nav:menu"},
                {"id": "3", "place": {"lat": 54.2, "lon": 9.1}},
                {"language": "uk", "consent": True},
            )
        )
    )
    body = json.dumps(data.draw(changed(good))).encode()
    path = data.draw(st.sampled_from(("/api/chat", "/api/chat/messages")))
    body = data.draw(st.just(body) | spoiled(body) | st.binary(max_size=50) | st.just(b"[" * 100_000))
    fine(house.send("POST", path, content=body, headers={"authorization": f"Bearer {house.bearer}"}))


@fuzzed(30)
@given(st.data())
def test_every_button_does_something_or_leads_to_the_menu(house: House, data: st.DataObject) -> None:
    choice = data.draw(choices(house.case))[:200]
    answer = house.send(
        "POST",
        "/api/chat/messages",
        json={"id": data.draw(st.text("abcdef", min_size=20, max_size=20)), "choice": choice or "x"},
        headers={"authorization": f"Bearer {house.bearer}"},
    )
    assert answer.status_code == 200, answer.text


@fuzzed(80)
@given(st.data())
def test_every_address_answers_whoever_asks_whatever(house: House, data: st.DataObject) -> None:
    routes = [route for route in house.app.routes if isinstance(route, Route) and not STREAMS.fullmatch(route.path)]
    route = data.draw(st.sampled_from(routes))
    value = words | st.just(house.case) | choices(house.case)
    path = re.sub(r"\{[^}]+\}", lambda _: quote(data.draw(value), safe="") or "x", route.path)
    method = data.draw(st.sampled_from(sorted(route.methods or {"GET"})))
    asked = data.draw(st.dictionaries(st.sampled_from(FIELDS) | words, value, max_size=3))
    form = data.draw(st.dictionaries(st.sampled_from(FIELDS), value, max_size=6)) | {"csrf": house.csrf}
    headers = data.draw(
        st.dictionaries(st.sampled_from(HEADERS), st.text(st.characters(min_codepoint=32, max_codepoint=255)), max_size=2)
    )
    bodies: list[dict[str, Any]] = [{"data": form}, {"json": form}, {}]
    if UPLOADS.fullmatch(path):
        bodies.append({"data": form, "files": {"file": ("ein Bild.png", b"\x89PNG")}})
    body = data.draw(st.sampled_from(bodies))
    if data.draw(st.booleans()):
        headers = {"cookie": f"{COOKIE}={house.session}", "sec-fetch-site": "same-origin"}
    sent = {name: text.encode("latin-1") for name, text in headers.items()}
    fine(house.send(method, path, params=asked, headers=sent, **(body if method == "POST" else {})))


# What was half sent is left to the collector by the library, which closes it at once.
@pytest.mark.filterwarnings("ignore:Exception ignored in.*SpooledTemporaryFile")
@fuzzed(30)
@given(st.data())
def test_a_damaged_upload_is_refused_or_taken(house: House, data: st.DataObject) -> None:
    whole = (
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nHallo\r\n--x\r\n'
        b'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--x--\r\n'
    )
    boundary = data.draw(st.sampled_from((b"x", b"", b"y", b'"x', b"x" * 300)))
    headers = {"content-type": b"multipart/form-data; boundary=" + boundary, "cookie": f"chat={house.bearer}".encode()}
    fine(house.send("POST", "/chat/send", content=data.draw(spoiled(whole)), headers=headers))
