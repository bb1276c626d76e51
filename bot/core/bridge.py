"""A bridge to content that has few phrasings in the language of a question: what is learned once from our own parallel texts.

Meaning: the vectors of a language lie together, so each language's mean is subtracted (Libovický et al. 2020, "On the Language
Neutrality of Pre-trained Multilingual Representations"). Directions in which texts of one article differ, in all languages, then
count less than those in which articles differ: within-class covariance normalisation (Hatch et al. 2006).
Letters: words of a question become German by a small dictionary, which IBM Model 1 (Brown et al. 1993, "The Mathematics of
Statistical Machine Translation") finds in texts that say the same.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.core.text import fold

Vector = NDArray[np.float32]
Dictionary = Mapping[str, tuple[tuple[str, float], ...]]
"""German words by the beginning of a foreign word, each with its probability."""

_SHRINK = 3.0
"""Added to every direction's scatter, times the mean: a plain cosine would be infinity."""
_ROUNDS = 6
_LIKELY, _SEEN, _MEANINGS = 0.1, 0.3, 3
"""From which probability and expected count a pair of words is kept, and how many for a word."""
_UNKNOWN = 0.5
"""What a word counts that the dictionary does not know: names stay as they are."""
_BEGINNING = 6
_ARTICLE = re.compile(r"^[وف]?(?:بال|لل|ال|ك(?=ال))(?=..)")
"""What Arabic writes together with a word: and, with, for, like, the."""


@dataclass(frozen=True)
class Bridge:
    """The mean vector of each language, the space in which languages are compared, and a dictionary to German for each."""

    centres: Mapping[str, Vector]
    space: Vector
    words: Mapping[str, Dictionary] = field(default_factory=dict)

    def crossed(self, vectors: Vector, languages: Sequence[str]) -> Vector:
        """Return vectors, one row each, as they are compared across languages, of unit length."""
        mean = vectors.mean(0)
        shifted = vectors - np.stack([self.centres.get(language, mean) for language in languages])
        return _unit(shifted @ self.space)

    def german(self, question: str, language: str) -> dict[str, float]:
        """Return the German words a question is likely to stand for, each with its weight; others as they are."""
        found: Counter[str] = Counter()
        dictionary = self.words.get(language, {})
        for word in fold(question).split():
            for german, probability in dictionary.get(beginning(word), ((word, _UNKNOWN),)):
                found[german] += probability  # type: ignore[assignment]
        return dict(found)


def beginning(word: str) -> str:
    """Return the beginning of a folded word, which stands for all its endings."""
    return _ARTICLE.sub("", word)[:_BEGINNING]


def learn_space(groups: Iterable[Sequence[tuple[str, Vector]]]) -> tuple[dict[str, Vector], Vector]:
    """Return each language's mean and the space, from groups (articles) of texts that belong together: language and vector."""
    known = [list(group) for group in groups]
    by_language: dict[str, list[Vector]] = defaultdict(list)
    for group in known:
        for language, vector in group:
            by_language[language].append(vector)
    centres: dict[str, Vector] = {language: np.mean(vectors, 0, np.float32) for language, vectors in by_language.items()}
    apart = []
    for group in known:
        rows = np.stack([vector - centres[language] for language, vector in group])
        apart.append(rows - rows.mean(0))
    within = np.concatenate(apart)
    scatter, directions = np.linalg.eigh((within.T @ within / len(within)).astype(np.float64))
    weights = (scatter + _SHRINK * scatter.mean()) ** -0.5
    return centres, np.asarray(directions * (weights / weights.max()) @ directions.T, np.float32)


def learn_words(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[tuple[str, float], ...]]:
    """Return the dictionary that pairs of a foreign and a German text show: IBM Model 1, with a word for "stands for nothing"."""
    foreign, german = {"": 0}, dict[str, int]()
    left: list[int] = []
    right: list[int] = []
    place: list[int] = []
    count = 0
    for text, meant in pairs:
        ours = {foreign.setdefault(beginning(word), len(foreign)) for word in _words(text)} | {0}
        for word in set(_words(meant)):
            left += ours
            right += [german.setdefault(word, len(german))] * len(ours)
            place += [count] * len(ours)
            count += 1
    both = np.array(left, np.int64) * len(german) + np.array(right, np.int64)
    together, row = np.unique(both, return_inverse=True)
    source, target = np.divmod(together, max(1, len(german)))
    at = np.array(place, np.int64)
    probability = expected = np.ones(len(together))
    for _ in range(_ROUNDS):
        share = probability[row] / np.bincount(at, probability[row])[at]
        expected = np.bincount(row, share).astype(np.float64)
        probability = expected / np.bincount(source, expected)[source]
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    ours_by_id, german_by_id = list(foreign), list(german)
    for pair in np.flatnonzero((probability > _LIKELY) & (expected > _SEEN) & (source > 0)):
        found[ours_by_id[source[pair]]].append((german_by_id[target[pair]], float(probability[pair])))
    return {word: tuple(sorted(each, key=lambda it: -it[1])[:_MEANINGS]) for word, each in found.items()}


def _words(text: str) -> list[str]:
    return [word for word in fold(text).split() if len(word) > 1]


def _unit(rows: Vector) -> Vector:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9), np.float32)
