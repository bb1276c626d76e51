"""What the services need from outside: Protocols only; adapters fulfil them without inheriting."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.core.anonymous import OpenQuestion
from bot.core.appointments import Appointment, Hold
from bot.core.cases import Case
from bot.core.contacts import Conversation
from bot.core.flows import Flow
from bot.core.matching import Vector
from bot.core.messages import Address, Attachment, Author, InboundMessage, OutboundMessage

DeliveryStatus = Literal["queued", "sending", "sent", "uncertain", "failed"]
StaffRole = Literal["advisor", "coordinator", "editor", "admin"]
AppointmentChange = Literal["booked", "moved", "cancelled"]


class DeliveryError(Exception):
    """A message was not delivered: never again (`permanent`), or after a while (`retry_after` seconds).

    `uncertain` means that it may have arrived: the connection broke after it was sent.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        unreachable: bool = False,
        uncertain: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.unreachable = unreachable
        self.uncertain = uncertain
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a channel knows after a delivery: the platform's own ids of the messages it became."""

    platform_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A message on its way to an address; one conversation's items are delivered in the order of `n`."""

    n: int
    conversation_id: str
    address: Address
    message: OutboundMessage
    attempts: int
    status: DeliveryStatus


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


class Transaction(Protocol):
    """Reads and writes inside one `BEGIN IMMEDIATE`; all of it is kept, or nothing."""

    # newcomers
    def conversation_at(self, address: Address, now: datetime, new_id: str) -> Conversation:
        """Return the address's conversation; contact, key and conversation are made when it is new."""

    def conversation(self, conversation_id: str) -> Conversation | None:
        """Return a conversation."""

    def save_conversation(self, conversation: Conversation, now: datetime) -> None:
        """Store a conversation and the time of its last turn."""

    def record(self, message: InboundMessage, conversation_id: str, now: datetime, *, handled: bool = False) -> bool:
        """Store what came in; False when (source, external id) is there already.

        What is handled in this very transaction needs no content; only that it came is remembered.
        """

    def unhandled(self) -> list[InboundMessage]:
        """Return what came in but was not handled, oldest first."""

    def handled(self, message: InboundMessage) -> None:
        """Mark as handled and forget the content; that it came is remembered."""

    def failed(self, message: InboundMessage) -> int:
        """Count a failed attempt to handle it; return the attempts so far."""

    def find_conversation(self, address: Address) -> Conversation | None:
        """Return the address's conversation; nothing is made when there is none."""

    def hear(
        self,
        message: InboundMessage,
        text: str,
        conversation_id: str,
        case_id: str | None,
        now: datetime,
        translation: str | None,
    ) -> None:
        """Keep what a newcomer said in the transcript; an edit becomes the new text of the line it edits."""

    def forget_heard(self, conversation_id: str) -> None:
        """Delete what a newcomer said outside of a case, files included."""

    def say(
        self,
        message: OutboundMessage,
        conversation_id: str,
        now: datetime,
        case_id: str | None = None,
        advisor: str | None = None,
    ) -> None:
        """Keep an outgoing message in the transcript and in the outbox."""

    def conversations_of(self, contact_id: str) -> list[str]:
        """Return the ids of a contact's conversations."""

    def erase(self, contact_id: str) -> None:
        """Destroy the contact's key and every row of theirs."""

    # cases
    def open_case(self, contact_id: str) -> Case | None:
        """Return the contact's case that is not closed."""

    def case(self, case_id: str) -> Case | None:
        """Return a case."""

    def next_case_number(self) -> int:
        """Return the next number to call a case by."""

    def add_case(self, case: Case) -> None:
        """Store a new case; an open one of the same contact makes it fail."""

    def update_case(self, case: Case) -> bool:
        """Store a changed case if its version is still the stored one (and raise it); False when somebody was faster."""

    def add_note(self, note: Note) -> None:
        """Store a note."""

    def add_history(self, line: HistoryLine) -> None:
        """Store a transition."""

    # appointments
    def taken(self, site: str, start: datetime, end: datetime, now: datetime, contact_id: str) -> frozenset[tuple[int, int]]:
        """Return occupied (cell, seat) pairs; expired holds and the contact's own hold do not count."""

    def appointments(self, contact_id: str) -> tuple[Appointment, ...]:
        """Return all appointments of a contact, soonest first."""

    def appointment(self, appointment_id: str) -> Appointment | None:
        """Return an appointment."""

    def appointments_at(self, sites: Sequence[str], start: datetime, end: datetime) -> list[Appointment]:
        """Return what is booked at these sites and begins in the period (its end excluded), soonest first."""

    def hold_of(self, contact_id: str) -> Hold | None:
        """Return the contact's hold, expired or not."""

    def put_hold(self, hold: Hold, now: datetime) -> bool:
        """Occupy a slot's cells for a while; the contact's older hold falls. False when a cell is taken."""

    def drop_hold(self, contact_id: str) -> None:
        """Free the contact's hold."""

    def put_appointment(self, appointment: Appointment, now: datetime) -> bool:
        """Store a new, moved or cancelled appointment with its cells; the contact's hold falls. False when a cell is taken."""

    # flows
    def keep_edition(self, flow: Flow) -> None:
        """Keep a flow's edition for the sessions that use it."""

    def edition(self, flow_id: str, edition: str) -> Flow | None:
        """Return a kept edition."""

    # counts and timers
    def count(self, what: str, day: str) -> None:
        """Add one to a count without persons."""

    def figures(self) -> dict[str, float]:
        """Return how much of what there is (cases by status, waiting messages …), without persons."""

    def add_timer(self, timer: Timer) -> None:
        """Store a timer; one with the same id is replaced."""

    def due_timers(self, now: datetime) -> list[Timer]:
        """Return timers that are due, oldest first."""

    def drop_timer(self, timer_id: str) -> None:
        """Forget a timer."""

    def purge(self, now: datetime) -> int:
        """Erase every contact whose time is over (see docs of the store for the periods); return how many."""

    # questions for editors
    def keep_question(self, question: OpenQuestion) -> None:
        """Keep a question without its person under a new number; one without words is not kept."""

    def open_questions(self) -> list[OpenQuestion]:
        """Return all questions that are kept, oldest first."""

    def drop_questions(self, numbers: Collection[int]) -> None:
        """Forget questions: an editor has dealt with them."""

    # staff
    def add_advisor(self, advisor: Advisor) -> None:
        """Store a member of staff; the same id is replaced."""

    def advisors(self) -> list[Advisor]:
        """Return all members of staff."""

    def add_session(self, session: StaffSession) -> None:
        """Store a sign-in."""

    def session(self, token_hash: str, now: datetime) -> StaffSession | None:
        """Return a sign-in that has not expired."""

    def drop_session(self, token_hash: str) -> None:
        """End a sign-in."""

    def end_sessions(self, advisor_id: str) -> None:
        """End every sign-in of a member of staff."""

    # reading
    def cases(self, agency: str, *, closed: bool = False) -> list[Case]:
        """Return an agency's open (or its last hundred closed) cases, oldest first."""

    def transcript(
        self, conversation_id: str, after: int = 0, case_id: str | None = None, limit: int = 500
    ) -> list[TranscriptLine]:
        """Return the newest lines after `after`, in order."""

    def notes(self, case_id: str) -> list[Note]:
        """Return a case's notes."""

    def history(self, case_id: str) -> list[HistoryLine]:
        """Return a case's transitions."""

    # outbox
    def due_outbox(self, channel: str, now: datetime, limit: int = 50) -> list[OutboxItem]:
        """Return the first undelivered item of each conversation of a channel, if it is due."""

    def mark_outbox(
        self,
        n: int,
        status: DeliveryStatus,
        *,
        not_before: datetime | None = None,
        platform_ids: Sequence[str] = (),
        error: str = "",
    ) -> None:
        """Store what became of an item; "sending" counts an attempt."""

    def mark_unreachable(self, conversation_id: str, now: datetime) -> None:
        """Note that nothing can be delivered to a conversation's address, until it writes again."""

    def interrupted_outbox(self) -> int:
        """Turn items that were being sent when the process died into uncertain ones; return how many."""

    # what a receiver remembers
    def get_value(self, name: str) -> str | None:
        """Return a stored setting of the running system."""

    def set_value(self, name: str, value: str) -> None:
        """Store a setting of the running system."""


