"""Looks for dead links by asking the pages themselves: only when told to, slowly, and every address once."""

import asyncio
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from bot.adapters.content.catalogues import FLOWS, GLOSSARY, catalogue_path, read_catalogues
from bot.adapters.content.line_checks import WRITTEN, lines
from bot.adapters.content.problems import Problem, Severity
from bot.adapters.content.reading import Reader

Place = tuple[str, str]
"""A file and a place in it."""
Links = Mapping[str, Sequence[Place]]
PAUSE, TIMEOUT, HOSTS = 1.0, 15.0, 4
"""Seconds between two requests to a host, seconds to wait for an answer, and hosts that are asked at the same time."""
_AGENT = "Wegweiser (link check of a self-hosted assistant for newcomers in Germany)"
_ADDRESS = re.compile(r"https?://[^\s<>()\"'\]]*[^\s<>()\"'\].,;:!?]")
_PERMANENT = (301, 308)
_GONE = (404, 410)


class Offline(Exception):
    """No name at all could be looked up: the pages may well be there."""


class Finding(NamedTuple):
    """What to do about an address, and whether already its name could not be looked up."""

    message: str
    severity: Severity
    nameless: bool = False


def collect(root: Path) -> Links:
    """Return every address in the files with the places where it stands."""
    found: dict[str, list[Place]] = {}
    for file, place, text in (*_in_files(root), *_in_catalogues(root)):
        for address in _ADDRESS.findall(text):
            found.setdefault(address.partition("#")[0], []).append((file, place))
    return found


def _in_files(root: Path) -> Iterator[tuple[str, str, str]]:
    for file, number, line in lines(root, WRITTEN):
        yield file, f"Zeile {number}", line


def _in_catalogues(root: Path) -> Iterator[tuple[str, str, str]]:
    # Not line by line: a catalogue breaks its lines within addresses.
    for domain in (FLOWS, GLOSSARY):
        for language, known in read_catalogues(Reader(root), domain).items():
            file = catalogue_path(root, language, domain).relative_to(root).as_posix()
            for key, translation in known.items():
                yield file, key, translation.text


def check_links(links: Links, pause: float = PAUSE, timeout: float = TIMEOUT) -> list[Problem]:
    """Ask for every address and return those that are gone, have moved, or do not answer.

    Raises:
        Offline: there seems to be no connection.
    """
    found = asyncio.run(_ask_all(links, pause, timeout))
    if links and sum(finding.nameless for finding in found.values()) == len(links):
        raise Offline
    return sorted(_problem(links[address], finding) for address, finding in found.items())


async def _ask_all(links: Links, pause: float, patience: float) -> dict[str, Finding]:
    hosts: dict[str, list[str]] = {}
    for address in links:
        hosts.setdefault(_host(address), []).append(address)
    wrong = {address: Finding(f"{address} ist keine Adresse. Korrigieren Sie sie.", "error") for address in hosts.pop("", [])}
    free = asyncio.Semaphore(HOSTS)
    async with httpx.AsyncClient(timeout=patience, follow_redirects=True, headers={"User-Agent": _AGENT}) as client:

        async def ask(addresses: list[str]) -> dict[str, Finding]:
            async with free:
                return await _of_host(client, addresses, pause)

        answers = await asyncio.gather(*map(ask, hosts.values()))
    return {address: finding for each in (wrong, *answers) for address, finding in each.items()}


def _host(address: str) -> str:
    """Return who is asked for an address; nobody where it is none."""
    try:
        host = httpx.URL(address).host
        host.encode("idna")
        # The port is looked at only when it is read.
        return f"{host}:{urlsplit(address).port or ''}"
    except (httpx.InvalidURL, ValueError):
        return ""


def _problem(places: Sequence[Place], finding: Finding) -> Problem:
    file, place = places[0]
    more = len(places) - 1
    also = f" Die Adresse steht hier und an {more} weiteren Stellen." if more > 1 else ""
    also = f" Die Adresse steht auch in {places[1][0]}." if more == 1 else also
    return Problem(file, place, finding.message + also, finding.severity)


async def _of_host(client: httpx.AsyncClient, addresses: list[str], pause: float) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for number, address in enumerate(addresses):
        await asyncio.sleep(pause if number else 0)
        if finding := await _ask(client, address, pause):
            found[address] = finding
    return found


async def _ask(client: httpx.AsyncClient, address: str, pause: float) -> Finding | None:
    try:
        response = await client.head(address)
        if not response.is_success:
            # Some servers refuse this short question, or answer it wrongly.
            await asyncio.sleep(pause)
            async with client.stream("GET", address) as response:
                pass
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return _unanswered(address, _of_name_service(error))
    return _judge(address, response)


def _unanswered(address: str, unnamed: socket.gaierror | None) -> Finding:
    # A name service that does not answer says nothing about the name.
    if unnamed is None or unnamed.errno == socket.EAI_AGAIN:
        message = f"Die Seite {address} antwortet gerade nicht. Versuchen Sie es später noch einmal."
        return Finding(message, "warning", nameless=unnamed is not None)
    message = f"Den Namen in {address} gibt es nicht. Korrigieren Sie die Adresse oder löschen Sie den Link."
    return Finding(message, "error", nameless=True)


def _of_name_service(error: BaseException | None) -> socket.gaierror | None:
    while error is not None and not isinstance(error, socket.gaierror):
        error = error.__cause__ or error.__context__
    return error


def _judge(address: str, response: httpx.Response) -> Finding | None:
    if response.status_code in _GONE:
        message = f"Die Seite {address} gibt es nicht mehr ({response.status_code})."
        return Finding(f"{message} Suchen Sie die neue Adresse oder löschen Sie den Link.", "error")
    if not response.is_success:
        message = f"Die Seite {address} antwortet mit {response.status_code}."
        return Finding(f"{message} Öffnen Sie sie im Browser; vielleicht weist sie nur Programme ab.", "warning")
    moved = bool(response.history) and all(each.status_code in _PERMANENT for each in response.history)
    if moved and _page(str(response.url)) != _page(address):
        message = f"Die Seite {address} ist umgezogen. Prüfen Sie die neue Adresse und tragen Sie sie ein: {response.url}"
        return Finding(message, "warning")
    return None


def _page(address: str) -> tuple[str, str, str]:
    """Return what makes an address another page: neither https, nor www, nor a slash at the end."""
    parts = urlsplit(address)
    return parts.netloc.casefold().removeprefix("www."), parts.path.rstrip("/"), parts.query
