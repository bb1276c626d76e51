"""What a case's topic in a group of staff shows: its title, the hand-over card, and all that is said and done, in order."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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
ALBUM_PAUSE = timedelta(seconds=2)
"""How long to wait for more of an album: its files come one by one."""
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
    translated, `labelled` how that is introduced. Several files are an album, which is whole when none came for a moment
    (`whole_at`).
    """

    item: str
    said: OutboundMessage | None = None
    files: tuple[Attachment, ...] = ()
    under: int | None = None
    reaction: str = ""
    foreign: tuple[str, str] | None = None
    labelled: str = ""
    claimable: bool = False
    silent: bool = True
    whole_at: datetime | None = None

    @property
    def digest(self) -> str:
        """Return what changes when the content does."""
        files = [(each.name, len(each.data)) for each in self.files]
        file = files if len(files) > 1 else next(iter(files), None)
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
        timed = [(lines[0].at, 1, entry) for lines in _together(matter.lines) for entry in self._said(matter, lines)]
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

    def _said(self, matter: Matter, lines: list[TranscriptLine]) -> Iterator[Entry]:
        line = lines[0]
        if line.author == "newcomer":
            yield self._heard(lines)
        elif line.author == "advisor" and line.message is not None:
            yield from self._answer(matter, line, line.message)

    def _heard(self, lines: list[TranscriptLine]) -> Entry:
        """Return what a newcomer said; of an album with the words that stand under any of its files."""
        first = lines[0]
        worded = [line for line in lines if any(map(str.isalnum, line.text))] or lines[:1]
        mark = "✏️ " if any(line.edited for line in lines) else ""
        text = "\n".join(line.translation or line.text for line in worded)
        said = OutboundMessage(f"👤 {mark}{text}", SOURCE, format="plain")
        if any(line.translation is not None for line in worded):
            said = replace(said, original="\n".join(line.text for line in worded))
        files = tuple(line.attachment for line in lines if line.attachment and line.attachment.data)
        whole_at = lines[-1].at + ALBUM_PAUSE if first.album else None
        return Entry(f"line:{first.n}", said, files, silent=False, whole_at=whole_at)

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
        return Entry(item, said, (message.attachment,) if message.attachment and message.attachment.data else ())

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


def _together(lines: Iterable[TranscriptLine]) -> list[list[TranscriptLine]]:
    """Return the lines one by one, those of an album as one."""
    found: dict[str, list[TranscriptLine]] = {}
    for line in lines:
        found.setdefault(line.album or f"line {line.n}", []).append(line)
    return list(found.values())
