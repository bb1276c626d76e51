"""What an advisor has at hand in a case, without JavaScript: drafts, finished replies, a page for the printer."""

from bot.core.messages import Attachment, OutboundMessage
from bot.services.ports import Note
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
