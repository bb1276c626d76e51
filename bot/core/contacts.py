"""A contact's conversation: language, consents, who has the word, and what the bot waits for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.core import consents
from bot.core.consents import Consent, Consents
from bot.core.flows import FlowSession
from bot.core.messages import Address


@dataclass(frozen=True, slots=True)
class InFlow:
    """The bot waits for an answer within a flow."""

    session: FlowSession
    since: datetime
    kind: Literal["flow"] = "flow"


@dataclass(frozen=True, slots=True)
class AskingPlace:
    """The bot waits for a place: to show sites, to book, or to hand over. `resume` is the flow to go on with."""

    purpose: Literal["site", "book", "handoff"]
    topic: str | None
    resume: FlowSession | None = None
    question: str = ""
    young: bool = False
    concern: bool = False
    kind: Literal["place"] = "place"


@dataclass(frozen=True, slots=True)
class AskingQuestion:
    """The bot waits for one sentence for the advisor; topic None: first for what it is about.

    `young`: they said under 27; `concern`: what they wrote may tell of an emergency.
    """

    topic: str | None
    young: bool = False
    concern: bool = False
    kind: Literal["question"] = "question"


Narrowing = Literal["language", "afternoon"]


@dataclass(frozen=True, slots=True)
class ChoosingAppointment:
    """The person chooses site, day and time; `stage` is what they choose now, `moving` the appointment that will be moved.

    `only`: they want to see no times but those with somebody who speaks their language, or in the afternoon.
    """

    topic: str | None
    site: str | None = None
    moving: str | None = None
    stage: Literal["topic", "site", "day", "time", "check"] = "topic"
    day: date | None = None
    only: tuple[Narrowing, ...] = ()
    kind: Literal["appointment"] = "appointment"


@dataclass(frozen=True, slots=True)
class Asked:
    """The last free question: its words if the chat may be kept, the article that answered it or those that were offered.

    `noted`: it is noted already that the answer was of no help.
    """

    text: str
    article: str | None
    others: tuple[str, ...]
    at: datetime
    noted: bool = False


Pending = InFlow | AskingPlace | AskingQuestion | ChoosingAppointment


@dataclass(frozen=True, slots=True)
class Conversation:
    """One address's conversation with the bot.

    `epoch` rises whenever the word passes between bot and desk: what the bot wanted to say in an older epoch is not said.
    `trail` is the way so far (topics, articles), shown to the advisor who takes over; `offered` are the languages to which a
    switch was offered already. `erasing`: everything goes within a minute,
    or when the person writes again. `album`: the files that the bot has answered last, if they were sent together.
    """

    id: str
    contact_id: str
    address: Address
    language: str | None = None
    consents: Consents = ()
    place: str | None = None
    owner: Literal["bot", "desk"] = "bot"
    epoch: int = 0
    pending: Pending | None = None
    trail: tuple[str, ...] = ()
    wish: str | None = None
    last_choice: str | None = None
    last_choice_at: datetime | None = None
    acknowledged_at: datetime | None = None
    asked: Asked | None = None
    offered: tuple[str, ...] = ()
    reachable: bool = True
    erasing: bool = False
    album: str | None = None

    @property
    def consent(self) -> Consent | None:
        """Return the answer to the question whether the chat may be kept, as it is asked now."""
        return consents.last(self.consents, "keep")

    @property
    def keeps(self) -> bool:
        """Tell whether the chat may be kept."""
        return consents.allows(self.consents, "keep")
