"""One turn while it is being made: what is known, what is said, what changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from bot.core.appointments import Appointment, Hold, Taken
from bot.core.cases import Case
from bot.core.consents import QUESTIONS, VERSIONS, Consent, Purpose, Terms, answered
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.events import Event
from bot.core.flows import Flow
from bot.core.interpreters import Interpreter
from bot.core.kept import Kept
from bot.core.language import LANGUAGES, SOURCE, direction
from bot.core.locales import local
from bot.core.matching import Vector
from bot.core.messages import Attachment, Choice, OutboundMessage
from bot.core.network import Site
from bot.core.retention import Periods
from bot.core.routing import Load
from bot.core.text import FSI, isolate, with_commands
from bot.core.waiting import Waiting

Rows = Sequence[Sequence[Choice]]
MAX_TRAIL = 12
T = TypeVar("T")


def once(find: Callable[[], T]) -> Callable[[], T]:
    """Return what finds something at its first call only; a whole cache would cost more than most turns need it for."""
    found: list[T] = []

    def get() -> T:
        if not found:
            found.append(find())
        return found[0]

    return get


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a turn may look at; what needs the store is asked through functions, within the turn's transaction.

    `meanings` are the vectors of what was written, as far as there was time; `wrote` is the language it clearly is in, if that is
    not the chosen one; `german` are its texts in German, where articles cannot be asked for in that language. `read_in` is the
    language of somebody who reads along, in which all is said instead.
    """

    content: Content
    conversation: Conversation
    now: datetime
    new_id: Callable[[], str]
    case: Case | None = None
    last_case: Callable[[], Case | None] = lambda: None
    find_case: Callable[[str], Case | None] = lambda case_id: None
    loads: Callable[[], Mapping[str, Load]] = dict
    appointments: Callable[[], tuple[Appointment, ...]] = tuple
    hold: Callable[[], Hold | None] = lambda: None
    waiting: Callable[[], Waiting | None] = lambda: None
    taken: Taken = lambda site, start, end: frozenset()
    interpreters: Callable[[], tuple[Interpreter, ...]] = tuple
    speaks: Callable[[str], tuple[str, ...]] = lambda advisor: ()
    edition: Callable[[str, str], Flow | None] = lambda flow, edition: None
    case_number: Callable[[], int] = lambda: 0
    meanings: Mapping[str, Vector] = field(default_factory=dict)
    wrote: str | None = None
    read_in: str | None = None
    german: Mapping[str, str] = field(default_factory=dict)
    calendar_file: Callable[[Appointment, Site], bytes] = lambda appointment, site: b""
    said: Callable[[int], OutboundMessage | None] = lambda n: None
    kept: Callable[[], Kept] = Kept
    own_files: Callable[[], tuple[Attachment, ...]] = tuple
    terms: Terms = field(default_factory=Terms)
    periods: Callable[[], Periods] = Periods


@dataclass(frozen=True, slots=True)
class Turn:
    """What a message leads to. `heard` is what the newcomer said, if the chat is kept."""

    conversation: Conversation
    messages: tuple[OutboundMessage, ...] = ()
    events: tuple[Event, ...] = ()
    heard: str | None = None


