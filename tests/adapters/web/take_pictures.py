"""Takes the pictures of the README again: `python -m tests.adapters.web.take_pictures`."""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from bot.adapters.content.loader import load
from tests.adapters.web.chromium import Windows, launched
from tests.adapters.web.road import Member, Newcomer, RunningClock
from tests.conftest import ROOT
from tests.system import System, running

PICTURES = ROOT / "bot" / "adapters" / "web" / "pictures"
QUESTION = "Mein Vermieter zahlt die Kaution nicht zurück. Was kann ich tun?"
ANSWER = "Guten Tag! Wann sind Sie ausgezogen? Bringen Sie bitte den Mietvertrag und das Übergabeprotokoll mit."
THANKS = "Vor sieben Monaten. Danke, ich bringe alles mit!"


async def take(page: Page, name: str, first: Locator | None = None) -> None:
    """Take one picture, with a message at its top."""
    if first is not None:
        await first.evaluate("message => message.scrollIntoView({ block: 'start', behavior: 'instant' })")
    await page.evaluate("document.activeElement.blur()")
    await page.mouse.move(0, 0)
    await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


async def in_arabic(windows: Windows) -> None:
    """Picture the first screen, an article and a booked appointment."""
    amina = Newcomer(await windows.open(locale="ar", reduced_motion="reduce"))
    await take(amina.page, "languages")
    await amina.begin("ar")
    await take(amina.page, "article", await amina.to_the_article())
    await amina.to_the_sites()
    await take(amina.page, "booked", await amina.to_the_booking())


async def in_german(windows: Windows, system: System) -> None:
    """Picture the nearest sites, a talk with an advisor, and the advisor's desk."""
    system.hire("Beate", "example-a")
    jan = Newcomer(await windows.open(locale="de", reduced_motion="reduce"))
    await jan.begin("de")
    await jan.to_the_article()
    await take(jan.page, "sites", await jan.to_the_sites())
    await jan.to_a_person(QUESTION)
    beate = Member(await windows.open("/console", width=1100, height=760, reduced_motion="reduce"))
    await beate.sign_in("beate")
    await beate.open_waiting(QUESTION)
    await beate.claim()
    await beate.answer(ANSWER)
    await jan.reads(ANSWER)
    await jan.write(THANKS)
    await expect(beate.page.locator("#log")).to_contain_text(THANKS)
    await take(jan.page, "advisor", jan.page.locator(".message").filter(has_text="Beate").first)
    await beate.page.evaluate("window.scrollTo(0, 0)")
    await take(beate.page, "console")


async def main() -> None:
    """Take them all from a system of its own with example data and a clock of its own."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder), load(ROOT), clock=RunningClock()) as system, launched() as browser:
            windows = Windows(browser, system.url)
            await in_arabic(windows)
            await in_german(windows, system)


if __name__ == "__main__":
    asyncio.run(main())
