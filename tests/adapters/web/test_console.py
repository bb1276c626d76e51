"""What advisors see and do."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from markupsafe import Markup

from bot.adapters.web.pages import Pages
from bot.core.cases import alarm
from bot.core.messages import Attachment, OutboundMessage
from tests.adapters.web.conftest import Browser
from tests.adapters.web.fakes import World

GET_PATHS = ("/console", "/console/cases/k1", "/console/cases/k1/files/1")


@pytest.mark.parametrize("path", GET_PATHS)
async def test_a_stranger_is_led_to_the_sign_in_and_back(amina: Browser, world: World, path: str) -> None:
    world.ask_for_help("k1")
    response = await amina.get(path)
    assert (response.status_code, response.headers["location"]) == (303, f"/console/sign-in?next={path}")
    assert (await amina.get("/console/events")).status_code == 401


async def test_beate_sees_her_agencys_queue_in_words(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    late = world.ask_for_help("k2", language="fa")
    world.desk.cases["k2"] = replace(late, promised_until=world.clock.now() - timedelta(hours=1), flags=("crisis",))
    world.ask_for_help("k3", agency="south")
    page = (await beate.look("/console")).text
    for words in ("Beratung Nord", "Wohnung", "Arabisch", "Persisch", "vor 2 Stunden", "seit 1 Stunde zu spät", "Notlage"):
        assert words in page
    assert "noch 1 Tag" in page
    assert "/console/cases/k3" not in page


async def test_a_claimed_case_moves_to_mine_and_a_closed_one_to_closed(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    await beate.look("/console/cases/k1")
    response = await beate.press("/console/cases/k1/claim")
    assert (response.status_code, response.headers["location"]) == (303, "/console/cases/k1")
    assert "/console/cases/k1" in (await beate.look("/console?view=mine")).text
    assert "/console/cases/k1" not in (await beate.look("/console?view=unassigned")).text
    await beate.look("/console/cases/k1")
    await beate.press("/console/cases/k1/close")
    assert "Dieser Fall ist geschlossen." in beate.html
    assert "/console/cases/k1" not in (await beate.look("/console")).text
    assert "/console/cases/k1" in (await beate.look("/console?view=closed")).text


async def test_the_case_page_shows_card_way_and_both_languages(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    world.lines.add("conversation-k1", OutboundMessage("أهلاً", "ar", "advisor", "plain", original="Willkommen"), case="k1")
    page = (await beate.look("/console/cases/k1")).text
    card = page[page.index('id="card"') : page.index('class="rest"')]
    for words in ("كيف أجد شقة؟", "Arabisch", "Elmshorn", "Beratung Nord, Elmshorn", "Weg bisher"):
        assert words in card
    assert "Vorher mit dem Programm" in page
    assert "Worum geht es?" in page
    assert '<bdi class="text" dir="auto" lang="de">Wie finde ich eine Wohnung?</bdi>' in page
    assert "Maschinell übersetzt" in page
    assert page.index("Willkommen") < page.index("So hat es die Person bekommen") < page.index("أهلاً")


async def test_a_reply_claims_and_reaches_the_conversation(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    await beate.look("/console/cases/k1")
    await beate.press("/console/cases/k1/reply", text="Guten Tag!\r\nWie geht es?")
    assert world.desk.cases["k1"].advisor == "beate"
    message = world.lines.said[-1].message
    assert message is not None
    assert message.original == "Guten Tag!\nWie geht es?"
    assert "Guten Tag!<br>Wie geht es?" in beate.html


async def test_the_same_reply_form_sent_twice_is_one_reply(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    await beate.look("/console/cases/k1")
    page = beate.html
    await beate.press("/console/cases/k1/reply", text="Guten Tag!")
    beate.html = page
    await beate.press("/console/cases/k1/reply", text="Guten Tag!")
    assert sum(line.author == "advisor" for line in world.lines.said) == 1


async def test_whoever_is_second_learns_who_has_the_case_and_keeps_the_draft(beate: Browser, world: World) -> None:
    world.hire("Ayşe", "north", "-")
    world.ask_for_help("k1")
    await beate.look("/console/cases/k1")
    world.desk.claim(world.store.staff["ayşe"], "k1")
    response = await beate.press("/console/cases/k1/reply", text="Mein langer Entwurf")
    assert response.status_code == 409
    assert "Ayşe hat diesen Fall übernommen." in response.text
    assert "Mein langer Entwurf" in response.text
    assert world.lines.said[-1].author == "newcomer"


async def test_an_empty_reply_is_refused_with_a_sentence(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    await beate.look("/console/cases/k1")
    response = await beate.press("/console/cases/k1/reply", text="   ")
    assert response.status_code == 422
    assert "Bitte schreiben Sie 1 bis 8000 Zeichen." in response.text


async def test_canned_replies_tell_in_which_language_they_exist(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    page = (await beate.look("/console/cases/k1")).text
    assert "Gibt es auf Arabisch." in page
    assert "Gibt es noch nicht auf Arabisch; die Person liest Deutsch." in page
    await beate.press("/console/cases/k1/canned", key="canned_welcome")
    message = world.lines.said[-1].message
    assert message is not None
    assert message.language == "ar"


async def test_notes_are_for_the_team_only(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    await beate.look("/console/cases/k1")
    await beate.press("/console/cases/k1/note", text="<b>Vermieter</b> angerufen")
    assert "&lt;b&gt;Vermieter&lt;/b&gt; angerufen" in beate.html
    assert all("Vermieter" not in line.text for line in world.lines.said)


async def test_jens_of_another_agency_finds_nothing_and_can_do_nothing(jens: Browser, world: World) -> None:
    world.ask_for_help("k1")
    await jens.look("/console")
    missing, foreign = await jens.get("/console/cases/nowhere"), await jens.get("/console/cases/k1")
    assert (missing.status_code, foreign.status_code) == (404, 404)
    marks = re.compile(r'name="form" value="[^"]*"|value="/console[^"]*"')
    assert marks.sub("", missing.text) == marks.sub("", foreign.text), "both look the same"
    for action in ("claim", "reply", "canned", "note", "close"):
        await jens.look("/console")
        response = await jens.press(f"/console/cases/k1/{action}", text="Hallo", key="canned_welcome")
        assert response.status_code == 404
    assert world.desk.cases["k1"].advisor is None
    assert world.desk.written == []


async def test_every_action_needs_the_sessions_own_token(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    for action in ("claim", "reply", "canned", "note", "close"):
        response = await beate.post(f"/console/cases/k1/{action}", data={"text": "x", "csrf": "guess", "form": "1"})
        assert response.status_code == 403
    assert world.desk.cases["k1"].advisor is None


async def test_looking_at_an_action_does_not_do_it(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    for action in ("claim", "close", "reply"):
        assert (await beate.get(f"/console/cases/k1/{action}")).status_code in (404, 405)
    assert world.desk.cases["k1"].status == "queued"


async def test_a_newcomers_file_is_only_ever_a_download(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    page = Attachment("document", "brief.html", "text/html", b"<script>alert(1)</script>")
    photo = Attachment("photo", "foto.jpg", "image/jpeg", b"\xff\xd8")
    for attachment, kind in ((page, "application/octet-stream"), (photo, "image/jpeg")):
        line = world.lines.add("conversation-k1", "", case="k1", attachment=attachment)
        response = await beate.get(f"/console/cases/k1/files/{line.n}")
        assert response.headers["content-type"] == kind
        assert response.headers["content-disposition"].startswith("attachment;")
        assert response.headers["x-content-type-options"] == "nosniff"
    assert (await beate.get("/console/cases/k1/files/1")).status_code == 404


async def test_delivery_trouble_is_written_beside_the_message(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    said = OutboundMessage("Hallo", "de", "advisor", "plain")
    world.lines.add("conversation-k1", said, case="k1", delivery="failed")
    assert "nicht zugestellt" in (await beate.look("/console/cases/k1")).text


async def test_the_console_speaks_english_when_asked(beate: Browser) -> None:
    await beate.look("/console")
    await beate.press("/console/language", language="en", next="/console")
    assert '<html lang="en">' in beate.html
    assert "Waiting" in beate.html


async def test_the_most_urgent_case_waits_on_top_with_its_question(beate: Browser, world: World) -> None:
    for number, hours in enumerate((5, 3, 1)):
        case = world.ask_for_help(f"k{number}", question=f"Frage {number}")
        world.desk.cases[case.id] = replace(case, promised_until=world.clock.now() + timedelta(hours=hours))
    world.desk.cases["k0"] = replace(world.desk.cases["k0"], flags=("crisis",))
    page = (await beate.look("/console")).text
    assert re.findall(r"Frage \d", page) == ["Frage 0", "Frage 2", "Frage 1"]


async def test_beate_sees_that_her_words_went_out_in_german(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    world.lines.add("conversation-k1", OutboundMessage("Guten Tag", "de", "advisor", "plain", label="untranslated"), case="k1")
    assert "Nicht übersetzt: Die Person liest Ihren deutschen Text." in (await beate.look("/console/cases/k1")).text


async def test_a_row_is_shared_only_by_those_who_see_the_same(
    beate: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = world.ask_for_help("k1")
    world.hire("Ayşe", "north", "-")
    drawn = count_rows(monkeypatch)
    for _ in range(3):
        assert "Wartend" in (await beate.look("/console?view=unassigned")).text
    assert len(drawn) == 1
    world.desk.cases["k1"] = replace(case, preferred="beate")
    assert "kennt Sie" in (await beate.look("/console?view=unassigned")).text
    world.desk.cases["k1"] = replace(case, advisor="ayşe", status="active")
    assert '<span class="tag green">Ayşe</span>' in (await beate.look("/console?view=team")).text
    world.desk.cases["k1"] = replace(case, advisor="beate", status="active")
    assert '<span class="tag green">' not in (await beate.look("/console?view=mine")).text
    assert len(drawn) == 4
    world.clock.forward(timedelta(minutes=1))
    await beate.look("/console?view=mine")
    assert len(drawn) == 5, "what a row says of time is a minute old at most"


def count_rows(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with every row that is rendered."""
    drawn: list[str] = []
    render = Pages.fragment

    def fragment(pages: Pages, template: str, **context: object) -> Markup:
        drawn.append(template)
        return render(pages, template, **context)

    monkeypatch.setattr(Pages, "fragment", fragment)
    return drawn


async def test_the_queue_names_the_last_alarm_for_the_notification(beate: Browser, world: World) -> None:
    case = world.ask_for_help("k1")
    assert 'data-alarm=""' in (await beate.look("/console")).text
    world.desk.cases["k1"] = alarm(case, world.clock.now())
    assert f'data-alarm="{world.clock.now().isoformat()}"' in (await beate.look("/console")).text
