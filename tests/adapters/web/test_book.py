"""Booking without a chat: plain forms, the same rules, only what belongs to booking."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from bot.adapters.web.visitors import COOKIE, address_of
from bot.app import web
from bot.core.appointments import Appointment
from bot.core.language import direction
from bot.settings import Settings
from tests.adapters.web.conftest import Browser
from tests.conftest import ROOT
from tests.services.fakes import World


@pytest.fixture
async def street(office: World, tmp_path: Path) -> AsyncIterator[Callable[[], Browser]]:
    """Browsers of people who read a poster."""
    application = web(office.parts, Settings(data=tmp_path, key_file=tmp_path / "key", content=ROOT))
    opened: list[Browser] = []

    def new() -> Browser:
        opened.append(Browser(transport=httpx.ASGITransport(application), base_url="http://wegweiser.test"))
        return opened[-1]

    yield new
    for each in opened:
        await each.aclose()


@pytest.fixture
def amina(street: Callable[[], Browser]) -> Browser:
    return street()


def choices(browser: Browser) -> list[str]:
    return re.findall(r'name="choice" value="([^"]+)"', browser.html)


def step(browser: Browser) -> str:
    found = re.search(r"<bdi>(\d / 8)</bdi>", browser.html)
    return found[1] if found else ""


async def press(browser: Browser, office: World, prefix: str, **more: str) -> None:
    office.clock.advance(seconds=10)
    choice = next(each for each in choices(browser) if each.startswith(prefix))
    site = dict(re.findall(r'<input type="hidden" name="(site)" value="([^"]*)"', browser.html))
    assert (await browser.press("/book/choose", None, choice=choice, **site, **more)).status_code == 303


async def begins(browser: Browser, language: str = "ar", at: str = "/book") -> None:
    await browser.look(at)
    site = dict(re.findall(r'<input type="hidden" name="(site)" value="([^"]*)"', browser.html))
    await browser.press("/book/language", None, language=language, **site)


async def books(browser: Browser, office: World) -> None:
    """Go from the topics to the confirmation."""
    await press(browser, office, "book:topic:housing")
    await browser.press("/book/write", text="Elmshorn")
    for prefix in ("book:site:", "book:day:", "book:time:", "book:yes:"):
        await press(browser, office, prefix)


def booked(office: World, browser: Browser) -> list[Appointment]:
    conversation = office.parts.inbox.find(address_of(browser.cookies[COOKIE]))
    assert conversation is not None
    with office.parts.store.transaction() as tx:
        return [each for each in tx.appointments(conversation.contact_id) if each.status == "booked"]


async def test_amina_books_step_by_step_in_her_language(office: World, amina: Browser) -> None:
    await begins(amina)
    assert (step(amina), choices(amina)[:2]) == ("2 / 8", ["consent:yes", "consent:no"])
    await press(amina, office, "consent:yes")
    assert step(amina) == "3 / 8"
    await press(amina, office, "book:topic:housing")
    assert step(amina) == "4 / 8"
    await amina.press("/book/write", text="Elmshorn")
    steps = []
    for prefix in ("book:site:", "book:day:", "book:time:", "book:yes:"):
        await press(amina, office, prefix)
        steps.append(step(amina))
    assert steps == ["5 / 8", "6 / 8", "7 / 8", "8 / 8"]
    (appointment,) = booked(office, amina)
    assert (appointment.topic, appointment.language) == ("housing", "ar")
    assert 'dir="rtl"' in amina.html
    assert office.phrase("appointment_booked", "ar").split("\n")[0] in amina.html
    file = re.search(r'href="(/chat/files/\d+)"', amina.html)
    assert file is not None
    assert b"BEGIN:VEVENT" in (await amina.get(file[1])).content
    assert {f"book:move:{appointment.id}", f"book:off:{appointment.id}"} <= set(choices(amina))


@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_under_the_appointment_stands_whether_to_remind_of_it(office: World, amina: Browser, answer: str) -> None:
    await begins(amina, "de")
    await press(amina, office, "consent:yes")
    await books(amina, office)
    assert office.phrase("consent_reminders", "de") in amina.html
    await press(amina, office, f"consent:{answer}:reminders")
    (appointment,) = booked(office, amina)
    assert step(amina) == "8 / 8"
    assert choices(amina) == [f"book:move:{appointment.id}", f"book:off:{appointment.id}", "book:start"]
    assert office.phrase("appointment_booked", "de") not in amina.html
    assert "Gut, ich erinnere Sie" in amina.html


async def test_the_appointment_is_moved_and_cancelled_here_as_well(office: World, amina: Browser) -> None:
    await begins(amina)
    await press(amina, office, "consent:yes")
    await books(amina, office)
    before = booked(office, amina)[0]
    await press(amina, office, "book:move:")
    await amina.press("/book/choose", choice=[each for each in choices(amina) if each.startswith("book:day:")][1])
    for prefix in ("book:time:", "book:yes:"):
        await press(amina, office, prefix)
    (moved,) = booked(office, amina)
    assert moved.id == before.id
    assert moved.slot.start > before.slot.start
    await press(amina, office, "book:off:")
    await press(amina, office, "book:drop:")
    assert booked(office, amina) == []
    assert choices(amina) == ["book:start"]


async def test_at_a_sites_own_address_nobody_is_asked_where(office: World, amina: Browser) -> None:
    await begins(amina, "de", "/book/example-uetersen")
    assert "Termin: Beispielstelle Uetersen" in amina.html
    await press(amina, office, "consent:yes")
    await press(amina, office, "book:topic:work")
    assert (step(amina), "Beispielstelle Uetersen: An welchem Tag?" in amina.html) == ("5 / 8", True)
    for prefix in ("book:day:", "book:time:", "book:yes:"):
        await press(amina, office, prefix)
    (appointment,) = booked(office, amina)
    assert (appointment.slot.site, appointment.topic) == ("example-uetersen", "work")
    await amina.look("/book/example-uetersen")
    assert choices(amina) == ["book:start", "nav:appointments"], "the poster leads to the beginning again"


async def test_from_a_sites_address_another_site_can_be_chosen(office: World, amina: Browser) -> None:
    await begins(amina, "de", "/book/example-uetersen")
    await press(amina, office, "consent:yes")
    await press(amina, office, "book:topic:work")
    await press(amina, office, "book:start")
    assert step(amina) == "4 / 8"
    await amina.press("/book/write", text="Elmshorn")
    await press(amina, office, "book:site:example-elmshorn")
    assert "Beispielstelle Elmshorn: An welchem Tag?" in amina.html


async def test_nothing_is_booked_without_consent(office: World, amina: Browser) -> None:
    await begins(amina, "de")
    await press(amina, office, "consent:no")
    assert choices(amina) == ["book:start", "nav:appointments"]
    await press(amina, office, "book:start")
    assert "consent:yes" in choices(amina)
    await press(amina, office, "consent:yes")
    assert step(amina) == "3 / 8"


async def test_one_goes_back_step_by_step(office: World, amina: Browser) -> None:
    await begins(amina)
    await press(amina, office, "consent:yes")
    await press(amina, office, "book:topic:housing")
    await press(amina, office, "place:skip")
    for prefix in ("book:site:", "book:day:", "book:time:"):
        await press(amina, office, prefix)
    steps = []
    for _ in range(3):
        await press(amina, office, "nav:back")
        steps.append(step(amina))
    assert steps == ["6 / 8", "5 / 8", "4 / 8"]


async def test_a_form_that_is_sent_twice_counts_once(office: World, amina: Browser) -> None:
    await begins(amina)
    await press(amina, office, "consent:yes")
    await press(amina, office, "book:topic:housing")
    await press(amina, office, "place:skip")
    for prefix in ("book:site:", "book:day:", "book:time:"):
        await press(amina, office, prefix)
    hidden = dict(re.findall(r'<input type="hidden" name="(csrf|form)" value="([^"]*)"', amina.html))
    yes = next(each for each in choices(amina) if each.startswith("book:yes:"))
    for _ in range(2):
        await amina.post("/book/choose", data={**hidden, "choice": yes}, headers={"Sec-Fetch-Site": "same-origin"})
    assert len(booked(office, amina)) == 1


async def test_the_language_can_be_changed_on_the_way(office: World, amina: Browser) -> None:
    await begins(amina)
    await press(amina, office, "consent:yes")
    await press(amina, office, "book:topic:housing")
    await press(amina, office, "place:skip")
    await press(amina, office, "book:site:")
    assert "?language" in amina.html
    await amina.look("/book?language")
    await amina.press("/book/language", language="uk")
    assert (step(amina), 'lang="uk"' in amina.html) == ("5 / 8", True)
    assert any(each.startswith("book:day:") for each in choices(amina))


async def test_the_chat_knows_what_was_booked_and_who_wants_a_person_goes_on_there(office: World, amina: Browser) -> None:
    await begins(amina)
    assert 'href="/"' in amina.html
    await press(amina, office, "consent:yes")
    await books(amina, office)
    assert office.phrase("appointment_booked", "ar").split("\n")[0] in (await amina.get("/")).text
    response = await amina.press("/book/choose", choice="nav:person")
    assert response.headers["location"] == "/"


async def test_who_has_just_asked_for_a_person_sees_the_beginning_here_and_not_the_chats_last_words(
    office: World, amina: Browser
) -> None:
    await begins(amina)
    await press(amina, office, "consent:yes")
    who = address_of(amina.cookies[COOKIE])
    office.clock.advance(hours=10)  # in the evening the promise offers an appointment as well
    await office.presses(who, "nav:person", "case:papers")
    await office.writes(who, "عندي رسالة")
    promise = await office.writes(who, "Elmshorn")
    offered = {choice.id for message in promise for row in message.choices for choice in row}
    assert {"case:callback", "book:start"} <= offered
    await amina.look("/book")
    assert "case:callback" not in choices(amina)
    assert choices(amina) == ["book:start", "nav:appointments"]


@pytest.mark.parametrize("language", ["ar", "uk"])
async def test_the_emergency_number_stands_on_every_page_and_none_needs_a_script(
    language: str, office: World, amina: Browser
) -> None:
    await begins(amina, language)
    await press(amina, office, "consent:yes")
    for path in ("/book", "/book/example-elmshorn", "/book?language"):
        response = await amina.look(path)
        assert 'href="tel:112"' in amina.html
        assert "<script" not in amina.html
        assert f'<html lang="{language}" dir="{direction(language)}"' in amina.html
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


async def test_looking_changes_nothing_and_foreign_forms_are_refused(office: World, amina: Browser) -> None:
    await amina.look("/book")
    assert COOKIE not in amina.cookies
    await begins(amina)
    found = office.parts.inbox.find(address_of(amina.cookies[COOKIE]))
    for path in ("/book", "/book/example-elmshorn", "/book?language"):
        await amina.look(path)
    assert office.parts.inbox.find(address_of(amina.cookies[COOKIE])) == found
    for path in ("choose", "write"):
        assert (await amina.post(f"/book/{path}", data={"csrf": "guess", "choice": "consent:yes"})).status_code == 403
    strange = {"Sec-Fetch-Site": "cross-site"}
    assert (await amina.post("/book/language", data={"language": "de"}, headers=strange)).status_code == 403


async def test_a_site_that_does_not_exist_is_not_found(amina: Browser) -> None:
    assert (await amina.get("/book/nowhere")).status_code == 404
    assert (await amina.press("/book/choose", choice="book:start")).headers["location"] == "/book"
    assert (await amina.press("/book/language", language="xx")).headers["location"] == "/book"
