"""The private address of an advisor's appointments, through the whole application with a real store."""

import logging
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import icalendar
import pytest
import vobject

from bot.adapters.sqlite import SqliteStore, Vault
from bot.app import Parts, web, wire
from bot.core import appointments
from bot.core.appointments import Appointment, Slot
from bot.core.calendars import Seat
from bot.core.content import Content
from bot.services.ports import Account, Advisor
from bot.settings import Settings
from tests.adapters.web.conftest import PASSWORD, Browser
from tests.clock import FixedClock, Ids
from tests.services.fakes import AMINA, BEATE, JENS

SITE, OTHER = "example-elmshorn", "example-uetersen"
START, HALF = datetime(2026, 11, 26, 13, 0, tzinfo=UTC), timedelta(minutes=30)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def parts(tmp_path: Path, content: Content, clock: FixedClock, password_hash: str) -> Iterator[Parts]:
    store = SqliteStore(tmp_path, Vault(b"k" * 32))
    with store.transaction() as tx:
        for each in (BEATE, JENS):
            tx.add_advisor(replace(each, password_hash=password_hash))
    yield wire(store, content, clock, Ids())
    store.close()


@pytest.fixture
async def program(parts: Parts, tmp_path: Path) -> AsyncIterator[Browser]:
    """What reads calendars: it keeps no cookies that it is not given."""
    transport = httpx.ASGITransport(web(parts, Settings(tmp_path, tmp_path / "key")))
    async with Browser(transport=transport, base_url="https://wegweiser.test") as browser:
        yield browser


def book(parts: Parts, id: str, slot: Slot | None = None) -> Appointment:
    with parts.store.transaction() as tx:
        who = tx.conversation_at(AMINA, parts.clock.now(), "c1")
        booked = appointments.book(
            slot or Slot(SITE, START, START + HALF, 0), who.contact_id, who.id, "papers", "ar", parts.clock.now(), id
        )
        assert tx.put_appointment(booked, parts.clock.now())
    return booked


def put(parts: Parts, appointment: Appointment) -> None:
    with parts.store.transaction() as tx:
        assert tx.put_appointment(appointment, parts.clock.now())


def address(parts: Parts, advisor: Advisor = BEATE, site: str = "") -> str:
    return f"/calendar/{parts.feeds.open(advisor, site)}.ics"


def events(response: httpx.Response) -> dict[str, tuple[str, str]]:
    """Read a feed with two programs; return what both found, by UID."""
    assert response.status_code == 200, response.text
    first = icalendar.Calendar.from_ical(response.content).events
    second = vobject.readOne(response.text, validate=True).contents.get("vevent", [])
    found = {str(each["uid"]): (str(each["summary"]), str(each["status"])) for each in first}
    assert found == {each.uid.value: (each.summary.value, each.status.value) for each in second}
    return found


async def test_the_appointments_are_read_without_a_name_a_cookie_or_a_sign_in(parts: Parts, program: Browser) -> None:
    book(parts, "a1b2c3d4")
    response = await program.get(address(parts))
    assert events(response) == {"a1b2c3d4@wegweiser": ("Termin · Papiere und Aufenthalt · Arabisch", "CONFIRMED")}
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "set-cookie" not in response.headers
    assert "DESCRIPTION:Buchung B2C3D4" in response.text
    for private in (AMINA.id, "c1", "contact"):
        assert private not in response.text


async def test_what_was_moved_and_cancelled_is_told_for_a_while(parts: Parts, program: Browser, clock: FixedClock) -> None:
    path = address(parts)
    first, second = book(parts, "a1"), book(parts, "a2", Slot(SITE, START, START + HALF, 1))
    put(parts, appointments.move(first, replace(first.slot, start=START + HALF, end=START + 2 * HALF)))
    put(parts, appointments.cancel(second))
    response = await program.get(path)
    assert [status for _, status in events(response).values()] == ["CANCELLED", "CONFIRMED"]
    assert "DTSTART:20261126T133000Z" in response.text
    clock.advance(days=40)
    assert events(await program.get(path)) == {}


async def test_everybody_sees_their_own_sites_and_a_site_what_is_booked_there(parts: Parts, program: Browser) -> None:
    book(parts, "shared")
    book(parts, "beates", Slot(OTHER, START, START + HALF, 0, "beate"))
    book(parts, "birtes", Slot(SITE, START, START + HALF, 0, "birte"))
    seen = {
        who: {uid.partition("@")[0] for uid in events(await program.get(path))}
        for who, path in {
            "beate": address(parts),
            "beate in Elmshorn": address(parts, BEATE, SITE),
            "jens": address(parts, JENS),
        }.items()
    }
    assert seen == {"beate": {"shared", "beates"}, "beate in Elmshorn": {"shared", "birtes"}, "jens": set()}


