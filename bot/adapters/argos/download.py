"""Downloads packages: over https, going on where a connection was cut, and only the same file as the first time."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx

from bot.adapters.argos.index import Offer
from bot.adapters.argos.packages import DOWNLOADS, LARGEST, Package, PackageError, install, sha256_of

Progress = Callable[[int, int | None], None]
"""Is told how many bytes have arrived, and of how many if the server says so."""
_ASIDE, _FILE, _VERSION = ".downloads", "part", "version"
"""A folder for each link, with what has arrived and what the server calls this version of the file."""
_ATTEMPTS = 5
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@contextmanager
def connection(seconds: float = 30.0) -> Iterator[httpx.Client]:
    """Open what fetches; each wait for the server has an end, and nothing goes over an open line except to this machine."""
    hooks = {"request": [_only_safe]}
    timeout = httpx.Timeout(seconds, connect=min(10.0, seconds))
    with httpx.Client(timeout=timeout, follow_redirects=True, event_hooks=hooks) as client:
        yield client


def _only_safe(request: httpx.Request) -> None:
    if request.url.scheme != "https" and request.url.host not in _LOOPBACK:
        raise httpx.UnsupportedProtocol("only https:// is fetched")


@dataclass(frozen=True, slots=True)
class Pin:
    """What came from a link the first time."""

    sha256: str
    size: int
    date: str


def pins(folder: Path) -> dict[str, Pin]:
    """Return what was downloaded so far, by its link.

    Raises:
        PackageError: the file about it is damaged.
    """
    file = folder / DOWNLOADS
    try:
        found = json.loads(file.read_text("utf-8")) if file.exists() else {}
        return {link: Pin(str(pin["sha256"]), int(pin["size"]), str(pin["date"])) for link, pin in found.items()}
    except OSError as error:
        raise PackageError(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PackageError(f"{file} is damaged. Correct it; without it files cannot be compared with those of before.") from None


def _pin(folder: Path, link: str, pin: Pin) -> None:
    found = {
        each: {"sha256": one.sha256, "size": one.size, "date": one.date} for each, one in (pins(folder) | {link: pin}).items()
    }
    new = folder / f".{DOWNLOADS}"
    new.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")
    new.replace(folder / DOWNLOADS)


def download(
    client: httpx.Client,
    offer: Offer,
    folder: Path,
    today: date,
    try_out: Callable[[Package], None] = lambda package: None,
    progress: Progress = lambda done, total: None,
) -> Package:
    """Fetch a package from the first of its links that works, and install it; what arrived before an interruption is used.

    Raises:
        PackageError: no link works, or the file is damaged, dangerous, or another than the first time; nothing was changed.
    """
    known = pins(folder)
    reasons = []
    for link in offer.links:
        place = folder / _ASIDE / hashlib.sha256(link.encode()).hexdigest()[:16]
        try:
            place.mkdir(parents=True, exist_ok=True)
            _fetch(client, link, place, progress)
        except (httpx.HTTPError, httpx.InvalidURL, _Refused) as error:
            reasons.append(f"{link}: {_reason(error)}")
            if not isinstance(error, httpx.TransportError) or not _size(place / _FILE):
                _forget(place)
            continue
        except OSError as error:
            raise PackageError(f"{offer.name} cannot be stored in {folder}: {error.strerror}.") from None
        return _take(offer, link, place, folder, known.get(link), today, try_out)
    kept = " What has arrived is kept: the same command goes on from there." if (folder / _ASIDE).exists() else ""
    raise PackageError("\n".join([f"{offer.name} could not be downloaded.{kept}", *reasons]))


def _take(
    offer: Offer, link: str, place: Path, folder: Path, known: Pin | None, today: date, try_out: Callable[[Package], None]
) -> Package:
    """Compare a whole file with what came before, install it and remember it."""

    def expected(package: Package) -> None:
        if package.pair != offer.pair:
            raise PackageError(f"it is {package.pair}, not {offer.pair}")
        try_out(package)

    file = place / f"{offer.source}_{offer.target}.argosmodel"
    try:
        (place / _FILE).replace(file)
        pin = Pin(sha256_of(file), file.stat().st_size, today.isoformat())
        if known and known.sha256 != pin.sha256:
            raise PackageError(
                f"The file at {link} is not the one that came from there on {known.date}; nothing was changed. If its makers "
                f"announced that they exchanged it, delete its entry in {folder / DOWNLOADS} and call this again."
            )
        package = install(file, folder, expected)
        if known is None:
            _pin(folder, link, pin)
        return package
    except OSError as error:
        raise PackageError(f"{offer.name} cannot be stored in {folder}: {error.strerror}.") from None
    finally:
        _forget(place)


class _Refused(Exception):
    """A server sends what cannot be used."""


def _fetch(client: httpx.Client, link: str, place: Path, progress: Progress) -> None:
    """Fetch a whole file; as long as each attempt brings some of it, another follows."""
    for attempt in range(1, _ATTEMPTS + 1):
        before = _size(place / _FILE)
        try:
            if _receive(client, link, place, progress):
                return
        except httpx.TransportError:
            if attempt == _ATTEMPTS or _size(place / _FILE) <= before:
                raise
    raise _Refused("the server sends another part than was asked for")


def _receive(client: httpx.Client, link: str, place: Path, progress: Progress) -> bool:
    """Receive the rest of a file, or all of it when there is another now; tell whether it is whole."""
    part, version = place / _FILE, place / _VERSION
    have = _size(part) if version.exists() else 0
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": version.read_text("utf-8")}
    with client.stream("GET", link, headers=headers) as response:
        goes_on = response.status_code == httpx.codes.PARTIAL_CONTENT
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE or (
            goes_on and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        ):
            part.unlink(missing_ok=True)
            return False
        response.raise_for_status()
        if not goes_on:
            part.unlink(missing_ok=True)
        _remember_version(version, response)
        _store(response, part, have if goes_on else 0, progress)
    return True


def _store(response: httpx.Response, part: Path, done: int, progress: Progress) -> None:
    length = response.headers.get("Content-Length", "")
    total = done + int(length) if length.isdigit() else None
    with part.open("ab" if done else "wb") as file:
        for chunk in response.iter_raw():
            done += len(chunk)
            if max(done, total or 0) > LARGEST:
                raise _Refused(f"it is larger than {LARGEST // 1024**2} MB")
            file.write(chunk)
            progress(done, total)


def _remember_version(file: Path, response: httpx.Response) -> None:
    """Keep what the server calls this version of the file; without such a name the next attempt begins anew."""
    tag = response.headers.get("ETag", "")
    named = tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")
    if named and named.isascii():
        file.write_text(named, "utf-8")
    else:
        file.unlink(missing_ok=True)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _forget(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    with suppress(OSError):
        place.parent.rmdir()


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"{error.response.status_code} {error.response.reason_phrase}".strip()
    return str(error) or type(error).__name__
