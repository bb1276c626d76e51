"""Beate sets up the second step and signs in with it, in a real browser on a small phone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect
from pyotp import TOTP

from bot.core.content import Content
from tests.adapters.web.chromium import Windows, accessible, launched, needed, no_overflow
from tests.adapters.web.road import Member
from tests.system import PASSWORD, System, running

pytestmark = needed


@pytest.fixture
async def system(tmp_path: Path, content: Content) -> AsyncIterator[System]:
    async with running(tmp_path, content) as system:
        system.hire("Beate", "example-a")
        yield system


@pytest.fixture
async def windows(system: System) -> AsyncIterator[Windows]:
    async with launched() as browser:
        windows = Windows(browser, system.url)
        yield windows
    assert windows.complaints == []


async def test_beate_sets_up_the_second_step_and_signs_in_with_it(windows: Windows, system: System) -> None:
    page = await windows.open("/console", width=360, height=740)
    await Member(page).sign_in("beate")
    await page.click(".whoami")
    await accessible(page)
    await no_overflow(page)
    await page.fill("#password-begin", PASSWORD)
    await page.keyboard.press("Enter")
    picture = page.locator("img.qr")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.naturalWidth") > 100, "shown under the Content-Security-Policy"
    await accessible(page)
    await no_overflow(page)
    app = TOTP(((await page.locator("p > code").text_content()) or "").replace(" ", ""))
    now = system.parts.clock.now()
    await page.fill("#code", app.at(now))
    await page.keyboard.press("Enter")
    await expect(page.locator(".codes li")).to_have_count(10)
    await accessible(page)
    await page.goto(f"{windows.address}/console")
    await page.click("form[action='/console/sign-out'] button")
    await page.fill("#login", "beate")
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#code")).to_be_focused()
    await accessible(page)
    await page.fill("#code", app.at(now + timedelta(seconds=30)))
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#queue")
