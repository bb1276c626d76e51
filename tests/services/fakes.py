"""Stand-ins for what is slow or far away, and the people of the stories."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from bot.app import Parts
from bot.core.appointments import Appointment
from bot.core.cases import Case
from bot.core.contacts import Conversation
from bot.core.messages import Address, InboundMessage, OutboundMessage
from bot.core.network import Site
from bot.core.protection import Wordings
from bot.core.segments import NO_WORDINGS
from bot.services.outbox import Outbox
from bot.services.ports import (
    Advisor,
    AppointmentChange,
    Delivered,
    DeliveryError,
    NotTranslated,
    OutboxItem,
    TranscriptLine,
    Translated,
    Urgency,
)
from tests.clock import FixedClock

AMINA = Address("telegram", "4815162342")
OKSANA = Address("telegram", "8675309000")
BEATE = Advisor("beate", "beate", "Beate Petersen", "example-a", "advisor", "de", "hash")
JENS = Advisor("jens", "jens", "Jens Hansen", "example-b", "advisor", "de", "hash")
CARL = Advisor("carl", "carl", "Carl Ohnezutritt", "example-a", "advisor", "de", "hash", disabled=True)
COLLEAGUE = replace(BEATE, id="birte", login="birte", name="Birte Claussen")
BIRGIT = replace(BEATE, id="birgit", login="birgit", name="Birgit Thomsen", role="coordinator")

QUESTION = "عندي رسالة من دائرة الأجانب"


class RecordingChannel:
    """Delivers into a list; `troubles` is what happens to the next deliveries, None is none."""

    name = "telegram"

    def __init__(self) -> None:
        self.delivered: list[OutboxItem] = []
        self.tried: list[OutboxItem] = []
        self.troubles: dict[Address, list[Exception | None]] = {}

    async def deliver(self, item: OutboxItem) -> Delivered:
        """Deliver, or fail as was planned for the address."""
        self.tried.append(item)
        await asyncio.sleep(0)
        planned = self.troubles.get(item.address, [])
        trouble = planned.pop(0) if planned else None
        if trouble is not None:
            raise trouble
        self.delivered.append(item)
        return Delivered((str(item.n),))

    def texts(self, address: Address) -> list[str]:
        """Return what was delivered to an address, in order."""
        return [item.message.text for item in self.delivered if item.address == address]


class RecordingAlerts:
    """Remembers which cases and appointments staff was told of."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.changes: list[tuple[str, AppointmentChange]] = []
        self.appointments: list[Appointment] = []
        self.troubles: list[Exception] = []

    async def case_waiting(self, case: Case) -> None:
        """Note the case, or fail as was planned."""
        if self.troubles:
            raise self.troubles.pop(0)
        self.told.append(case.id)

    async def appointment_changed(self, appointment: Appointment, what: AppointmentChange) -> None:
        """Note the appointment, or fail as was planned."""
        if self.troubles:
            raise self.troubles.pop(0)
        self.changes.append((appointment.id, what))
        self.appointments.append(appointment)


class PlannedTranslator:
    """Translates into "[source→target] text"; `failure` says why not, `gate` holds every translation back until it is set."""

    def __init__(self) -> None:
        self.failure: NotTranslated | None = None
        self.gate: asyncio.Event | None = None
        self.asked: list[tuple[str, str, str]] = []

    async def translate(
        self, text: str, source: str, target: str, wordings: Wordings = NO_WORDINGS, urgency: Urgency = "live"
    ) -> Translated | NotTranslated:
        """Translate, or say why not."""
        self.asked.append((text, source, target))
        if self.gate is not None:
            await self.gate.wait()
        if source == target:
            return NotTranslated("same_language")
        return self.failure or Translated(f"[{source}→{target}] {text}", "planned")

    def usable(self, source: str, target: str) -> bool:
        """Always."""
        return True

    def version(self, source: str, target: str) -> str:
        """Name the models."""
        return "planned 1.0"

    async def close(self) -> None:
        """Hold nothing."""


