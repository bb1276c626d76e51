"""What the store gives back beside the types of the core."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.core.cases import CaseStatus
from bot.core.messages import Attachment, Author, OutboundMessage
from bot.core.roles import StaffRole as StaffRole
from bot.core.translations import Rendering
from bot.services.ports.delivery import DeliveryStatus

NoteKind = Literal["note", "transfer", "question", "answer", "interpret"]
CAPACITY = 150
"""Cases one advisor carries; in the district it is 150 to 300."""


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One message of a conversation as it is kept. `n` rises over all conversations and never changes.

    `album` is the same for files that the newcomer sent at once. `seen`: the newcomer had this answer of an advisor in front of
    them; where nobody tells that, it stays False.
    """

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
    rendering: Rendering | None = None
    album: str | None = None
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What an advisor wrote down about a case; the newcomer never sees it.

    A transfer's note goes with the case to the next agency; a question is for the coordination, which answers it; `interpret` is
    a reply that an interpreter is to read before it is sent.
    """

    case_id: str
    advisor: str
    at: datetime
    text: str
    kind: NoteKind = "note"


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How many open cases a site and an advisor (None: nobody) have in a status."""

    site: str
    status: CaseStatus
    advisor: str | None
    cases: int


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A transition of a case: what, by whom (None is the newcomer or the bot), when."""

    case_id: str
    at: datetime
    what: str
    advisor: str | None


@dataclass(frozen=True, slots=True)
class Advisor:
    """A member of staff of one agency; no `sites` means all of its sites, `capacity` is how many cases they carry at once.

    While somebody is away (until the end of a day), new cases go to others and theirs to the `deputy`. With an `identity` (an
    e-mail address or a number of the provider's) they may sign in elsewhere, with OpenID Connect.
    """

    id: str
    login: str
    name: str
    agency: str
    role: StaffRole
    language: str
    password_hash: str
    telegram_id: int | None = None
    disabled: bool = False
    sites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = CAPACITY
    away_until: date | None = None
    deputy: str | None = None
    identity: str = ""

    def works_at(self, site: str) -> bool:
        """Tell whether somebody belongs to the team of a site of their agency."""
        return not self.sites or site in self.sites

    def away(self, day: date) -> bool:
        """Tell whether somebody is absent on a day."""
        return self.away_until is not None and day <= self.away_until


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A sign-in; only the hash of its token is kept. `browser` names browser and system in a few words."""

    token_hash: str
    advisor_id: str
    csrf: str
    expires_at: datetime
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """Something due: `fence` is compared when it fires, so that a changed subject silences it."""

    id: str
    kind: str
    subject: str
    fence: str
    due_at: datetime
