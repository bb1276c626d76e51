"""People and their browsers."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette

from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.web.app import create_web
from bot.adapters.web.auth import Sessions, hash_password
from bot.adapters.web.staff import COOKIE
from bot.app import web, wire
from bot.core.content import Content
from bot.core.messages import InboundMessage
from bot.services.ports import Advisor
from bot.settings import Settings
from tests.adapters.web.fakes import World
from tests.clock import FixedClock, Ids
from tests.conftest import ROOT
from tests.services.fakes import BEATE, BIRGIT, COLLEAGUE, JENS, PlannedTranslator, RecordingAlerts
from tests.services.fakes import World as Office

PASSWORD = "Zehn rote Äpfel"
Desk = Callable[[Advisor], "Browser"]


class Browser(httpx.AsyncClient):
    """A browser without JavaScript: it keeps cookies and sends the hidden fields of the page it looks at."""

    html = ""

    async def look(self, path: str) -> httpx.Response:
        response = await self.get(path)
        self.html = response.text
        return response

    async def press(self, action: str, file: tuple[str, bytes] | None = None, **fields: str | list[str]) -> httpx.Response:
        hidden = dict(re.findall(r'<input type="hidden" name="(csrf|form)" value="([^"]*)"', self.html))
        files = {"file": file} if file else None
        response = await self.post(action, data=hidden | fields, files=files, headers={"Sec-Fetch-Site": "same-origin"})
        if response.is_redirect and not response.headers["location"].startswith("http"):
            await self.look(response.headers["location"])
        else:
            self.html = response.text
        return response

    async def speak(self, language: str) -> None:
        await self.look("/")
        await self.press("/chat/language", language=language)

    async def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        await self.look("/console/sign-in")
        return await self.press("/console/sign-in", login=login, password=password)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def browser(world: World) -> AsyncIterator[Callable[[], Browser]]:
    app = create_web(world.parts())
    opened: list[Browser] = []

    def new() -> Browser:
        opened.append(Browser(transport=httpx.ASGITransport(app), base_url="http://wegweiser.test"))
        return opened[-1]

    yield new
    for each in opened:
        await each.aclose()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "data", Vault(b"k" * 32))
    yield store
    store.close()


@pytest.fixture
async def entrance(world: World, store: SqliteStore) -> AsyncIterator[Callable[..., Browser]]:
    """Browsers in front of a real store, each from an address; parts of the web can be chosen."""
    opened: list[Browser] = []
    apps: dict[bool, Starlette] = {}

    def new(host: str = "203.0.113.5", *, require_second_factor: bool = False) -> Browser:
        if require_second_factor not in apps:
            parts = replace(world.parts(), store=store, require_second_factor=require_second_factor)
            apps[require_second_factor] = create_web(parts)
        transport = httpx.ASGITransport(apps[require_second_factor], client=(host, 40000))
        opened.append(Browser(transport=transport, base_url="http://wegweiser.test"))
        return opened[-1]

    yield new
    for each in opened:
        await each.aclose()


@pytest.fixture
def member(store: SqliteStore) -> Advisor:
    """Beate in the real store; she signs in with PASSWORD, whose hash costs little."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    beate = Advisor("b1", "beate", "Beate", "north", "advisor", "de", cheap.hash(PASSWORD))
    with store.transaction() as tx:
        tx.add_advisor(beate)
    return beate


@pytest.fixture
def amina(browser: Callable[[], Browser]) -> Browser:
    return browser()


@pytest.fixture
def oksana(browser: Callable[[], Browser]) -> Browser:
    return browser()


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
async def beate(browser: Callable[[], Browser], world: World, password_hash: str) -> Browser:
    world.hire("Beate", "north", password_hash)
    window = browser()
    await window.sign_in("beate")
    return window


@pytest.fixture
async def jens(browser: Callable[[], Browser], world: World, password_hash: str) -> Browser:
    world.hire("Jens", "south", password_hash)
    window = browser()
    await window.sign_in("jens")
    return window


@pytest.fixture
def carl(browser: Callable[[], Browser], world: World, password_hash: str) -> Browser:
    world.hire("Carl", "north", password_hash, disabled=True)
    return browser()


@pytest.fixture
def office(tmp_path: Path, content: Content) -> Iterator[Office]:
    """A wired system with a real store and two agencies."""
    store, clock, translator = SqliteStore(tmp_path / "data", Vault(b"k" * 32)), FixedClock(), PlannedTranslator()
    world = Office(wire(store, content, clock, Ids(), translator), clock, RecordingAlerts(), translator)
    with store.transaction() as tx:
        for advisor in (BEATE, COLLEAGUE, BIRGIT, JENS):
            tx.add_advisor(advisor)
    yield world
    store.close()


@pytest.fixture
async def desk(office: Office, tmp_path: Path) -> AsyncIterator[Desk]:
    """Browsers of members of staff who are signed in at the office."""
    application = web(office.parts, Settings(data=tmp_path, key_file=tmp_path / "key", content=ROOT))
    opened: list[Browser] = []

    def sits_down(advisor: Advisor) -> Browser:
        token = Sessions(office.parts.store, office.clock).open(advisor)
        browser = Browser(transport=httpx.ASGITransport(application), base_url="http://wegweiser.test", cookies={COOKIE: token})
        opened.append(browser)
        return browser

    yield sits_down
    for each in opened:
        await each.aclose()


def texts(received: list[InboundMessage]) -> list[str]:
    return [message.text for message in received if message.text]
