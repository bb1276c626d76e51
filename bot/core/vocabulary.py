"""What people call things, in every language: a question is compared by the German words of what it names, too.

Whoever asks seldom uses the words of an article. A concept has its words in every language, the most usual first. What a
question names, whatever its endings and slips, becomes the concept's German words. What is typed in Latin letters instead of its
own script (Arabizi, Finglish, Translit) is found by its consonants: nobody agrees on the vowels.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from anyascii import anyascii
from rapidfuzz import fuzz, process

from bot.core.language import SOURCE
from bot.core.text import fold

Concept = Mapping[str, str]
"""What a thing is called, by language, the most usual expression first, with semicolons between them."""

_BEGINNING = 6
"""Letters that a word must share with the one that is meant: what follows may be an ending."""
_LONGEST = 4
"""Words of the longest expression that is looked up."""
_GERMAN, _LESS = 3, 0.5
"""How many German expressions of a concept are taken, and what each counts beside the one before."""
_SYNONYM, _UNKNOWN = 0.5, 0.5
"""What other German words count beside those of a German question, and what a foreign word counts that names nothing: a name."""
_ALIKE, _SLIP = 80, 0.8
"""How alike (`fuzz.ratio`, 0 to 100) a misspelt word is to the one that is meant, and what it counts then."""
_SOUNDS = 3
"""Consonants by which a word in Latin letters is found."""
_DIGITS = {"2": "", "3": "", "5": "kh", "6": "t", "7": "h", "8": "q", "9": "s"}
"""What digits stand for where they are typed for Arabic letters; the first two are no sound of their own here."""
_SHORTEST = 4
"""Letters of a word in which a slip is looked for: shorter ones turn into others too easily."""
_ARTICLE = re.compile(r"^[وف]?(?:بال|لل|ال|ك(?=ال))(?=..)")
"""What Arabic writes together with a word: and, with, for, like, the."""
_VOWELS, _DOUBLE = re.compile(r"[^a-z]|[aeiouwy]"), re.compile(r"(.)\1")


class _Table:
    """Numbers by text. Texts are kept as their hashes (64 bits), a twentieth of what a dictionary of them takes."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        hashed = np.array(sorted((hash(text), number) for text, number in pairs), np.int64).reshape(-1, 2)
        self._hashes, self._numbers = np.ascontiguousarray(hashed[:, 0]), hashed[:, 1].astype(np.int32)

    def __getitem__(self, text: str) -> list[int]:
        """Return the numbers of a text, none if there are none."""
        hashed = hash(text)
        first, last = self._hashes.searchsorted(hashed), self._hashes.searchsorted(hashed, "right")
        return list(dict.fromkeys(self._numbers[first:last].tolist()))


@dataclass(frozen=True, slots=True)
class _Index:
    """A language: the concepts by their expressions and by what these begin with; the words, by their first letter; those in
    other than Latin letters by their consonants, these by the first of them."""

    concepts: _Table
    words: Mapping[str, Sequence[str]]
    sounding: Mapping[str, Mapping[str, str]]

    def knows(self, word: str) -> bool:
        """Tell whether a word stands in an expression, or is one but for its ending."""
        return word in self.words.get(word[0], ()) or bool(self.concepts[_begun([word])])


