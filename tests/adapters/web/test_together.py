"""Amina and two advisors at once, in real browsers around the whole system: files, articles, drafts, who types, who is there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, expect

from bot.core.content import Content
from tests.adapters.web.chromium import Windows, accessible, launched, needed, no_overflow
from tests.adapters.web.road import Member, Newcomer
from tests.conftest import ROOT
from tests.system import PASSWORD, System, running

pytestmark = needed

PHOTO = (ROOT / "bot" / "adapters" / "web" / "pictures" / "languages.png").read_bytes()
QUESTION = "صاحب البيت لا يعيد التأمين"


@pytest.fixture
async def system(tmp_path: Path, content: Content) -> AsyncIterator[System]:
    async with running(tmp_path, content) as system:
        system.hire("Beate", "example-a")
        system.hire("Birte", "example-a")
        yield system


@pytest.fixture
async def windows(system: System) -> AsyncIterator[Windows]:
    async with launched() as browser:
        windows = Windows(browser, system.url)
        yield windows
    assert windows.complaints == []


async def waiting(windows: Windows) -> Newcomer:
    amina = Newcomer(await windows.open(locale="ar"))
    await amina.begin("ar")
    await amina.to_a_person_near("Elmshorn", QUESTION)
    return amina


async def at_the_case(windows: Windows, system: System, login: str, **options: bool) -> Member:
    with system.parts.store.transaction() as tx:
        case = tx.cases("example-a")[0]
    member = Member(await windows.open(f"/console/sign-in?next=/console/cases/{case.id}", width=1100, height=800, **options))
    await member.page.fill("#login", login)
    await member.page.fill("#password", PASSWORD)
    await member.page.keyboard.press("Enter")
    await member.page.wait_for_selector("#answer")
    return member


async def loaded(page: Page, picture: str) -> None:
    await page.locator(picture).scroll_into_view_if_needed()
    await page.wait_for_function("picture => document.querySelector(picture).naturalWidth > 0", arg=picture)


async def sends_an_article(beate: Member, amina: Newcomer, title: str) -> None:
    await beate.page.click("#enclosures > summary")
    await beate.page.fill("#find", "Kaution")
    await beate.page.keyboard.press("Enter")
    await expect(beate.page.locator("#enclosures button[name=id]").first).to_have_attribute("value", "article:rental-deposit")
    await beate.page.locator("#enclosures button[value='article:rental-deposit']").click()
    article = amina.page.locator(".message.advisor")
    await expect(article.locator("h3").first).to_have_text(title)
    await expect(article.locator(".who")).to_contain_text("Beate")


async def send_each_other_a_picture(beate: Member, amina: Newcomer) -> None:
    file: FilePayload = {"name": "Plan.png", "mimeType": "image/png", "buffer": PHOTO}
    await beate.page.click("#sending > summary")
    await beate.page.set_input_files("#file", [file])
    await beate.page.click("#sending button")
    await loaded(amina.page, ".message.advisor img")
    await expect(beate.page.locator("#file")).to_have_value("")
    await amina.page.set_input_files("#file", [file])
    await amina.write("هذه هي الرسالة")
    await loaded(beate.page, "#log .newcomer img")
    await expect(amina.page.locator("#text")).to_have_value("")
    await expect(amina.page.locator("#file")).to_have_value("")


async def a_refused_file_costs_nothing_that_was_typed(amina: Newcomer, refusal: str) -> None:
    page: FilePayload = {"name": "x.html", "mimeType": "text/html", "buffer": b"<script>"}
    await amina.page.set_input_files("#file", [page])
    await amina.write("مهم جدا")
    await expect(amina.page.locator("#notice")).to_have_text(refusal)
    await expect(amina.page.locator("#text")).to_have_value("مهم جدا")
    await amina.page.set_input_files("#file", [])
    await amina.page.click(".writing button.primary")
    await amina.reads("مهم جدا")
    await expect(amina.page.locator("#notice")).to_be_empty()


async def see_each_other_type(beate: Member, amina: Newcomer) -> None:
    await beate.page.locator("#reply").press_sequentially("Guten Tag, ich")
    await expect(amina.page.locator("#typing")).not_to_be_empty()
    await amina.page.locator("#text").press_sequentially("م")
    await expect(beate.page.locator("#typing")).to_have_text("Die Person schreibt …")
    await expect(beate.page.locator("#reply")).to_be_focused()
    await expect(beate.page.locator("#reply")).to_have_value("Guten Tag, ich")


async def test_they_send_files_and_articles_see_who_types_and_who_is_there_and_a_draft_waits(
    windows: Windows, system: System, content: Content
) -> None:
    amina = await waiting(windows)
    beate = await at_the_case(windows, system, "beate")
    await beate.claim()
    await sends_an_article(beate, amina, content.knowledge.articles["rental-deposit"].wordings["ar"].title)
    await send_each_other_a_picture(beate, amina)
    await a_refused_file_costs_nothing_that_was_typed(amina, content.phrases.say("file_not_received", "ar"))
    windows.complaints.clear()  # the browser itself reports the refusal

    birte = await at_the_case(windows, system, "birte")
    await expect(beate.page.locator("#others")).to_contain_text("Birte")
    await expect(birte.page.locator("#others")).to_contain_text("Beate")
    await birte.page.goto(f"{windows.address}/console")
    await expect(beate.page.locator("#others")).to_be_empty()

    await see_each_other_type(beate, amina)
    await beate.page.click("#answer button[formaction$='/draft']")
    await expect(beate.page.locator("#draft-kept")).to_have_text("Entwurf gespeichert")
    elsewhere = await at_the_case(windows, system, "beate", java_script_enabled=False)
    await expect(elsewhere.page.locator("#reply")).to_have_value("Guten Tag, ich")
    await elsewhere.page.click("#enclosures > summary")
    await elsewhere.page.fill("#find", "Elmshorn")
    await elsewhere.page.keyboard.press("Enter")
    await elsewhere.page.locator("button[value='site:example-elmshorn']").click()
    await expect(amina.page.locator(".message.advisor a[href*='openstreetmap.org']").first).to_be_visible()
    await beate.answer("Guten Tag, ich habe Ihren Brief gelesen.")
    await amina.reads("Guten Tag, ich habe Ihren Brief gelesen.")
    await elsewhere.page.reload()
    await expect(elsewhere.page.locator("#reply")).to_have_value("")
    for panel in ("canned", "close-case"):
        await beate.page.click(f"#{panel} > summary")
    for page in (amina.page, beate.page):
        await no_overflow(page)
        await accessible(page)
    await beate.page.goto(f"{beate.page.url.split('?')[0]}/print?notes=1")
    await accessible(beate.page)


async def test_the_other_pages_are_accessible_too(windows: Windows) -> None:
    amina = Newcomer(await windows.open(locale="de"))
    await accessible(amina.page)
    await amina.begin("de")
    await accessible(amina.page)
    beate = Member(await windows.open("/console", width=1100, height=800))
    await accessible(beate.page)
    await beate.page.keyboard.press("Tab")
    await expect(beate.page.locator(".skip")).to_be_focused()
    await expect(beate.page.locator(".skip")).to_be_in_viewport()
    await beate.sign_in("beate")
    for path in ("/console", "/console/appointments", "/console/cases/nowhere"):
        await beate.page.goto(windows.address + path)
        await accessible(beate.page)
    windows.complaints.clear()  # the browser itself reports the page that is not there
