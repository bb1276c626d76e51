"""Somebody without a chat phones: Beate books for them, prints a slip in their language, and sees that they must be phoned."""

import re
from dataclasses import replace

import pytest

from bot.core.hours import Closure, Hours
from bot.core.locales import local
from bot.core.network import AppointmentRule
from tests.adapters.web.conftest import Browser, Desk
from tests.core.examples import spans
from tests.services.fakes import BEATE, COLLEAGUE, JENS, World

SITE = "example-elmshorn"
LIST = "/console/appointments"
PAGE = f"{LIST}/new"
ASKED = {"site": SITE, "topic": "papers", "language": "ar", "kind": ""}
FOUND = f"{PAGE}?site={SITE}&topic=papers&language=ar"
PERSON = {"name": "A. K.", "phone": "04121 4711"}
EDITOR = replace(BEATE, id="volkan", login="volkan", name="Volkan", role="editor")


@pytest.fixture(autouse=True)
def desk_times_only(office: World) -> None:
    """Elmshorn offers two times on Thursdays, for the desk alone."""
    offers(office, AppointmentRule(Hours({3: spans("14:00-15:00")}), 30, 1, lead_hours=1, horizon_days=14, online=0))


def offers(office: World, *rules: AppointmentRule) -> None:
    content = office.parts.content
    site = replace(content.network.sites[SITE], appointments=rules)
    office.parts.content = replace(content, network=replace(content.network, sites={**content.network.sites, SITE: site}))


def times(html: str) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', html)


async def books(beate: Browser, n: int = 0) -> str:
    """Let Beate book; return the address of the slip she is led to."""
    await beate.look(FOUND)
    response = await beate.press(PAGE, None, **ASKED, **PERSON, time=times(beate.html)[n])
    assert response.status_code == 303
    return response.headers["location"]


async def test_from_the_days_page_to_the_slip_and_back_to_the_row(desk: Desk) -> None:
    beate = desk(BEATE)
    await beate.look(f"{LIST}?day=2026-12-03&site={SITE}")
    assert f'href="{PAGE}?site={SITE}&amp;from=2026-12-03">Termin eintragen</a>' in beate.html
    await beate.look(f"{PAGE}?site={SITE}&from=2026-12-03")
    assert (times(beate.html), 'name="name"' in beate.html) == ([], False), "first what for, and in which language"
    await beate.look(f"{FOUND}&from=2026-12-03")
    assert "<h4>Donnerstag, 3. Dezember 2026</h4>" in beate.html
    slip = await books(beate)
    assert '<div class="said text" lang="ar" dir="rtl">' in beate.html
    assert "Auf Deutsch" not in beate.html
    assert "Donnerstag, 26. November 2026, 14:00" in beate.html
    number = re.search(r"<h2[^>]*>(Buchung [\w-]{6})</h2>", beate.html)
    assert number is not None
    await beate.look(LIST)
    assert f'href="{slip}"' in beate.html
    for words in ("ohne Chat", "<bdi>A. K.</bdi>", '<bdi dir="ltr">04121 4711</bdi>', "Bitte rufen Sie sie an."):
        assert words in beate.html
    assert "Schreiben" not in beate.html
    assert number[1] in (await beate.get(f"{LIST}/print?day=2026-11-26")).text


async def test_the_calendar_file_and_the_printed_list_do_not_tell_who_it_is(desk: Desk) -> None:
    beate = desk(BEATE)
    file = await beate.get(f"{await books(beate)}/termin.ics")
    assert file.headers["content-type"].startswith("text/calendar")
    assert 'filename="termin.ics"' in file.headers["content-disposition"]
    printed = await beate.get(f"{LIST}/print?day=2026-11-26")
    assert "Arabisch" in printed.text
    for each in (file, printed):
        assert not any(said in each.text for said in PERSON.values())


async def test_the_page_and_the_slip_for_a_console_in_english(desk: Desk, office: World) -> None:
    beate = desk(BEATE)
    beate.cookies.set("staff_language", "en")
    await beate.look(FOUND)
    assert '<option value="ar" selected>Arabic</option>' in beate.html
    assert "<h4>Thursday, 26 November 2026</h4>" in beate.html
    await books(beate)
    assert office.phrase("appointment_booked", "ar").split("\n")[0] in beate.html, "still in the person's language"