class Vocabulary:
    """Concepts with their words; a language is indexed at its first question at the latest (0.1 s, 1 MB for 3,000 concepts)."""

    def __init__(self, concepts: Iterable[Concept] = ()) -> None:
        self._concepts = tuple(concepts)
        self._german = [tuple(map(fold, expressions(concept, SOURCE)[:_GERMAN])) for concept in self._concepts]
        self._indexes: dict[str, _Index] = {}

    def __len__(self) -> int:
        return len(self._concepts)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._concepts)

    def index(self, languages: Iterable[str]) -> None:
        """Index languages now, so that nobody's question waits for it."""
        for language in languages if self._concepts else ():
            self._index(language)

    def german(self, question: str, language: str) -> dict[str, float]:
        """Return the German words of what a question names, each with its weight, and its other words as they are.

        Words of the question that are German anyway count whether they name something or not.
        """
        found, german = defaultdict[str, float](float), language == SOURCE
        if self._concepts:
            for words, concepts, certain in self._parts(fold(question).split(), language):
                for word, share in self._meant(concepts):
                    found[word] = max(found[word], certain * share * (_SYNONYM if german else 1))
                for word in words if german or not concepts else ():
                    found[word] = max(found[word], 1.0 if german else _UNKNOWN)
        return dict(found)

    def _parts(self, words: Sequence[str], language: str) -> Iterator[tuple[Sequence[str], Sequence[int], float]]:
        """Yield the expressions of a question, longest first, with the concepts each may mean and how certain that is."""
        spelt = [self._spelt(word, language) for word in words]
        at = 0
        while at < len(words):
            length, concepts = self._named([meant for meant, _ in spelt[at : at + _LONGEST]], language)
            certain = min(weight for _, weight in spelt[at : at + length]) / max(1, len(concepts)) ** 0.5
            yield words[at : at + length], concepts, certain
            at += length

    def _meant(self, concepts: Iterable[int]) -> Iterator[tuple[str, float]]:
        """Yield the German words of concepts with their shares."""
        for concept in concepts:
            for rank, expression in enumerate(self._german[concept]):
                yield from ((word, _LESS**rank) for word in expression.split())

    def _named(self, words: Sequence[str], language: str) -> tuple[int, Sequence[int]]:
        """Return how many words the longest expression at the beginning has, and the concepts it may mean."""
        for length in range(len(words), 0, -1):
            for expression in (" ".join(words[:length]), _begun(words[:length])):
                for each in (language, SOURCE):  # Who lives here says "Termin" in every language.
                    if concepts := self._index(each).concepts[expression]:
                        return length, concepts
        return 1, ()

    def _spelt(self, word: str, language: str) -> tuple[str, float]:
        """Return the word that is meant, and how much it counts; one with an ending of its own stays as it is."""
        bare, index = _ARTICLE.sub("", word), self._index(language)
        if len(bare) < _SHORTEST or any(each.knows(bare) for each in (index, self._index(SOURCE))):
            return bare, 1.0
        if near := _nearest(bare, index.words.get(bare[0], ())):
            return near, _SLIP
        sounds = consonants(bare) if index.sounding and bare.isascii() else ""
        alike = index.sounding.get(sounds[:1], {}) if len(sounds) >= _SOUNDS else {}
        return (alike[near], _SLIP) if (near := _nearest(sounds, alike)) else (bare, 1.0)

    def _index(self, language: str) -> _Index:
        if language not in self._indexes:
            self._indexes[language] = _indexed(self._concepts, language)
        return self._indexes[language]


def expressions(concept: Concept, language: str) -> list[str]:
    """Return what a concept is called in a language, the most usual first."""
    return list(filter(None, map(str.strip, concept.get(language, "").split(";"))))


def consonants(word: str) -> str:
    """Return the consonants of a word as they sound, whatever its script and whoever spells it in Latin letters."""
    latin = "".join(_DIGITS.get(letter, letter) for letter in anyascii(word).lower())
    sounds = _VOWELS.sub("", latin.replace("gh", "g").replace("dh", "d").replace("th", "t"))
    return _DOUBLE.sub(r"\1", sounds)


def _begun(words: Iterable[str]) -> str:
    """Return what an expression begins with, word by word, marked: it is none itself."""
    return " ".join(f"{word[:_BEGINNING]}…" for word in words)


def _nearest(word: str, words: Iterable[str]) -> str | None:
    near = process.extractOne(word, list(words), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return near[0] if near else None


def _indexed(concepts: Sequence[Concept], language: str) -> _Index:
    named: list[tuple[str, int]] = []
    by_letter = defaultdict[str, dict[str, None]](dict)
    sounding = defaultdict[str, dict[str, str]](dict)
    for number, concept in enumerate(concepts):
        for expression in expressions(concept, language):
            words = [_ARTICLE.sub("", word) for word in fold(expression).split() if len(word) > 1]
            if words:
                named += [(" ".join(words), number), (_begun(words), number)]
            for word in words:
                by_letter[word[0]][word] = None
                if not word.isascii() and (sounds := consonants(word)):
                    sounding[sounds[0]].setdefault(sounds, word)
    return _Index(_Table(named), {letter: tuple(group) for letter, group in by_letter.items()}, dict(sounding))