@dataclass
class World:
    """A wired system and short ways to act in it."""

    parts: Parts
    clock: FixedClock
    alerts: RecordingAlerts
    translator: PlannedTranslator
    channel: RecordingChannel = field(default_factory=RecordingChannel)
    external: "count[int]" = field(default_factory=lambda: count(1))

    async def writes(self, who: Address, text: str = "", **more: Any) -> list[OutboundMessage]:
        """Let a newcomer write (or press, with `choice`); return what they are told."""
        before = self.lines(who)[-1].n if self.lines(who) else 0
        receipt = await self.parts.inbox.receive(self.message(who, text, **more))
        assert await self.parts.inbox.settled(receipt.conversation_id)
        return [line.message for line in self.lines(who) if line.n > before and line.message]

    async def presses(self, who: Address, *choices: str) -> list[OutboundMessage]:
        """Let a newcomer press one button after the other; return what the last one led to."""
        said: list[OutboundMessage] = []
        for choice in choices:
            self.clock.advance(seconds=10)
            said = await self.writes(who, choice=choice)
        return said

    def message(self, who: Address, text: str = "", **more: Any) -> InboundMessage:
        """Return what the messenger would hand over."""
        external = more.pop("external_id", None) or str(next(self.external))
        return InboundMessage(who.channel, external, who, self.clock.now(), text=text, **more)

    async def arrives(self, who: Address, language: str, consent: str = "yes") -> None:
        """Let a newcomer choose a language and answer the consent question."""
        await self.presses(who, f"lang:{language}", f"consent:{consent}")

    async def asks_for_a_person(
        self, who: Address = AMINA, language: str = "ar", question: str = QUESTION, place: str = "Elmshorn"
    ) -> Case:
        """Let a newcomer ask for a human; return the case."""
        await self.arrives(who, language)
        await self.presses(who, "nav:person", "case:papers")
        await self.writes(who, question)
        await self.writes(who, place)
        return self.case(who)

    async def books(self, who: Address = OKSANA, language: str = "uk", place: str = "Elmshorn") -> str:
        """Let a newcomer book the first time that is offered; return the appointment's id."""
        await self.arrives(who, language)
        await self.presses(who, "book:topic:papers")
        said = await self.writes(who, place)
        for prefix in ("book:site:", "book:day:", "book:time:", "book:yes:"):
            said = await self.presses(who, button(said, prefix))
        contact = self.conversation(who).contact_id
        with self.parts.store.transaction() as tx:
            (appointment,) = tx.appointments(contact)
        return appointment.id

    def conversation(self, who: Address) -> Conversation:
        """Return a newcomer's conversation."""
        found = self.parts.inbox.find(who)
        assert found is not None, "never wrote"
        return found

    def case(self, who: Address) -> Case:
        """Return a newcomer's open case."""
        contact = self.conversation(who).contact_id
        with self.parts.store.transaction() as tx:
            found = tx.open_case(contact)
        assert found is not None, "no open case"
        return found

    def lines(self, who: Address) -> list[TranscriptLine]:
        """Return the whole transcript."""
        return self.parts.inbox.transcript(who)

    def told(self, who: Address) -> list[str]:
        """Return everything a newcomer was told."""
        return [line.text for line in self.lines(who) if line.author != "newcomer"]

    def phrase(self, key: str, language: str) -> str:
        """Return the beginning of a phrase, up to its first placeholder."""
        found = self.parts.content.phrases.find(key, language)
        assert found.language == language, f"{key} is not translated into {language}"
        return found.text.split("{")[0]

    def outbox(self, **pace: Any) -> Outbox:
        """Return an outbox to the channel."""
        return Outbox(self.parts.store, {"telegram": self.channel}, self.parts.live, self.clock, **pace)

    async def deliver(self) -> None:
        """Deliver all that waits, and forget that it was."""
        await self.outbox().deliver_due("telegram")
        self.channel.delivered.clear()
        self.channel.tried.clear()

    def say(self, who: Address, *texts: str) -> None:
        """Put messages for a newcomer into the outbox."""
        with self.parts.store.transaction() as tx:
            conversation = tx.conversation_at(who, self.clock.now(), f"conversation-{who.id}")
            for text in texts:
                tx.say(OutboundMessage(text, "de"), conversation.id, self.clock.now())


def button(said: list[OutboundMessage], prefix: str) -> str:
    """Return the first button that begins so."""
    ids = [choice.id for message in said for row in message.choices for choice in row]
    return next(id for id in ids if id.startswith(prefix))


def without_own_times(sites: Mapping[str, Site]) -> dict[str, Site]:
    """Return sites at which no advisor has times of their own."""
    return {
        id: replace(site, appointments=tuple(rule for rule in site.appointments if not rule.advisor))
        for id, site in sites.items()
    }


async def until(done: Callable[[], bool], meanwhile: Callable[[], None] = lambda: None) -> None:
    """Let everything else in the loop go on until something is so; nothing here waits for real time."""
    for _ in range(10_000):
        if done():
            return
        meanwhile()
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")


def broken(error: Exception) -> Callable[..., Any]:
    """Return a function that fails."""

    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


BLOCKED = DeliveryError("Forbidden: bot was blocked by the user", permanent=True, unreachable=True)
