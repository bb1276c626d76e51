"""An advisor books an appointment on the page of a case."""

import re

from tests.adapters.web.conftest import Desk
from tests.services.fakes import AMINA, BEATE, JENS, World


def times(html: str) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', html)


async def test_beate_sees_free_times_by_day_and_books_one_with_one_tap(office: World, desk: Desk) -> None:
    case, beate = await office.asks_for_a_person(), desk(BEATE)
    page = f"/console/cases/{case.id}"
    await beate.look(page)
    assert "Termin vereinbaren" in beate.html
    assert "<h4>Donnerstag, 26. November 2026</h4>" in beate.html
    response = await beate.press(f"{page}/book", time=times(beate.html)[0])
    assert response.headers["location"] == page
    assert "Termin vereinbart: Donnerstag, 26. November 2026, 14:00 · Beate Petersen" in beate.html
    assert any(office.phrase("appointment_booked", "ar") in text for text in office.told(AMINA))


async def test_times_at_all_sites_and_on_later_days_are_one_form_away(office: World, desk: Desk) -> None:
    case, beate = await office.asks_for_a_person(), desk(BEATE)
    page = f"/console/cases/{case.id}"
    await beate.look(f"{page}?at=all")
    assert len({each.split(":")[0] for each in times(beate.html)}) > 1
    assert '<details class="panel" id="appointment" open>' in beate.html
    await beate.look(page)
    later = re.search(r'type="hidden" name="from" value="([^"]+)"', beate.html)
    assert later is not None
    before = times(beate.html)
    await beate.look(f"{page}?from={later[1]}")
    assert len(times(beate.html)) > 4
    assert not set(times(beate.html)) & set(before)
    await beate.look(f"{page}?kind=phone")
    assert all(each.endswith(":phone") for each in times(beate.html))
    assert (await beate.look(f"{page}?from=tomorrow&kind=swimming&at=nowhere")).status_code == 200


async def test_a_time_that_is_gone_and_a_fourth_appointment_are_refused_with_a_sentence(office: World, desk: Desk) -> None:
    case, beate = await office.asks_for_a_person(), desk(BEATE)
    page = f"/console/cases/{case.id}"
    await beate.look(page)
    response = await beate.press(f"{page}/book", time="example-elmshorn:202611261301:")
    assert (response.status_code, "gerade nicht mehr frei" in response.text) == (409, True)
    for _ in range(3):
        await beate.press(f"{page}/book", time=times(beate.html)[0])
    response = await beate.press(f"{page}/book", time=times(beate.html)[0])
    assert (response.status_code, "Die Person hat schon drei Termine." in response.text) == (409, True)
    assert (await beate.press(f"{page}/book", time="")).status_code == 409


async def test_jens_of_another_agency_cannot_book_and_a_closed_case_offers_nothing(office: World, desk: Desk) -> None:
    case, beate, jens = await office.asks_for_a_person(), desk(BEATE), desk(JENS)
    page = f"/console/cases/{case.id}"
    await beate.look(page)
    time = times(beate.html)[0]
    await jens.look("/console")
    assert (await jens.press(f"{page}/book", time=time)).status_code == 404
    office.parts.desk.close(BEATE, case.id)
    assert "Termin vereinbaren" not in (await beate.look(page)).text
    response = await beate.press(f"{page}/book", time=time)
    assert (response.status_code, "schon geschlossen" in response.text) == (409, True)
