"""The whole story in a real browser: from the language to the appointment, to a human, and back to the bot."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from bot.core.content import Content
from tests.adapters.web.chromium import PHONE, Windows, launched, needed, no_overflow
from tests.adapters.web.road import Member, Newcomer
from tests.system import System, running

pytestmark = needed

QUESTION = {"de": "Der Vermieter behält meine Kaution", "ar": "صاحب البيت لا يعيد التأمين"}
THANKS = {"de": "Danke, ich komme morgen", "ar": "شكرا، سآتي غدا"}
DIRECTION = {"de": "ltr", "ar": "rtl"}
languages = pytest.mark.parametrize("language", ["de", "ar"])


@pytest.fixture
async def system(tmp_path: Path, content: Content) -> AsyncIterator[System]:
    async with running(tmp_path, content) as system:
        yield system


@pytest.fixture
async def windows(system: System) -> AsyncIterator[Windows]:
    async with launched() as browser:
        windows = Windows(browser, system.url)
        yield windows
    assert windows.complaints == []


async def newcomer(windows: Windows, language: str, **options: Any) -> Newcomer:
    amina = Newcomer(await windows.open(locale=language, **options))
    await no_overflow(amina.page)
    await amina.begin(language)
    await expect(amina.page.locator("button[value='topic:housing']")).to_be_visible()
    return amina


async def fits(page: Page, direction: str = "ltr") -> None:
    """Check a page at phone width."""
    before = page.viewport_size
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await no_overflow(page)
    assert await page.evaluate("getComputedStyle(document.body).direction") == direction
    if before:
        await page.set_viewport_size(before)


async def starts_under_the_header(page: Page, message: Locator) -> None:
    """Check that reading goes on at a message: it begins in sight, near the header."""
    await page.wait_for_function(
        """message => {
            const top = message.getBoundingClientRect().top;
            const edge = document.querySelector("header").getBoundingClientRect().bottom;
            return edge <= top && top < edge + 40;
        }""",
        arg=await message.element_handle(),
    )


async def to_the_booking(amina: Newcomer, language: str) -> None:
    page, direction = amina.page, DIRECTION[language]
    await fits(page, direction)
    article = await amina.to_the_article()
    await starts_under_the_header(page, page.locator(".message.newcomer + .message").last)
    # What belongs to the article hangs at the article; the big buttons are those of the question after it.
    await expect(article.locator("button[value='original:rental-deposit']")).to_have_count(1 if language == "ar" else 0)
    await expect(page.locator("#choices button[value^='original:']")).to_have_count(0)
    await expect(page.locator("#choices button[value='f:helped:question:near']")).to_be_visible()
    await fits(page, direction)
    sites = await amina.to_the_sites()
    await starts_under_the_header(page, sites)
    await fits(page, direction)
    await amina.to_the_booking()
    await fits(page, direction)


async def beate(windows: Windows, system: System) -> Member:
    system.hire("Beate", "example-a")
    member = Member(await windows.open("/console", width=1200, height=800))
    await member.sign_in("beate")
    await member.see_waiting()
    await expect(member.page.locator("#queue")).to_contain_text("Niemand wartet.")
    await member.page.evaluate("window.same = true")
    return member


@languages
async def test_from_the_language_to_a_human_and_back_to_the_bot(
    windows: Windows, system: System, content: Content, language: str
) -> None:
    amina, desk = await newcomer(windows, language), await beate(windows, system)
    await amina.page.evaluate("window.same = true")
    await to_the_booking(amina, language)
    await amina.to_a_person(QUESTION[language])

    row = desk.page.locator("#queue .case")
    await expect(row).to_contain_text(QUESTION[language])
    assert await desk.page.evaluate("window.same"), "the case appeared without loading the page again"
    await fits(desk.page)
    await desk.open_waiting(QUESTION[language])
    await expect(desk.page.locator(".trail")).to_contain_text("Frage zur Kaution")
    await desk.page.evaluate("window.same = true")
    await fits(desk.page)

    await desk.claim()
    await amina.reads("Beate")
    await desk.answer("Bringen Sie bitte den Mietvertrag mit.")
    reply = amina.page.locator(".message.advisor")
    await expect(reply.locator(".text")).to_have_text("Bringen Sie bitte den Mietvertrag mit.")
    note = [content.phrases.say("note_untranslated", "ar")] if language == "ar" else []
    await expect(reply.locator(".note")).to_have_text(note)
    await expect(desk.page.locator("#log .advisor .note")).to_have_count(len(note))
    await fits(amina.page, DIRECTION[language])

    await amina.write(THANKS[language])
    await expect(desk.page.locator("#log")).to_contain_text(THANKS[language])
    await fits(desk.page)
    await desk.close()
    assert await desk.page.evaluate("window.same"), "the desk followed without loading the page again"

    await amina.reads(content.phrases.say("case_closed", language))
    await amina.press("topic:kita")
    await expect(amina.page.locator("#choices button[value^='f:kita:']").first).to_be_visible()
    assert await amina.page.evaluate("window.same"), "the phone never loaded the page again"


@languages
async def test_without_javascript_the_road_leads_as_far_as_the_appointment(windows: Windows, language: str) -> None:
    amina = await newcomer(windows, language, java_script_enabled=False)
    await to_the_booking(amina, language)


async def test_the_booking_page_leads_to_an_appointment_without_a_script(windows: Windows) -> None:
    amina = Newcomer(await windows.open("/book", locale="ar", java_script_enabled=False))
    await amina.begin("ar")
    await amina.press("book:topic:housing")
    await amina.page.fill("#text", "Elmshorn")
    await amina.page.click("button.primary")
    for step in ("book:site:", "book:day:", "book:time:", "book:yes:"):
        await amina.press(step)
    await amina.reads("termin.ics")
    await expect(amina.page.locator("button[value^='book:move:']")).to_be_visible()
    await fits(amina.page, "rtl")


async def test_who_lets_nothing_be_kept_goes_on_reading_at_the_right_place_as_well(windows: Windows) -> None:
    amina = Newcomer(await windows.open(locale="de"))
    await amina.press("de")
    await amina.press("consent:no")
    await amina.to_the_article()
    await starts_under_the_header(amina.page, amina.page.locator(".message", has_text="Für die Kaution gibt es klare Regeln."))


@languages
async def test_a_posters_code_leads_to_its_topic(windows: Windows, content: Content, language: str) -> None:
    amina = Newcomer(await windows.open("/?start=topic-kita", locale=language))
    await amina.begin(language)
    await expect(amina.page.locator("#choices button[value^='f:kita:']").first).to_be_visible()
    await amina.page.goto(f"{windows.address}/?start=topic-german")
    await amina.page.click("button[value='/start topic-german']")
    await amina.reads(content.phrases.say("topic_german", language))
    await expect(amina.page.locator("button[value='/start topic-german']")).to_have_count(0)
    await fits(amina.page, DIRECTION[language])
