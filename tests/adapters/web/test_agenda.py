"""What advisors see of the appointments, and do with them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.content.catalogues import console_sources, console_translations
from bot.core.appointments import Slot, move
from tests.adapters.web.conftest import Browser
from tests.adapters.web.fakes import World
from tests.conftest import ROOT

PAGE = "/console/appointments"


async def test_a_stranger_is_led_to_the_sign_in_and_back(amina: Browser, world: World) -> None:
    world.book()
    response = await amina.get(PAGE)
    assert (response.status_code, response.headers["location"]) == (303, f"/console/sign-in?next={PAGE}")
    for action in ("cancel", "write"):
        assert (await amina.post(f"{PAGE}/t1/{action}")).headers["location"] == f"/console/sign-in?next={PAGE}"
    assert world.agenda.booked["t1"][1].status == "booked"


async def test_beate_sees_by_day_who_comes_when_in_words(beate: Browser, world: World) -> None:
    world.book("t1", hours=24)
    world.book("t2", hours=2, language="fa")
    world.book("t3", hours=3, agency="south")
    page = (await beate.look(PAGE)).text
    assert re.findall(r"<h3[^>]*>([^<]*)", page) == ["Heute, Dienstag, 24. November 2026 ", "Mittwoch, 25. November 2026 "]
    assert re.findall(r"<time[^>]*>([^<]*)", page) == ["14:00–14:30", "12:00–12:30"]
    for words in ("Wohnung", "Persisch", "Arabisch", "Beratung Nord, Elmshorn"):
        assert words in page
    assert "/t3/" not in page
    assert "verlegt" not in page


async def test_a_moved_appointment_says_so(beate: Browser, world: World) -> None:
    appointment = world.book()
    slot = Slot("north-elmshorn", appointment.slot.start + timedelta(hours=1), appointment.slot.end + timedelta(hours=1), 0)
    world.agenda.booked["t1"] = ("north", move(appointment, slot))
    assert '<span class="tag">verlegt</span>' in (await beate.look(PAGE)).text


async def test_the_navigation_counts_todays_appointments(beate: Browser, world: World) -> None:
    world.book("t1", hours=2)
    world.book("t2", hours=3)
    world.book("t3", hours=24)
    for page in ("/console", PAGE):
        tab = re.search(rf'<a href="{PAGE}".*?</a>', (await beate.look(page)).text)
        assert tab is not None
        assert re.sub(r"<[^>]*>", "", tab[0]) == "Termine 2 heute"


async def test_what_is_over_cannot_be_cancelled_any_more(beate: Browser, world: World) -> None:
    world.book(hours=-1)
    page = (await beate.look(PAGE)).text
    assert f"{PAGE}/t1/write" in page
    assert f"{PAGE}/t1/cancel" not in page


async def test_without_appointments_a_sentence_says_so(beate: Browser) -> None:
    assert "In den nächsten 60 Tagen ist kein Termin gebucht." in (await beate.look(PAGE)).text


async def test_a_cancelled_appointment_leaves_the_page(beate: Browser, world: World) -> None:
    world.book()
    await beate.look(PAGE)
    assert re.search(r'<details id="offt1"><summary>Absagen …</summary>.*?Ja, absagen', beate.html, re.DOTALL)
    response = await beate.press(f"{PAGE}/t1/cancel")
    assert (response.status_code, response.headers["location"]) == (303, PAGE)
    assert world.agenda.booked["t1"][1].status == "cancelled"
    assert "/t1/" not in beate.html


async def test_writing_leads_to_the_case(beate: Browser, world: World) -> None:
    world.book()
    await beate.look(PAGE)
    response = await beate.press(f"{PAGE}/t1/write")
    assert (response.status_code, response.headers["location"]) == (303, "/console/cases/k-t1")
    assert world.desk.cases["k-t1"].advisor == "beate"
    assert 'name="text"' in beate.html


async def test_beate_is_told_when_the_person_talks_to_another_agency(beate: Browser, world: World) -> None:
    world.book()
    world.agenda.busy.add("t1")
    await beate.look(PAGE)
    response = await beate.press(f"{PAGE}/t1/write")
    assert response.status_code == 409
    assert "Diese Person spricht gerade mit einer anderen Beratungsstelle." in response.text
    assert f"{PAGE}/t1/write" in response.text


async def test_jens_of_another_agency_sees_nothing_and_can_do_nothing(jens: Browser, world: World) -> None:
    world.book()
    assert "/t1/" not in (await jens.look(PAGE)).text
    for id in ("t1", "nowhere"):
        for action in ("cancel", "write"):
            await jens.look(PAGE)
            assert (await jens.press(f"{PAGE}/{id}/{action}")).status_code == 404
    assert world.agenda.booked["t1"][1].status == "booked"
    assert world.desk.cases == {}


async def test_carl_who_was_disabled_sees_nothing(carl: Browser, world: World) -> None:
    world.book()
    await carl.sign_in("carl")
    assert (await carl.get(PAGE)).status_code == 303


@pytest.mark.parametrize("action", ["cancel", "write"])
async def test_every_action_needs_the_sessions_own_token_and_is_no_link(action: str, beate: Browser, world: World) -> None:
    world.book()
    assert (await beate.post(f"{PAGE}/t1/{action}", data={"csrf": "guess", "form": "1"})).status_code == 403
    assert (await beate.get(f"{PAGE}/t1/{action}")).status_code in (404, 405)
    assert world.agenda.booked["t1"][1].status == "booked"
    assert world.desk.cases == {}


async def test_somebody_who_only_edits_content_finds_no_appointments(beate: Browser, world: World) -> None:
    world.store.staff["beate"] = replace(world.store.staff["beate"], role="editor")
    assert (await beate.get(PAGE)).status_code == 404


def test_every_word_of_the_console_exists_in_english() -> None:
    known = console_translations(ROOT, "en")
    assert [source.german for source in console_sources(ROOT) if source.german not in known] == []
