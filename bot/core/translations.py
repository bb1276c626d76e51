"""What becomes of a text that somebody reads in another language, and what the reader is told about it."""

from dataclasses import dataclass
from typing import Literal

from bot.core.messages import TranslationLabel

Reason = Literal["no_model", "too_slow", "busy", "poor", "unsafe", "people", "error", "same_language"]
LATER: frozenset[Reason] = frozenset({"too_slow", "busy", "error"})
"""Why something is not translated now that may well be translated in a while."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A person has translated this very text before."""

    text: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """A person has translated a text that is nearly this one, `of`; they are alike from 0 to 100."""

    text: str
    of: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Translated:
    """A translation by machine, with what made it.

    `pair` is for example "de-ar", `route` the models it went through, `confidence` from 0 to 1 how sure they were.
    """

    text: str
    engine: str
    pair: str = ""
    route: tuple[str, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class NotTranslated:
    """There is no translation, and why.

    "poor": the pair was measured and is not good enough for a chat; "unsafe": something would be lost or invented, or the model
    was not sure enough; "people": only people may translate this text.
    """

    reason: Reason


Result = Reviewed | Remembered | Translated | NotTranslated


@dataclass(frozen=True, slots=True)
class Label:
    """What a reader is told: the kind of label, and the key of the phrase that says it ("" says nothing)."""

    kind: TranslationLabel
    phrase: str


def label(result: Result) -> Label:
    """Return what a reader is told about a text; what a machine made is always called so."""
    match result:
        case Reviewed() | NotTranslated("same_language"):
            return Label("", "")
        case Remembered():
            return Label("similar", "note_similar")
        case Translated():
            return Label("machine", "note_machine")
        case NotTranslated():
            return Label("untranslated", "note_untranslated")


@dataclass(frozen=True, slots=True)
class LookBack:
    """A translation translated back: how alike it is to what was written, from 0 to 1 (`chrf` by letters, `meaning` by vectors).

    `lost` are the words that did not come back; `doubtful` says that the reader may misunderstand. Empty without a way back.
    """

    back: str | None = None
    chrf: float | None = None
    meaning: float | None = None
    lost: tuple[str, ...] = ()
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Rendering:
    """What is known about the translation of a line beside its words; it is kept with the line.

    `language` is the one it was written in, `label` the kind of label, `reason` why there is no translation, `confidence` how
    sure the models were; `unclear` says that the reader did not understand.
    """

    language: str
    label: TranslationLabel = ""
    reason: Reason | None = None
    confidence: float | None = None
    look: LookBack = LookBack()
    unclear: bool = False
