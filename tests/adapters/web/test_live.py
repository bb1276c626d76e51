"""The same pages in a real browser: what the one script adds."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import uvicorn
from playwright.async_api import FilePayload, Page, Route, expect

from bot.adapters.web.app import create_web
from bot.core.messages import Choice, OutboundMessage
from tests.adapters.web.chromium import Windows, launched, needed, no_overflow
from tests.adapters.web.conftest import PASSWORD, texts
from tests.adapters.web.fakes import World

pytestmark = needed

IN_BACKGROUND = """hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
LETTER: FilePayload = {"name": "Brief vom Jobcenter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 letter"}


class Site(Windows):
    """The pages around the fakes, in a browser."""

    world: World

    async def chat(self, language: str = "de", **options: Any) -> Page:
        page = await self.open(**options)
        await page.click(f"button[value={language}]")
        await page.wait_for_selector("#composer")
        await page.wait_for_load_state()  # until then its script does not listen
        return page

    async def with_a_person(self, language: str, **options: Any) -> Page:
        page = await self.chat(language, **options)
        address, conversation = list(self.world.inbox.conversations.items())[-1]
        self.world.inbox.conversations[address] = replace(conversation, owner="desk")
        await page.reload()
        return page

    async def console(self, path: str) -> Page:
        page = await self.open(f"/console/sign-in?next={path}")
        await page.fill("#login", "beate")
        await page.fill("#password", PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#answer, #queue")
        await page.wait_for_load_state()
        return page

    @property
    def conversation(self) -> str:
        return list(self.world.inbox.conversations.values())[-1].id


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    config = uvicorn.Config(create_web(world.parts()), port=0, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    serving = asyncio.create_task(server.serve(sockets=[socket]))
    async with launched() as browser:
        site = Site(browser, f"http://127.0.0.1:{socket.getsockname()[1]}")
        site.world = world
        yield site
    server.should_exit = True
    await serving
    socket.close()
    assert site.complaints == [], "a page complained in the browser's console"


async def test_a_message_is_answered_without_loading_the_page_again(site: Site) -> None:
    page = await site.chat()
    await page.evaluate("window.same = true")
    await page.fill("#text", "Kita")
    await page.click(".writing button")
    await expect(page.locator("#log")).to_contain_text("Antwort auf: Kita")
    await expect(page.locator("#text")).to_have_value("")
    assert await page.evaluate("window.same")
    await no_overflow(page)


async def test_an_answer_is_fetched_once_though_the_stream_tells_of_it_as_well(site: Site) -> None:
    page = await site.chat()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.method) if request.resource_type == "fetch" else None)
    await page.fill("#text", "Kita")
    await page.click(".writing button")
    await expect(page.locator("#log")).to_contain_text("Antwort auf: Kita")
    site.world.lines.add(site.conversation, OutboundMessage("Guten Tag!", "de", "advisor", "plain"))
    await expect(page.locator("#log")).to_contain_text("Guten Tag!")
    assert fetched == ["POST", "GET", "GET"], "the form, where it led, what came by itself"


async def test_an_advisors_message_appears_by_itself_and_leaves_the_draft_alone(site: Site) -> None:
    page = await site.chat("ar")
    await page.fill("#text", "أكتب الآن")
    await page.focus("#text")
    site.world.lines.add(site.conversation, OutboundMessage("مرحباً أمينة", "ar", "advisor", "plain"))
    await expect(page.locator(".message.advisor")).to_contain_text("مرحباً أمينة")
    await expect(page.locator("#text")).to_have_value("أكتب الآن")
    await expect(page.locator("#text")).to_be_focused()
    await no_overflow(page)


async def test_an_answer_is_read_when_it_is_on_the_screen_and_the_page_in_front(site: Site) -> None:
    page = await site.chat("ar")
    await page.evaluate(IN_BACKGROUND, True)
    line = site.world.lines.add(site.conversation, OutboundMessage("مرحباً أمينة", "ar", "advisor", "plain"))
    await expect(page.locator(".message.advisor")).to_be_in_viewport()
    assert site.world.reading.read == []
    async with page.expect_response("**/chat/seen"):
        await page.evaluate(IN_BACKGROUND, False)
    assert site.world.reading.read == [("", line.n)]
    long = "\n".join(f"{n}. سطر" for n in range(200))
    site.world.lines.add(site.conversation, OutboundMessage(long, "ar", "advisor", "plain"))
    await expect(page.locator(".message.advisor")).to_have_count(2)
    assert site.world.reading.read == [("", line.n)], "its end was not on the screen"
    async with page.expect_response("**/chat/seen"):
        await page.locator(".message.advisor .time").last.scroll_into_view_if_needed()
    assert site.world.reading.read == [("", line.n), ("", line.n + 1)]


async def test_a_double_tap_is_sent_once(site: Site) -> None:
    page = await site.chat()
    await page.fill("#text", "Hallo")
    await page.evaluate("const form = document.querySelector('.writing'); form.requestSubmit(); form.requestSubmit();")
    await expect(page.locator("#log")).to_contain_text("Antwort auf: Hallo")
    assert texts(site.world.inbox.received) == ["Hallo"]


async def test_a_pressed_button_brings_its_answer_and_changing_the_language_turns_the_page(site: Site) -> None:
    page = await site.chat()
    await page.click("button[value='consent:yes']")
    await expect(page.locator("#log")).to_contain_text("Antwort auf: consent:yes")
    site.world.lines.add(site.conversation, OutboundMessage("Sprache?", "de", choices=((Choice("lang:ar", "العربية"),),)))
    await page.click("button[value='lang:ar']")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await no_overflow(page)


