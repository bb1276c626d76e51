"""Small stand-ins for the inbox, the desk and the store: everything in memory, nothing slow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import yaml

from bot.adapters.calendars import feed_file
from bot.adapters.web.app import WebParts
from bot.core import appointments, cases
from bot.core.appointments import Appointment, Hold, Slot
from bot.core.cases import Case, CaseError, CloseReason
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.crisis import Crises
from bot.core.enclosures import Enclosure
from bot.core.hours import Hours
from bot.core.interpreters import Interpreter
from bot.core.knowledge import KnowledgeBase
from bot.core.messages import Address, Attachment, Choice, Coordinates, InboundMessage, OutboundMessage
from bot.core.network import Agency, Network, Site
from bot.core.places import Gazetteer
from bot.core.proposals import Misfit
from bot.core.texts import Texts
from bot.core.waiting import Waiting
from bot.services.agenda import Agenda
from bot.services.bookings import Bookings
from bot.services.casework import Casework
from bot.services.closings import Closings
from bot.services.counter import Counter
from bot.services.desk import MAX_REPLY, CannedReply, CaseView, Desk, Forbidden
from bot.services.drafts import Drafts
from bot.services.editorial import Editorial
from bot.services.feeds import Feeds
from bot.services.files import Files
from bot.services.inbox import Inbox, Receipt
from bot.services.interpreters import Interpreters
from bot.services.live import Live
from bot.services.members import Members
from bot.services.offering import Offering
from bot.services.ports import (
    Advisor,
    CaseCount,
    DeliveryStatus,
    HistoryLine,
    Note,
    Passkey,
    Source,
    StaffSession,
    Store,
    Transaction,
    TranscriptLine,
)
from bot.services.presence import Presence
from bot.services.reading import Reading
from bot.services.requests import Requests
from bot.services.sending import Ready, Sending
from bot.services.team import advises
from bot.services.turns import Turns
from bot.services.understanding import Understanding

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
Reply = Callable[[InboundMessage], list[OutboundMessage]]


class FixedClock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def forward(self, step: timedelta) -> None:
        self.time += step


class Pauses(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def content() -> Content:
    phrases = yaml.safe_load((Path(__file__).parent / "phrases.yaml").read_text("utf-8"))
    agencies = {code: Agency(code, name, 2, True) for code, name in (("north", "Beratung Nord"), ("south", "Beratung Süd"))}
    site = Site(
        "north-elmshorn", "north", "Beratung Nord, Elmshorn", "", "25335", "Elmshorn", Coordinates(53.75, 9.65), "", "",
        ("de", "ar"), (), (), None, False, (), (), Hours({}), (), None, True,
    )  # fmt: skip
    network = Network(agencies, {site.id: site}, Gazetteer(()), {})
    return Content(KnowledgeBase({}, {}, {}), {}, Texts(phrases), network, Crises((), ()))


@dataclass
class Lines:
    """All that was said, for inbox and desk alike."""

    clock: FixedClock
    live: Live
    said: list[TranscriptLine] = field(default_factory=list)

    def add(
        self,
        conversation: str,
        said: OutboundMessage | str,
        *,
        case: str | None = None,
        attachment: Attachment | None = None,
        advisor: str | None = None,
        translation: str | None = None,
        delivery: DeliveryStatus = "sent",
    ) -> TranscriptLine:
        message = said if isinstance(said, OutboundMessage) else None
        line = TranscriptLine(
            n=len(self.said) + 1,
            conversation_id=conversation,
            case_id=case,
            author=message.author if message else "newcomer",
            at=self.clock.now(),
            text=message.text if message else str(said),
            message=message,
            attachment=attachment,
            advisor=advisor,
            translation=translation,
            edited=False,
            delivery=delivery if message else None,
        )
        self.said.append(line)
        self.live.touch(f"conversation:{conversation}", "agency:north")
        return line

    def of(self, conversation: str, after: int = 0) -> list[TranscriptLine]:
        return [line for line in self.said if line.conversation_id == conversation and line.n > after]


class FakeInbox(Inbox):
    """Handles a message at once: keeps it and answers what `reply` says."""

    def __init__(self, lines: Lines, reply: Reply) -> None:
        self.lines = lines
        self.reply = reply
        self.received: list[InboundMessage] = []
        self.conversations: dict[Address, Conversation] = {}

    async def receive(self, message: InboundMessage) -> Receipt:
        number = f"c{len(self.conversations) + 1}"
        conversation = self.conversations.setdefault(message.address, Conversation(number, number, message.address))
        if any(each.external_id == message.external_id for each in self.received):
            return Receipt(conversation.id, False)
        self.received.append(message)
        self.lines.clock.forward(timedelta(seconds=1))
        if message.choice and message.choice.startswith("lang:"):
            self.conversations[message.address] = replace(conversation, language=message.choice[5:])
        self.lines.add(conversation.id, message.text or message.choice or "📍", attachment=message.attachment)
        for answer in self.reply(message):
            self.lines.add(conversation.id, answer)
        return Receipt(conversation.id, True)

    async def settled(self, conversation_id: str, seconds: float = 5.0) -> bool:
        return True

    def keeps_files(self, address: Address) -> bool:
        conversation = self.find(address)
        return conversation is not None and conversation.owner == "desk"

    def find(self, address: Address) -> Conversation | None:
        return self.conversations.get(address)

    def transcript(self, address: Address, after: int = 0, limit: int = 500) -> list[TranscriptLine]:
        conversation = self.find(address)
        return self.lines.of(conversation.id, after)[-limit:] if conversation else []


class FakeStore:
    """Staff and their sessions; there is nothing else the web reads itself."""

    def __init__(self) -> None:
        self.staff: dict[str, Advisor] = {}
        self.sessions: dict[str, StaffSession] = {}

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        yield cast(Transaction, self)

    async def durable(self) -> None:
        """Nothing is on a disk here."""

    def advisors(self) -> list[Advisor]:
        return list(self.staff.values())

    def advisor(self, advisor_id: str) -> Advisor | None:
        return self.staff.get(advisor_id)

    def add_session(self, session: StaffSession) -> None:
        self.sessions[session.token_hash] = session

    def session(self, token_hash: str, now: datetime) -> StaffSession | None:
        session = self.sessions.get(token_hash)
        return session if session and session.expires_at > now else None

    def drop_session(self, token_hash: str) -> None:
        self.sessions.pop(token_hash, None)

    def second_factor(self, advisor_id: str) -> None:
        """Nobody has one here."""

    def passkeys(self, advisor_id: str) -> list[Passkey]:
        return []

    def interpreters(self) -> tuple[Interpreter, ...]:
        return ()

    def case_counts(self) -> list[CaseCount]:
        return []


class FakeDesk(Desk):
    """Cases in a dictionary; the rules are the core's."""

    def __init__(self, lines: Lines, phrases: Texts) -> None:
        self.lines = lines
        self.phrases = phrases
        self.cases: dict[str, Case] = {}
        self.written: list[Note] = []
        self.happened: list[HistoryLine] = []

    def queue(self, advisor: Advisor, *, closed: bool = False) -> list[Case]:
        return [case for case in self.cases.values() if case.agency == advisor.agency and case.open is not closed]

    def translatable(self, language: str) -> bool:
        return True

    def unread(self, advisor: Advisor) -> dict[str, int]:
        return {}

    def case(self, advisor: Advisor, case_id: str) -> Case:
        return self._own(advisor, case_id)

    def send(
        self, advisor: Advisor, case_id: str, message: OutboundMessage, *, source: Source | None = None, form: str = ""
    ) -> None:
        case = self.claim(advisor, case_id)
        self.lines.add(case.conversation_id, message, case=case_id, advisor=advisor.id, attachment=message.attachment)

    def view(self, advisor: Advisor, case_id: str) -> CaseView:
        case = self._own(advisor, case_id)
        notes = [note for note in self.written if note.case_id == case_id]
        history = [line for line in self.happened if line.case_id == case_id]
        return CaseView(case, self.lines.of(case.conversation_id), notes, history, True)

    def claim(self, advisor: Advisor, case_id: str) -> Case:
        case = cases.claim(self._own(advisor, case_id), advisor.id, self.lines.clock.now())
        self.cases[case_id] = case
        self._happen(case, "claimed", advisor)
        return case

    async def reply(self, advisor: Advisor, case_id: str, text: str, *, source: Source | None = None, form: str = "") -> None:
        if not 0 < len(text.strip()) <= MAX_REPLY:
            raise ValueError
        case = self.claim(advisor, case_id)
        message = OutboundMessage(f"[{case.language}] {text}", case.language, "advisor", "plain", original=text)
        self.lines.add(case.conversation_id, message, case=case_id, advisor=advisor.id)

    async def reply_carefully(self, advisor: Advisor, case_id: str, text: str, *, form: str = "") -> None:
        await self.reply(advisor, case_id, text)

    def canned(self, language: str) -> list[CannedReply]:
        keys = ("canned_papers", "canned_welcome")
        found = [(key, self.phrases.find(key, language)) for key in keys]
        return [CannedReply(key, self.phrases.say(key, "de"), text.text, text.language) for key, text in found]

    def note(self, advisor: Advisor, case_id: str, text: str, *, source: Source | None = None, form: str = "") -> None:
        if not text.strip():
            raise ValueError
        self.written.append(Note(self._own(advisor, case_id).id, advisor.id, self.lines.clock.now(), text))
        self.lines.live.touch(f"agency:{advisor.agency}")

    def close(self, advisor: Advisor, case_id: str, reason: CloseReason | None = None) -> None:
        case = cases.close(self._own(advisor, case_id), self.lines.clock.now(), advisor.id)
        self.cases[case_id] = case
        self._happen(case, "closed", advisor)

    def _own(self, advisor: Advisor, case_id: str) -> Case:
        case = self.cases.get(case_id)
        if case is None or case.agency != advisor.agency:
            raise Forbidden(case_id)
        return case

    def _happen(self, case: Case, what: str, advisor: Advisor) -> None:
        self.happened.append(HistoryLine(case.id, self.lines.clock.now(), what, advisor.id))
        self.lines.live.touch(f"agency:{case.agency}", f"conversation:{case.conversation_id}")


