"""Files in both directions: what is taken, what is refused and how, and that nothing of them can do harm."""

import re
from dataclasses import replace

import pytest

from bot.core.attachments import LARGEST
from bot.core.messages import Attachment, OutboundMessage
from tests.adapters.web.conftest import Browser
from tests.adapters.web.fakes import World

JPEG, PDF = b"\xff\xd8\xff\xe0 photo", b"%PDF-1.7 letter"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"


@pytest.fixture
async def waiting(amina: Browser, world: World) -> Browser:
    """Amina, who waits for an advisor's answer."""
    await amina.speak("de")
    address, conversation = next(iter(world.inbox.conversations.items()))
    world.inbox.conversations[address] = replace(conversation, owner="desk")
    await amina.look("/")
    return amina


async def test_a_photo_and_its_text_reach_the_advisor_without_javascript(waiting: Browser, world: World) -> None:
    assert re.search(r'<form [^>]*action="/chat/send"[^>]*enctype="multipart/form-data"', waiting.html)
    assert 'type="file" accept="image/jpeg,image/png,image/webp,application/pdf"' in waiting.html
    await waiting.press("/chat/send", ("../IMG 1.JPEG", JPEG), text="Der Brief")
    message = world.inbox.received[-1]
    assert (message.text, message.attachment) == ("Der Brief", Attachment("photo", "IMG 1.jpg", "image/jpeg", JPEG))
    assert '<img src="/chat/pictures/' in waiting.html


async def test_a_file_needs_no_text_and_the_same_form_counts_once(waiting: Browser, world: World) -> None:
    page = waiting.html
    await waiting.press("/chat/send", ("brief.pdf", PDF), text="")
    waiting.html = page
    await waiting.press("/chat/send", ("brief.pdf", PDF), text="")
    assert [each.attachment.name for each in world.inbox.received if each.attachment] == ["brief.pdf"]


async def test_without_a_chosen_file_the_form_sends_its_text(waiting: Browser, world: World) -> None:
    await waiting.press("/chat/send", ("", b""), text="Nur Text")
    assert (world.inbox.received[-1].text, world.inbox.received[-1].attachment) == ("Nur Text", None)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("brief.docx", b"PK\x03\x04"), "Bitte schicken Sie ein Foto oder ein PDF, höchstens 10 MB."),
        (("foto.jpg", b"<script>alert(1)</script>"), "Bitte schicken Sie ein Foto oder ein PDF, höchstens 10 MB."),
        (("gross.jpg", JPEG + bytes(LARGEST + 3_000_000)), "Bitte schicken Sie ein Foto oder ein PDF, höchstens 10 MB."),
        (("IMG.HEIC", HEIC), "Bitte machen Sie einen Screenshot davon"),
    ],
    ids=["word", "html", "too large", "heic"],
)
async def test_a_file_that_is_not_taken_is_refused_with_advice_and_the_text_stays(
    waiting: Browser, world: World, file: tuple[str, bytes], sentence: str
) -> None:
    before = len(world.inbox.received)
    response = await waiting.press("/chat/send", file, text="Mein <langer> Text")
    assert response.status_code == 422
    assert sentence in response.text
    assert "Mein &lt;langer&gt; Text</textarea>" in response.text
    assert len(world.inbox.received) == before