async def test_what_has_not_changed_is_not_sent_again(parts: Parts, program: Browser, clock: FixedClock) -> None:
    path, booked = address(parts), book(parts, "a1")
    first = await program.get(path)
    assert first.headers["cache-control"] == "private, max-age=900"
    clock.advance(minutes=20)
    again = await program.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    put(parts, appointments.cancel(booked))
    assert (await program.get(path, headers={"If-None-Match": first.headers["etag"]})).status_code == 200


async def test_an_address_is_valid_until_there_is_a_new_one_or_its_owner_leaves(parts: Parts, program: Browser) -> None:
    old = address(parts)
    of_site, new = address(parts, BEATE, SITE), address(parts)
    assert [(await program.get(path)).status_code for path in (old, of_site, new)] == [404, 200, 200]
    with parts.store.transaction() as tx:
        tx.add_advisor(replace(BEATE, disabled=True))
    assert (await program.get(new)).status_code == 404
    with parts.store.transaction() as tx:
        tx.add_advisor(BEATE)
    assert parts.feeds.close(BEATE) == 2
    assert (await program.get(new)).status_code == 404
    assert parts.feeds.close(BEATE) == 0


async def test_an_address_has_128_random_bits_and_only_its_hash_is_kept(parts: Parts, tmp_path: Path) -> None:
    token = parts.feeds.open(BEATE)
    assert re.fullmatch(r"[\w-]{22}", token)
    assert token != parts.feeds.open(BEATE)
    assert token.encode() not in everything_in(tmp_path)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("wegweiser.sqlite3*")))


async def test_nothing_can_be_changed_through_an_address(parts: Parts, program: Browser) -> None:
    path = address(parts)
    for method in ("POST", "PUT", "DELETE", "PROPFIND"):
        assert (await program.request(method, path)).status_code == 405


async def test_who_asks_too_often_waits_and_strangers_slow_down_nobody_else(
    parts: Parts, program: Browser, clock: FixedClock
) -> None:
    path = address(parts)
    strangers = [(await program.get(f"/calendar/{number}.ics")).status_code for number in range(31)]
    assert strangers == [404] * 30 + [429]
    mine = [(await program.get(path)).status_code for _ in range(31)]
    assert mine == [200] * 30 + [429]
    assert (await program.get(path)).headers["retry-after"] == "60"
    clock.advance(minutes=1)
    assert (await program.get(path)).status_code == 200


async def test_no_log_holds_the_address(
    parts: Parts, program: Browser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = parts.feeds.open(BEATE)

    def fail(token: str) -> None:
        raise RuntimeError("something broke")

    with caplog.at_level(logging.INFO):
        caplog.set_level(logging.WARNING, "httpx")  # that is this test's own program
        await program.get(f"/calendar/{token}.ics")
        monkeypatch.setattr(parts.feeds, "read", fail)
        with pytest.raises(RuntimeError, match="something broke"):
            await program.get(f"/calendar/{token}.ics")
    assert token not in caplog.text


async def test_beate_gets_an_address_in_the_console_once_and_makes_it_invalid(parts: Parts, program: Browser) -> None:
    await program.sign_in("beate")
    page = (await program.look("/console/calendar")).text
    assert "Adresse erzeugen" in page
    assert "ungültig" not in page
    await program.press("/console/calendar")
    (shown,) = re.findall(r'value="(https://wegweiser\.test/calendar/[\w-]+\.ics)"', program.html)
    assert f'href="webcal{shown.removeprefix("https")}"' in program.html
    assert (await program.get(shown)).status_code == 200
    await program.look("/console/calendar")
    assert shown not in program.html
    await program.press("/console/calendar/close")
    assert "Adresse erzeugen" in program.html
    assert (await program.get(shown)).status_code == 404


async def test_strangers_and_foreign_forms_get_no_address(parts: Parts, program: Browser) -> None:
    for send in (program.get("/console/calendar"), program.post("/console/calendar"), program.post("/console/calendar/close")):
        assert (await send).headers["location"] == "/console/sign-in?next=/console/calendar"
    await program.sign_in("beate", PASSWORD)
    assert (await program.post("/console/calendar", data={"csrf": "guessed"})).status_code == 403
    assert not parts.feeds.has(BEATE)


async def test_a_calendar_that_cannot_be_reached_is_shown_to_its_agency(parts: Parts, program: Browser) -> None:
    account = Account("https://cloud.example/beate/", "beate", "Geheimnis 123")
    with parts.store.transaction() as tx:
        tx.add_calendar(account, Seat(SITE))
        (calendar,) = tx.calendars()
        tx.note_sync(replace(calendar, synced_at=parts.clock.now(), problem="cloud.example cannot be reached."))
    await program.sign_in("beate")
    page = (await program.look("/console/appointments")).text
    assert "nicht erreichbar; zuletzt abgeglichen: 24.11.2026, 10:00." in page
    assert "cloud.example" not in page
    program.cookies.clear()
    await program.sign_in("jens")
    assert "nicht erreichbar" not in (await program.look("/console/appointments")).text