class Store(Protocol):
    """The one place where everything is kept."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a write transaction; leaving with an exception undoes it."""


class Channel(Protocol):
    """A way to a newcomer's address."""

    name: str

    async def deliver(self, item: OutboxItem) -> Delivered:
        """Deliver a message.

        Raises:
            DeliveryError: it did not arrive, or nobody knows.
        """


@dataclass(frozen=True, slots=True)
class Translated:
    """A translation by machine, with what made it.

    `pair` is for example "de-ar", `route` the models it went through, `confidence` from 0 to 1 how sure they were.
    """

    text: str
    engine: str
    pair: str = ""
    route: tuple[str, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class NotTranslated:
    """There is no translation, and why; "unsafe": something would be lost or invented, or the model was not sure enough."""

    reason: Literal["no_model", "too_slow", "unsafe", "error", "same_language"]


class Embedder(Protocol):
    """Turns texts into vectors of unit length, so that texts which mean the same lie close together."""

    def question(self, text: str) -> Vector:
        """Return the vector of a question; takes 10 to 50 ms."""

    def stored(self, texts: Sequence[str]) -> Vector:
        """Return the vectors of texts to compare questions with, one row each."""


class Translator(Protocol):
    """Translates on this machine."""

    async def translate(self, text: str, source: str, target: str) -> Translated | NotTranslated:
        """Translate a text, or say why not; never raises."""

    async def close(self) -> None:
        """Give back what it holds; nothing is translated afterwards."""


class Alerts(Protocol):
    """Tells staff that something waits, without any personal data."""

    async def case_waiting(self, case: Case) -> None:
        """Tell the site's team that a case waits."""

    async def appointment_changed(self, appointment: Appointment, what: AppointmentChange) -> None:
        """Tell the site's team that a newcomer booked, moved or cancelled an appointment."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
