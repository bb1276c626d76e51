"""At the console: entering what is closed with a look at what that touches, changing it, opening again; the calendar shows it."""

import re
from dataclasses import replace
from datetime import date, time

import httpx
import pytest

from bot.core.closings import Closing
from bot.core.content import Content
from bot.core.hours import Closure, Span
from bot.services.ports import Advisor
from tests.adapters.web.conftest import Browser, Desk
from tests.services.fakes import BEATE, BIRGIT, COLLEAGUE, JENS, OKSANA, World, without_own_times

PAGE, APPOINTMENTS = "/console/closings", "/console/appointments"
ELMSHORN = "example-elmshorn"
THURSDAY = "2026-11-26"
VOLKAN = replace(BEATE, id="volkan", login="volkan", name="Volkan Redlich", role="editor")


@pytest.fixture
def content(content: Content) -> Content:
    """The real content; Beate has times of her own in Elmshorn alone: Friday mornings, not in the first week of December."""
    site = content.network.sites[ELMSHORN]
    (shared,) = site.appointments
    week, away = {4: (Span(time(9), time(12)),)}, Closure(date(2026, 11, 30), date(2026, 12, 4))
    own = replace(shared, hours=replace(shared.hours, week=week, closures=(away,)), seats=1, advisor=BEATE.login)
    sites = {**without_own_times(content.network.sites), ELMSHORN: replace(site, appointments=(shared, own))}
    return replace(content, network=content.network.only(sites))


async def looks(browser: Browser, first: str = THURSDAY, to: str = f"{PAGE}/new", **fields: str) -> httpx.Response:
    """Fill in the form and press the button once: nothing is kept yet."""
    await browser.look(PAGE if to.endswith("new") else to)
    return await browser.press(to, None, first=first, **fields)


async def enters(browser: Browser, first: str = THURSDAY, to: str = f"{PAGE}/new", **fields: str) -> httpx.Response:
    """Fill in the form, read what it touches, and press again."""
    await looks(browser, first, to, **fields)
    return await browser.press(to, None, first=first, **fields, seen=seen(browser))


def seen(browser: Browser) -> str:
    found = re.search(r'name="seen" value="(\w+)"', browser.html)
    assert found is not None
    return found[1]


def own_page(browser: Browser) -> str:
    found = re.search(rf'href="({PAGE}/[0-9a-f]+)"', browser.html)
    assert found is not None
    return found[1]


def entered(office: World) -> list[Closing]:
    return office.parts.closings.known(BIRGIT)


async def test_birgit_reads_whom_it_touches_before_she_closes_and_finds_them_in_the_list_of_conflicts(
    office: World, desk: Desk
) -> None:
    id = await office.books(OKSANA)
    birgit = desk(BIRGIT)
    await looks(birgit, reason="Wasserschaden", site=ELMSHORN)
    assert entered(office) == []
    booked = "Donnerstag, 26. November 2026, 14:00–14:30 · Papiere und Aufenthalt · Ukrainisch"
    for words in ("Gebuchte Termine in dieser Zeit: 1.", booked, 'value="Wasserschaden"'):
        assert words in birgit.html
    response = await birgit.press(f"{PAGE}/new", None, first=THURSDAY, reason="Wasserschaden", site=ELMSHORN, seen=seen(birgit))
    assert response.headers["location"] == APPOINTMENTS
    assert "Können so nicht stattfinden" in birgit.html
    assert "Papiere und Aufenthalt · Ukrainisch · Beispielstelle Elmshorn" in birgit.html
    assert f"{id}/propose" in birgit.html
    await birgit.look(PAGE)
    for words in ("Do 26.11.2026", "<bdi>Beispielstelle Elmshorn</bdi>: geschlossen", "Wasserschaden", "eingetragen von Birgit"):
        assert words in birgit.html
    mine = own_page(birgit)
    await birgit.look(mine)
    await birgit.press(f"{mine}/remove")
    assert "Es ist nichts eingetragen." in birgit.html
    assert "Können so nicht" not in (await birgit.look(APPOINTMENTS)).text


