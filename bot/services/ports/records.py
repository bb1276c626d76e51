"""What the store gives back beside the types of the core."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.messages import Attachment, Author, OutboundMessage
from bot.services.ports.delivery import DeliveryStatus

StaffRole = Literal["advisor", "coordinator", "editor", "admin"]


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One message of a conversation as it is kept. `n` rises over all conversations and never changes."""

    n: int
    conversation_id: str
    case_id: str | None
    author: Author
    at: datetime
    text: str
    message: OutboundMessage | None
    attachment: Attachment | None
    advisor: str | None
    translation: str | None
    edited: bool
    delivery: DeliveryStatus | None


@dataclass(frozen=True, slots=True)
class Note:
    """What an advisor wrote down about a case; the newcomer never sees it."""

    case_id: str
    advisor: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A transition of a case: what, by whom (None is the newcomer or the bot), when."""

    case_id: str
    at: datetime
    what: str
    advisor: str | None


@dataclass(frozen=True, slots=True)
class Advisor:
    """A member of staff of one agency."""

    id: str
    login: str
    name: str
    agency: str
    role: StaffRole
    language: str
    password_hash: str
    telegram_id: int | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A sign-in; only the hash of its token is kept."""

    token_hash: str
    advisor_id: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Timer:
    """Something due: `fence` is compared when it fires, so that a changed subject silences it."""

    id: str
    kind: str
    subject: str
    fence: str
    due_at: datetime
