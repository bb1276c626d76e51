"""People and their browsers."""

import re
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from bot.adapters.web.app import create_web
from bot.adapters.web.auth import hash_password
from bot.core.messages import InboundMessage
from tests.adapters.web.fakes import World

PASSWORD = "Zehn rote Äpfel"


class Browser(httpx.AsyncClient):
    """A browser without JavaScript: it keeps cookies and sends the hidden fields of the page it looks at."""

    html = ""

    async def look(self, path: str) -> httpx.Response:
        response = await self.get(path)
        self.html = response.text
        return response

    async def press(self, action: str, **fields: str) -> httpx.Response:
        hidden = dict(re.findall(r'<input type="hidden" name="(csrf|form)" value="([^"]*)"', self.html))
        response = await self.post(action, data=hidden | fields, headers={"Sec-Fetch-Site": "same-origin"})
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


def texts(received: list[InboundMessage]) -> list[str]:
    return [message.text for message in received if message.text]
