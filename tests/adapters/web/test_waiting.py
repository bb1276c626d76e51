"""Amina finds nothing free on a poster's page, waits, and takes in the chat what Oksana gave up; the agency sees who waits."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.adapters.web.visitors import COOKIE, address_of
from bot.app import web
from bot.core.hours import Hours
from bot.core.network import AppointmentRule
from bot.settings import Settings
from tests.adapters.web.conftest import Browser, Desk
from tests.conftest import ROOT
from tests.core.examples import spans
from tests.services.fakes import BEATE, JENS, OKSANA, World, button

SITE = "example-elmshorn"


@pytest.fixture
async def amina(office: World, tmp_path: Path) -> AsyncIterator[Browser]:
    """Amina's browser, at a time when Elmshorn offers one appointment only."""
    content = office.parts.content
    rule = AppointmentRule(Hours({3: spans("14:00-14:30")}), 30, 1, lead_hours=1, horizon_days=7)
    site = replace(content.network.sites[SITE], appointments=(rule,))
    office.parts.content = replace(content, network=replace(content.network, sites={**content.network.sites, SITE: site}))
    application = web(office.parts, Settings(data=tmp_path, key_file=tmp_path / "key", content=ROOT))
    async with Browser(transport=httpx.ASGITransport(application), base_url="http://wegweiser.test") as browser:
        yield browser


async def oksana_books(office: World) -> str:
    await office.arrives(OKSANA, "uk")
    said = await office.presses(OKSANA, "book:topic:papers", "place:skip", f"book:site:{SITE}")
    for prefix in ("book:day:", "book:time:", "book:yes:"):
        said = await office.presses(OKSANA, button(said, prefix))
    contact = office.conversation(OKSANA).contact_id
    with office.parts.store.transaction() as tx:
        return tx.appointments(contact)[0].id


async def press(browser: Browser, office: World, page: str, prefix: str) -> None:
    office.clock.advance(seconds=10)
    choice = next(each for each in re.findall(r'name="choice" value="([^"]+)"', browser.html) if each.startswith(prefix))
    assert (await browser.press(f"{page}/choose", None, choice=choice)).status_code == 303


async def test_from_nothing_free_on_the_booking_page_to_a_time_taken_in_the_chat(
    office: World, amina: Browser, desk: Desk
) -> None:
    id = await oksana_books(office)
    await amina.look(f"/book/{SITE}")
    await amina.press("/book/language", None, language="de", site=SITE)
    for prefix in ("consent:yes", "book:topic:papers"):
        await press(amina, office, "/book", prefix)
    await amina.press("/book/choose", None, choice=f"book:site:{SITE}")
    assert office.parts.content.phrases.say("no_appointments", "de") in amina.html
    await press(amina, office, "/book", "book:wait:")
    assert "Sie stehen jetzt auf der Warteliste." in amina.html
    assert "book:leave:" in amina.html

    beate, jens = desk(BEATE), desk(JENS)
    await beate.look("/console/appointments")
    assert re.search(
        r'Warteliste <span class="count">1</span>.*seit Dienstag, 24\. November 2026.*jede Zeit passt', beate.html, re.DOTALL
    )
    assert "Warteliste" not in (await jens.look("/console/appointments")).text
    assert "Warteliste" not in (await beate.look("/console/appointments?site=example-uetersen")).text

    office.parts.agenda.cancel(BEATE, id)
    await office.parts.timers.fire_due()
    assert "wird gerade gefragt" in (await beate.look("/console/appointments")).text
    await amina.look("/")
    assert "Es ist eine Zeit frei geworden." in amina.html
    await press(amina, office, "/chat", "book:accept:")
    assert "Ihr Termin ist gebucht." in amina.html
    conversation = office.parts.inbox.find(address_of(amina.cookies[COOKIE]))
    assert conversation is not None
    with office.parts.store.transaction() as tx:
        assert [each.status for each in tx.appointments(conversation.contact_id)] == ["booked"]
        assert tx.waiting_at([SITE]) == []
    assert "Warteliste" not in (await beate.look("/console/appointments")).text


async def test_an_offer_can_be_taken_on_the_booking_page_as_well(office: World, amina: Browser) -> None:
    id = await oksana_books(office)
    await amina.look("/book")
    await amina.press("/book/language", None, language="ar")
    for prefix in ("consent:yes", "book:topic:papers"):
        await press(amina, office, "/book", prefix)
    await amina.press("/book/choose", None, choice=f"book:wait:{SITE}")
    await office.presses(OKSANA, f"book:drop:{id}")
    await office.parts.timers.fire_due()
    await amina.look("/book")
    await press(amina, office, "/book", "book:accept:")
    assert office.parts.content.phrases.say("appointment_booked", "ar").split("{")[0].strip().split("\n")[0] in amina.html
    assert "8 / 8" in amina.html
    assert "book:off:" in amina.html
