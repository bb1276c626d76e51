"""Replays a recorded conversation in any language against the real services and a real SQLite file.

A transcript is a list of steps; each does one thing and then says what must be true. Texts are named by key, so the same file
holds in every language. Between any two steps the store is closed and opened again: nothing may live in memory only.

What a step can do (between two steps half a minute goes by, unless the second has `at_once: true`):

    tap: topic:housing          press a button by its id; `~book:day:` is the newest button whose id begins so; `{language}` is
                                the language of the run; a language that is tapped is the one expected from then on
    say: text                   write; `{language_name}` is the name of the run's language
    say_label: f:what:to:press  write what stands on a button: of a flow, or a phrase ("nav_menu")
    say_typo: f:what:to:press   the same without its last letter
    say_long: 10000             write so many characters
    ask: kita-fees              write the first phrasing of an article
    send: photo                 send a file; `edit: text` changes the last message; `place: {lat: …, lon: …}` shares a location
    block: yes                  block the bot (`no`: unblock it)
    advisor: claim              an advisor of the agency claims, closes, answers `{reply: text}` or `{canned: key}`
    rival: ~book:time:          somebody else books all seats of that time; of a whole site by its id; of all sites: `everywhere`
    gives_up: example-wedel     whoever that was cancels the last they have at a site
    clock: {days: 1}            time goes by and timers fire

What must be true afterwards: says, never_says, article, offers, no_offer, contains, lacks, silent, gone (no trace of the
newcomer), and the looks at the stored state listed in `_look_at_state`.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.adapters.sqlite import SqliteStore, Vault
from bot.app import Parts, wire
from bot.core import appointments
from bot.core.appointments import Appointment, Slot
from bot.core.content import Content
from bot.core.events import AppointmentCancelled
from bot.core.language import LANGUAGES, fallback_chain
from bot.core.messages import Address, Attachment, Coordinates, InboundMessage, OutboundMessage
from bot.core.network import Site
from bot.core.talk import Turn
from bot.core.text import strip_controls
from bot.services.ports import Advisor, Transaction, TranscriptLine
from tests.clock import FixedClock, Ids

AMINA = Address("web", "amina")
RIVAL = Address("web", "rival")
BEATE = Advisor("beate", "beate", "Beate", "example-a", "advisor", "de", "")
Step = dict[str, Any]


@dataclass
class Replay:
    """One run of one transcript in one language."""

    content: Content
    language: str
    folder: Path
    clock: FixedClock = field(default_factory=FixedClock)
    ids: Ids = field(default_factory=Ids)
    seen: int = 0
    count: int = 0
    edited: str = ""
    home: str = ""
    said: list[OutboundMessage] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home = self.language

    def play(self, steps: list[Step]) -> None:
        """Take every step.

        Raises:
            AssertionError: something is not as the transcript says; it names the step.
        """
        for number, step in enumerate(steps, 1):
            try:
                self.take(step)
            except AssertionError as error:
                shown = "\n---\n".join(f"{m.text}\n{[c.id for r in m.choices for c in r]}" for m in self.said)
                raise AssertionError(f"step {number} {step}: {error}\nThe bot said:\n{shown}") from None

    def take(self, step: Step) -> None:
        """Open the system, do what the step does, look at what came of it, close the system."""
        self.clock.advance(seconds=1 if "at_once" in step else 30)
        store = SqliteStore(self.folder, Vault(b"k" * 32))
        try:
            parts = wire(store, self.content, self.clock, self.ids, pause=0)
            asyncio.run(self._do(parts, step))
            lines = parts.inbox.transcript(AMINA, self.seen)
            self.said = [line.message for line in lines if line.message is not None]
            self.seen = lines[-1].n if lines else self.seen
            self.buttons = [choice.id for message in self.said for row in message.choices for choice in row] + self.buttons
            self._look(parts, step)
        finally:
            store.close()

    async def _do(self, parts: Parts, step: Step) -> None:
        if "clock" in step:
            self.clock.time += timedelta(**{unit: float(amount) for unit, amount in step["clock"].items()})
            await parts.timers.fire_due()
        elif "advisor" in step:
            await self._advise(parts, step)
        elif "rival" in step:
            self._compete(parts, str(step["rival"]))
        elif "gives_up" in step:
            self._give_up(parts, str(step["gives_up"]))
        elif message := self._message(step):
            receipt = await parts.inbox.receive(message)
            assert await parts.inbox.settled(receipt.conversation_id), "not handled in time"

    async def _advise(self, parts: Parts, step: Step) -> None:
        case = self._case(parts)
        assert case is not None, "there is no open case"
        advisor = Advisor("beate", "beate", "Beate", case.agency, "advisor", "de", "")
        match step["advisor"]:
            case "claim":
                parts.desk.claim(advisor, case.id)
            case "close":
                parts.desk.close(advisor, case.id)
            case {"reply": text}:
                await parts.desk.reply(advisor, case.id, text)
            case {"canned": key}:
                parts.sending.send_canned(advisor, case.id, key)
            case other:
                raise AssertionError(f"unknown act {other}")

    def _compete(self, parts: Parts, wanted: str) -> None:
        """Let somebody else book what is free: one time, a site, or everything."""
        sites = self.content.network.sites
        choice = self._choice(wanted) if wanted.startswith("~") else ""
        named = choice.split(":")[2] if choice else wanted
        with parts.store.transaction() as tx:
            rival = tx.conversation_at(RIVAL, self.clock.now(), self.ids())
            for site in sites.values() if named == "everywhere" else [sites[named]]:
                while free := self._free(tx, rival.contact_id, site, choice):
                    for slot in free:
                        booked = appointments.book(slot, rival.contact_id, rival.id, "work", "de", self.clock.now(), self.ids())
                        assert tx.put_appointment(booked, self.clock.now())

    def _give_up(self, parts: Parts, site: str) -> None:
        with parts.store.transaction() as tx:
            rival = tx.find_conversation(RIVAL)
            assert rival is not None, "nobody else has been there"
            last = [each for each in tx.appointments(rival.contact_id) if (each.slot.site, each.status) == (site, "booked")][-1]
            parts.turns.store(tx, Turn(rival, events=(AppointmentCancelled(appointments.cancel(last)),)), self.clock.now())

    def _free(self, tx: Transaction, contact: str, site: Site, choice: str) -> list[Slot]:
        now, holidays = self.clock.now(), self.content.network.holidays
        free = appointments.free_slots(site, now, holidays, lambda at, start, end: tx.taken(at, start, end, now, contact))
        return [slot for slot in free if not choice or f"{slot.start:%Y%m%d%H%M}" in choice]

    def _message(self, step: Step) -> InboundMessage | None:
        parts: dict[str, Any] = {}
        if "tap" in step:
            parts["choice"] = self._choice(str(step["tap"]))
        elif "say" in step:
            parts["text"] = str(step["say"]).replace("{language_name}", LANGUAGES[self.home].name)
        elif "say_label" in step:
            parts["text"] = self._label(str(step["say_label"]))
        elif "say_typo" in step:
            parts["text"] = re.sub(r"\w\W*$", "", self._label(str(step["say_typo"])))
        elif "say_long" in step:
            parts["text"] = ("Guten Tag. " * int(step["say_long"]))[: int(step["say_long"])]
        elif "ask" in step:
            parts["text"] = self._phrasing(str(step["ask"]))
        elif "place" in step:
            parts["place"] = Coordinates(float(step["place"]["lat"]), float(step["place"]["lon"]))
        elif "send" in step:
            parts["attachment"] = Attachment(str(step["send"]), "datei", "image/jpeg", b"bytes")
        elif "block" in step:
            parts["kind"] = "blocked" if step["block"] == "yes" else "unblocked"
        elif "edit" in step:
            parts.update(kind="edit", text=str(step["edit"]), edits=self.edited)
        else:
            return None
        self.count += 1
        if "text" in parts and "edit" not in step:
            self.edited = str(self.count)
        return InboundMessage("web", str(self.count), AMINA, self.clock.now(), **parts)

    def _choice(self, wanted: str) -> str:
        wanted = wanted.replace("{language}", self.home)
        if wanted.removeprefix("lang:") in LANGUAGES:
            self.language = wanted.removeprefix("lang:")
        if not wanted.startswith("~"):
            return wanted
        found = next((id for id in self.buttons if id.startswith(wanted[1:])), None)
        assert found is not None, f"no button begins with {wanted[1:]}; there are {self.buttons}"
        return found

    def _label(self, choice: str) -> str:
        if ":" not in choice:
            return self.content.phrases.find(choice, self.language).text
        kind, flow_id, step, option = choice.split(":")
        assert kind == "f"
        flow = self.content.flows[flow_id]
        return flow.texts.find(flow.key(step, option), self.language).text

    def _phrasing(self, article: str) -> str:
        return self.content.knowledge.articles[article].wording(self.language).phrasings[0]

    def _look(self, parts: Parts, step: Step) -> None:
        text = strip_controls("\n\n".join(message.text for message in self.said))
        ids = [choice.id for message in self.said for row in message.choices for choice in row]
        for key in _list(step, "says"):
            assert re.search(self._pattern(key), text, re.DOTALL), f"{key} was not said"
        for key in _list(step, "never_says"):
            assert not re.search(self._pattern(key), text, re.DOTALL), f"{key} was said"
        for article in _list(step, "article"):
            title = self.content.knowledge.articles[article].wording(self.language).title
            assert f"# {title}\n" in text, f"the article {article} was not shown"
        for choice in _list(step, "offers"):
            assert any(id == choice or (choice.endswith("*") and id.startswith(choice[:-1])) for id in ids), f"no button {choice}"
        for choice in _list(step, "no_offer"):
            assert choice not in ids, f"there is a button {choice}"
        for word in _list(step, "contains"):
            assert word in text, f"{word!r} does not appear"
        for word in _list(step, "lacks"):
            assert word not in text, f"{word!r} appears"
        if "silent" in step:
            assert not self.said, "the bot should be silent"
        if "gone" in step:
            assert parts.inbox.find(AMINA) is None, "there is still something of the newcomer"
            self.seen = 0
        self._look_at_state(parts, step)
        if "clock" not in step:
            self._look_for_ways_out(parts)
        for message in self.said:
            if message.author == "bot":
                assert message.language in fallback_chain(self.language)
            assert "{" not in message.text, f"an unfilled placeholder in {message.text!r}"

    def _look_for_ways_out(self, parts: Parts) -> None:
        """Whenever the bot has the word and something was asked or answered, the standing buttons are there."""
        conversation = parts.inbox.find(AMINA)
        if not self.said or conversation is None or conversation.consent is None or conversation.owner == "desk":
            return
        ids = {choice.id for message in self.said for row in message.choices for choice in row}
        if "consent:yes" in ids:  # asked again: nothing else goes on until it is answered
            return
        to_person = _waits(conversation.pending) in ("question", "place")
        wanted = [("nav:menu", "topic:"), ("nav:back", "topic:"), *([] if to_person else [("nav:person", "case:")])]
        for one, other in wanted:
            assert any(id.startswith((one, other)) for id in ids), f"no button {one}"

    def _look_at_state(self, parts: Parts, step: Step) -> None:
        looks: dict[str, Callable[[], object]] = {
            "waits": lambda: _waits(self._conversation(parts).pending),
            "case": lambda: self._standing(self._case(parts)),
            "topic": lambda: self._case(parts).topic,
            "question": lambda: self._case(parts).question,
            "flags": lambda: " ".join(self._case(parts).flags),
            "case_language": lambda: self._case(parts).language,
            "case_lines": lambda: str(len(self._case_lines(parts))),
            "case_heard": lambda: self._case_lines(parts)[-1].text,
            "case_file": lambda: file.kind if (file := self._case_lines(parts)[-1].attachment) else "none",
            "owner": lambda: self._conversation(parts).owner,
            "appointments": lambda: str(len(self._appointments(parts))),
            "booked": lambda: ", ".join(f"{each.topic} at {each.slot.site}" for each in self._appointments(parts)),
            "home": lambda: self._conversation(parts).place or "unknown",
            "reachable": lambda: "yes" if self._conversation(parts).reachable else "no",
            "keeps": lambda: "yes" if self._conversation(parts).keeps else "no",
            "kept_lines": lambda: str(len([line for line in parts.inbox.transcript(AMINA) if line.author == "newcomer"])),
        }
        for name, look in looks.items():
            if name in step:
                found, wanted = look(), step[name].replace("{language}", self.home)
                assert found == wanted, f"{name} is {found!r}, not {wanted!r}"

    def _conversation(self, parts: Parts) -> Any:
        conversation = parts.inbox.find(AMINA)
        assert conversation is not None, "nobody wrote yet"
        return conversation

    def _case(self, parts: Parts) -> Any:
        contact = self._conversation(parts).contact_id
        with parts.store.transaction() as tx:
            return tx.open_case(contact)

    def _standing(self, case: Any) -> str:
        """Return how a case stands; which site it goes to, and so whether that is open, depends on the language."""
        if case is None:
            return "none"
        return "waiting" if case.status in ("queued", "deferred") else str(case.status)

    def _case_lines(self, parts: Parts) -> list[TranscriptLine]:
        case = self._case(parts)
        with parts.store.transaction() as tx:
            return [line for line in tx.transcript(case.conversation_id, case_id=case.id) if line.author == "newcomer"]

    def _appointments(self, parts: Parts) -> list[Appointment]:
        contact = self._conversation(parts).contact_id
        with parts.store.transaction() as tx:
            return [each for each in tx.appointments(contact) if each.ahead(self.clock.now())]

    def _pattern(self, key: str) -> str:
        """Return a pattern for a phrase ("menu") or a flow's text ("housing.what"), its placeholders open."""
        flow = self.content.flows.get(key.split(".")[0])
        text = (flow.texts if flow and "." in key else self.content.phrases).find(key, self.language).text
        return re.sub(r"\\\{[a-z_0-9]+\\\}", ".*?", re.escape(text.strip()))


def _waits(pending: Any) -> str:
    if pending is None:
        return "nothing"
    if pending.kind == "flow":
        return f"{pending.session.frame.flow}.{pending.session.frame.step}"
    return str(pending.kind)


def _list(step: Step, name: str) -> list[str]:
    value = step.get(name, [])
    return value if isinstance(value, list) else [value]
