"""What of a message is sent through a translator, and what must come out unchanged: numbers, amounts, addresses, emoji, terms.

A translator is never trusted with these. Each sentence is tried as it is, then with marks in place of what must survive, then in
the pieces around it; every result is checked, and a sentence that comes out with something lost or invented stays as it was
written.
"""

import re
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from bot.core.protection import Use, Wordings

Splitter = Callable[[str, str], Sequence[str]]
"""Splits a line of a language into sentences: (language, line) → sentences in their order."""

Rounds = Generator[list[str], list[str], str | None]
"""Yields texts to translate, is sent their translations, returns the whole, or None when no sentence could be translated."""

NO_WORDINGS = Wordings()
LONGEST = 400
"""Characters that are translated at once; a longer sentence is cut between words."""

_EMOJI = "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U000e0020-\U000e007f\u20e3]"
_HARD = rf"""
    https?://[^\s<>]*[^\s<>.,;:!?)\]}}»"'؟،]          # an address on the web
  | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+         # an e-mail address
  | (?<!\w)@\w+                                      # a name on a platform
  | (?<![\w.-])(?:[a-zA-Z0-9-]+\.)+(?:de|org|com|net|eu|info)\b(?:/[^\s<>]*[^\s<>.,;:!?)\]}}»"'؟،])?
  | \{{[^{{}}\n]*\}}                                 # a placeholder
  | §+\s?\d+[a-z]?(?:\s(?:Abs|Absatz|Satz|Nr)\.?\s?\d+[a-z]?)*
  | (?:\+|\b00)\d[\d\ ()/-]{{5,}}\d | \b0\d{{2,}}[\ ()/-]{{1,3}}\d[\d\ /-]{{2,}}\d   # a telephone number
  | {_EMOJI}+
"""
_SOFT = r"""
    (?:[€$£]\s?)?(?:\b[A-Za-z]{1,3})?\d+(?:[.,:/–-]\d+)*(?:[A-Za-z]{1,2}\b)?(?:\s?[€$£%])?
"""
_MUST_SURVIVE = re.compile(rf"(?P<hard>{_HARD})|(?P<soft>{_SOFT})", re.VERBOSE)
_LIST_MARK = re.compile(r"\s*(?:(?:[-*•–·✓☐]|\d{1,2}[.)]|[a-z]\))\s+)?")
_MARK = re.compile(r"X(\d+)X")
_LETTERS = re.compile(r"[^\W\d_]")
_DIGITS = {ord(digit): str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, digit in enumerate(row)}


def protected(text: str) -> Counter[str]:
    """Return what must survive in a text, and how often."""
    return Counter(found[0] for found in _MUST_SURVIVE.finditer(text))


def plain_digits(text: str) -> str:
    """Return a text with Arabic and Persian digits as 0 to 9, which every reader here knows from prices and telephones."""
    return text.translate(_DIGITS)


Kind = Literal["hard", "term", "soft"]
_STAGES: tuple[tuple[Kind, ...], ...] = (("hard",), ("hard", "term"), ("hard", "term", "soft"))
"""What is marked at the first, second and third attempt."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A part of a sentence that a translator may not touch, and what the reader sees in its place."""

    start: int
    stop: int
    kind: Kind
    shown: str