class FakeSending(Sending):
    """Files and finished replies; there is no content to enclose."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk

    def canned(self, advisor: Advisor, case: Case) -> list[Ready]:
        found = self._desk.canned(case.language)
        return [Ready(each.key, OutboundMessage(each.text, each.language, original=each.german)) for each in found]

    def send_canned(self, advisor: Advisor, case_id: str, key: str, form: str = "") -> None:
        message = next(each.message for each in self.canned(advisor, self._desk.case(advisor, case_id)) if each.key == key)
        self._desk.send(advisor, case_id, message)

    def enclose(self, advisor: Advisor, case_id: str, id: str, form: str = "") -> None:
        self._desk.case(advisor, case_id)

    async def offers(self, case: Case, wanted: str = "") -> list[Enclosure]:
        return []


class FakeFiles(Files):
    """The same lines as everywhere."""

    def __init__(self, lines: Lines, inbox: FakeInbox, desk: FakeDesk) -> None:
        self.lines, self.inbox, self.desk = lines, inbox, desk

    def of_newcomer(self, address: Address, n: int) -> TranscriptLine | None:
        return next((line for line in self.inbox.transcript(address) if line.n == n), None)

    def of_case(self, advisor: Advisor, case_id: str, n: int) -> TranscriptLine | None:
        case = self.desk.cases.get(case_id)
        known = self.lines.said if case and case.agency == advisor.agency else []
        return next((line for line in known if (line.case_id, line.n) == (case_id, n)), None)


class FakeDrafts(Drafts):
    """Drafts in a dictionary; keeping one is typing."""

    def __init__(self, desk: FakeDesk, inbox: FakeInbox, presence: Presence) -> None:
        self.desk, self.inbox, self.presence = desk, inbox, presence
        self.texts: dict[tuple[str, str], str] = {}

    def keep(self, advisor: Advisor, case_id: str, text: str) -> None:
        case = self.desk.case(advisor, case_id)
        self.texts[advisor.id, case_id] = text
        self.presence.advisor_types(case.conversation_id, Address("web", ""))

    def forget(self, advisor: Advisor, case_id: str) -> None:
        self.texts.pop((advisor.id, case_id), None)

    def kept(self, advisor: Advisor, case_id: str) -> str:
        return self.texts.get((advisor.id, case_id), "")


class FakeReading(Reading):
    """Remembers who has read what."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk
        self.read: list[tuple[str, int]] = []

    def newcomer(self, address: Address, n: int) -> None:
        self.read.append(("", n))

    def advisor(self, advisor: Advisor, case_id: str, n: int) -> None:
        self.desk.case(advisor, case_id)
        self.read.append((advisor.id, n))