async def test_what_touches_nobody_says_so_and_leads_back_to_the_list(office: World, desk: Desk) -> None:
    beate = desk(BEATE)
    await looks(beate, "2026-11-27", advisor="beate", begins="10:00", ends="12:00")
    assert "In dieser Zeit ist kein Termin gebucht." in beate.html
    response = await enters(beate, "2026-11-27", advisor="beate", begins="10:00", ends="12:00")
    assert response.headers["location"] == PAGE
    assert "Fr 27.11.2026</b>, 10:00–12:00" in beate.html
    (closing,) = entered(office)
    day = date(2026, 11, 27)
    assert (closing.advisor, closing.when) == ("beate", Closure(day, day, Span(time(10), time(12))))


async def test_whoever_books_meanwhile_is_named_before_anything_is_kept(office: World, desk: Desk) -> None:
    birgit = desk(BIRGIT)
    await looks(birgit)
    before = seen(birgit)
    await office.books(OKSANA)
    await birgit.press(f"{PAGE}/new", None, first=THURSDAY, seen=before)
    assert "Gebuchte Termine in dieser Zeit: 1." in birgit.html
    assert entered(office) == []
    await birgit.press(f"{PAGE}/new", None, first="2026-11-25", seen=seen(birgit))
    assert "In dieser Zeit ist kein Termin gebucht." in birgit.html, "another day than the one that was looked at"
    assert entered(office) == []


async def test_a_double_press_enters_and_opens_once(office: World, desk: Desk) -> None:
    birgit = desk(BIRGIT)
    await looks(birgit)
    page, fields = birgit.html, {"first": THURSDAY, "seen": seen(birgit)}
    for _ in range(2):
        birgit.html = page
        assert (await birgit.press(f"{PAGE}/new", None, **fields)).status_code == 303
    assert len(entered(office)) == 1
    mine = own_page(birgit)
    await birgit.look(mine)
    page = birgit.html
    for _ in range(2):
        birgit.html = page
        assert (await birgit.press(f"{mine}/remove")).status_code == 303
    assert entered(office) == []
    await birgit.look(PAGE)
    assert (await birgit.press(f"{mine}/remove")).status_code == 404, "another page, and it is gone"


async def test_a_closing_is_changed_in_place(office: World, desk: Desk) -> None:
    birgit, beate = desk(BIRGIT), desk(BEATE)
    await enters(birgit, advisor="beate", begins="09:00", ends="11:00", reason="Zahnarzt")
    await beate.look(PAGE)
    mine = own_page(beate)
    await beate.look(mine)
    for shown in ('value="2026-11-26"', 'value="09:00"', 'value="11:00"', 'value="Zahnarzt"', 'value="beate" selected'):
        assert shown in beate.html
    await enters(beate, THURSDAY, mine, last="2026-11-27", advisor="beate", reason="Zahnarzt")
    (closing,) = entered(office)
    assert closing.when == Closure(date(2026, 11, 26), date(2026, 11, 27))
    assert "Do 26.11.2026 – Fr 27.11.2026" in beate.html


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"first": ""}, "Bitte nennen Sie den ersten Tag"),
        ({"first": "26.11.2026"}, "Bitte nennen Sie den ersten Tag"),
        ({"last": "morgen"}, "Bitte nennen Sie den ersten Tag"),
        ({"first": "2026-11-23"}, "Diese Tage sind schon vorbei."),
        ({"last": "2026-11-25"}, "Der letzte Tag liegt vor dem ersten."),
        ({"last": "2027-11-30"}, "Eine Schließzeit dauert höchstens ein Jahr"),
        ({"first": "9999-12-31"}, "Eine Schließzeit dauert höchstens ein Jahr"),
        ({"begins": "13:00"}, "zwei Uhrzeiten, die frühere zuerst"),
        ({"begins": "13:00", "ends": "13:00"}, "zwei Uhrzeiten, die frühere zuerst"),
        ({"begins": "13:00+02:00", "ends": "nachmittags"}, "zwei Uhrzeiten, die frühere zuerst"),
        ({"begins": "13:00+02:00", "ends": "14:00+01:00"}, "zwei Uhrzeiten, die frühere zuerst"),
        ({"advisor": "beate", "site": "example-uetersen"}, "Dort gibt es keine eigenen Zeiten dieser Person."),
    ],
)
async def test_what_cannot_be_is_said_in_a_sentence_and_what_was_typed_stays(
    fields: dict[str, str], sentence: str, office: World, desk: Desk
) -> None:
    birgit = desk(BIRGIT)
    response = await looks(birgit, **({"reason": "Fortbildung"} | fields))
    assert response.status_code == 422
    assert sentence in birgit.html
    assert 'value="Fortbildung"' in birgit.html
    assert 'name="seen"' not in birgit.html
    assert entered(office) == []


