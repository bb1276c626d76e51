"""Lines of a conversation as the chat shows them and as its JSON interface tells them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.adapters.web.markup import markdown, plain
from bot.core.attachments import is_picture, media_type
from bot.core.language import direction
from bot.core.locales import clock, day, local
from bot.core.messages import Attachment, OutboundMessage
from bot.services.ports import Store, TranscriptLine

Names = Callable[[], Mapping[str, str]]
"""Gives the names of members of staff by id."""
_LONGEST_NUMBER = 18
"""Digits; Python refuses to read thousands, and no store counts further."""
_HARMLESS = ("image/jpeg", "image/png", "image/webp", "application/pdf")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message ready for the page."""

    n: int
    author: str
    name: str
    html: Markup
    language: str | None
    direction: str
    note: str
    original: Markup | None
    at: datetime
    time: str
    file: str | None
    picture: bool
    edited: bool


def names_of(store: Store) -> Names:
    """Return a function that looks up who is who on the staff."""

    def names() -> dict[str, str]:
        with store.transaction() as tx:
            return {advisor.id: advisor.name for advisor in tx.advisors()}

    return names


def line_number(request: Request) -> int:
    """Return which line an address names; 0, which is none, if it is no number."""
    return whole_number(request.path_params["n"])


def whole_number(given: object) -> int:
    """Return the number that somebody sent; 0 if it is none."""
    text = str(given)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0


def bubble(line: TranscriptLine, names: Mapping[str, str], language: str, now: datetime, said: str | None = None) -> Bubble:
    """Prepare a message for a newcomer: their own as they `said` it, the others' as they are to be read."""
    message = line.message if line.author != "newcomer" else None
    attachment = attachment_of(line)
    if message is None:
        html, said_in, way = plain(line.text if said is None else said), None, "auto"
    elif message.format == "markdown":
        html, said_in, way = markdown(message.text), message.language, direction(message.language)
    else:
        html, said_in, way = plain(message.text, links=True), message.language, "auto"
    return Bubble(
        n=line.n,
        author=line.author,
        name=names.get(line.advisor or "", ""),
        html=html,
        language=said_in,
        direction=way,
        note=message.note if message else "",
        original=original(message),
        at=line.at,
        time=moment(line.at, now, language),
        file=attachment.name if attachment else None,
        picture=is_picture(attachment),
        edited=line.edited,
    )


def original(message: OutboundMessage | None) -> Markup | None:
    """Return what was written before it was translated, as it would have looked."""
    if message is None or not message.original:
        return None
    return markdown(message.original) if message.format == "markdown" else plain(message.original)


def moment(at: datetime, now: datetime, language: str) -> str:
    """Return a time of day, with the day when it is not today."""
    if local(at).date() == local(now).date():
        return clock(at)
    return f"{day(local(at).date(), language)}, {clock(at)}"


def as_json(line: TranscriptLine, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a message as the JSON interface gives it."""
    message = line.message if line.author != "newcomer" else None
    attachment = attachment_of(line)
    return {
        "n": line.n,
        "from": line.author,
        "name": names.get(line.advisor or "") or None,
        "at": line.at.isoformat(),
        "text": message.text if message else line.text,
        "language": message.language if message else None,
        "format": message.format if message else "plain",
        "choices": [{"id": each.id, "label": each.label} for row in (message.choices if message else ()) for each in row],
        "label": message.label if message else "",
        "note": message.note if message else "",
        "original": message.original if message else None,
        "attachment": _file_as_json(line.n, attachment) if attachment else None,
        "edited": line.edited,
    }


def _file_as_json(n: int, attachment: Attachment) -> dict[str, str]:
    return {"name": attachment.name, "media_type": attachment.media_type, "url": f"/chat/files/{n}"}


def attachment_of(line: TranscriptLine) -> Attachment | None:
    """Return the file that travels with a line."""
    return line.attachment or (line.message.attachment if line.message else None)


def download(attachment: Attachment, *, ours: bool = False) -> Response:
    """Return a file to be saved; only harmless kinds keep their media type, unless the bot itself made it."""
    kept = ours or attachment.media_type in _HARMLESS
    name = attachment.name.replace("/", "_").replace("\\", "_") or "file"
    return Response(
        attachment.data,
        # Through Starlette's own argument a text type would get a charset it may not have.
        headers={
            "Content-Type": attachment.media_type if kept else "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        },
    )


def picture(attachment: Attachment) -> Response:
    """Return a picture to be looked at within our own pages; opened by itself it can do nothing."""
    return Response(
        attachment.data,
        headers={"Content-Type": media_type(attachment.data) or "", "Content-Security-Policy": "sandbox; default-src 'none'"},
    )
