"""The calendar of an agency's appointments: weeks, days, how full they are, who did not come, what no longer fits, on paper."""

import re
from dataclasses import replace

from bot.core.hours import Closure
from bot.core.locales import local
from tests.adapters.web.conftest import Desk
from tests.services.fakes import BEATE, JENS, OKSANA, World

PAGE = "/console/appointments"


async def test_a_week_shows_each_working_day_how_full_it_is_and_who_comes(office: World, desk: Desk) -> None:
    id = await office.books(OKSANA)
    beate = desk(BEATE)
    await beate.look(f"{PAGE}?week=2026-W48")
    assert re.findall(r'<section aria-labelledby="d(\S+)"', beate.html) == [f"2026-11-{day}" for day in range(23, 28)]
    assert "14:00–17:00 <bdi>Beispielstelle Elmshorn</bdi>: 1 von 12 belegt" in beate.html
    assert f'href="{PAGE}?day=2026-11-26#a{id}"' in beate.html
    assert "Ukrainisch" in beate.html
    assert "Dolmetschen nötig" in beate.html
    for link in ("week=2026-W47", "week=2026-W49", "week=2026-W48"):
        assert f"{PAGE}?{link}" in beate.html


async def test_a_day_can_be_cancelled_on_and_stays_in_sight(office: World, desk: Desk) -> None:
    id = await office.books(OKSANA)
    beate = desk(BEATE)
    await beate.look(f"{PAGE}?day=2026-11-26")
    assert f"{PAGE}/{id}/cancel" in beate.html
    response = await beate.press(f"{PAGE}/{id}/cancel", view="day=2026-11-26")
    assert response.headers["location"] == f"{PAGE}?day=2026-11-26"
    assert id not in beate.html
    assert "0 von 12 belegt" in beate.html


async def test_what_cannot_be_read_shows_today_and_a_day_stands_for_its_week(office: World, desk: Desk) -> None:
    beate = desk(BEATE)
    for query in ("week=2026-W99", "week=", "day=yesterday", "day=9999-12-31", "week=0001-W01", "week=2026-11-26"):
        assert (await beate.look(f"{PAGE}?{query}")).status_code == 200
        assert 'id="d2026-11-24"' in beate.html, query


async def test_one_site_or_advisor_can_be_looked_at_alone(office: World, desk: Desk) -> None:
    id = await office.books(OKSANA)
    beate = desk(BEATE)
    for query, there in (("site=example-elmshorn", True), ("site=example-uetersen", False), ("advisor=beate", False)):
        await beate.look(f"{PAGE}?day=2026-11-26&{query}")
        assert (f'id="a{id}"' in beate.html) is there, query
        assert query in beate.html, "the next day as well"


async def test_who_did_not_come_is_marked_and_the_mark_can_be_taken_back(office: World, desk: Desk) -> None:
    id = await office.books(OKSANA)
    beate, told = desk(BEATE), office.told(OKSANA)
    await beate.look(f"{PAGE}?day=2026-11-26")
    assert f"{id}/miss" not in beate.html, "it is still to come"
    office.clock.advance(days=2, hours=4)
    beate = desk(BEATE)
    await beate.look(f"{PAGE}?day=2026-11-26")
    await beate.press(f"{PAGE}/{id}/miss", view="day=2026-11-26")
    assert "nicht gekommen" in beate.html
    await beate.press(f"{PAGE}/{id}/came", view="day=2026-11-26")
    assert "nicht gekommen" not in beate.html
    assert office.told(OKSANA) == told


async def test_what_no_longer_fits_is_proposed_with_one_tap_and_asked_once(office: World, desk: Desk) -> None:
    id = await office.books(OKSANA)
    beate = desk(BEATE)
    assert "Können so nicht" not in (await beate.look(PAGE)).text
    content = office.parts.content
    site = content.network.sites["example-elmshorn"]
    day = local(office.parts.agenda.coming(BEATE)[0].slot.start).date()
    rules = tuple(replace(each, hours=replace(each.hours, closures=(Closure(day, day),))) for each in site.appointments)
    network = replace(content.network, sites={**content.network.sites, site.id: replace(site, appointments=rules)})
    office.parts.content = replace(content, network=network)
    await beate.look(PAGE)
    assert "Können so nicht stattfinden" in beate.html
    assert "Vorschlag: Dienstag, 1. Dezember 2026, 09:00" in beate.html
    told = len(office.told(OKSANA))
    await beate.press(f"{PAGE}/{id}/propose")
    assert "die Zeit ist frei gehalten bis" in beate.html
    assert f"{id}/propose" not in beate.html
    assert len(office.told(OKSANA)) == told + 1
    await office.presses(OKSANA, f"book:take:{id}:202612010800")
    assert "Können so nicht" not in (await beate.look(PAGE)).text


async def test_a_day_on_paper_names_numbers_topics_and_languages_and_nobody(office: World, desk: Desk) -> None:
    id = await office.books(OKSANA)
    beate = desk(BEATE)
    await beate.look(f"{PAGE}/print?day=2026-11-26")
    assert f"Buchung {id[-6:].upper()}" in beate.html
    case = office.parts.agenda.write_to(BEATE, id)
    await beate.look(f"{PAGE}/print?day=2026-11-26")
    row = re.findall(r"<td>(.*?)</td>", beate.html)
    assert row[:5] == [
        "14:00–14:30",
        f"Fall {case.number}",
        "Papiere und Aufenthalt",
        "Ukrainisch, <b>Dolmetschen nötig</b>",
        "in der Beratungsstelle",
    ]
    assert "kein Termin" in (await beate.look(f"{PAGE}/print")).text
    assert "<td>" not in (await desk(JENS).look(f"{PAGE}/print?day=2026-11-26")).text


async def test_another_agency_neither_marks_nor_proposes(office: World, desk: Desk) -> None:
    id = await office.books(OKSANA)
    jens = desk(JENS)
    for act in ("miss", "came", "propose"):
        await jens.look(PAGE)
        assert (await jens.press(f"{PAGE}/{id}/{act}")).status_code == 404
    assert (await desk(BEATE).get(f"{PAGE}/{id}/miss")).status_code in (404, 405)
