"""Speaks CalDAV (RFC 4791): PROPFIND, REPORT, PUT and DELETE, all of them about one calendar.

The library caldav would bring 27 MB for that, among it a second HTTP client that replaces urllib3.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import httpx

from bot.adapters.calendars.files import UID, entry_file
from bot.core.calendars import Entry, Found
from bot.services.ports import Account, CalendarError

SECONDS = 20.0
_DAV, _CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_NAMES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
_KIND = f"<d:propfind {_NAMES}><d:prop><d:resourcetype/></d:prop></d:propfind>"
_EVENTS = (
    f"<c:calendar-query {_NAMES}><d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter>"
    '<c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="{start:%Y%m%dT%H%M%SZ}" '
    'end="{end:%Y%m%dT%H%M%SZ}"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>'
)
_MULTI_STATUS, _MISSING, _CHANGED = 207, 404, 412
_NEW = {"If-None-Match": "*"}


class CalDav:
    """Reads and writes calendars; redirects are not followed, since the password would go along."""

    async def check(self, account: Account) -> None:
        """Look whether there is a calendar.

        Raises:
            CalendarError: there is none, or nobody answers.
        """
        async with self._client(account) as client:
            answers = _answers(await _ask(client, "PROPFIND", content=_KIND, headers=_depth(0)))
        if not any(answer.find(f".//{_DAV}resourcetype/{_CAL}calendar") is not None for answer in answers):
            raise CalendarError(
                f"What is at this address on {host(account.url)} is no calendar; copy the address of the calendar itself.",
                lasting=True,
            )

    async def read(self, account: Account, start: datetime, end: datetime) -> list[Found]:
        """Return what is in a calendar between two moments.

        Raises:
            CalendarError: it cannot be read.
        """
        question = _EVENTS.format(start=start.astimezone(UTC), end=end.astimezone(UTC))
        async with self._client(account) as client:
            response = await _ask(client, "REPORT", content=question, headers=_depth(1))
        # In a thread, since calendars may be long, and expanding recurring events takes its time.
        return await asyncio.to_thread(_found, _answers(response), start, end)

    async def put(self, account: Account, entry: Entry, etag: str | None) -> None:
        """Write an entry: a new one, or over the one with this mark. One that was changed meanwhile is overwritten if it is ours.

        Raises:
            CalendarError: it cannot be written.
        """
        async with self._client(account) as client:
            response = await _write(client, entry, _only_if(etag) if etag else _NEW)
            if response.status_code == _CHANGED:
                response = await _write_again(client, entry)
            _accept(response)

    async def drop(self, account: Account, name: str, etag: str | None) -> None:
        """Delete what we wrote; what is not there (any more) is fine.

        Raises:
            CalendarError: it cannot be deleted.
        """
        async with self._client(account) as client:
            response = await _send(client, "DELETE", name, None, _only_if(etag or ""))
            if response.status_code != _MISSING:
                _accept(response)

    @asynccontextmanager
    async def _client(self, account: Account) -> AsyncIterator[httpx.AsyncClient]:
        """Open a client; each account has its own, or the cookies of one would sign the other in."""
        base = account.url.rstrip("/") + "/"
        who = httpx.BasicAuth(account.login, account.password)
        # Reading certificates takes a moment; without encryption there are none.
        trust = self._trust if base.startswith("https:") else False
        async with httpx.AsyncClient(base_url=base, auth=who, timeout=SECONDS, verify=trust) as client:
            yield client

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()


async def _ask(
    client: httpx.AsyncClient,
    method: str,
    name: str = "",
    *,
    content: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    response = await _send(client, method, name, content, headers or {})
    _accept(response)
    return response


async def _write(client: httpx.AsyncClient, entry: Entry, condition: Mapping[str, str]) -> httpx.Response:
    headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
    return await _send(client, "PUT", entry.name, entry_file(entry), headers)


async def _write_again(client: httpx.AsyncClient, entry: Entry) -> httpx.Response:
    from bot.adapters.calendars.reading import uid

    there = await _send(client, "GET", entry.name, None, {})
    if there.status_code == _MISSING:  # deleted at this moment
        return await _write(client, entry, _NEW)
    _accept(there)
    if uid(there.text) != UID.format(id=entry.id):
        raise CalendarError(f"On {there.url.host} there is a file with our name that is not ours.", lasting=True)
    return await _write(client, entry, _only_if(there.headers.get("etag", "")))


async def _send(
    client: httpx.AsyncClient, method: str, name: str, content: str | bytes | None, headers: Mapping[str, str]
) -> httpx.Response:
    there = client.base_url.host
    try:
        return await client.request(method, name, content=content, headers=headers)
    except httpx.TimeoutException:
        raise CalendarError(f"{there} did not answer within {SECONDS:.0f} seconds.") from None
    except httpx.HTTPError as error:
        if "CERTIFICATE" in str(error):
            raise CalendarError(f"The certificate of {there} is not valid; its operator has to renew it.", lasting=True) from None
        raise CalendarError(f"{there} cannot be reached.") from None


def _depth(depth: int) -> dict[str, str]:
    return {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}


def _only_if(etag: str) -> dict[str, str]:
    # A weak mark never matches.
    return {"If-Match": etag} if etag and not etag.startswith("W/") else {}


def _accept(response: httpx.Response) -> None:
    """Refuse what is no success, in a sentence for the operator."""
    status, there = response.status_code, response.url.host
    if response.is_success:
        return
    if status in (401, 403):
        what = "refuses login or password" if status == 401 else "does not allow that to this login"
        raise CalendarError(f"{there} {what}; look there, then add the calendar again.", lasting=True)
    if status in (_MISSING, 405, 410) or response.is_redirect:
        raise CalendarError(f"There is no calendar at this address on {there}; copy the address again.", lasting=True)
    if status == _CHANGED:
        raise CalendarError(f"Somebody changed the same entry on {there} at this moment.")
    raise CalendarError(f"{there} answered with the error {status}.")


def _answers(response: httpx.Response) -> list[ElementTree.Element]:
    try:
        if response.status_code == _MULTI_STATUS:
            return ElementTree.fromstring(response.content).findall(f"{_DAV}response")
    except ElementTree.ParseError:
        pass
    raise CalendarError(f"{response.url.host} does not answer as a CalDAV server; copy the address again.", lasting=True)


def _found(answers: Iterable[ElementTree.Element], start: datetime, end: datetime) -> list[Found]:
    from bot.adapters.calendars.reading import read

    return [
        read(
            unquote(answer.findtext(f"{_DAV}href", "").rstrip("/").rpartition("/")[2]),
            answer.findtext(f".//{_DAV}getetag", ""),
            answer.findtext(f".//{_CAL}calendar-data", ""),
            start,
            end,
        )
        for answer in answers
    ]


def host(url: str) -> str:
    """Return the machine a calendar is on; the rest of its address often names a person."""
    return urlsplit(url).hostname or "the server"
