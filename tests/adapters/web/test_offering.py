"""Beate offers Amina, who waits, one certain time; Amina says yes in her chat, and Oksana, the next, stays on the list."""

import re
from dataclasses import replace

import pytest

from bot.core.hours import Hours
from bot.core.network import AppointmentRule
from tests.adapters.web.conftest import Desk
from tests.core.examples import spans
from tests.services.fakes import AMINA, BEATE, JENS, OKSANA, World, button

SITE = "example-elmshorn"
LIST = "/console/appointments"
ASKED = "wird gerade gefragt: Do. 26. Nov., 14:00, bis Di. 24. Nov."


@pytest.fixture(autouse=True)
def desk_times_only(office: World) -> None:
    """Elmshorn offers two times on Thursdays, for the desk alone."""
    content = office.parts.content
    rule = AppointmentRule(Hours({3: spans("14:00-15:00")}), 30, 1, lead_hours=1, horizon_days=7, online=0)
    site = replace(content.network.sites[SITE], appointments=(rule,))
    office.parts.content = replace(content, network=replace(content.network, sites={**content.network.sites, SITE: site}))


async def both_wait(office: World) -> None:
    for who, language in ((AMINA, "ar"), (OKSANA, "uk")):
        await office.arrives(who, language)
        await office.presses(who, "book:topic:papers", "place:skip", f"book:wait:{SITE}")


def pages(html: str) -> list[str]:
    return re.findall(r'href="(/console/waiting/[^"]+)"', html)


def times(html: str) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', html)


async def test_amina_is_asked_says_yes_and_is_booked_while_oksana_stays_on_the_list(office: World, desk: Desk) -> None:
    await both_wait(office)
    beate = desk(BEATE)
    await beate.look(LIST)
    amina, oksana = pages(beate.html)
    await beate.look(amina)
    assert "<b>Papiere und Aufenthalt</b> · Arabisch" in beate.html
    assert "<h4>Donnerstag, 26. November 2026</h4>" in beate.html
    response = await beate.press(amina, time=times(beate.html)[0])
    assert (response.headers["location"], ASKED in beate.html, times(beate.html)) == (amina, True, [])
    await beate.look(LIST)
    assert ASKED in beate.html
    assert pages(beate.html) == [oksana]
    (question,) = [line.message for line in office.lines(AMINA) if line.message and line.text == office.told(AMINA)[-1]]
    assert question.text.startswith(office.phrase("waiting_offer", "ar"))
    await office.presses(AMINA, button([question], "book:accept:"))
    assert any(text.startswith(office.phrase("appointment_booked", "ar")) for text in office.told(AMINA))
    await beate.look(LIST)
    assert pages(beate.html) == [oksana]
    assert "Donnerstag, 26. November 2026" in beate.html
    await beate.look(oksana)
    assert len(times(beate.html)) == 1


async def test_a_double_press_asks_once_and_another_time_only_after_an_answer(office: World, desk: Desk) -> None:
    await both_wait(office)
    beate = desk(BEATE)
    await beate.look(LIST)
    page = pages(beate.html)[0]
    await beate.look(page)
    first, second = times(beate.html)
    hidden = dict(re.findall(r'<input type="hidden" name="(csrf|form)" value="([^"]*)"', beate.html))
    for _ in range(2):
        assert (await beate.post(page, data=hidden | {"time": first})).status_code == 303
    assert (await beate.press(page, time=first)).status_code == 303
    assert sum(text.startswith(office.phrase("waiting_offer", "ar")) for text in office.told(AMINA)) == 1
    response = await beate.press(page, time=second)
    assert (response.status_code, "Die Person wird schon nach einer Zeit gefragt." in response.text) == (409, True)


async def test_a_time_that_is_gone_is_said_with_fresh_times(office: World, desk: Desk) -> None:
    await both_wait(office)
    beate = desk(BEATE)
    await beate.look(LIST)
    amina, oksana = pages(beate.html)
    await beate.look(amina)
    taken, free = times(beate.html)
    await beate.press(oksana, time=taken)
    await beate.look(amina)
    for gone in (taken, "tomorrow"):
        response = await beate.press(amina, time=gone)
        assert (response.status_code, "Diese Zeit ist gerade nicht mehr frei." in response.text) == (409, True)
        assert times(beate.html) == [free]


async def test_at_night_the_page_says_when_to_come_back(office: World, desk: Desk) -> None:
    await both_wait(office)
    office.clock.time = office.clock.time.replace(hour=22)
    beate = desk(BEATE)
    await beate.look(LIST)
    page = pages(beate.html)[0]
    await beate.look(page)
    assert ("zwischen 8 und 21 Uhr" in beate.html, times(beate.html)) == (True, [])
    assert (await beate.press(page, time="202611261300")).status_code == 409
    assert beate.html.count("zwischen 8 und 21 Uhr") == 1


async def test_who_blocked_the_bot_or_has_enough_is_not_asked_and_the_page_says_why(office: World, desk: Desk) -> None:
    await both_wait(office)
    beate = desk(BEATE)
    await beate.look(LIST)
    amina, oksana = pages(beate.html)
    await office.writes(AMINA, kind="blocked")
    for topic in ("work", "kita", "housing"):
        said = await office.presses(OKSANA, f"book:topic:{topic}", "place:skip")
        for prefix in ("book:site:", "book:day:", "book:time:"):
            said = await office.presses(OKSANA, button(said, prefix))
        await beate.look(oksana)
        assert "eine andere Zeit frei gehalten" in beate.html
        await office.presses(OKSANA, button(said, "book:yes:"))
    for page, why in ((amina, "im Chat gerade nicht erreichbar"), (oksana, "hat schon drei Termine")):
        await beate.look(page)
        assert (why in beate.html, times(beate.html)) == (True, [])


async def test_times_later_than_wished_stand_apart(office: World, desk: Desk) -> None:
    content = office.parts.content
    friday = AppointmentRule(Hours({4: spans("10:00-10:30")}), 30, 1, lead_hours=1, horizon_days=7)
    site = content.network.sites[SITE]
    sites = {**content.network.sites, SITE: replace(site, appointments=(*site.appointments, friday))}
    office.parts.content = replace(content, network=replace(content.network, sites=sites))
    await office.arrives(AMINA, "ar")
    await office.presses(AMINA, "book:topic:papers", "place:skip", f"book:site:{SITE}", f"book:earlier:{SITE}")
    beate = desk(BEATE)
    await beate.look(LIST)
    await beate.look(pages(beate.html)[0])
    early, late = beate.html.split("Nicht so früh wie gewünscht")
    assert (len(times(early)), times(late)) == (2, ["202611270900"])


async def test_another_agency_finds_nobody_there_nor_who_left_the_list(office: World, desk: Desk) -> None:
    await both_wait(office)
    beate, jens = desk(BEATE), desk(JENS)
    await beate.look(LIST)
    page = pages(beate.html)[0]
    await beate.look(page)
    await jens.look(LIST)
    gone = "Diese Person steht nicht mehr auf Ihrer Warteliste."
    for response in (await jens.get(page), await jens.press(page, time=times(beate.html)[0])):
        assert (response.status_code, gone in response.text, "Papiere" in response.text) == (404, True, False)
    assert (await jens.post(page, data={"time": times(beate.html)[0], "csrf": "guess"})).status_code == 403
    await office.presses(AMINA, f"book:leave:{page.rpartition('/')[2]}")
    response = await beate.press(page, time=times(beate.html)[0])
    assert (response.status_code, gone in response.text) == (404, True)
