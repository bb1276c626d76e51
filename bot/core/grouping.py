"""Questions that mean the same, together: across languages by their vectors, without vectors by their letters."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.core.anonymous import OpenQuestion
from bot.core.letters import LetterIndex

Vectors = NDArray[np.float32]
Found = NDArray[np.bool_]

ALIKE = 0.45
"""Cosine of two centred vectors from which they are one question. On tests/questions/dev (432 questions, twelve languages) 87 of
100 such pairs ask for the same article; at 0.4 it is 75. As they are, vectors tell little: from 0.88 on it is 8 of 100."""
SAME = 0.96
"""Cosine of two vectors as they are, from which the words are all but the same."""
ALIKE_LETTERS = 0.4
"""Cosine by letters; it finds the same words in one language, with slips of the keyboard."""
ENOUGH = 5
"""Questions of a language from which their mean says what the language does to a vector, not what is asked."""
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean the same, the most typical first; called by the lowest number, which stays as others come."""

    questions: tuple[OpenQuestion, ...]

    @property
    def n(self) -> int:
        """The number the group is called by."""
        return min(question.n for question in self.questions)

    @property
    def languages(self) -> list[str]:
        """The languages in it, the most frequent first."""
        return [language for language, _ in Counter(question.language for question in self.questions).most_common()]

    @property
    def reasons(self) -> dict[str, int]:
        """Why its questions were kept, and how many for each reason."""
        return dict(Counter(question.reason for question in self.questions).most_common())

    @property
    def article(self) -> str | None:
        """The article that was nearest most often."""
        found = Counter(question.article for question in self.questions if question.article).most_common(1)
        return found[0][0] if found else None

    def examples(self) -> list[OpenQuestion]:
        """Return some questions, of as many languages as there are."""
        first = {question.language: question for question in reversed(self.questions)}
        chosen = [*(first[language] for language in self.languages), *self.questions]
        return list(dict.fromkeys(chosen))[:_EXAMPLES]


def groups(
    kept: Sequence[OpenQuestion], vectors: Vectors | None = None, background: Mapping[str, Vectors] | None = None
) -> list[Group]:
    """Return open questions that mean the same, together; with `vectors` and `background` as `grouped` takes them."""
    found = grouped([each.text for each in kept], [each.language for each in kept], vectors, background)
    return [Group(tuple(kept[place] for place in places)) for places in found]


def grouped(
    texts: Sequence[str],
    languages: Sequence[str],
    vectors: Vectors | None = None,
    background: Mapping[str, Vectors] | None = None,
) -> list[list[int]]:
    """Return the places of texts that mean the same, the biggest group first, in each the most typical text first.

    `vectors` has a row of unit length for each text. `background` is each language's mean over other texts, where it is known:
    without it a language's mean would be the subject itself when everybody asks the same.
    """
    rows = _by_letters(texts) if vectors is None else _by_meaning(vectors, _centred(vectors, languages, background or {}))
    near = [np.flatnonzero(found) for found in rows]
    groups: list[list[int]] = []
    taken: set[int] = set()
    for first in sorted(range(len(near)), key=lambda row: (-len(near[row]), row)):
        if first not in taken:
            group = [first, *(int(row) for row in near[first] if row != first and row not in taken)]
            taken.update(group)
            groups.append(group)
    return sorted(groups, key=lambda group: (-len(group), min(group)))


def _by_meaning(vectors: Vectors, centred: Vectors) -> Iterator[Found]:
    for vector, each in zip(vectors, centred, strict=True):
        yield (vectors @ vector >= SAME) | (centred @ each >= ALIKE)


def _by_letters(texts: Sequence[str]) -> Iterator[Found]:
    index = LetterIndex(texts)
    for text in texts:
        yield index.scores(text) >= ALIKE_LETTERS


def _centred(vectors: Vectors, languages: Sequence[str], background: Mapping[str, Vectors]) -> Vectors:
    """Return vectors of unit length without what is common to their language; zeros where that is not known."""
    found = np.zeros_like(vectors)
    spoken = np.array(languages)
    for language in dict.fromkeys(languages):
        own = spoken == language
        means = [vectors[own].mean(0)] if own.sum() >= ENOUGH else []
        if language in background:
            means.append(background[language])
        if means:
            found[own] = vectors[own] - np.mean(means, 0)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.maximum(lengths, 1e-6), np.float32)
