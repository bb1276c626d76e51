"""Rows and core types: moments as numbers, dataclasses as JSON."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar, overload

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from bot.core.appointments import Guest
from bot.core.cases import Proposal
from bot.core.contacts import Conversation
from bot.core.flows import Flow
from bot.core.memory import Segment
from bot.core.messages import Attachment, InboundMessage, OutboundMessage
from bot.core.routing import Reason
from bot.core.translations import Rendering
from bot.core.waiting import Waiting
from bot.services.ports import Posted

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Words:
    """The personal part of a transcript line: what a newcomer said and its translation, or a message to them."""

    text: str
    attachment: Attachment | None = None
    message: OutboundMessage | None = None
    translation: str | None = None
    rendering: Rendering | None = None
    album: str | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """What no query asks of a case, the personal part above all; named as in `Case`."""

    place: str | None
    question: str
    trail: tuple[str, ...]
    flags: tuple[str, ...]
    young: bool = False
    reasons: tuple[Reason, ...] = ()
    labels: tuple[str, ...] = ()
    queues_at: datetime | None = None
    preferred: str | None = None
    joined: tuple[str, ...] = ()
    level: int = 0
    unanswered_since: datetime | None = None
    answered_at: datetime | None = None
    proposal: Proposal | None = None
    alarmed_at: datetime | None = None
    rated: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """The personal part of an appointment that the desk booked for a guest; of others it is `shown` alone, as text."""

    shown: str
    guest: Guest


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known about a delivery."""

    platform_ids: tuple[str, ...]
    error: str


CONVERSATION = TypeAdapter(Conversation)
INBOUND = TypeAdapter(InboundMessage)
WORDS = TypeAdapter(Words)
HAND_OVER = TypeAdapter(HandOver)
BOOKED = TypeAdapter(Booked)
OUTCOME = TypeAdapter(Outcome)
FLOW = TypeAdapter(Flow)
SEGMENT = TypeAdapter(Segment)
POSTED = TypeAdapter(Posted)
WAITING = TypeAdapter(Waiting)


def dump(kind: TypeAdapter[T], value: T) -> bytes:
    """Return a dataclass as JSON; Python's json writes what pydantic's refuses: the lone surrogates that broken clients send."""
    try:
        return kind.serializer.to_json(value)
    except (PydanticSerializationError, UnicodeEncodeError):
        return json.dumps(kind.dump_python(value, mode="json"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def load(kind: TypeAdapter[T], data: bytes) -> T:
    """Return the dataclass that was written as JSON."""
    try:
        value: T = kind.validator.validate_json(data)
        return value
    except ValidationError:
        return kind.validate_python(json.loads(data.decode("utf-8", "surrogatepass")))


def with_consents(data: bytes) -> bytes:
    """Return a conversation as it is written now; earlier there was one answer only, whether the chat may be kept.

    What nobody was asked nobody allowed: reminders need a yes of their own, also for what was booked before.
    """
    if b'"consents":' in data:
        return data
    earlier = json.loads(decode(data))
    answer = earlier.pop("consent", None)
    return encode(json.dumps(earlier | {"consents": [answer | {"purpose": "keep"}] if answer else []}))


def encode(text: str) -> bytes:
    """Return any text as bytes."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    """Return the text that was encoded."""
    return data.decode("utf-8", "surrogatepass")


@overload
def number(moment: datetime) -> int: ...
@overload
def number(moment: None) -> None: ...
def number(moment: datetime | None) -> int | None:
    """Return a moment as whole microseconds since 1970; a moment without a time zone is refused."""
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


@overload
def moment(number: int) -> datetime: ...
@overload
def moment(number: None) -> None: ...
def moment(number: int | None) -> datetime | None:
    """Return the moment a number stands for, in UTC."""
    return None if number is None else _EPOCH + number * _MICROSECOND


def without_data(attachment: Attachment | None) -> Attachment | None:
    """Return what is known about a file, without its bytes; those are stored apart."""
    return None if attachment is None else replace(attachment, data=b"")
