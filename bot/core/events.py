"""What a turn changes beside the conversation itself; stored in the same transaction as the answer."""

from dataclasses import dataclass
from datetime import timedelta

from bot.core.anonymous import Reason
from bot.core.appointments import Appointment, Hold
from bot.core.cases import Case, Proposal
from bot.core.waiting import Waiting


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """Somebody asked for a human."""

    case: Case


@dataclass(frozen=True, slots=True)
class CaseChanged:
    """The newcomer closed the case, or it was flagged."""

    case: Case


@dataclass(frozen=True, slots=True)
class CaseReopened:
    """The newcomer came back with the same matter."""

    case: Case


@dataclass(frozen=True, slots=True)
class CaseTransferred:
    """The newcomer agreed that the case goes to another agency."""

    case: Case
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class CaseTakenBack:
    """The newcomer took back that their case may be with an agency; it is where it came from, or with nobody."""

    case: Case
    agency: str


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The newcomer's message belongs to a case, which notes that."""

    case: Case


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """The newcomer did not understand a line of the conversation."""

    conversation_id: str
    n: int


@dataclass(frozen=True, slots=True)
class Rated:
    """The newcomer said how a conversation with a human was; only counted. The case notes that they did, not what."""

    answer: str
    case: Case


@dataclass(frozen=True, slots=True)
class SlotHeld:
    """A slot is kept for a while; an older hold of the contact falls."""

    hold: Hold


@dataclass(frozen=True, slots=True)
class HoldReleased:
    """The contact went back: their hold falls."""

    contact_id: str


@dataclass(frozen=True, slots=True)
class AppointmentBooked:
    """An appointment is made."""

    appointment: Appointment


@dataclass(frozen=True, slots=True)
class AppointmentMoved:
    """An appointment has another time; the old one is free after it has cooled down."""

    appointment: Appointment
    cooling: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    """An appointment is off; its slot is free after it has cooled down."""

    appointment: Appointment
    cooling: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class AppointmentConfirmed:
    """The contact said that they come."""

    id: str


@dataclass(frozen=True, slots=True)
class WaitingChanged:
    """Somebody is on the list of those who wait for a time, as it says now."""

    waiting: Waiting


@dataclass(frozen=True, slots=True)
class WaitingEnded:
    """Somebody is not on the list of a site any more."""

    contact_id: str
    site: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question the bot could not answer, and the article that was shown or came nearest; no words unless the chat is kept."""

    language: str
    text: str
    reason: Reason
    article: str | None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The contact does not want the chat kept any more: what they said outside of a case goes."""

    conversation_id: str


@dataclass(frozen=True, slots=True)
class Erased:
    """The contact wants everything about them erased; `receipt` is a random number they were told."""

    contact_id: str
    receipt: str


Event = (
    CaseOpened
    | CaseChanged
    | CaseReopened
    | CaseTransferred
    | CaseTakenBack
    | PassedOn
    | Misunderstood
    | Rated
    | SlotHeld
    | HoldReleased
    | AppointmentBooked
    | AppointmentMoved
    | AppointmentCancelled
    | AppointmentConfirmed
    | WaitingChanged
    | WaitingEnded
    | Unanswered
    | Withdrawn
    | Erased
)
