"""Replays a recorded conversation in any language against the real services and a real SQLite file.

A transcript is a list of steps; each does one thing and then says what must be true. Texts are named by key, so the same file
holds in every language. Between any two steps the store is closed and opened again: nothing may live in memory only.
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
from bot.core.content import Content
from bot.core.language import fallback_chain
from bot.core.messages import Address, Attachment, Coordinates, InboundMessage, OutboundMessage
from bot.core.text import strip_controls
from bot.services.ports import Advisor
from tests.clock import FixedClock, Ids

AMINA = Address("web", "amina")
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
    said: list[OutboundMessage] = field(default_factory=list)

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
        self.clock.advance(seconds=30)
        store = SqliteStore(self.folder, Vault(b"k" * 32))
        try:
            parts = wire(store, self.content, self.clock, self.ids)
            asyncio.run(self._do(parts, step))
            lines = parts.inbox.transcript(AMINA, self.seen)
            self.said = [line.message for line in lines if line.message is not None]
            self.seen = lines[-1].n if lines else self.seen
            self._look(parts, step)
        finally:
            store.close()

    async def _do(self, parts: Parts, step: Step) -> None:
        if "clock" in step:
            self.clock.time += timedelta(**{unit: float(amount) for unit, amount in step["clock"].items()})
            await parts.timers.fire_due()
        elif "advisor" in step:
            await self._advise(parts, step)
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
                parts.desk.reply_canned(advisor, case.id, key)
            case other:
                raise AssertionError(f"unknown act {other}")

    def _message(self, step: Step) -> InboundMessage | None:
        self.count += 1
        parts: dict[str, Any] = {}
        if "tap" in step:
            parts["choice"] = self._choice(str(step["tap"]))
        elif "say" in step:
            parts["text"] = str(step["say"])
        elif "say_label" in step:
            parts["text"] = self._label(str(step["say_label"]))
        elif "ask" in step:
            parts["text"] = self._phrasing(str(step["ask"]))
        elif "place" in step:
            parts["place"] = Coordinates(float(step["place"]["lat"]), float(step["place"]["lon"]))
        elif "send" in step:
            parts["attachment"] = Attachment(str(step["send"]), "datei", "image/jpeg", b"bytes")
        elif "block" in step:
            parts["kind"] = "blocked" if step["block"] == "yes" else "unblocked"
        elif "edit" in step:
            parts.update(kind="edit", text=str(step["edit"]), edits=str(self.count - 1))
        else:
            return None
        return InboundMessage("web", str(self.count), AMINA, self.clock.now(), **parts)

    def _choice(self, wanted: str) -> str:
        """Return a choice id; `~prefix` is the first button seen whose id begins so; `{language}` is the run's language."""
        wanted = wanted.replace("{language}", self.language)
        if not wanted.startswith("~"):
            return wanted
        ids = [choice.id for message in self.said for row in message.choices for choice in row]
        found = next((id for id in ids if id.startswith(wanted[1:])), None)
        assert found is not None, f"no button begins with {wanted[1:]}; there are {ids}"
        return found

    def _label(self, choice: str) -> str:
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
        self._look_at_state(parts, step)
        for message in self.said:
            if message.author == "bot":
                assert message.language in fallback_chain(self.language)
            assert "{" not in message.text, f"an unfilled placeholder in {message.text!r}"

    def _look_at_state(self, parts: Parts, step: Step) -> None:
        looks: dict[str, Callable[[], object]] = {
            "waits": lambda: _waits(self._conversation(parts).pending),
            "case": lambda: (case := self._case(parts)) and case.status or "none",
            "topic": lambda: (case := self._case(parts)) and case.topic,
            "owner": lambda: self._conversation(parts).owner,
            "appointments": lambda: str(self._appointments(parts)),
            "keeps": lambda: "yes" if self._conversation(parts).keeps else "no",
            "kept_lines": lambda: str(len([line for line in parts.inbox.transcript(AMINA) if line.author == "newcomer"])),
        }
        for name, look in looks.items():
            if name in step:
                found = look()
                assert found == step[name], f"{name} is {found!r}, not {step[name]!r}"

    def _conversation(self, parts: Parts) -> Any:
        conversation = parts.inbox.find(AMINA)
        assert conversation is not None, "nobody wrote yet"
        return conversation

    def _case(self, parts: Parts) -> Any:
        contact = self._conversation(parts).contact_id
        with parts.store.transaction() as tx:
            return tx.open_case(contact)

    def _appointments(self, parts: Parts) -> int:
        contact = self._conversation(parts).contact_id
        with parts.store.transaction() as tx:
            return len([each for each in tx.appointments(contact) if each.ahead(self.clock.now())])

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
