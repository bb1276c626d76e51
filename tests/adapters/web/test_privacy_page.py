"""The data-protection page: the operator's notice and each agency's, in the reader's language or visibly in another."""

from tests.adapters.web.conftest import Browser, Desk
from tests.services.fakes import BEATE, World


async def test_the_page_shows_the_operators_notice_and_leads_to_the_agencies(desk: Desk) -> None:
    page = (await desk(BEATE).get("/privacy?language=de")).text
    assert "Beispiel-Träger A (Beispiel, diese Stelle gibt es nicht)" in page
    assert 'href="/privacy/example-b?language=de"' in page


async def test_an_agencys_notice_has_its_own_name(desk: Desk) -> None:
    page = (await desk(BEATE).get("/privacy/example-b?language=en")).text
    assert '<html lang="en"' in page
    assert "Beispiel-Träger B (Beispiel, diese Stelle gibt es nicht)" in page
    assert "90 days after its end" in page


async def test_a_language_without_a_template_is_answered_visibly_in_another(office: World, desk: Desk) -> None:
    page = (await desk(BEATE).get("/privacy/example-b", headers={"Accept-Language": "ar"})).text
    assert '<html lang="ar" dir="rtl">' in page
    assert '<div class="text" lang="en" dir="ltr">' in page
    assert office.parts.content.phrases.say("note_fallback", "ar", language="English") in page


async def test_an_agency_nobody_knows_has_no_page(desk: Desk) -> None:
    assert (await desk(BEATE).get("/privacy/nobody")).status_code == 404


async def test_the_chat_leads_to_it(amina: Browser) -> None:
    await amina.speak("de")
    assert 'href="/privacy"' in amina.html


async def test_a_command_keeps_its_slash_in_front_in_arabic(desk: Desk) -> None:
    page = (await desk(BEATE).get("/privacy?language=ar")).text
    assert "<bdi>/erase</bdi>" in page
    assert "<bdi>/erase</bdi>" not in (await desk(BEATE).get("/privacy?language=de")).text
