"""The coordination enters who interprets; everybody sees at the appointments who comes, and can choose somebody else."""

import re
from datetime import date

import httpx
import pytest

from bot.core.appointments import Appointment
from bot.services.ports import Advisor
from tests.adapters.web.conftest import Browser, Desk
from tests.services.fakes import BEATE, BIRGIT, JENS, OKSANA, World

PAGE, APPOINTMENTS = "/console/interpreters", "/console/appointments"
OLHA = {"name": "Olha Bondar", "speaks": "uk", "ways": "there", "day1": "9-18", "day3": "9-18", "every": "1"}


async def enters(birgit: Browser, **fields: str | list[str]) -> httpx.Response:
    await birgit.look(f"{PAGE}/new")
    return await birgit.press(f"{PAGE}/new", None, **(OLHA | fields))


async def books(office: World) -> Appointment:
    id = await office.books(OKSANA)
    with office.parts.store.transaction() as tx:
        found = tx.appointment(id)
    assert found is not None
    return found


def own_page(browser: Browser) -> str:
    found = re.search(rf'href="({PAGE}/[0-9a-f]+)"', browser.html)
    assert found is not None
    return found[1]


async def test_birgit_enters_olha_and_everybody_of_the_agency_sees_her(office: World, desk: Desk) -> None:
    birgit, beate = desk(BIRGIT), desk(BEATE)
    await birgit.look(PAGE)
    assert "Noch niemand ist eingetragen." in birgit.html
    response = await enters(birgit)
    assert response.headers["location"] == PAGE
    await beate.look(PAGE)
    assert "Olha Bondar" in beate.html
    assert "Ukrainisch" in beate.html
    assert f'href="{PAGE}/' not in beate.html
    assert "Olha Bondar" not in (await desk(JENS).look(PAGE)).text
    await birgit.look(own_page(birgit))
    for shown in (
        'value="Olha Bondar"',
        'value="uk" checked',
        'value="there" checked',
        'name="day3" type="text" value="09:00-18:00"',
    ):
        assert shown in birgit.html


@pytest.mark.parametrize(
    ("field", "written", "sentence"),
    [
        ("name", " ", "Bitte schreiben Sie einen Namen."),
        ("speaks", "", "Bitte wählen Sie mindestens eine Sprache."),
        ("ways", "by letter", "ob vor Ort oder am Telefon"),
        ("day1", "nachmittags", "Diese Zeiten lassen sich nicht lesen."),
        ("day1", "18-16", "Eine Zeit endet vor ihrem Anfang."),
        ("day1", "16-18, 17-19", "Zwei Zeiten eines Tages überschneiden sich."),
        ("every", "2", "einen Tag in der ersten Woche"),
        ("away_from", "2026-12-01", "den ersten und den letzten Tag"),
        ("other_times", "16-18", "fehlt das Datum"),
        ("valid_from", "0026-12-01", "das Jahr mit vier Ziffern"),
    ],
)
async def test_what_is_missing_is_said_and_what_was_typed_stays(
    field: str, written: str, sentence: str, office: World, desk: Desk
) -> None:
    birgit = desk(BIRGIT)
    response = await enters(birgit, **{field: written})
    assert response.status_code == 422
    assert sentence in birgit.html
    assert 'value="9-18"' in birgit.html
    assert field == "ways" or f'value="{written}"' in birgit.html
    assert office.parts.interpreters.known(BIRGIT) == []


async def test_all_that_can_be_said_of_her_times_is_shown_as_it_was_entered_and_kept_by_saving(office: World, desk: Desk) -> None:
    birgit = desk(BIRGIT)
    await birgit.look(f"{PAGE}/new")
    assert '<details class="rules" id="rules"><summary>' in birgit.html
    await enters(
        birgit, day3="9-10, 14:30-18", nth=["1", "-1"], valid_from="2026-12-01", valid_until="2027-06-30",
        away_from=["2026-12-24", "2027-02-01"], away_to=["2027-01-06", "2027-02-05"], away_times=["", "9-10"],
        other_day=["2027-03-01", "2027-03-04"], other_times=["10-12", ""],
    )  # fmt: skip
    (olha,) = office.parts.interpreters.known(BIRGIT)
    assert (len(olha.hours.closures), olha.hours.nth, olha.hours.exceptions[date(2027, 3, 4)]) == (2, (1, -1), ())
    await birgit.look(own_page(birgit))
    assert '<details class="rules" id="rules" open>' in birgit.html
    await birgit.press(f"{PAGE}/{olha.id}", None, **typed(birgit))
    assert office.parts.interpreters.known(BIRGIT) == [olha]


async def test_what_is_over_is_not_shown_any_more_and_forgotten_by_saving(office: World, desk: Desk) -> None:
    birgit = desk(BIRGIT)
    await enters(birgit, away_from=["2026-11-01", "2026-11-20"], away_to=["2026-11-08", "2026-11-30"], other_day="2026-11-05")
    (olha,) = office.parts.interpreters.known(BIRGIT)
    assert (len(olha.hours.closures), len(olha.hours.exceptions)) == (2, 1)
    await birgit.look(own_page(birgit))
    assert "2026-11-20" in birgit.html
    assert "2026-11-01" not in birgit.html
    await birgit.press(f"{PAGE}/{olha.id}", None, **typed(birgit))
    (olha,) = office.parts.interpreters.known(BIRGIT)
    assert (len(olha.hours.closures), olha.hours.exceptions) == (1, {})


