"""What a turn changes beside the conversation itself; stored in the same transaction as the answer."""

from dataclasses import dataclass

from bot.core.anonymous import Reason
from bot.core.appointments import Appointment, Hold
from bot.core.cases import Case


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """Somebody asked for a human."""

    case: Case


@dataclass(frozen=True, slots=True)
class CaseChanged:
    """The newcomer closed the case, or it was flagged."""

    case: Case


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The newcomer's message belongs to a case."""

    case: Case


@dataclass(frozen=True, slots=True)
class SlotHeld:
    """A slot is kept for ten minutes; an older hold of the contact falls."""

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
    """An appointment has another time; the old one is free."""

    appointment: Appointment


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    """An appointment is off; its slot is free."""

    appointment: Appointment


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
    """The contact wants everything about them erased."""

    contact_id: str


Event = (
    CaseOpened
    | CaseChanged
    | PassedOn
    | SlotHeld
    | HoldReleased
    | AppointmentBooked
    | AppointmentMoved
    | AppointmentCancelled
    | Unanswered
    | Withdrawn
    | Erased
)