async def test_a_lost_connection_is_said_and_the_text_is_kept_and_counts_once(site: Site) -> None:
    page = await site.chat()

    async def arrives_but_the_answer_is_lost(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/chat/send", arrives_but_the_answer_is_lost, times=1)
    await page.fill("#text", "Wichtig")
    await page.click(".writing button")
    await expect(page.locator("#offline")).to_contain_text("Keine Verbindung")
    await page.click(".writing button")
    await expect(page.locator("#text")).to_have_value("")
    await expect(page.locator("#offline")).to_be_empty()
    assert texts(site.world.inbox.received) == ["Wichtig"]
    site.complaints.clear()  # the browser itself reports the connection we cut


async def test_the_place_is_offered_asked_for_and_rounded(site: Site) -> None:
    site.world.inbox.reply = lambda message: [OutboundMessage("Wo?", "de", choices=((Choice("location", "Standort teilen"),),))]
    page = await site.chat(geolocation={"latitude": 53.66123, "longitude": 9.80456}, permissions=["geolocation"])
    await page.click(".location-button")
    await expect(page.locator("#log")).to_contain_text("📍")
    place = site.world.inbox.received[-1].place
    assert place is not None
    assert (place.lat, place.lon) == (53.661, 9.805)


async def test_a_refused_place_is_explained(site: Site) -> None:
    site.world.inbox.reply = lambda message: [OutboundMessage("Wo?", "de", choices=((Choice("location", "Standort teilen"),),))]
    page = await site.chat()
    await page.click(".location-button")
    await expect(page.locator("[data-failed]")).to_contain_text("schreiben Sie Ihren Ort")


async def test_a_chosen_file_is_named_and_can_be_taken_back(site: Site) -> None:
    page = await site.with_a_person("ar")
    await page.focus("#text")
    await page.keyboard.press("Shift+Tab")
    await expect(page.locator("#file")).to_be_focused()
    await page.set_input_files("#file", LETTER)
    await expect(page.locator("#chosen")).to_have_text("Brief vom Jobcenter.pdf")
    site.world.lines.add(site.conversation, OutboundMessage("مرحباً أمينة", "ar", "advisor", "plain"))
    await expect(page.locator(".message.advisor")).to_be_visible()
    await expect(page.locator("#chosen")).to_be_visible()
    await no_overflow(page)
    await page.click("[data-detach]")
    await expect(page.locator("[data-detach]")).to_be_hidden()
    await expect(page.locator("#file")).to_have_value("")


async def test_without_javascript_the_browsers_own_field_names_the_file(site: Site) -> None:
    page = await site.with_a_person("ar", java_script_enabled=False)
    await page.set_input_files("#file", LETTER)
    await expect(page.locator("#file")).to_have_css("opacity", "1")
    await no_overflow(page)
    await page.click(".writing button.primary")
    assert [each.attachment.name for each in site.world.inbox.received if each.attachment] == [LETTER["name"]]


async def test_everything_works_without_javascript(site: Site) -> None:
    page = await site.chat("uk", java_script_enabled=False)
    await page.fill("#text", "Привіт")
    await page.click(".writing button")
    await expect(page.locator("#log")).to_contain_text("Antwort auf: Привіт")
    await expect(page.locator("#log > :last-child")).to_be_in_viewport()


async def test_the_queue_and_the_case_follow_what_happens_and_drafts_survive(site: Site, password_hash: str) -> None:
    site.world.hire("Beate", "north", password_hash)
    site.world.ask_for_help("k1")
    queue, mine = await site.console("/console?view=unassigned"), await site.console("/console?view=mine")
    case = await site.console("/console/cases/k1")
    await expect(queue.locator("#queue")).to_contain_text("Arabisch")
    await expect(mine.locator("#queue")).to_contain_text("Sie haben gerade keinen Fall.")
    await case.fill("#reply", "Mein Entwurf")
    await case.fill("#note", "Notiz")
    await case.click(".rest button")
    await expect(case.locator("#notes")).to_contain_text("Notiz")
    await case.click("text=Fall übernehmen")
    await expect(case.locator("#history")).to_contain_text("Übernommen · Beate")
    await expect(queue.locator("#queue")).to_contain_text("Niemand wartet.")
    await expect(mine.locator("#queue")).to_contain_text("Arabisch")
    await expect(queue.locator("#views a[href$='view=mine'] .count")).to_have_text("1")
    await expect(case.locator("#reply")).to_have_value("Mein Entwurf")
    await expect(case.locator("#note")).to_have_value("")
    await no_overflow(queue)
    await no_overflow(case)


async def test_an_ended_session_leads_to_the_sign_in_and_the_draft_waits(site: Site, password_hash: str) -> None:
    site.world.hire("Beate", "north", password_hash)
    site.world.ask_for_help("k1")
    page = await site.console("/console/cases/k1")
    await page.fill("#reply", "Eine lange Antwort")
    site.world.store.sessions.clear()
    await page.click(".reply button")
    await page.wait_for_url(re.compile("sign-in"))
    await page.fill("#login", "beate")
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#reply")).to_have_value("Eine lange Antwort")
    site.complaints.clear()  # the browser itself reports a stream that was refused


async def test_touch_targets_are_generous_on_a_small_phone(site: Site) -> None:
    page = await site.chat("ar")
    sizes = await page.evaluate(
        """[...document.querySelectorAll('button')].filter(button => button.offsetParent)
            .map(button => button.getBoundingClientRect()).map(box => [box.width, box.height])"""
    )
    assert sizes
    assert all(width >= 44 and height >= 44 for width, height in sizes)