@dataclass
class Sentence:
    """One sentence on its way through a translator; `done` is its translation once one is good enough."""

    text: str
    wordings: Wordings = field(default_factory=Wordings)
    uses: list[Use] = field(default_factory=list)
    done: str | None = None
    kept: list[Kept] = field(init=False)

    def __post_init__(self) -> None:
        found = [_kept(each) for each in _MUST_SURVIVE.finditer(self.text)]
        # A term may have a number in it, but not cut one, nor be a part of an address.
        self.uses = [use for use in self.uses if all(_apart(use, each) or _within(each, use) for each in found)]
        found = [each for each in found if all(_apart(use, each) for use in self.uses)]
        terms = [Kept(each.start, each.stop, "term", each.shown + " " * each.joined) for each in self.uses]
        self.kept = sorted([*found, *terms], key=lambda each: each.start)

    def marked(self, kinds: Sequence[Kind]) -> tuple[str, list[str]]:
        """Return the sentence with marks in place of what must survive, and what each mark stands for."""
        parts: list[str] = []
        values: list[str] = []
        end = 0
        for each in self.kept:
            if each.kind in kinds:
                shown = each.shown.rstrip()
                parts += [self.text[end : each.start], f"X{len(values)}X", each.shown[len(shown) :]]
                values.append(shown)
                end = each.stop
        return "".join([*parts, self.text[end:]]), values

    def around(self) -> list[str]:
        """Return the sentence in pieces: every second one must survive, the others stand around them."""
        places = [0, *(place for each in self.kept for place in (each.start, each.stop)), len(self.text)]
        pieces = [self.text[start:stop] for start, stop in pairwise(places)]
        pieces[1::2] = [each.shown for each in self.kept]
        return pieces

    def accept(self, translation: str, values: Sequence[str], *, kept: bool = True) -> bool:
        """Take a translation whose marks are all there once, and in which nothing is lost, invented or out of hand.

        `kept`: the terms must be there in German; else the glossary's words for them are as good.
        """
        marks = [int(number) for number in _MARK.findall(translation)]
        if values and sorted(marks) != list(range(len(values))):
            return False
        text = _MARK.sub(lambda mark: values[int(mark[1])], translation) if values else translation
        if not _sound(self.text, text) or protected(text) != protected(self.text):
            return False
        if not (self.wordings.kept if kept else self.wordings.rendered)(self.uses, _without_addresses(text)):
            return False
        self.done = text
        return True


def translation_of(
    text: str,
    language: str,
    split: Splitter,
    wordings: Wordings = NO_WORDINGS,
    stays: Callable[[str], bool] = lambda sentence: False,
) -> Rounds:
    """Translate a text with whoever drives this: batches go out, translations come in, line breaks and lists stay.

    `stays` tells which sentences need no translation, since they are in the reader's language already.
    """
    parts = _parts(text, language, split, wordings, stays)
    sentences = [part for part in parts if isinstance(part, Sentence)]
    for kinds in _STAGES:
        # What has nothing more to mark would only be asked the same again.
        left = [each for each in sentences if each.done is None]
        left = [each for each in left if kinds == _STAGES[0] or any(kept.kind == kinds[-1] for kept in each.kept)]
        asked = [(each, *each.marked(kinds)) for each in left]
        # A sentence that has such marks of its own cannot be told from ours.
        asked = [each for each in asked if not (each[2] and _MARK.search(each[0].text))]
        if asked:
            answers = yield [marked for _, marked, _ in asked]
            for (sentence, _, values), answer in zip(asked, answers, strict=True):
                sentence.accept(_tidy(answer), values, kept="term" in kinds)
    yield from _pieces([each for each in sentences if each.done is None and each.kept])
    whole = "".join(part if isinstance(part, str) else part.text if part.done is None else part.done for part in parts)
    translated = any(each.done is not None for each in sentences)
    return whole if (translated or not sentences) and protected(whole) == protected(text) else None


def _pieces(sentences: list[Sentence]) -> Generator[list[str], list[str], None]:
    """Translate around what must survive; a sentence of which any piece comes out wrong stays as it is."""
    cut = [(sentence, [_edges(piece) for piece in sentence.around()]) for sentence in sentences]
    wanted = [core for _, pieces in cut for _, core, _ in pieces[::2] if _LETTERS.search(core)]
    if not wanted:
        return
    answers = iter((yield wanted))
    for sentence, pieces in cut:
        said, good = [], True
        for number, (before, core, after) in enumerate(pieces):
            if number % 2 == 0 and _LETTERS.search(core):
                answer = _tidy(next(answers))
                good = good and _sound(core, answer) and not protected(answer)
                core = answer
            said.append(before + core + after)
        if good:
            sentence.accept("".join(said), ())


def _kept(found: re.Match[str]) -> Kept:
    return Kept(*found.span(), "soft" if found["hard"] is None else "hard", found[0])


