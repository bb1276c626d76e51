"""What was translated before: reviewed texts of the content, and what an editor released. Nothing that a newcomer wrote."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.core.content import Content
from bot.core.likeness import same_words
from bot.core.text import fold
from bot.core.texts import placeholders
from bot.core.translations import Remembered, Reviewed

NEAR = 90.0
"""How alike two texts are at least to be called nearly the same, 0 to 100."""
_MARKUP = re.compile(r"\*\*|^\s*(?:[-*•]|\d+[.)])\s+|^#+\s+")
_LINK = re.compile(r"\]\(|https?://")


@dataclass(frozen=True, slots=True)
class Segment:
    """A text and its translation; `engine` names the models that made it, with their versions, "" is a person."""

    source: str
    target: str
    text: str
    translation: str
    engine: str = ""


class Memory:
    """Finds translations by people from one language into another."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._translations: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        for text, translation in pairs:
            self._translations.setdefault(_key(text), translation)
            self._texts.setdefault(_key(text), text)

    def find(self, text: str) -> Reviewed | Remembered | None:
        """Return the translation of a text, else of one with the same words in other spellings."""
        key = _key(text)
        if not key.strip("?"):
            return None
        if key in self._translations:
            return Reviewed(self._translations[key])
        near = process.extract(key, self._translations.keys(), scorer=fuzz.ratio, score_cutoff=NEAR, limit=3)
        for other, score, _ in near:
            # Another day, amount or "nicht" is another text, however alike the letters are.
            if other.endswith("?") == key.endswith("?") and same_words(other, key):
                return Remembered(self._translations[other], self._texts[other], round(score, 1))
        return None


def reviewed_pairs(content: Content, source: str, target: str) -> Iterator[tuple[str, str]]:
    """Yield the texts that people have in both languages: phrases with finished replies, and the lines of reviewed articles."""
    phrases = content.phrases.by_language
    for key, text in phrases.get(source, {}).items():
        translation = phrases.get(target, {}).get(key)
        if translation and not placeholders(text + translation):
            yield text, translation
    for canned in {each.id: each for own in content.canned.values() for each in own}.values():
        one, other = canned.wordings.get(source), canned.wordings.get(target)
        if one and other and one.status == other.status == "reviewed" and not placeholders(one.text + other.text):
            yield one.text, other.text
    for article in content.knowledge.articles.values():
        first, second = article.wordings.get(source), article.wordings.get(target)
        if first and second and first.status == second.status == "reviewed" and not article.outdated(target):
            yield from _lines(first.body, second.body)


def _lines(text: str, translation: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of two texts that have as many; what is filled in or linked is no line to remember."""
    one, other = ([_MARKUP.sub("", line).replace("**", "").strip() for line in each.splitlines()] for each in (text, translation))
    if len(one) == len(other):
        for line, translated in zip(one, other, strict=True):
            if line and translated and not placeholders(line + translated) and not _LINK.search(line + translated):
                yield line, translated


def _key(text: str) -> str:
    """Return what is compared: the folded text, and whether it asks."""
    return fold(text) + ("?" if text.rstrip().endswith(("?", "؟")) else "")
