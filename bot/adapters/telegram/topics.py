"""What a case's topic in a group of staff shows: its title, the hand-over card, and all that is said and done, in order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

from bot.adapters.telegram.alerts import AlertTexts
from bot.adapters.telegram.formatting import posts
from bot.core.cases import Case
from bot.core.language import SOURCE
from bot.core.messages import Attachment, OutboundMessage
from bot.core.network import Network
from bot.core.translations import LookBack
from bot.services.ports import HistoryLine, Note, TranscriptLine

CARD, FLAG = "card", "flag:"
DELIVERED, NOTED = "👍", "✍"
TITLE_LENGTH = 128
_MARKS = {"deferred": "🌙", "queued": "🔔", "active": "💬", "closed": "✅"}
_CALLING = ("released", "queued", "reopened", "at_risk", "overdue", "level_2", "level_3")
"""What somebody should look at now."""
_UNDERWAY = ("queued", "sending", "uncertain")


@dataclass(frozen=True, slots=True)
class Matter:
    """A case as its topic in one group shows it. `sources` are the messages that advisors wrote in this topic, by item."""

    case: Case
    here: bool
    lines: list[TranscriptLine]
    notes: Mapping[int, Note]
    history: list[HistoryLine]
    sources: Mapping[str, int]
    names: Mapping[str, str]

    @property
    def over(self) -> bool:
        """Tell whether nothing more is to come."""
        underway = any(line.author == "advisor" and line.delivery in _UNDERWAY for line in self.lines)
        return not self.here or (not self.case.open and not underway)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a topic shows: a message, or a reaction to one of an advisor's.

    `under` is the message it belongs to, `foreign` what the reader should get in German as well (words and language) if it can be
    translated, `labelled` how that is introduced.
    """

    item: str
    said: OutboundMessage | None = None
    file: Attachment | None = None
    under: int | None = None
    reaction: str = ""
    foreign: tuple[str, str] | None = None
    labelled: str = ""
    claimable: bool = False
    silent: bool = True

    @property
    def digest(self) -> str:
        """Return what changes when the content does."""
        file = self.file and (self.file.name, len(self.file.data))
        shown = (self.said and (self.said.text, self.said.note, self.said.original), file, self.reaction, self.claimable)
        return blake2b(repr(shown).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()

    def html(self, german: str | None) -> list[str]:
        """Return the texts as Telegram takes them, with the German of what is foreign."""
        if self.said is None:
            return []
        note = "\n".join(filter(None, (self.said.note, german and f"{self.labelled} {german}")))
        return [post.html for post in posts(replace(self.said, note=note))]


class TopicTexts:
    """Puts cases into words for staff; `trail` says the way so far."""

    def __init__(self, words: AlertTexts, trail: Callable[[Case], list[str]]) -> None:
        self._words = words
        self._trail = trail

    @property
    def network(self) -> Network:
        """Return the network as it is now."""
        return self._words.network

    def title(self, matter: Matter) -> str:
        """Return the topic's title: number, subject, language, how it stands; nothing about the person."""
        case = matter.case
        crisis = "crisis" in case.flags and case.open
        mark = "🆘" if crisis else _MARKS[case.status]
        name = matter.names.get(case.advisor or "", "") if case.open else ""
        holder = f" · {name}" if name else ""
        title = f"{mark} {self._words.heading(case)}{holder}" if matter.here else f"↪️ {self._words.heading(case)}"
        return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…"

    def entries(self, matter: Matter) -> list[Entry]:
        """Return all that the topic shows, in order; of a case that went elsewhere only that it did."""
        if not matter.here:
            return [self._entry("left", self._words.left(matter.case))]
        timed = [(line.at, 1, entry) for line in matter.lines for entry in self._line(matter, line)]
        timed += [(note.at, 2, self._note(matter, n, note)) for n, note in matter.notes.items()]
        timed += [(each.at, 0, entry) for n, each in enumerate(matter.history) for entry in self._event(matter, n, each)]
        return [
            self._card(matter),
            *(entry for _, _, entry in sorted(timed, key=lambda one: one[:2])),
            *self._flags(matter.case),
        ]

    def _card(self, matter: Matter) -> Entry:
        case, say = matter.case, self._words.say
        lines = [self._words.card(case, matter.names.get(case.advisor or "", ""))]
        if case.place:
            lines.append(say("Ort: {place}", place=case.place))
        if trail := self._trail(case):
            lines.append(say("Bisher: {steps}", steps=" → ".join(trail)))
        lines.append(
            say(
                "\nWas Sie hier schreiben, liest die Person in ihrer Sprache. Was mit /note beginnt, bleibt unter uns. "
                "Außerdem: /claim, /transfer, /close, /who."
            )
        )
        said = OutboundMessage("\n".join(lines), SOURCE, format="plain", original=case.question or None)
        foreign = (case.question, case.language) if case.question and case.language != SOURCE else None
        claimable = case.open and case.advisor is None
        return Entry(CARD, said, foreign=foreign, labelled=say("Frage:"), claimable=claimable, silent=False)

    def _line(self, matter: Matter, line: TranscriptLine) -> Iterator[Entry]:
        if line.author == "newcomer":
            yield self._heard(matter.case, line)
        elif line.author == "advisor" and line.message is not None:
            yield from self._answer(matter, line, line.message)

    def _heard(self, case: Case, line: TranscriptLine) -> Entry:
        mark = "✏️ " if line.edited else ""
        said = OutboundMessage(f"👤 {mark}{line.translation or line.text}", SOURCE, format="plain")
        if line.translation is not None:
            said = replace(said, original=line.text)
        file = line.attachment if line.attachment and line.attachment.data else None
        return Entry(f"line:{line.n}", said, file, silent=False)

    def _answer(self, matter: Matter, line: TranscriptLine, message: OutboundMessage) -> Iterator[Entry]:
        item = f"line:{line.n}"
        source = matter.sources.get(item)
        if source is None:
            yield self._said_elsewhere(matter, item, line, message)
        elif message.original is not None or message.label == "untranslated":
            yield self._echo(item, line, message, source)
        if source is not None and line.delivery == "sent":
            yield Entry(f"mark:{line.n}", under=source, reaction=DELIVERED)
        if line.delivery == "failed":
            yield replace(self._entry(f"failed:{line.n}", self._words.undelivered(matter.case)), under=source, silent=False)

    def _echo(self, item: str, line: TranscriptLine, message: OutboundMessage, source: int) -> Entry:
        """Show an advisor what the newcomer reads, and what that means."""
        if message.original is None:
            unread = self._words.say("Nicht übersetzt: Die Person liest Ihren deutschen Text.")
            return replace(self._entry(item, unread), under=source)
        look = line.rendering.look if line.rendering else LookBack()
        back = look.back and self._words.say("Zurückübersetzt: {text}", text=look.back)
        doubt = look.doubtful and self._words.say("⚠️ Das kann missverstanden werden.")
        note = "\n".join(each for each in (back, doubt) if each)
        return Entry(item, OutboundMessage(f"→ {message.text}", SOURCE, format="plain", note=note), under=source)

    def _said_elsewhere(self, matter: Matter, item: str, line: TranscriptLine, message: OutboundMessage) -> Entry:
        name = matter.names.get(line.advisor or "", "")
        said = replace(message, text=message.original, original=message.text) if message.original else message
        gap = " " if message.format == "plain" else "\n\n"
        said = replace(said, text=f"💬 {name}:{gap}{said.text}", language=SOURCE, note="", choices=(), attachment=None)
        return Entry(item, said, message.attachment if message.attachment and message.attachment.data else None)

    def _note(self, matter: Matter, n: int, note: Note) -> Entry:
        item = f"note:{n}"
        if item in matter.sources:
            return Entry(item, under=matter.sources[item], reaction=NOTED)
        return self._entry(item, f"📝 {matter.names.get(note.advisor, '')}: {note.text}")

    def _event(self, matter: Matter, n: int, event: HistoryLine) -> Iterator[Entry]:
        what, _, whom = event.what.partition(":")
        said = self._words.event(what, matter.names.get(event.advisor or "", ""), matter.names.get(whom, whom))
        if said:
            yield replace(self._entry(f"event:{n}", said), silent=what not in _CALLING)

    def _flags(self, case: Case) -> Iterator[Entry]:
        for flag in case.flags:
            if said := self._words.flag(flag):
                yield replace(self._entry(f"{FLAG}{flag}", said), silent=False)

    def _entry(self, item: str, text: str) -> Entry:
        return Entry(item, OutboundMessage(text, SOURCE, format="plain"))
