"""The client against a real server: reads, writes, deletes, and says in a sentence what is wrong."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.adapters.calendars import CalDav
from bot.core.calendars import Entry
from bot.services.ports import Account, CalendarError
from tests.clock import TUESDAY
from tests.radicale import PASSWORD, Radicale
from tests.system import free_port

START, HALF = datetime(2026, 11, 26, 13, 0, tzinfo=UTC), timedelta(minutes=30)
UNTIL = TUESDAY + timedelta(days=60)
ENTRY = Entry("a1", 0, TUESDAY, START, START + HALF, "Termin · Papiere · Arabisch", "Elmshorn", "Buchung A1")


async def test_what_was_written_is_read_again_and_can_be_deleted(radicale: Radicale) -> None:
    server, account = CalDav(), radicale.account()
    await server.put(account, ENTRY, None)
    (found,) = await server.read(account, TUESDAY, UNTIL)
    assert (found.name, found.said, found.spans) == (ENTRY.name, ENTRY.said, ((START, START + HALF),))
    await server.drop(account, ENTRY.name, found.etag)
    assert await server.read(account, TUESDAY, UNTIL) == []
    await server.drop(account, ENTRY.name, found.etag)


@pytest.mark.parametrize("etag", [None, '"of yesterday"', 'W/"weak"'])
async def test_ours_is_overwritten_although_it_was_changed_meanwhile(radicale: Radicale, etag: str | None) -> None:
    server, account = CalDav(), radicale.account()
    await server.put(account, ENTRY, None)
    moved = replace(ENTRY, sequence=1, start=START + HALF, end=START + 2 * HALF)
    await server.put(account, moved, etag)
    assert [each.said for each in await server.read(account, TUESDAY, UNTIL)] == [moved.said]
    await server.drop(account, ENTRY.name, None)


async def test_ours_is_written_although_it_was_deleted_meanwhile(radicale: Radicale) -> None:
    await CalDav().put(radicale.account(), ENTRY, '"of yesterday"')
    assert list(radicale.files()) == [ENTRY.name]


async def test_a_file_with_our_name_that_is_not_ours_stays(radicale: Radicale) -> None:
    radicale.enter("wegweiser-a2", "DTSTART:20261130T090000Z", "DURATION:PT1H")
    with pytest.raises(CalendarError, match="a file with our name that is not ours"):
        await CalDav().put(radicale.account(), replace(ENTRY, id="a2"), None)
    radicale.ask("DELETE", radicale.account(), "wegweiser-a2.ics")


async def test_an_entry_that_is_changed_at_this_moment_is_not_deleted(radicale: Radicale) -> None:
    server, account = CalDav(), radicale.account()
    await server.put(account, ENTRY, None)
    with pytest.raises(CalendarError, match="changed the same entry"):
        await server.drop(account, ENTRY.name, '"of yesterday"')
    await server.drop(account, ENTRY.name, None)


@pytest.mark.parametrize(
    ("wrong", "said", "lasting"),
    [
        (lambda it: it.account(password=f"not {PASSWORD}"), "refuses login or password", True),
        (lambda it: replace(it.account(), url=it.account("jens").url), "does not allow that to this login", True),
        (lambda it: replace(it.account(), url=it.account().url + "more/"), "There is no calendar at this address", True),
        (lambda it: replace(it.account(), url=f"http://127.0.0.1:{it.port}/beate/"), "is no calendar; copy the address", True),
        (lambda it: replace(it.account(), url=f"http://127.0.0.1:{free_port()}/"), "127.0.0.1 cannot be reached.", False),
    ],
    ids=["password", "rights", "missing", "not a calendar", "down"],
)  # fmt: skip
async def test_what_is_wrong_is_said_without_the_password(
    radicale: Radicale, wrong: Callable[[Radicale], Account], said: str, lasting: bool
) -> None:
    with pytest.raises(CalendarError, match=said) as caught:
        await CalDav().check(wrong(radicale))
    assert caught.value.lasting is lasting
    assert PASSWORD not in str(caught.value)


async def test_a_calendar_that_is_there_is_found(radicale: Radicale) -> None:
    await CalDav().check(radicale.account())
    await CalDav().check(replace(radicale.account(), url=radicale.account().url.rstrip("/")))


@pytest.mark.parametrize(
    ("answer", "said", "lasting"),
    [
        (httpx.Response(200, text="<html>"), "does not answer as a CalDAV server", True),
        (httpx.Response(207, text="<html>"), "does not answer as a CalDAV server", True),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example/"}), "There is no calendar at this address", True),
        (httpx.Response(503), "answered with the error 503", False),
        (httpx.ReadTimeout("slow"), "did not answer within 20 seconds", False),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"), "certificate of cloud.example is not valid", True),
    ],
    ids=["page", "half a page", "elsewhere", "error", "slow", "certificate"],
)
async def test_a_server_that_behaves_oddly_is_named(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response | Exception, said: str, lasting: bool
) -> None:
    asked: list[httpx.Request] = []

    async def handle(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
    server, account = CalDav(), Account("https://cloud.example/beate/", "beate", PASSWORD)
    works: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: server.check(account),
        lambda: server.read(account, TUESDAY, UNTIL),
    )
    for work in works:
        with pytest.raises(CalendarError, match=said) as caught:
            await work()
        assert caught.value.lasting is lasting
    assert {each.url.host for each in asked} == {"cloud.example"}
