"""What a reader gets when somebody wrote another language: people's words where there are any, else a machine's, labelled."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from bot.core import signs
from bot.core.by_people import ByPeople
from bot.core.clarity import Tip, tips
from bot.core.content import Content
from bot.core.detection import detect
from bot.core.language import SOURCE
from bot.core.likeness import chrf, lost_words, negations
from bot.core.memory import Memory, Segment, reviewed_pairs
from bot.core.messages import TranslationLabel
from bot.core.protection import Use, Wordings
from bot.core.segments import NO_WORDINGS
from bot.core.translations import LATER, LookBack, NotTranslated, Rendering, Result, Reviewed, Translated, label
from bot.services.ports import Embedder, Store, Translator, Urgency

log = logging.getLogger(__name__)
DOUBTFUL = 0.4
"""How alike (chrF) what comes back is at least; below, the translation may be misunderstood. Pairs may have their own bounds."""
PREVIEW_SECONDS = 8.0
"""How long an advisor waits for a preview; what is not there by then is left out."""
SURE_MEANING = 0.9
"""How alike the meanings are (cosine) when other words for the same are no reason for doubt."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A text for a reader: in which language it is now, how it came to be, and the small print in the reader's language.

    `written` is the language it was written in, which need not be the one its writer chose.
    """

    text: str
    language: str
    label: TranslationLabel
    note: str
    original: str | None = None
    result: Result = field(default_factory=lambda: NotTranslated("same_language"))
    written: str = ""

    @property
    def translation(self) -> str | None:
        """Return the text if it is a translation."""
        return None if isinstance(self.result, NotTranslated) else self.text

    @property
    def unfinished(self) -> bool:
        """Tell whether there is work left: a translation to look back at, or one that may be there later."""
        return isinstance(self.result, Translated) or (isinstance(self.result, NotTranslated) and self.result.reason in LATER)

    @property
    def rendering(self) -> Rendering:
        """Return what is kept of this beside the words."""
        match self.result:
            case NotTranslated(reason):
                return Rendering(self.written, self.label, reason)
            case Translated():
                return Rendering(self.written, self.label, confidence=self.result.confidence)
            case _:
                return Rendering(self.written, self.label)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an advisor sees before sending: the text as the reader gets it, a look back, tips, and the terms that are kept."""

    readable: Readable
    look: LookBack = field(default_factory=LookBack)
    tips: tuple[Tip, ...] = ()
    terms: tuple[Use, ...] = ()


class NoTranslator:
    """The translator of a machine without models: it says so."""

    async def translate(
        self, text: str, source: str, target: str, wordings: Wordings = NO_WORDINGS, urgency: Urgency = "live"
    ) -> Translated | NotTranslated:
        """Return why nothing was translated."""
        return NotTranslated("same_language" if source == target else "no_model")

    def version(self, source: str, target: str) -> str:
        """Name no models."""
        return ""

    def usable(self, source: str, target: str) -> bool:
        """There is no way."""
        return False

    async def close(self) -> None:
        """Hold nothing, give nothing back."""


