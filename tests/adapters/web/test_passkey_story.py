"""Beate uses a passkey, Anke manages the people, Volkan reads the state of the content: in a real browser on a small phone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.adapters.content.problems import Problem
from bot.core.content import Content
from tests.adapters.web.chromium import Windows, accessible, launched, needed, no_overflow
from tests.adapters.web.road import Member
from tests.system import PASSWORD, System, running

pytestmark = needed
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
async def system(tmp_path: Path, content: Content) -> AsyncIterator[System]:
    async with running(tmp_path, content) as system:
        system.hire("Beate", "example-a")
        yield system


@pytest.fixture
async def windows(system: System) -> AsyncIterator[Windows]:
    async with launched() as browser:
        windows = Windows(browser, system.url.replace("127.0.0.1", "localhost"))
        yield windows
    assert windows.complaints == []


async def sign_out(page: Page) -> None:
    await page.click("form[action='/console/sign-out'] button")


async def test_beate_adds_a_passkey_and_signs_in_with_it_alone_and_after_her_password(windows: Windows) -> None:
    page = await windows.open("/console")
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    await page.click("form[data-passkey] button")
    await expect(page.locator("form[data-passkey] [role=status]")).to_have_text("Es wurde kein Passkey benutzt.")
    await Member(page).sign_in("beate")
    await page.goto(f"{windows.address}/console/me")
    await accessible(page)
    await no_overflow(page)
    await page.fill("#passkey-name", "Diensthandy")
    await page.fill("#password-passkey", PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator(".codes li")).to_have_count(10)
    await expect(page.locator(".sessions").first).to_contain_text("Diensthandy")
    await no_overflow(page)
    await sign_out(page)
    await page.click("form[data-passkey] button")
    await page.wait_for_selector("#queue")
    await sign_out(page)
    await page.fill("#login", "beate")
    await page.fill("#password", PASSWORD)
    await page.click("form[action='/console/sign-in'] button.primary")
    await page.wait_for_selector("#code")
    await accessible(page)
    await page.click("form[data-passkey] button")
    await page.wait_for_selector("#queue")
    plain = await windows.open("/console", java_script_enabled=False)
    await expect(plain.locator("form[data-passkey]")).to_be_hidden()
    await expect(plain.locator("#password")).to_be_visible()


async def test_anke_invites_volkan_and_he_sees_what_is_wrong_with_the_content(
    windows: Windows, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Problem("flows/work.yaml", "keywords", "Das Wort steht zweimal da.", "warning")]
    # Looking through all files takes five seconds, and has tests of its own.
    monkeypatch.setattr("bot.adapters.content.check.check", lambda root, today: found)
    system.parts.editorial.refused([Problem("flows/housing.yaml", "Schritt 'what'", "Der Schritt 'where' fehlt.")])
    volkan, anke = system.hire("Volkan", "example-a"), system.hire("Anke", "example-a")
    with system.parts.store.transaction() as tx:
        tx.add_advisor(replace(volkan, role="editor"))
        tx.add_advisor(replace(anke, role="admin"))
    page = await windows.open("/console")
    await sign_in(page, "anke")
    await page.click("#invite > summary")
    await no_overflow(page)
    await page.fill("#name", "Oksana Melnyk")
    await page.check("input[value='translator']")
    await page.click("#invite form > button")
    await expect(page.locator("[role=status] code")).to_contain_text("/console/invite/")
    await page.locator(".member details summary").first.click()
    await page.click("#invite > summary")
    await accessible(page)
    await no_overflow(page)
    await sign_out(page)
    await sign_in(page, "volkan")
    await expect(page.locator("[role=alert]")).to_contain_text("Der Schritt 'where' fehlt.")
    await accessible(page)
    await no_overflow(page)


async def sign_in(page: Page, login: str) -> None:
    await page.fill("#login", login)
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".whoami")