async def test_advisors_close_their_own_times_and_only_the_coordination_a_site(office: World, desk: Desk) -> None:
    beate, birte = desk(BEATE), desk(COLLEAGUE)
    await beate.look(PAGE)
    assert re.findall(r'<option value="(\w*)"', beate.html) == ["beate"]
    assert "Eine ganze Beratungsstelle schließt die Koordination." in beate.html
    assert (await looks(beate)).status_code == 404
    assert (await looks(beate, advisor="birte")).status_code == 404
    await birte.look(PAGE)
    assert "Sie haben keine eigenen Zeiten." in birte.html
    assert "<select" not in birte.html
    birgit = desk(BIRGIT)
    await birgit.look(PAGE)
    assert {"", "beate", ELMSHORN} <= set(re.findall(r'<option value="([\w-]*)"', birgit.html))
    await enters(birgit)
    mine = own_page(birgit)
    assert mine not in (await beate.look(PAGE)).text
    for path in (mine, f"{mine}/remove"):
        assert (await beate.press(path, None, first=THURSDAY)).status_code == 404
    assert (await beate.get(mine)).status_code == 404
    assert len(entered(office)) == 1


@pytest.mark.parametrize("who", [JENS, VOLKAN], ids=["another agency", "who edits content"])
async def test_others_see_and_close_nothing(who: Advisor, office: World, desk: Desk) -> None:
    with office.parts.store.transaction() as tx:
        tx.add_advisor(VOLKAN)
    birgit, other = desk(BIRGIT), desk(who)
    await enters(birgit, reason="Wasserschaden", site=ELMSHORN)
    mine = own_page(birgit)
    assert "Wasserschaden" not in (await other.look(PAGE)).text
    assert "Wasserschaden" not in (await other.look(f"{APPOINTMENTS}?day={THURSDAY}")).text
    await other.look("/console/me")
    for path in (mine, f"{mine}/remove", f"{PAGE}/new"):
        assert (await other.press(path, None, first=THURSDAY, advisor="", site=ELMSHORN)).status_code == 404
        assert (await birgit.post(path, data={"first": THURSDAY, "csrf": "guess"})).status_code == 403
    assert (await other.get(mine)).status_code == 404
    assert len(entered(office)) == 1


async def test_who_is_signed_out_is_led_to_the_sign_in(desk: Desk) -> None:
    nobody = desk(BEATE)
    nobody.cookies.clear()
    for method, path in (("GET", PAGE), ("POST", f"{PAGE}/new"), ("POST", f"{PAGE}/abc/remove")):
        response = await nobody.request(method, path, headers={"Sec-Fetch-Site": "same-origin"})
        assert response.headers["location"].startswith("/console/sign-in?next=")