class Talk:
    """Collects a turn; lives only while `respond` runs."""

    def __init__(self, situation: Situation, hint: str | None = None) -> None:
        self.situation = situation
        self._hint = hint
        self.content = situation.content
        self.now = situation.now
        self.conversation = situation.conversation
        self.heard: str | None = None
        self._messages: list[OutboundMessage] = []
        self._events: list[Event] = []

    @property
    def language(self) -> str:
        """The reader's language; before one is chosen the one their device hints at, else German."""
        return self.situation.read_in or self.speaks

    @property
    def speaks(self) -> str:
        """The newcomer's language, whoever reads along: who fits them is decided by it."""
        return self.conversation.language or self._hint or SOURCE

    @property
    def today(self) -> date:
        """The day in Germany."""
        return local(self.now).date()

    def words(self, key: str, /, **slots: str) -> str:
        """Return a phrase in the reader's language; Latin names and commands are isolated inside right-to-left text."""
        language = self.language
        if direction(language) == "rtl":
            slots = {name: _isolated(value) for name, value in slots.items()}
            return with_commands(self.content.phrases.say(key, language, **slots))
        return self.content.phrases.say(key, language, **slots)

    def choice(self, id: str, key: str, /, **slots: str) -> Choice:
        """Return a button labelled with a phrase."""
        return Choice(id, self.words(key, **slots))

    def say(self, key: str, rows: Rows = (), /, attachment: Attachment | None = None, **slots: str) -> None:
        """Say a phrase, with the standing buttons under its own."""
        found = self.content.phrases.find(key, self.language)
        self.tell(self.words(key, **slots), rows, language=found.language, attachment=attachment)

    def tell(
        self,
        text: str,
        rows: Rows = (),
        *,
        language: str | None = None,
        note: str = "",
        attachment: Attachment | None = None,
        format_plain: bool = False,
    ) -> None:
        """Say a composed text."""
        self._messages.append(
            OutboundMessage(
                text=text,
                language=language or self.language,
                format="plain" if format_plain else "markdown",
                choices=tuple(tuple(row) for row in rows if row),
                label="fallback" if language not in (None, self.language) else "",
                note=note,
                attachment=attachment,
            )
        )

    def offer_language(self, code: str) -> None:
        """Offer, in another language, to go on in it."""
        rows = [[Choice(f"lang:{code}", LANGUAGES[code].name)]]
        self.tell(self.content.phrases.say("offer_language", code), rows, language=code)

    def append(self, message: OutboundMessage) -> None:
        """Say a finished message."""
        self._messages.append(message)

    def happen(self, event: Event) -> None:
        """Note what changes."""
        self._events.append(event)

    def update(self, **changes: Any) -> None:
        """Change the conversation."""
        before = self.conversation
        for name, value in changes.items():
            if getattr(before, name) != value:
                self.conversation = replace(before, **changes)
                return

    def answer(self, purpose: Purpose, given: bool, recipient: str = "", case: str = "", origin: str = "") -> None:
        """Note an answer about consent, to the text as it is now, in the language it is really in."""
        read_in = self.content.phrases.find(QUESTIONS[purpose], self.language).language
        answer = Consent(purpose, given, VERSIONS[purpose], read_in, self.now, recipient, case, origin)
        self.update(consents=answered(self.conversation.consents, answer))

    def walked(self, mark: str) -> None:
        """Remember a step of the way, for the advisor who may take over; nothing without consent."""
        if self.conversation.keeps and self.conversation.trail[-1:] != (mark,):
            self.update(trail=(*self.conversation.trail, mark)[-MAX_TRAIL:])

    def turn(self) -> Turn:
        """Return the finished turn; the last message that has no buttons of its own kind keeps the standing ones."""
        heard = self.heard if self.conversation.keeps else None
        return Turn(self.conversation, tuple(self._messages), tuple(self._events), heard)

    @property
    def silent(self) -> bool:
        """Tell whether nothing was said yet."""
        return not self._messages

    def with_navigation(self, *, person: bool = True) -> None:
        """Put the standing buttons (back, menu, person) under the last message; `person` is False on the way to one."""
        if not self._messages:
            return
        row = [self.choice("nav:back", "nav_back"), self.choice("nav:menu", "nav_menu")]
        row += [self.choice("nav:person", "nav_person")] if person else []
        last = self._messages[-1]
        shown = {choice.id for line in last.choices for choice in line}
        row = [choice for choice in row if choice.id not in shown]
        self._messages[-1] = replace(last, choices=(*last.choices, tuple(row)) if row else last.choices)


def _isolated(value: str) -> str:
    return value if FSI in value or "\n" in value else isolate(value)
