"""An authenticator app, and turning the second step on with it."""

import html
import re
from datetime import timedelta

from pyotp import TOTP

from tests.adapters.web.conftest import PASSWORD, Browser
from tests.adapters.web.fakes import World


class Phone:
    """Shows the code of the moment."""

    def __init__(self, world: World, secret: str) -> None:
        self._clock = world.clock
        self._app = TOTP(secret)

    def code(self, later: timedelta = timedelta(0)) -> str:
        return self._app.at(self._clock.now() + later)


async def set_up(browser: Browser, world: World) -> tuple[Phone, list[str]]:
    """Turn the second step on as somebody who is signed in; half a minute later a new code is there."""
    await browser.look("/console/me")
    await browser.press("/console/me", do="begin", password=PASSWORD)
    phone = Phone(world, secret(browser))
    await browser.press("/console/me", do="confirm", code=phone.code())
    world.clock.forward(timedelta(seconds=30))
    return phone, re.findall(r"<li><code>([^<]+)</code>", browser.html)


def secret(browser: Browser) -> str:
    found = re.search(r"<p><code>([A-Z2-7 ]+)</code></p>", browser.html)
    return found[1].replace(" ", "") if found else ""


async def code_step(browser: Browser, code: str) -> int:
    """Give a code on the page that asks for it; return the status."""
    hidden = {name: html.unescape(value) for name, value in re.findall(r'name="(ticket|next)" value="([^"]*)"', browser.html)}
    return (await browser.press("/console/sign-in/code", None, code=code, **hidden)).status_code
