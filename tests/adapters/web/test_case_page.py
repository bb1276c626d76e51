"""What an advisor has at hand in a case, without JavaScript: drafts, finished replies, a page for the printer."""

from dataclasses import replace

import pytest

from bot.core.messages import Attachment, OutboundMessage
from bot.services.ports import HistoryLine, Note
from tests.adapters.web.conftest import Browser
from tests.adapters.web.fakes import World

CASE = "/console/cases/k1"


async def test_a_draft_is_kept_by_a_button_and_gone_when_it_is_sent(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    await beate.look(CASE)
    for text in ("Guten Tag", "Guten Tag, ich habe"):
        await beate.press(f"{CASE}/draft", text=text)
        assert f">{text}</textarea>" in (await beate.look(CASE)).text
    await beate.press(f"{CASE}/reply", text="Guten Tag, ich habe eine Frage.")
    assert "Guten Tag, ich habe</textarea>" not in beate.html
    assert sum(line.author == "advisor" for line in world.lines.said) == 1, "keeping a draft sends nothing"


async def test_a_reply_that_is_refused_does_not_cost_the_draft(beate: Browser, world: World) -> None:
    world.hire("Ayşe", "north", "-")
    world.ask_for_help("k1")
    await beate.look(CASE)
    await beate.press(f"{CASE}/draft", text="Mein Entwurf")
    world.desk.claim(world.store.staff["ayşe"], "k1")
    assert "Mein Entwurf" in (await beate.press(f"{CASE}/reply", text="Mein Entwurf")).text
    assert "Mein Entwurf" in (await beate.look(CASE)).text


async def test_who_else_looks_at_the_case_is_named(beate: Browser, world: World) -> None:
    world.hire("Ayşe", "north", "-")
    world.ask_for_help("k1")
    assert "Auch hier" not in (await beate.look(CASE)).text
    with world.presence.looking("k1", "ayşe"), world.presence.looking("k1", "beate"):
        assert "Auch hier: <bdi>Ayşe</bdi></p>" in (await beate.look(CASE)).text


async def test_nobody_listens_at_another_agencys_case(jens: Browser, world: World) -> None:
    world.ask_for_help("k1")
    for path in ("/console/events?case=k1", "/console/events?case=nowhere", f"{CASE}/print", f"{CASE}/pictures/1"):
        assert (await jens.get(path)).status_code == 404


async def test_the_printed_page_says_who_said_what_when_in_both_languages(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    reply = OutboundMessage("أهلاً", "ar", "advisor", "plain", original="Willkommen")
    world.lines.add("conversation-k1", reply, case="k1", advisor="beate")
    world.lines.add("conversation-k1", "", case="k1", attachment=Attachment("document", "brief.pdf", "application/pdf", b"%PDF-"))
    world.desk.written.append(Note("k1", "beate", world.clock.now(), "Vermieter angerufen"))
    page = (await beate.look(f"{CASE}/print")).text
    said = (
        "Wie finde ich eine Wohnung?",
        "كيف أجد شقة؟",
        "24.11.2026, 12:00 · <bdi>Beate</bdi>",
        "Willkommen",
        "أهلاً",
        "brief.pdf",
    )
    found = [page.index(words, page.index("Gespräch")) for words in said]
    assert found == sorted(found)
    assert "Vermieter angerufen" not in page
    assert "Vermieter angerufen" in (await beate.look(f"{CASE}/print?notes=1")).text
    assert "<textarea" not in page
    assert 'action="/console/cases' not in page


async def test_typing_of_a_stranger_or_from_another_page_is_not_passed_on(amina: Browser, world: World) -> None:
    assert (await amina.post("/chat/typing", data={"csrf": "guess"})).status_code == 204
    await amina.speak("de")
    assert (await amina.post("/chat/typing", data={"csrf": "guess"})).status_code == 403
    assert (await amina.press("/chat/typing")).status_code == 204


async def test_the_bots_words_are_read_in_german_and_what_the_person_got_is_one_tap_away(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    said = OutboundMessage("يستغرق الجواب وقتاً أطول.", "ar", german="Die Antwort dauert länger.")
    world.lines.add("conversation-k1", said, case="k1")
    page = (await beate.look(CASE)).text
    line = page[page.index("Die Antwort dauert länger.") :]
    assert line.index("So hat es die Person bekommen") < line.index("يستغرق الجواب وقتاً أطول.")
    printed = (await beate.look(f"{CASE}/print")).text
    assert printed.index("Die Antwort dauert länger.") < printed.index("يستغرق الجواب وقتاً أطول.")


async def test_an_answer_that_was_read_says_so(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    answer = OutboundMessage("أهلاً", "ar", "advisor", "plain", original="Willkommen")
    world.lines.add("conversation-k1", answer, case="k1", advisor="beate")
    assert "<span>gesendet</span>" in (await beate.look(CASE)).text
    world.lines.said[-1] = replace(world.lines.said[-1], seen=True)
    assert "<span>gelesen</span>" in (await beate.look(CASE)).text


async def test_what_beate_had_in_front_of_her_is_read_by_her(beate: Browser, jens: Browser, world: World) -> None:
    world.ask_for_help("k1")
    await beate.look(CASE)
    for n in ("2", "3"):
        assert (await beate.press(f"{CASE}/seen", n=n, quiet="1")).status_code == 204
        await beate.look(CASE)
    assert world.reading.read == [("beate", 2), ("beate", 3)]
    await jens.look("/console")
    assert (await jens.press(f"{CASE}/seen", n="3", quiet="1")).status_code == 404


@pytest.mark.parametrize(("n", "read"), [("7", 7), ("", 0), ("-3", 0), ("x" * 99, 0), ("9" * 40, 0)])
async def test_what_amina_had_in_front_of_her_is_read_whatever_a_browser_sends(
    amina: Browser, world: World, n: str, read: int
) -> None:
    assert (await amina.post("/chat/seen", data={"csrf": "guess", "n": "1"})).status_code == 204
    await amina.speak("de")
    assert (await amina.post("/chat/seen", data={"csrf": "guess", "n": "1"})).status_code == 403
    assert (await amina.press("/chat/seen", n=n)).status_code == 204
    assert world.reading.read == [("", read)]


async def test_a_mark_is_dealt_with_by_a_button_only_where_there_is_one(beate: Browser, world: World) -> None:
    case = world.ask_for_help("k1")
    assert "/settle" not in (await beate.look(CASE)).text
    world.desk.cases["k1"] = replace(case, flags=("crisis", "callback"))
    page = (await beate.look(CASE)).text
    for words in ("Notlage geklärt", "Anruf erledigt", "Die Person möchte angerufen werden."):
        assert words in page
    assert page.count(f'action="{CASE}/settle"') == 2


async def test_what_may_be_an_emergency_is_seen_in_the_queue_and_on_the_case(beate: Browser, world: World) -> None:
    case = world.ask_for_help("k1")
    assert "vielleicht Notlage" not in (await beate.look("/console")).text
    world.desk.cases["k1"] = replace(case, flags=("concern",))
    assert "vielleicht Notlage" in (await beate.look("/console")).text
    assert "klingt vielleicht nach einer Notlage" in (await beate.look(CASE)).text


async def test_a_case_of_a_site_that_is_no_longer_listed_says_so(beate: Browser, world: World) -> None:
    world.desk.cases["k1"] = replace(world.ask_for_help("k1"), site="north-gone")
    world.desk.happened.append(HistoryLine("k1", world.clock.now(), "transferred:north-gone", None))
    gone = "Stelle steht nicht mehr im Verzeichnis (north-gone)"
    assert gone in (await beate.look("/console")).text
    page = (await beate.look(CASE)).text
    assert f"Weitergegeben: {gone}" in page
    assert page.count(gone) == 2


async def test_articles_are_searched_without_the_words_in_any_address(beate: Browser, jens: Browser, world: World) -> None:
    world.ask_for_help("k1")
    await beate.look(CASE)
    found = await beate.press(f"{CASE}/find", find="Kaution Schulze")
    assert found.headers["location"].startswith(f"{CASE}?found=")
    assert "Schulze" not in found.headers["location"]
    assert 'value="Kaution Schulze"' in beate.html
    assert "Schulze" not in (await beate.look(f"{CASE}?found=another")).text
    await jens.look("/console")
    assert (await jens.press(f"{CASE}/find", find="Kaution")).status_code == 404