def typed(browser: Browser) -> dict[str, list[str]]:
    """Return what a browser would send of the first form that was filled in."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]+>", browser.html.split('aria-labelledby="one"')[1].split("</form>")[0]):
        each = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if each["type"] != "hidden" and (each["type"] != "checkbox" or " checked" in tag):
            found.setdefault(each["name"], []).append(each["value"])
    return found


async def test_saving_gives_one_more_empty_row_as_often_as_one_is_needed(office: World, desk: Desk) -> None:
    birgit = desk(BIRGIT)
    response = await enters(birgit, more="yes", other_day="2027-03-01", other_times="10-12")
    (olha,) = office.parts.interpreters.known(BIRGIT)
    page = f"{PAGE}/{olha.id}"
    assert response.headers["location"] == f"{page}#rules"
    for n in range(2, 5):
        form = typed(birgit)
        assert form["other_day"][-1] == ""
        form["other_day"][-1] = f"2027-03-{n:02}"
        assert len(form["other_day"]) == n
        await birgit.press(page, None, **form, more=["yes"])
    (olha,) = office.parts.interpreters.known(BIRGIT)
    assert [day.day for day in olha.hours.exceptions] == [1, 2, 3, 4]


@pytest.mark.parametrize("who", [BEATE, JENS], ids=["who advises", "another agency"])
async def test_who_coordinates_nothing_or_elsewhere_changes_nothing(who: Advisor, office: World, desk: Desk) -> None:
    birgit, other = desk(BIRGIT), desk(who)
    await enters(birgit)
    mine = own_page(birgit)
    await other.look(APPOINTMENTS)
    for path in (mine, f"{PAGE}/new"):
        assert (await other.get(path)).status_code == 404
    for path in (mine, f"{mine}/dismiss", f"{mine}/address", f"{PAGE}/new"):
        assert (await other.press(path, None, **OLHA)).status_code == 404
        assert (await birgit.post(path, data=OLHA | {"csrf": "guess"})).status_code == 403
    assert [each.name for each in office.parts.interpreters.known(BIRGIT)] == ["Olha Bondar"]


async def test_her_address_is_shown_once_and_calendar_programs_read_it_until_she_leaves(office: World, desk: Desk) -> None:
    birgit = desk(BIRGIT)
    await enters(birgit)
    mine = own_page(birgit)
    await books(office)
    await birgit.look(mine)
    await birgit.press(f"{mine}/address")
    found = re.search(r'value="http://wegweiser.test(/calendar/[^"]+\.ics)"', birgit.html)
    assert found is not None
    text = (await birgit.get(found[1])).text
    assert "SUMMARY:Dolmetschen · Ukrainisch" in text
    assert "Papiere" not in text
    assert found[1] not in (await birgit.look(mine)).text
    await birgit.press(f"{mine}/dismiss")
    assert (await birgit.get(found[1])).status_code == 404
    assert "Olha Bondar" not in birgit.html


async def test_calendar_day_list_and_case_say_who_interprets(office: World, desk: Desk) -> None:
    birgit, beate = desk(BIRGIT), desk(BEATE)
    booked = await books(office)
    case = office.parts.agenda.write_to(BEATE, booked.id)
    pages = (APPOINTMENTS, f"{APPOINTMENTS}?week=2026-W48", f"{APPOINTMENTS}/print?day=2026-11-26", f"/console/cases/{case.id}")
    for words, other in (("Dolmetschen nötig", "Olha Bondar dolmetscht"), ("Olha Bondar dolmetscht", "Dolmetschen nötig")):
        for page in pages:
            await beate.look(page)
            assert words in beate.html, page
            assert other not in beate.html, page
        await enters(birgit)


async def test_beate_notes_that_olha_agreed_or_chooses_another_way(office: World, desk: Desk) -> None:
    birgit, beate = desk(BIRGIT), desk(BEATE)
    await enters(birgit)
    page = f"{APPOINTMENTS}/{(await books(office)).id}/interpreting"
    await beate.look(APPOINTMENTS)
    assert f'href="{page}"' in beate.html
    await beate.look(page)
    await beate.press(page, who="confirm")
    assert '<span class="tag green">Olha Bondar dolmetscht</span>' in beate.html
    assert 'value="confirm"' not in beate.html
    assert re.findall(r'name="who" value="([^"]+)"', beate.html) == ["nobody"]
    await beate.press(page, who="nobody")
    assert '<span class="tag amber">Dolmetschen nötig</span>' in beate.html
    response = await beate.press(page, who="line")
    assert (response.status_code, "keine Zeit mehr frei" in beate.html) == (409, True)
    olha = office.parts.interpreters.known(BEATE)[0].id
    await beate.press(page, who=olha)
    assert '<span class="tag ">Olha Bondar dolmetscht</span>' in beate.html


async def test_another_agency_neither_sees_nor_chooses_who_interprets(office: World, desk: Desk) -> None:
    page, jens = f"{APPOINTMENTS}/{(await books(office)).id}/interpreting", desk(JENS)
    assert (await jens.get(page)).status_code == 404
    await jens.look(APPOINTMENTS)
    assert (await jens.press(page, who="nobody")).status_code == 404
