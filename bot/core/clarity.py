"""What makes a German text hard to translate and to read, and where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.core.likeness import negations

WORDS_PER_SENTENCE, LETTERS_PER_WORD = 15, 18
Hint = Literal["long_sentence", "long_word", "passive", "idiom", "negations", "abbreviation"]

# Not after a number ("1. Mai") or a single letter ("z. B.").
SENTENCE_END = re.compile(r"(?<!\d)(?<!\b[^\W\d_])[.:]\s+|[!?]\s+|\n")
WORD = re.compile(r"\{\w+\}|\w+(?:-\w+)*")
_PASSIVE = re.compile(
    r"""\b(?:wird|werden|wurden?|worden)\b [^,;.!?\n]*?
    \b(?: \w*ge\w{3,}(?:t|en) | (?:be\w{4,}|ver\w{3,}|er\w{3,}|ent\w{3,}|zer\w{3,})t | \w{3,}iert | \w{3,}zu\w{3,}t
    | verboten|verschoben|unterschrieben|entschieden|beschlossen|angenommen|abgenommen|erlassen|entlassen )\b
    | \b\w+\ worden\b""",
    re.VERBOSE,
)
_INFINITIVES = re.compile(r"\b(?:gehören|gefallen|gewinnen|genießen|geschehen)\b")
_ABBREVIATION = re.compile(
    r"(?<!\w)(?:z\.\s?B\.|d\.\s?h\.|u\.\s?a\.|i\.\s?d\.\s?R\.|o\.\s?ä\.|s\.\s?o\.|s\.\s?u\.|v\.\s?a\."
    r"|(?:bzw|ggf|evtl|usw|etc|ca|vgl|lt|inkl|zzgl|sog|gem|bspw|Mo|Di|Mi|Do|Fr|Sa|So|Tel|Str|Nr|Abs)\.)"
)
_SAYINGS = (
    r"(?:gebe?n?|gibt?|sage?n?|sagt)\b(?: \w+){0,3} Bescheid", r"Bescheid (?:geben|sagen)", "auf dem Laufenden", "im Griff",
    r"drücke?n?\b(?: \w+){0,3} Daumen", "Daumen drücken", "unter Dach und Fach", "auf die lange Bank", "auf jeden Fall", "klappt",
    "kein Problem", "alles klar", "so gut wie", "unter vier Augen", "in die Wege leiten", "am Ball bleiben", "grünes Licht",
    "nach wie vor", "ab und zu", "auf Anhieb", "in der Regel", "über die Bühne", "Hals über Kopf", "halb so wild", "Kopf hoch",
    "das wird schon", "auf dem Schirm", "einen Strich durch", "ins Reine", "im Handumdrehen",
)  # fmt: skip
_IDIOM = re.compile(rf"(?<!\w)(?:{'|'.join(_SAYINGS)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tip:
    """What could be said more simply, and the place in the text."""

    hint: Hint
    start: int
    stop: int


def tips(german: str) -> tuple[Tip, ...]:
    """Return what of a German text could be said more simply, in the order of the text."""
    return tuple(sorted(_tips(german), key=lambda tip: (tip.start, tip.stop)))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of a German text begin and end; every line is one at least."""
    start = 0
    for end in [*(found.end() for found in SENTENCE_END.finditer(text)), len(text)]:
        if text[start:end].strip():
            yield start, start + len(text[start:end].rstrip())
        start = end


def _tips(german: str) -> Iterator[Tip]:
    for start, stop in sentences(german):
        sentence = german[start:stop]
        if len(WORD.findall(sentence)) > WORDS_PER_SENTENCE:
            yield Tip("long_sentence", start, stop)
        if negations(sentence) > 1:
            yield Tip("negations", start, stop)
        if passive := _PASSIVE.search(_INFINITIVES.sub(_blank, sentence)):
            yield Tip("passive", start + passive.start(), start + passive.end())
    for word in WORD.finditer(german):
        if any(len(part) > LETTERS_PER_WORD for part in word[0].split("-")) and not word[0].startswith("{"):
            yield Tip("long_word", *word.span())
    for found in _ABBREVIATION.finditer(german):
        yield Tip("abbreviation", *found.span())
    for found in _IDIOM.finditer(german):
        yield Tip("idiom", *found.span())


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
