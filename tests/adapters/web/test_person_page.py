"""A request on paper, at the console: the coordination takes the files and erases; others find nothing there."""

import json

from tests.adapters.web.conftest import Desk
from tests.services.fakes import AMINA, BEATE, BIRGIT, JENS, QUESTION, World


async def test_the_coordination_takes_both_files(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    birgit = desk(BIRGIT)
    await birgit.look(f"/console/cases/{case.id}")
    assert f'href="/console/cases/{case.id}/person"' in birgit.html
    await birgit.look(f"/console/cases/{case.id}/person")
    page = await birgit.press(f"/console/cases/{case.id}/person/file", kind="page")
    assert page.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''wegweiser-{case.number}.html"
    assert QUESTION in page.text
    await birgit.look(f"/console/cases/{case.id}/person")
    data = await birgit.press(f"/console/cases/{case.id}/person/file", kind="data")
    assert json.loads(data.text)["cases"][0]["question"] == QUESTION


async def test_erasing_wants_the_number_then_shows_the_receipt(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    birgit = desk(BIRGIT)
    page = f"/console/cases/{case.id}/person"
    await birgit.look(page)
    refused = await birgit.press(f"{page}/erase", number="99")
    assert refused.status_code == 422
    assert "Das ist nicht die Nummer dieses Falls. Nichts wurde gelöscht." in refused.text
    assert office.case(AMINA) == case
    done = await birgit.press(f"{page}/erase", number=str(case.number))
    with office.parts.store.transaction() as tx:
        line = tx.audited()[-1]
    assert f"Nummer {line.subject.removeprefix('receipt ')} vom " in done.text
    assert office.parts.inbox.find(AMINA) is None
    assert (await birgit.get(page)).status_code == 404


async def test_who_does_not_coordinate_here_finds_nothing(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    beate, jens = desk(BEATE), desk(JENS)
    await beate.look(f"/console/cases/{case.id}")
    assert "/person" not in beate.html
    for browser in (beate, jens):
        assert (await browser.get(f"/console/cases/{case.id}/person")).status_code == 404
    assert (await beate.press(f"/console/cases/{case.id}/person/erase", number=str(case.number))).status_code == 404
    assert office.case(AMINA) == case


async def test_a_form_from_elsewhere_and_an_unknown_kind_do_nothing(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    birgit = desk(BIRGIT)
    page = f"/console/cases/{case.id}/person"
    assert (await birgit.post(f"{page}/erase", data={"number": str(case.number)})).status_code == 403
    await birgit.look(page)
    assert (await birgit.press(f"{page}/file", kind="other")).status_code == 404
    assert office.case(AMINA) == case