class Translation:
    """Makes what people write readable for each other; nothing here raises, and nothing of what they write is remembered."""

    def __init__(
        self,
        translator: Translator,
        content: Callable[[], Content],
        store: Store,
        embedder: Callable[[], Embedder | None] = lambda: None,
        doubtful: Mapping[str, float] | None = None,
    ) -> None:
        self._translator = translator
        self._content = content
        self._store = store
        self._embedder = embedder
        self._doubtful = doubtful or {}
        self._known: Known | None = None

    async def readable(self, text: str, source: str, target: str, urgency: Urgency = "live") -> Readable:
        """Translate for a reader; without a translation they get the original with an apology."""
        written, result = await self._result(text, source, target, urgency)
        told = label(result)
        note = self._content().phrases.say(told.phrase, target) if told.phrase else ""
        if isinstance(result, NotTranslated):
            return Readable(text, written, told.kind, note, None, result, written)
        return Readable(result.text, target, told.kind, note, text, result, written)

    async def preview(self, text: str, source: str, target: str) -> Preview:
        """Show an advisor what the reader would get and how sure that is; other messages do not wait for it."""
        until = asyncio.get_running_loop().time() + PREVIEW_SECONDS
        try:
            readable = await self.readable(text, source, target)
            look = LookBack()
            if isinstance(readable.result, Translated):
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(until):
                        look = await self.look_back(text, readable.text, readable.written, target, "live")
            uses = self._here().wordings(readable.written, target).uses(text, set())
            return Preview(readable, look, tips(text) if readable.written == SOURCE else (), tuple(uses))
        except Exception as error:  # The advisor can send without it.
            log.error("no preview: %s", type(error).__name__)
            return Preview(Readable(text, source, "untranslated", "", None, NotTranslated("error"), source))

    async def look_back(self, text: str, translation: str, source: str, target: str, urgency: Urgency = "draft") -> LookBack:
        """Translate a translation back and compare it with what was written."""
        wordings = self._here().wordings(target, source)
        result = await self._translator.translate(translation, target, source, wordings, urgency)
        if not isinstance(result, Translated):
            return LookBack()
        return await asyncio.to_thread(self._compared, text, result.text, source, target)

    async def draft(self, text: str, target: str) -> Result:
        """Translate a text of the content for a translator to review; what the same models said before is used again."""
        known = self._here()
        found = known.memory(SOURCE, target).find(text)
        if isinstance(found, Reviewed):
            return found
        if known.by_people.holds(text):
            return NotTranslated("people")
        engine = self._translator.version(SOURCE, target)
        with self._store.transaction() as tx:
            before = tx.segment(SOURCE, target, text)
        if before and before.engine == engine:
            return Translated(before.translation, engine, f"{SOURCE}-{target}")
        result = await self._translator.translate(text, SOURCE, target, known.wordings(SOURCE, target), "bulk")
        if isinstance(result, Translated) and engine:
            with self._store.transaction() as tx:
                tx.forget_segments(SOURCE, target, made_by_other_than=engine)
                tx.remember(Segment(SOURCE, target, text, result.text, engine))
        return result

    def release(self, text: str, translation: str, source: str, target: str) -> None:
        """Keep a translation that an editor read and that names nobody: from now on it is used as it is, for everybody."""
        with self._store.transaction() as tx:
            tx.remember(Segment(source, target, text, translation))
        self._known = None

    def possible(self, source: str, target: str) -> bool:
        """Tell whether messages can be translated from one language into another, or need not be."""
        return source == target or self._translator.usable(source, target)

    async def close(self) -> None:
        """Give back what the translator holds."""
        await self._translator.close()

    async def _result(self, text: str, source: str, target: str, urgency: Urgency) -> tuple[str, Result]:
        """Return in which language a text is written, and what becomes of it."""
        # In a thread: telling languages apart loads a model at first, which takes a second or two.
        written, found = await asyncio.to_thread(self._without_machine, text, source, target)
        if found is not None:
            return written, found
        return written, await self._translator.translate(text, written, target, self._here().wordings(written, target), urgency)

    def _without_machine(self, text: str, source: str, target: str) -> tuple[str, Result | None]:
        """Return in which language a text is written, and its translation if no machine is needed or allowed for it."""
        try:
            written = detect(text, source) or source
        except Exception as error:  # The chosen one will do.
            log.error("language: %s", type(error).__name__)
            written = source
        if written == target:
            return written, NotTranslated("same_language")
        known = self._here()
        if found := known.memory(written, target).find(text):
            return written, found
        return written, NotTranslated("people") if known.by_people.holds(text) else None

    def _compared(self, text: str, back: str, source: str, target: str) -> LookBack:
        alike, meaning = chrf(back, text), self._meaning(text, back)
        doubtful = alike < self._doubtful.get(f"{source}-{target}", DOUBTFUL) and (meaning is None or meaning < SURE_MEANING)
        # Neither letters nor meanings show a lost "not", the worst of all mistakes.
        turned = signs.negated(text, source) != signs.negated(back, source)
        turned = turned or (source == SOURCE and negations(text) != negations(back))
        return LookBack(back, round(alike, 3), meaning, lost_words(text, back), doubtful or turned)

    def _meaning(self, text: str, back: str) -> float | None:
        embedder = self._embedder()
        try:
            return round(float(embedder.question(text) @ embedder.question(back)), 3) if embedder else None
        except Exception as error:  # The letters will do.
            log.error("meaning: %s", type(error).__name__)
            return None

    def _here(self) -> "Known":
        """Return what is known from the content as it is now."""
        content = self._content()
        if self._known is None or self._known.content is not content:
            self._known = Known(content, self._segments)
        return self._known

    def _segments(self, source: str, target: str) -> list[Segment]:
        with self._store.transaction() as tx:
            return tx.segments(source, target)


class Known:
    """What the content and editors give to translations, worked out once for each pair of languages."""

    def __init__(self, content: Content, segments: Callable[[str, str], list[Segment]]) -> None:
        self.content = content
        self.by_people = ByPeople(content)
        self._segments = segments
        self._memories: dict[tuple[str, str], Memory] = {}
        self._wordings: dict[tuple[str, str], Wordings] = {}

    def memory(self, source: str, target: str) -> Memory:
        """Return what people translated from one language into another; what an editor released last goes first."""
        pair = (source, target)
        if pair not in self._memories:
            released = [(each.text, each.translation) for each in reversed(self._segments(*pair)) if not each.engine]
            self._memories[pair] = Memory([*released, *reviewed_pairs(self.content, *pair)])
        return self._memories[pair]

    def wordings(self, source: str, target: str) -> Wordings:
        """Return the glossary between two languages."""
        return self._wordings.setdefault((source, target), Wordings(source, target, self.content.knowledge.terms))
