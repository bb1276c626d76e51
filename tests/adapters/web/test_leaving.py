"""Leaving quickly: the page is gone at one tap, and the way back does not show the chat."""

from dataclasses import replace

import httpx
from playwright.async_api import expect

from bot.adapters.web.app import create_web
from tests.adapters.web.chromium import accessible, needed, no_overflow
from tests.adapters.web.conftest import Browser
from tests.adapters.web.fakes import World
from tests.adapters.web.test_live import Site, site

__all__ = ["site"]

ESCAPES = """times => {
    for (let time = 0; time < times; time++) document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
}"""
"""Within one moment, however slow the machine is: three times count only when they come within two seconds."""


async def test_leaving_hides_the_chat_and_shows_what_could_be_anybodys_page(amina: Browser) -> None:
    await amina.speak("ar")
    await amina.press("/chat/send", text="سؤال")
    left = await amina.press("/chat/leave")
    assert left.headers["location"] == "/calendar"
    assert "Wegweiser" not in amina.html
    await amina.look("/")
    assert "سؤال" not in amina.html
    assert 'action="/chat/language"' in amina.html
    assert set(amina.cookies) == {"left"}


async def test_who_left_can_go_back_on_purpose(amina: Browser) -> None:
    await amina.speak("ar")
    await amina.press("/chat/send", text="سؤال")
    await amina.press("/chat/leave")
    await amina.look("/")
    assert 'action="/chat/return"' in amina.html
    await amina.press("/chat/return")
    assert "سؤال" in amina.html
    assert set(amina.cookies) == {"chat"}


async def test_who_never_left_is_not_asked_about_it(amina: Browser) -> None:
    assert "/chat/return" not in (await amina.look("/")).text
    await amina.press("/chat/return")
    assert not amina.cookies


async def test_another_site_cannot_make_a_browser_forget_its_chat(amina: Browser) -> None:
    await amina.speak("ar")
    answer = await amina.post("/chat/leave", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.headers["location"] == "/calendar"
    assert "set-cookie" not in answer.headers


async def test_the_operators_page_is_asked_for_only_after_the_tap(world: World) -> None:
    app = create_web(replace(world.parts(), quick_exit_url="https://news.example/?a=1&b"))
    async with Browser(transport=httpx.ASGITransport(app), base_url="http://wegweiser.test") as browser:
        await browser.speak("de")
        assert "news.example" not in browser.html
        await browser.press("/chat/leave")
        assert '<meta http-equiv="refresh" content="0;url=https://news.example/?a=1&amp;b">' in browser.html


class TestInTheBrowser:
    pytestmark = needed

    async def test_after_one_tap_neither_back_nor_forward_shows_the_conversation(self, site: Site) -> None:
        page = await site.chat("ar")
        await page.fill("#text", "Kita")
        await page.click(".writing button")
        await expect(page.locator("#log")).to_contain_text("Antwort auf: Kita")
        await page.goto(site.address + "/privacy")
        await page.go_back()
        await page.fill("#text", "Entwurf")
        await page.click(".leave button")
        await page.wait_for_url("**/calendar")
        for _ in range(await page.evaluate("history.length")):
            if await page.go_back() is None:
                break
            assert "Kita" not in await page.content()
            assert await page.locator("#text").count() == 0
        await page.goto(site.address + "/")
        assert await page.evaluate("sessionStorage.length") == 0
        await page.click("form[action='/chat/return'] button")
        await expect(page.locator("#log")).to_contain_text("Antwort auf: Kita")

    async def test_escape_three_times_leaves_too_and_twice_does_not(self, site: Site) -> None:
        page = await site.chat()
        await page.evaluate(ESCAPES, 2)
        assert await page.locator("#text").count() == 1
        await page.evaluate(ESCAPES, 3)
        await page.wait_for_url("**/calendar")

    async def test_without_a_script_it_is_a_form(self, site: Site) -> None:
        page = await site.chat("uk", java_script_enabled=False)
        await page.click(".leave button")
        await page.wait_for_url("**/calendar")
        await page.go_back()
        assert await page.locator("#text").count() == 0

    async def test_the_header_has_room_for_it_on_a_telephone_and_the_calendar_is_accessible(self, site: Site) -> None:
        for language in ("de", "ar"):
            page = await site.chat(language, width=320)
            await no_overflow(page)
            box = await page.locator(".leave button").bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 44
        await page.click(".leave button")
        await page.wait_for_url("**/calendar")
        await accessible(page)
        await no_overflow(page)
