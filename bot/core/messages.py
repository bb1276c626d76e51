"""What goes in and out of the bot, the same for every channel."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

Author = Literal["bot", "advisor", "newcomer"]
InboundKind = Literal["message", "edit", "blocked", "unblocked"]
TextFormat = Literal["plain", "markdown"]
TranslationLabel = Literal["", "draft", "machine", "similar", "untranslated", "fallback"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a contact is reached: a channel (web, telegram, terminal) and an id within it."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A point on earth in degrees (WGS 84)."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: its id comes back when it is pressed; ids fit Telegram's 64 bytes."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with a message; `kind` is photo, document, voice, sticker, …"""

    kind: str
    name: str
    media_type: str
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """What a newcomer did, in words the core understands.

    `external_id` is unique within `source` (a bot or a channel): a redelivery carries the same one. `edits` names the external id
    of the message that was changed, `album` is what is the same for all files that were sent at once.
    """

    source: str
    external_id: str
    address: Address
    sent_at: datetime
    kind: InboundKind = "message"
    text: str = ""
    choice: str | None = None
    place: Coordinates | None = None
    attachment: Attachment | None = None
    edits: str | None = None
    language_hint: str | None = None
    album: str | None = None


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """What the bot or an advisor says.

    `language` is the one the text really is in; `label` tells when it is not reviewed text in the reader's own language,
    and `note` is the small print under it, in the reader's language. `choices` are rows of buttons. `original` is what was
    written before it was translated; `german` is for advisors, of what the bot says in a case.
    """

    text: str
    language: str
    author: Author = "bot"
    format: TextFormat = "markdown"
    choices: tuple[tuple[Choice, ...], ...] = ()
    label: TranslationLabel = ""
    note: str = ""
    attachment: Attachment | None = None
    original: str | None = None
    german: str | None = None


UNCLEAR = "unclear:"
"""The button under a translation that says "I do not understand"; the number of the line follows."""


def numbered(message: OutboundMessage, n: int) -> OutboundMessage:
    """Put the number of a message's line into those of its buttons that are about the message itself."""
    if not any(choice.id == UNCLEAR for row in message.choices for choice in row):
        return message
    rows = tuple(
        tuple(replace(each, id=f"{UNCLEAR}{n}") if each.id == UNCLEAR else each for each in row) for row in message.choices
    )
    return replace(message, choices=rows)


def joined(messages: Sequence[InboundMessage]) -> InboundMessage:
    """Return several bubbles as one message; it stands in the transcript as the last of them."""
    if len(messages) == 1:
        return messages[0]
    return replace(messages[-1], text=" ".join(message.text.strip() for message in messages))
