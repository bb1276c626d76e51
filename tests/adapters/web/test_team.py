"""What advisors do with cases beside answering, through the console and with a real store."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.adapters.web.conftest import Desk
from tests.services.fakes import AMINA, BEATE, BIRGIT, COLLEAGUE, JENS, OKSANA, World


async def test_beate_transfers_a_case_to_another_site_of_her_agency(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    beate = desk(BEATE)
    await beate.look(f"/console/cases/{case.id}")
    assert "zuständig für den Ort, spricht Arabisch" in beate.html
    await beate.press(f"/console/cases/{case.id}/transfer", site="example-uetersen", text="wohnt jetzt dort")
    assert office.case(AMINA).site == "example-uetersen"
    assert "Weitergegeben: Beispielstelle Uetersen" in beate.html
    assert "wohnt jetzt dort" in beate.html


async def test_another_agency_waits_for_aminas_yes(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    site = next(site for site in office.parts.content.network.sites.values() if site.agency == "example-b")
    beate, jens = desk(BEATE), desk(JENS)
    await beate.look(f"/console/cases/{case.id}")
    await beate.press(f"/console/cases/{case.id}/transfer", site=site.id, text="spricht Arabisch")
    assert f"Die Person ist gefragt, ob der Fall an {site.name} gehen darf." in beate.html
    assert (await jens.get(f"/console/cases/{case.id}")).status_code == 404
    await beate.press(f"/console/cases/{case.id}/join", colleague=COLLEAGUE.id)
    await office.presses(AMINA, f"case:pass:yes:{site.id}")
    assert (await jens.look(f"/console/cases/{case.id}")).status_code == 200
    assert "Beispiel-Träger A" in jens.html
    assert not any(name in jens.html for name in ("Petersen", "Claussen")), "whom it employs is the agency's own matter"
    assert (await beate.get(f"/console/cases/{case.id}")).status_code == 404


@pytest.mark.parametrize(("site", "note"), [("", "Notiz"), ("example-uetersen", " ")])
async def test_a_transfer_without_site_or_note_is_refused_with_a_sentence(
    office: World, desk: Desk, site: str, note: str
) -> None:
    case = await office.asks_for_a_person()
    beate = desk(BEATE)
    await beate.look(f"/console/cases/{case.id}")
    response = await beate.press(f"/console/cases/{case.id}/transfer", site=site, text=note)
    assert response.status_code == 422
    assert office.case(AMINA).site == case.site


async def test_a_case_is_given_back_labelled_shared_and_asked_about(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    beate, birgit = desk(BEATE), desk(BIRGIT)
    page = f"/console/cases/{case.id}"
    await beate.look(page)
    await beate.press(f"{page}/claim")
    await beate.press(f"{page}/label", labels="Frist, Dolmetscher")
    await beate.press(f"{page}/ask", text="Darf ich das zusagen?")
    assert "Frage an die Koordination" in (await birgit.look("/console?view=team")).text
    await birgit.look(page)
    await birgit.press(f"{page}/advise", text="Ja, gern.")
    await beate.look(page)
    assert "Ja, gern." in beate.html
    await beate.press(f"{page}/join", colleague=COLLEAGUE.id)
    assert office.case(AMINA).joined == (COLLEAGUE.id,)
    await beate.press(f"{page}/release")
    assert "kennt Sie" in (await beate.look("/console?view=mine")).text
    assert "Dolmetscher" in beate.html


async def test_a_sensitive_reply_is_read_by_an_interpreter_first(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    beate, told = desk(BEATE), office.told(AMINA)
    await beate.look(f"/console/cases/{case.id}")
    await beate.press(f"/console/cases/{case.id}/interpret", text="Ihr Antrag ist abgelehnt.")
    assert beate.html.count("Ihr Antrag ist abgelehnt.") == 2, "kept as a draft, and noted for whoever interprets"
    assert "Bitte dolmetschen, bevor es gesendet wird" in beate.html
    assert office.told(AMINA) == told
    assert "asked" in office.case(AMINA).flags


async def test_a_closed_case_is_taken_up_again(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    office.parts.desk.close(BEATE, case.id)
    beate = desk(BEATE)
    await beate.look(f"/console/cases/{case.id}")
    assert "Wieder aufnehmen" in beate.html
    await beate.press(f"/console/cases/{case.id}/reopen")
    assert office.case(AMINA).advisor == BEATE.id


async def test_a_case_is_closed_with_a_reason_that_stands_in_its_history(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    beate = desk(BEATE)
    await beate.look(f"/console/cases/{case.id}")
    await beate.press(f"/console/cases/{case.id}/close", reason="solved")
    assert "Geschlossen: Frage geklärt" in beate.html
    await beate.press(f"/console/cases/{case.id}/reopen")
    await beate.press(f"/console/cases/{case.id}/close", reason="<b>made up</b>")
    assert "made up" not in beate.html


async def test_each_view_holds_its_cases_and_counts_them(office: World, desk: Desk) -> None:
    mine = await office.asks_for_a_person(AMINA)
    waiting = await office.asks_for_a_person(OKSANA, "uk")
    await office.parts.desk.reply(BEATE, mine.id, "Guten Tag")
    beate = desk(BEATE)
    expected = {"mine": [mine.id], "newcomer": [mine.id], "unassigned": [waiting.id], "team": [], "overdue": [], "closed": []}
    for view, ids in expected.items():
        page = (await beate.look(f"/console?view={view}")).text
        assert [each for each in (mine.id, waiting.id) if f"/console/cases/{each}" in page] == ids, view
    office.clock.advance(days=9)
    beate = desk(BEATE)
    assert waiting.id in (await beate.look("/console?view=overdue")).text
    assert "zu spät" in beate.html


async def test_new_messages_are_counted_until_somebody_answers(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    await office.parts.desk.reply(BEATE, case.id, "Guten Tag")
    for text in ("شكرا", "متى؟"):
        await office.writes(AMINA, text)
    beate = desk(BEATE)
    assert ">2<span" in (await beate.look("/console?view=mine")).text
    await office.parts.desk.reply(BEATE, case.id, "Morgen")
    assert "neue Nachrichten" not in (await beate.look("/console?view=mine")).text


async def test_a_view_is_narrowed_down_by_language_and_searched_by_what_was_said(office: World, desk: Desk) -> None:
    arabic = await office.asks_for_a_person(AMINA)
    other = await office.asks_for_a_person(OKSANA, "uk")
    beate = desk(BEATE)
    page = (await beate.look("/console?view=unassigned&language=uk")).text
    assert (other.id in page, arabic.id in page) == (True, False)
    await office.parts.desk.reply(BEATE, arabic.id, "Bitte bringen Sie den Mietvertrag mit")
    found = await beate.press("/console/find", view="mine", find="mietvertrag")
    assert (arabic.id in beate.html, other.id in beate.html) == (True, False)
    assert "mietvertrag" not in found.headers["location"], "it may be a name"
    colleague = desk(COLLEAGUE)
    assert "mietvertrag" not in (await colleague.look(found.headers["location"])).text
    await colleague.press("/console/find", find="mietvertrag")
    assert arabic.id not in colleague.html
    await beate.press("/console/find", find="Kaution")
    assert "Kein Fall passt dazu." in beate.html
    await beate.press("/console/find", view="unassigned", language="uk", find="")
    assert (arabic.id in beate.html, other.id in beate.html) == (False, True)


async def test_beate_enters_her_holiday_and_the_deputy_has_her_cases(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    office.parts.desk.claim(BEATE, case.id)
    beate = desk(BEATE)
    await beate.look("/console/team")
    until = (office.clock.now() + timedelta(days=10)).date().isoformat()
    await beate.press("/console/team/away", member="beate", until=until, deputy=COLLEAGUE.id)
    assert "abwesend bis 04.12.2026" in beate.html
    assert office.case(AMINA).advisor == COLLEAGUE.id
    await beate.press("/console/team/away", member="beate")
    assert "abwesend" not in beate.html


async def test_an_absence_that_is_over_or_a_deputy_who_is_away_is_refused(office: World, desk: Desk) -> None:
    beate = desk(BEATE)
    await beate.look("/console/team")
    response = await beate.press("/console/team/away", member="beate", until="2026-11-01")
    assert (response.status_code, "schon vorbei" in response.text) == (422, True)
    response = await beate.press("/console/team/away", member="beate", until="2026-12-01", deputy="beate")
    assert (response.status_code, "Vertretung muss selbst da sein" in response.text) == (422, True)


async def test_only_the_coordination_gives_cases_away(office: World, desk: Desk) -> None:
    case = await office.asks_for_a_person()
    beate, birgit = desk(BEATE), desk(BIRGIT)
    await beate.look("/console/team")
    assert (await beate.press("/console/team/give", case=case.id, colleague=COLLEAGUE.id)).status_code == 404
    await birgit.look("/console?view=unassigned")
    assert f'value="{case.id}"' in birgit.html
    await birgit.press("/console/team/give", case=case.id, colleague=COLLEAGUE.id)
    assert office.case(AMINA).advisor == COLLEAGUE.id


async def test_the_guide_is_one_tap_away(office: World, desk: Desk) -> None:
    beate = desk(BEATE)
    assert 'href="/console/help"' in (await beate.look("/console")).text
    assert "Rückübersetzung" in (await beate.look("/console/help")).text


async def test_who_only_edits_content_sees_no_queue(office: World, desk: Desk) -> None:
    emil = replace(BEATE, id="emil", login="emil", name="Emil Redlich", role="editor")
    with office.parts.store.transaction() as tx:
        tx.add_advisor(emil)
    assert (await desk(emil).get("/console")).headers["location"] == "/console/content"
    assert (await desk(emil).get("/console/team")).status_code == 404


@pytest.mark.parametrize("kind", ["files", "pictures"])
async def test_no_number_of_a_file_is_too_long_to_be_answered(office: World, desk: Desk, kind: str) -> None:
    case = await office.asks_for_a_person()
    assert (await desk(BEATE).get(f"/console/cases/{case.id}/{kind}/{'9' * 5_000}")).status_code == 404


async def test_a_day_that_is_none_does_not_mean_that_somebody_is_back(office: World, desk: Desk) -> None:
    birgit = desk(BIRGIT)
    await birgit.look("/console/team")
    await birgit.press("/console/team/away", member="beate", until="2026-12-04")
    response = await birgit.press("/console/team/away", member="beate", until="31.12.2026")
    assert response.status_code == 422
    assert "Diesen Tag gibt es nicht." in birgit.html
    assert "abwesend bis 04.12.2026" in birgit.html


async def test_the_desk_says_when_nothing_can_be_translated_and_what_to_do(
    office: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await office.asks_for_a_person()
    beate, hint = desk(BEATE), "oder holen Sie jemanden zum Dolmetschen"
    assert hint not in (await beate.look(f"/console/cases/{case.id}")).text
    monkeypatch.setattr(office.translator, "usable", lambda source, target: False)
    assert hint in (await beate.look(f"/console/cases/{case.id}")).text
