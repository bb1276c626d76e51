"""Takes the pictures of the README and of the advisors' guide again: `python -m tests.adapters.web.take_pictures`."""

import asyncio
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from bot.adapters.content.loader import load
from bot.core.content import Content
from bot.core.messages import Address
from tests.adapters.web.chromium import Windows, launched
from tests.adapters.web.road import Member, Newcomer
from tests.clock import FixedClock
from tests.conftest import ROOT
from tests.services.fakes import PlannedTranslator, RecordingAlerts, World
from tests.system import System, running, trained

PICTURES = ROOT / "bot" / "adapters" / "web" / "pictures"
GUIDE = ROOT / "bot" / "adapters" / "web" / "static"
QUESTION = "Mein Vermieter zahlt die Kaution nicht zurück. Was kann ich tun?"
ANSWER = "Guten Tag! Wann sind Sie ausgezogen? Bringen Sie bitte den Mietvertrag und das Übergabeprotokoll mit."
AMINA, OKSANA = Address("web", "amina"), Address("web", "oksana")
ASKING = {
    AMINA: ("ar", "housing", "أبحث عن شقة لأربعة أشخاص.", 29),
    OKSANA: ("uk", "kita", "Де я можу записати дитину в садочок?", 17),
    Address("web", "ionela"): ("ro", "work", "Trebuie să semnez contractul de muncă?", 1),
    Address("web", "mehmet"): ("tr", "papers", "Oturma iznimi nasıl uzatabilirim?", 1),
}
"""Who waits in the guide's pictures, and how many hours until the next one comes. The models of the tests know Amina's talk."""
SAID = (
    ("Wie hoch darf die Miete sein?", "كم يمكن أن يكون الإيجار؟"),
    ("Fragen Sie das Jobcenter, bevor Sie den Mietvertrag unterschreiben.", "تكلف الشقة 620 يورو مع التدفئة."),
)
LAST = "Zahlen Sie kein Geld, bevor Sie die Wohnung sehen."
THANKS = "Vor sieben Monaten. Danke, ich bringe alles mit!"


async def take(page: Page, name: str, first: Locator | None = None, folder: Path = PICTURES) -> None:
    """Take one picture, with a message at its top."""
    if first is not None:
        await first.evaluate("message => message.scrollIntoView({ block: 'start', behavior: 'instant' })")
    await page.evaluate("document.activeElement.blur()")
    await page.wait_for_function("!document.querySelector('[data-busy]')")
    await page.mouse.move(0, 0)
    await page.screenshot(path=folder / f"{name}.png", animations="disabled")


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


async def for_the_guide(windows: Windows, world: World, system: System) -> None:
    """Picture the cases that wait, a case in two languages, and the team."""
    beate, birte, bruno = (system.hire(name, "example-a") for name in ("Beate", "Birte", "Bruno"))
    with world.parts.store.transaction() as tx:
        tx.add_advisor(replace(birte, role="coordinator", capacity=60))
        tx.add_advisor(replace(beate, capacity=12))
        tx.add_advisor(replace(bruno, capacity=20))
    for who, (language, topic, question, hours) in ASKING.items():
        await world.arrives(who, language)
        await world.presses(who, "nav:person", f"case:{topic}")
        for text in (question, "Elmshorn"):
            await world.writes(who, text)
        world.clock.advance(hours=hours)
    desk = Member(await windows.open("/console", width=1000, height=640, reduced_motion="reduce"))
    await desk.sign_in("beate")
    await desk.see_waiting()
    await take(desk.page, "guide-liste", folder=GUIDE)
    case = world.case(AMINA)
    for german, arabic in SAID:
        await world.parts.desk.reply(beate, case.id, german)
        world.clock.advance(minutes=2)
        await world.writes(AMINA, arabic)
    await world.parts.afterwards.work()
    await desk.page.set_viewport_size({"width": 960, "height": 774})
    await desk.page.goto(f"{windows.address}/console/cases/{case.id}")
    await desk.page.fill("#reply", LAST)
    await desk.page.click("#answer button[formaction$='/preview']")
    await expect(desk.page.locator("#preview")).to_contain_text(LAST)
    await desk.page.locator("#log .newcomer summary").last.click()
    await take(desk.page, "guide-fall", desk.page.locator(".heading"), GUIDE)
    world.parts.desk.claim(birte, world.case(OKSANA).id)
    world.parts.casework.away(bruno, bruno.id, (world.clock.now() + timedelta(days=10)).date(), beate.id)
    team = Member(await windows.open("/console", width=1000, height=520, reduced_motion="reduce"))
    await team.sign_in("birte")
    await team.page.goto(f"{windows.address}/console/team")
    await take(team.page, "guide-team", folder=GUIDE)


async def picture_the_readme(folder: Path, content: Content) -> None:
    """Take the README's pictures from a system of its own with example data."""
    async with running(folder, content) as system, launched() as browser:
        windows = Windows(browser, system.url)
        await in_arabic(windows)
        await in_german(windows, system)


async def picture_the_guide(folder: Path, content: Content) -> None:
    """Take the guide's pictures from a system that translates, at moments of our choice."""
    clock = FixedClock()
    async with running(folder, content, clock=clock, translator=trained(folder / "models")) as system, launched() as browser:
        world = World(system.parts, clock, RecordingAlerts(), PlannedTranslator())
        await for_the_guide(Windows(browser, system.url), world, system)


async def main() -> None:
    """Take them all."""
    PICTURES.mkdir(exist_ok=True)
    content = load(ROOT)
    for work in (picture_the_readme, picture_the_guide):
        with tempfile.TemporaryDirectory() as folder:
            await work(Path(folder), content)


if __name__ == "__main__":
    asyncio.run(main())