class FakeAgenda(Agenda):
    """Appointments in a dictionary, each with its agency; who writes to somebody opens a case at the fake desk."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk
        self.booked: dict[str, tuple[str, Appointment]] = {}
        self.busy: set[str] = set()
        self.list: list[tuple[str, Waiting]] = []

    def waiting(self, advisor: Advisor) -> list[Waiting]:
        return [each for agency, each in self.list if agency == advisor.agency]

    def coming(self, advisor: Advisor) -> list[Appointment]:
        if not advises(advisor):
            raise Forbidden(advisor.id)
        own = [each for agency, each in self.booked.values() if agency == advisor.agency and each.status == "booked"]
        return sorted(own, key=lambda each: each.slot.start)

    def today(self, advisor: Advisor) -> list[Appointment]:
        day = self.desk.lines.clock.now().date()
        return [each for each in self.coming(advisor) if each.slot.start.date() == day]

    def misfits(self, advisor: Advisor) -> list[Misfit]:
        return []

    def cancel(self, advisor: Advisor, appointment_id: str) -> Appointment:
        appointment = appointments.cancel(self._find(advisor, appointment_id))
        self.booked[appointment_id] = (advisor.agency, appointment)
        self.desk.lines.live.touch(f"agency:{advisor.agency}")
        return appointment

    def write_to(self, advisor: Advisor, appointment_id: str) -> Case:
        appointment = self._find(advisor, appointment_id)
        if appointment_id in self.busy:
            raise CaseError("taken")
        now, site = self.desk.lines.clock.now(), appointment.slot.site
        case = Case(
            f"k-{appointment_id}", 1, appointment.contact_id, appointment.conversation_id, advisor.agency, site,
            appointment.topic, appointment.language, None, "", (), now, None, "active", advisor.id, now,
        )  # fmt: skip
        return self.desk.cases.setdefault(case.id, case)

    def _find(self, advisor: Advisor, appointment_id: str) -> Appointment:
        agency, appointment = self.booked.get(appointment_id, ("", None))
        if appointment is None or agency != advisor.agency:
            raise Forbidden(appointment_id)
        return appointment


class FakeOffering(Offering):
    def questions(self, advisor: Advisor) -> dict[str, Hold]:
        return {}


class World:
    """A whole web application around the fakes, with hands on everything."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.live = Live()
        self.pauses = Pauses()
        self.content = content()
        self.lines = Lines(self.clock, self.live)
        self.inbox = FakeInbox(self.lines, echo)
        self.store = FakeStore()
        self.desk = FakeDesk(self.lines, self.content.phrases)
        self.agenda = FakeAgenda(self.desk)
        self.casework = Casework(cast(Store, self.store), lambda: self.content, cast(Turns, None), self.desk, self.clock)
        self.sending = FakeSending(self.desk)
        self.presence = Presence(self.live)
        self.reading = FakeReading(self.desk)
        self.drafts = FakeDrafts(self.desk, self.inbox, self.presence)
        self.updates: list[bytes] = []
        self.ready = True

    def parts(self) -> WebParts:
        return WebParts(
            inbox=self.inbox,
            desk=self.desk,
            agenda=self.agenda,
            closings=Closings(cast(Store, self.store), lambda: self.content, self.live, self.clock),
            bookings=Bookings(cast(Store, self.store), lambda: self.content, cast(Turns, None), self.desk, self.live, self.clock),
            counter=Counter(cast(Store, self.store), lambda: self.content, cast(Turns, None), self.live, self.clock, str),
            offering=FakeOffering(cast(Store, self.store), lambda: self.content, cast(Turns, None), self.live, self.clock),
            casework=self.casework,
            editorial=Editorial(cast(Store, self.store), lambda: self.content, Understanding(), self.clock, lambda today: ()),
            members=Members(cast(Store, self.store), self.casework, self.clock),
            sending=self.sending,
            drafts=self.drafts,
            files=FakeFiles(self.lines, self.inbox, self.desk),
            feeds=Feeds(cast(Store, self.store), lambda: self.content, self.clock),
            requests=Requests(cast(Store, self.store), lambda: self.content, self.desk, self.live, self.clock, str),
            interpreters=Interpreters(cast(Store, self.store), lambda: self.content, cast(Turns, None), self.live, self.clock),
            feed_file=feed_file,
            presence=self.presence,
            reading=self.reading,
            store=cast(Store, self.store),
            live=self.live,
            content=lambda: self.content,
            clock=self.clock,
            console_texts=lambda language: _english if language == "en" else str,
            secret=b"a secret for tests",
            ready=lambda: self.ready,
            metrics=lambda: {"messages_total": 3, 'open_cases{agency="north"}': 1},
            webhooks={"newcomers": self._webhook},
            demo_hint="beate / wegweiser",
            source_url="https://example.org/source",
            pause=self.pauses,
        )

    def hire(self, name: str, agency: str, password_hash: str, *, disabled: bool = False) -> Advisor:
        advisor = Advisor(name.lower(), name.lower(), name, agency, "advisor", "de", password_hash, disabled=disabled)
        self.store.staff[advisor.id] = advisor
        return advisor

    def ask_for_help(
        self, case_id: str = "k1", *, agency: str = "north", question: str = "كيف أجد شقة؟", language: str = "ar"
    ) -> Case:
        conversation = f"conversation-{case_id}"
        now = self.clock.now()
        number = len(self.desk.cases) + 1
        case = Case(
            case_id, number, "amina", conversation, agency, "north-elmshorn", "housing", language, "Elmshorn", question,
            ("topic:housing",), now - timedelta(hours=2), now + timedelta(days=1),
        )  # fmt: skip
        self.desk.cases[case_id] = case
        self.lines.add(conversation, OutboundMessage("Worum geht es?", "de"))
        self.lines.add(conversation, question, case=case_id, translation="Wie finde ich eine Wohnung?")
        return case

    def book(self, id: str = "t1", *, hours: float = 24, agency: str = "north", language: str = "ar") -> Appointment:
        start = self.clock.now() + timedelta(hours=hours)
        slot = Slot("north-elmshorn", start, start + timedelta(minutes=30), 0)
        appointment = appointments.book(slot, "amina", f"conversation-{id}", "housing", language, self.clock.now(), id)
        self.agenda.booked[id] = (agency, appointment)
        self.live.touch(f"agency:{agency}")
        return appointment

    async def _webhook(self, headers: object, body: bytes) -> int:
        self.updates.append(body)
        return 200


def echo(message: InboundMessage) -> list[OutboundMessage]:
    """Answer like a very small bot."""
    if message.choice and message.choice.startswith("lang:"):
        choices = ((Choice("consent:yes", "Ja"), Choice("consent:no", "Nein")),)
        return [OutboundMessage("Darf ich unseren Chat speichern?", message.choice[5:], choices=choices)]
    return [OutboundMessage(f"Antwort auf: **{message.text or message.choice}**", "de")]


def _english(text: str) -> str:
    return {"Anmelden": "Sign in", "Wartend": "Waiting", "Abmelden": "Sign out"}.get(text, text)