async def test_a_time_that_is_gone_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    beate, birte = desk(BEATE), desk(COLLEAGUE)
    await beate.look(FOUND)
    taken, other, *_ = times(beate.html)
    await books(birte)
    for gone in (taken, "nowhere", ":202611261300:"):
        response = await beate.press(PAGE, None, **ASKED, **PERSON, time=gone)
        assert (response.status_code, "Diese Zeit ist gerade nicht mehr frei." in response.text) == (409, True)
        assert other in times(beate.html)
        assert taken not in times(beate.html)
        assert 'value="A. K."' in beate.html
    assert 'value="ar" selected' in beate.html


async def test_a_double_press_books_once(desk: Desk, office: World) -> None:
    beate = desk(BEATE)
    await beate.look(FOUND)
    hidden = dict(re.findall(r'<input type="hidden" name="(csrf|form)" value="([^"]*)"', beate.html))
    form = hidden | ASKED | PERSON | {"time": times(beate.html)[0]}
    slips = {(await beate.post(PAGE, data=form)).headers["location"] for _ in range(2)}
    assert len(slips) == 1
    assert len(office.parts.agenda.coming(BEATE)) == 1


async def test_another_day_keeps_what_was_typed_and_books_nothing(desk: Desk, office: World) -> None:
    beate = desk(BEATE)
    await beate.look(FOUND)
    first = beate.html.partition('<form method="post" action="/console/appointments/new"')[2].partition("<button")[2]
    assert first.startswith(">Zeigen</button>"), "Enter in a line presses the first button of a form"
    response = await beate.press(PAGE, None, **ASKED, **PERSON, **{"from": "2026-12-03"})
    assert (response.status_code, 'value="A. K."' in response.text) == (200, True)
    assert all("202612031" in each for each in times(beate.html))
    response = await beate.press(PAGE, None, **ASKED, later="2026-12-03", **{"from": ""})
    assert 'name="from" max="9999-12-31" value="2026-12-03"' in response.text
    assert office.parts.agenda.coming(BEATE) == []


async def test_who_does_not_work_there_finds_nothing(desk: Desk, office: World) -> None:
    with office.parts.store.transaction() as tx:
        tx.add_advisor(EDITOR)
    beate = desk(BEATE)
    slip = await books(beate)
    await beate.look(FOUND)
    time = times(beate.html)[0]
    for who in (JENS, EDITOR):
        other = desk(who)
        await other.look("/console/me")
        for response in (
            await other.get(FOUND),
            await other.press(PAGE, None, **ASKED, time=time),
            await other.get(slip),
            await other.get(f"{slip}/termin.ics"),
            await other.press(slip.replace("/slip", "/move"), time="202611261330"),
        ):
            assert response.status_code == 404
    assert (await beate.post(PAGE, data=ASKED | {"time": time, "csrf": "guess"})).status_code == 403
    assert len(office.parts.agenda.coming(BEATE)) == 1


async def test_when_the_day_is_closed_beate_phones_and_moves_or_cancels_it_herself(desk: Desk, office: World) -> None:
    beate = desk(BEATE)
    slips = [await books(beate, 0), await books(beate, 0)]
    day = local(office.parts.agenda.coming(BEATE)[0].slot.start).date()
    offers(office, *(AppointmentRule(
        Hours({3: spans("14:00-15:00")}, closures=(Closure(day, day),)), 30, 1, lead_hours=1, horizon_days=14
    ),))  # fmt: skip
    await beate.look(LIST)
    assert (beate.html.count("Auf Donnerstag, 3. Dezember 2026, "), "Vorschlag senden" in beate.html) == (2, False)
    first, second = times(beate.html)
    move, cancel = (slip.replace("/slip", f"/{act}") for slip, act in zip(slips, ("move", "cancel"), strict=True))
    await beate.press(move, time=first)
    await beate.look(LIST)
    assert (times(beate.html), "verlegt" in beate.html) == ([second], True)
    for gone in (first, "soon"):
        response = await beate.press(cancel.replace("/cancel", "/move"), time=gone)
        assert (response.status_code, "Diese Zeit ist gerade nicht mehr frei." in response.text) == (409, True)
    await beate.press(cancel)
    assert "Können so nicht stattfinden" not in beate.html
    assert (await beate.get(slips[1])).status_code == 404
    assert (await beate.get(slips[0])).status_code == 200