async def test_a_body_beyond_all_measure_is_cut_off(waiting: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.web.security.MAX_UPLOAD", 100_000)
    response = await waiting.press("/chat/send", ("x.jpg", JPEG + bytes(100_000)), text="x")
    assert response.status_code == 413


async def test_forms_that_carry_no_files_stay_small(waiting: Browser) -> None:
    assert (await waiting.press("/chat/choose", ("x.jpg", JPEG + bytes(1_100_000)), choice="nav:menu")).status_code == 413


async def test_outside_of_a_case_a_file_is_answered_politely_and_never_kept(amina: Browser, world: World) -> None:
    await amina.speak("de")
    assert 'type="file"' not in amina.html
    await amina.press("/chat/send", ("brief.exe", b"MZ"), text="")
    assert world.inbox.received[-1].attachment == Attachment("document", "", "", b"")


async def test_a_broken_form_is_refused_and_a_strangers_leads_nowhere(waiting: Browser, oksana: Browser, world: World) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Sec-Fetch-Site": "same-origin"}
    before = len(world.inbox.received)
    assert (await waiting.post("/chat/send", content=b"--y\r\nnonsense", headers=headers)).status_code == 400
    assert (await oksana.post("/chat/send", files={"file": ("a.pdf", PDF)})).status_code == 303
    assert (await waiting.post("/chat/send", files={"file": ("a.pdf", PDF)}, data={"csrf": "guess"})).status_code == 403
    assert len(world.inbox.received) == before


async def test_a_picture_is_shown_as_what_it_is_and_can_do_nothing(waiting: Browser, oksana: Browser, world: World) -> None:
    conversation = next(iter(world.inbox.conversations.values())).id
    false = Attachment("photo", "foto.jpg", "image/jpeg", b"<svg onload=alert(1)>")
    shown = world.lines.add(conversation, "", attachment=Attachment("photo", "foto.jpg", "text/html", JPEG))
    hidden = world.lines.add(conversation, "", attachment=false)
    response = await waiting.get(f"/chat/pictures/{shown.n}")
    assert response.headers["content-type"] == "image/jpeg"
    assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert (await waiting.get(f"/chat/pictures/{hidden.n}")).status_code == 404
    assert (await oksana.get(f"/chat/pictures/{shown.n}")).status_code == 404


async def test_beate_sends_a_file_and_that_claims_the_case(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    await beate.look("/console/cases/k1")
    await beate.press("/console/cases/k1/file", ("Antrag.PDF", PDF))
    line = world.lines.said[-1]
    assert (line.author, line.advisor) == ("advisor", "beate")
    assert line.attachment == Attachment("document", "Antrag.pdf", "application/pdf", PDF)
    assert "Antrag.pdf" in beate.html


async def test_beate_reads_why_a_file_cannot_be_sent(beate: Browser, world: World) -> None:
    world.ask_for_help("k1")
    refused: list[tuple[tuple[str, bytes] | None, str]] = [
        (None, "Bitte wählen Sie zuerst eine Datei aus."),
        (("x.docx", b"PK"), "Senden lassen sich Fotos (JPEG, PNG, WebP) und PDF-Dateien."),
        (("x.heic", HEIC), "Bitte speichern Sie das Foto als JPEG."),
        (("x.pdf", PDF + bytes(LARGEST)), "Diese Datei ist größer als 10 MB."),
    ]
    for file, sentence in refused:
        await beate.look("/console/cases/k1")
        response = await beate.press("/console/cases/k1/file", file)
        assert response.status_code == 422
        assert sentence in response.text
    assert world.desk.cases["k1"].advisor is None


async def test_pictures_of_a_case_are_for_its_agency(beate: Browser, jens: Browser, world: World) -> None:
    world.ask_for_help("k1")
    photo, pdf = Attachment("photo", "foto.jpg", "image/jpeg", JPEG), Attachment("document", "a.pdf", "application/pdf", PDF)
    seen = world.lines.add("conversation-k1", "", case="k1", attachment=photo).n
    read = world.lines.add("conversation-k1", OutboundMessage("", "de", "advisor"), case="k1", attachment=pdf).n
    page = (await beate.look("/console/cases/k1")).text
    assert f'<img src="/console/cases/k1/pictures/{seen}"' in page
    assert f'href="/console/cases/k1/files/{read}"' in page
    asked = [(beate, seen), (beate, read), (jens, seen)]
    answers = [await who.get(f"/console/cases/k1/pictures/{n}") for who, n in asked]
    assert [answer.status_code for answer in answers] == [200, 404, 404]