def _without_addresses(text: str) -> str:
    """Return a text in which no word is a part of an address."""
    return _MUST_SURVIVE.sub(lambda found: found[0] if found["hard"] is None else " · ", text)


def _apart(use: Use, other: Kept) -> bool:
    return use.stop <= other.start or other.stop <= use.start


def _within(other: Kept, use: Use) -> bool:
    return other.kind == "soft" and use.start <= other.start and other.stop <= use.stop


def _parts(text: str, language: str, split: Splitter, wordings: Wordings, stays: Callable[[str], bool]) -> list[str | Sentence]:
    """Return a text as what stays (line breaks, list marks, lines without words) and its sentences, in order."""
    parts: list[str | Sentence] = []
    explained: set[str] = set()
    for line in re.split(r"(\n)", text):
        mark = _LIST_MARK.match(line)
        assert mark is not None, "the pattern fits any line"
        _, words, after = _edges(line[mark.end() :])
        parts.append(mark[0])
        for before, sentence in sentences_in(words, language, split):
            start, stop = _bare(sentence)
            core = sentence[start:stop]
            goes = _worth(core) and not stays(core)
            parts += [before + sentence[:start], Sentence(core, wordings, wordings.uses(core, explained)) if goes else core]
            parts.append(sentence[stop:])
        parts.append(after)
    return parts


def sentences_in(line: str, language: str, split: Splitter) -> list[tuple[str, str]]:
    """Return (space before, sentence) pairs; together they are the line, whatever the splitter does."""
    found, end = [], 0
    spans = [one.span() for one in _MUST_SURVIVE.finditer(line)]
    for each in split(language, line) if line else ():
        sentence = each.strip()
        start = line.find(sentence, end)
        if start < 0 or line[end:start].strip():
            break
        # No cut in the middle of what must survive.
        if sentence and not any(first < start + len(sentence) < last for first, last in spans):
            found.append((line[end:start], sentence))
            end = start + len(sentence)
    if line[end:]:
        before, rest, after = _edges(line[end:])
        found.append((before, rest + after))
    return [pair for each in found for pair in _short(*each)]


def _short(before: str, sentence: str) -> list[tuple[str, str]]:
    """Cut a sentence that is too long between words, never inside of what must survive."""
    found = []
    while len(sentence) > LONGEST:
        spans = [one.span() for one in _MUST_SURVIVE.finditer(sentence[: 2 * LONGEST])]
        gaps = [one.start() for one in re.finditer(r"\s", sentence[: LONGEST + 1])]
        gaps = [gap for gap in gaps if gap and not any(start < gap < stop for start, stop in spans)]
        if not gaps:
            break
        found.append((before, sentence[: gaps[-1]]))
        before, sentence, after = _edges(sentence[gaps[-1] :])
        sentence += after
    return [*found, (before, sentence)]


def _bare(sentence: str) -> tuple[int, int]:
    """Return where a sentence begins and ends without the emoji and addresses at its edges."""
    start, stop = 0, len(sentence)
    spans = [one.span() for one in _MUST_SURVIVE.finditer(sentence) if one["hard"] is not None]
    for first, last in spans:
        if sentence[start:first].strip():
            break
        start = last
    for first, last in reversed(spans):
        if first < start or sentence[last:stop].strip():
            break
        stop = first
    before, core, _ = _edges(sentence[start:stop])
    return start + len(before), start + len(before) + len(core)


def _worth(text: str) -> bool:
    """Tell whether there are words to translate beside what must survive."""
    return _LETTERS.search(_MUST_SURVIVE.sub(" ", text)) is not None


def _sound(source: str, translation: str) -> bool:
    """Tell whether a translation is one at all: words, and not the same over and over."""
    return _LETTERS.search(translation) is not None and len(translation) <= 4 * len(source) + 60


def _tidy(answer: str) -> str:
    return " ".join(answer.split())


def _edges(text: str) -> tuple[str, str, str]:
    """Return the space before a text, the text, and the space after it."""
    core = text.strip()
    start = text.find(core) if core else len(text)
    return text[:start], core, text[start + len(core) :]
