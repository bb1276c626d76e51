"""What the doctor looks at besides the program: rights, key, disk, clock, and the proxy in front."""

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import FILE, Settings

if TYPE_CHECKING:
    import httpx

SECONDS = 5.0
_LEAST_FREE = 1 << 30
_OFF = timedelta(seconds=30)
CLAIMED = "203.0.113.99"
"""An address for documentation: nobody comes from there."""


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's; `well` is False where there is something to do, which the text then says."""

    what: str
    text: str
    well: bool = True


def rights(settings: Settings) -> Finding:
    """Look whether others on the machine can read what is ours alone; key and settings need not be ours to change."""
    from bot.adapters.sqlite.store import DATABASE

    open_to_others = [
        path for path in _private(settings) if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if open_to_others:
        return Finding(
            "Rights", f"others can get at what is ours alone; run: chmod go= {' '.join(map(str, open_to_others))}", False
        )
    kept = (settings.data, settings.data / DATABASE)
    foreign = [each for each in _private(settings) if each.exists() and not os.access(each, os.R_OK | os.W_OK * (each in kept))]
    if foreign:
        needed = "read and written" if foreign[0] in kept else "read"
        return Finding("Rights", f"{foreign[0]} cannot be {needed}; run this as the user of the server", False)
    return Finding("Rights", "data and key are for their owner only")


def key(settings: Settings, id: str, since: datetime | None, now: datetime) -> Finding:
    """Tell which master key it is, and how old."""
    if since is None and settings.key_file is not None:
        since = datetime.fromtimestamp(settings.key_file.stat().st_mtime, UTC)
    age = f", {(now - since).days} days old" if since else ""
    place = settings.key_file or "given by the environment"
    former = sorted(settings.key_file.parent.glob(f"{settings.key_file.name}.*")) if settings.key_file else []
    kept = f"; beside it {', '.join(each.name for each in former)}, for backups made before" if former else ""
    return Finding("Master key", f"{id}, {place}{age}; another one: wegweiser key rotate{kept}")


def disk(settings: Settings) -> Iterator[Finding]:
    """Look for space: a backup needs room for a copy of the data, twice for a moment."""
    from bot.adapters.sqlite.store import DATABASE

    database = settings.data / DATABASE
    needed = max(_LEAST_FREE, 3 * (database.stat().st_size if database.exists() else 0))
    for what, folder in (("Disk", settings.data), ("Disk of backups", settings.backup_folder)):
        if folder is None or not folder.exists():
            continue
        free = shutil.disk_usage(folder).free
        if free < needed:
            yield Finding(
                what, f"{_size(free)} free at {folder}, fewer than {_size(needed)}: make room, or nothing is kept", False
            )
        else:
            yield Finding(what, f"{_size(free)} free at {folder}")


def clock(latest: datetime | None, told: datetime | None, now: datetime) -> Finding:
    """Compare the clock with the latest moment that is stored and, where somebody told it, with another clock."""
    if latest is not None and latest - now > _OFF:
        return Finding(
            "Clock", f"it is before what is stored already ({latest:%Y-%m-%d %H:%M} UTC): set it, it was put back", False
        )
    if told is not None and abs(told - now) > _OFF:
        return Finding("Clock", f"{abs(told - now).total_seconds():.0f} seconds off: switch on time synchronisation", False)
    return Finding("Clock", "right" if told else "not before what is stored; compared with no other clock")


def told_time(settings: Settings) -> datetime | None:
    """Return the time the Bot API tells in its answers; nothing where Telegram is not used or cannot be asked."""
    if not settings.telegram_token:
        return None
    answer = _asked(settings.telegram_api)
    try:
        return parsedate_to_datetime(answer.headers["date"]) if answer else None
    except (KeyError, ValueError):
        return None


def proxy(settings: Settings) -> Iterator[Finding]:
    """Ask ourselves through the public address: is it us, do we learn how people come, is what is inside kept inside."""
    from bot.adapters.web.app import SEEN_AS

    if not settings.public_url:
        return
    url = settings.public_url.rstrip("/")
    answer = _asked(f"{url}/healthz")
    seen = answer.headers.get(SEEN_AS, "") if answer else ""
    if answer is None or answer.status_code != 200 or not seen:
        said = f"answers {answer.status_code}" if answer else "cannot be reached from here, or its certificate is not good"
        yield Finding(
            "Public address", f"{url} {said}: does the server run, and does the proxy lead to port {settings.port}?", False
        )
        return
    scheme, _, who = seen.partition(" ")
    if scheme != url.partition(":")[0]:
        yield Finding("Public address", "the proxy does not say how people come: let it set X-Forwarded-Proto", False)
    elif who == CLAIMED:
        yield Finding("Public address", "the proxy passes on whom people claim to be: let it set X-Forwarded-For itself", False)
    elif "content-security-policy" not in answer.headers:
        yield Finding("Public address", "the proxy takes our security headers away: let it pass them on", False)
    else:
        yield Finding("Public address", f"{url} leads here")
    inside = _asked(f"{url}/metrics")
    if inside is not None and inside.status_code == 200:
        yield Finding("Figures", f"{url}/metrics can be read from outside: keep it inside at the proxy", False)


def _asked(url: str) -> "httpx.Response | None":
    import httpx

    try:
        return httpx.get(url, timeout=SECONDS, headers={"X-Forwarded-For": CLAIMED})
    except (httpx.HTTPError, httpx.InvalidURL):
        return None


def _private(settings: Settings) -> Sequence[Path]:
    from bot.adapters.sqlite.store import DATABASE

    return [settings.data, settings.data / DATABASE, *([settings.key_file] if settings.key_file else []), FILE]


def _size(count: int) -> str:
    return f"{count / (1 << 30):,.1f} GB"