async def test_the_week_the_day_and_the_paper_name_holidays_and_what_is_closed(office: World, desk: Desk) -> None:
    birgit = desk(BIRGIT)
    await enters(birgit, "2026-12-22", last="2026-12-23", begins="11:00", ends="12:00", site=ELMSHORN, reason="Feier")
    await enters(birgit, "2026-12-22", advisor="beate", reason="Arzt")
    feier = "11:00–12:00 <bdi>Beispielstelle Elmshorn</bdi>: <b>geschlossen</b> · <bdi>Feier</bdi>"
    arzt = "<bdi>Beate Petersen</bdi>: <b>keine Termine</b> · <bdi>Arzt</bdi>"
    holiday = 'Feiertag: <b lang="de">Erster Weihnachtstag</b>'
    in_files = "<bdi>alle Beratungsstellen</bdi>: <b>geschlossen</b>"
    await birgit.look(f"{APPOINTMENTS}?week=2026-W52")
    assert [birgit.html.count(words) for words in (feier, arzt, holiday, in_files)] == [2, 1, 1, 2]
    for query, expected in (
        ("day=2026-12-22", {feier, arzt}),
        ("day=2026-12-22&site=example-uetersen", set()),
        (f"day=2026-12-22&site={ELMSHORN}", {feier, arzt}),
        ("day=2026-12-23&advisor=beate", {feier}),
        ("day=2026-12-25", {holiday, in_files}),
        ("day=2026-12-18", set()),
    ):
        await birgit.look(f"{APPOINTMENTS}?{query}")
        assert {words for words in (feier, arzt, holiday, in_files) if words in birgit.html} == expected, query
        await birgit.look(f"{APPOINTMENTS}/print?{query}")
        on_paper = [words.partition(" · ")[0] for words in (feier, arzt, holiday, in_files)]
        assert [words in birgit.html for words in on_paper] == [
            words in expected for words in (feier, arzt, holiday, in_files)
        ], query
        assert "Arzt" not in birgit.html, "paper lies about"
    await birgit.look(f"{APPOINTMENTS}?day=2026-12-25&site={ELMSHORN}")
    assert "<bdi>Beispielstelle Elmshorn</bdi>: <b>geschlossen</b>" in birgit.html


async def test_times_that_the_files_close_for_one_advisor_are_named(office: World, desk: Desk) -> None:
    beate = desk(BEATE)
    for day, there in (("2026-12-04", True), ("2026-12-11", False)):
        await beate.look(f"{APPOINTMENTS}?day={day}")
        assert ("<bdi>Beate Petersen</bdi>: <b>keine Termine</b>" in beate.html) is there


async def test_the_list_says_at_a_day_with_appointments_that_it_is_closed(office: World, desk: Desk) -> None:
    await office.books(OKSANA)
    birgit = desk(BIRGIT)
    await enters(birgit, site=ELMSHORN, reason="Wasserschaden")
    await birgit.look(APPOINTMENTS)
    assert "<bdi>Beispielstelle Elmshorn</bdi>: <b>geschlossen</b> · <bdi>Wasserschaden</bdi>" in birgit.html


async def test_an_absence_closes_own_times_and_the_team_page_says_so(office: World, desk: Desk) -> None:
    birgit = desk(BIRGIT)
    await birgit.look("/console/team")
    assert birgit.html.count("Eigene Termine werden bis dahin nicht angeboten") == 1, "of Beate, who has some"
    await birgit.press("/console/team/away", member="beate", until="2026-12-11")
    await birgit.look(PAGE)
    assert "bis Fr 11.12.2026" in birgit.html
    assert "<bdi>Beate Petersen</bdi>: abwesend" in birgit.html
    await birgit.look(f"{APPOINTMENTS}?day=2026-12-11")
    assert "<bdi>Beate Petersen</bdi>: <b>abwesend</b>" in birgit.html
    await birgit.look(f"{APPOINTMENTS}?day=2026-12-18")
    assert "abwesend" not in birgit.html


async def test_the_day_in_sight_is_filled_in(desk: Desk) -> None:
    birgit = desk(BIRGIT)
    await birgit.look(f"{APPOINTMENTS}?day={THURSDAY}")
    assert f'href="{PAGE}?first={THURSDAY}"' in birgit.html
    await birgit.look(f"{PAGE}?first={THURSDAY}")
    assert f'value="{THURSDAY}"' in birgit.html
    assert (await birgit.look(f"{PAGE}?first=nonsense")).status_code == 200
