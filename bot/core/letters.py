"""How alike texts are by their letters: TF-IDF over pieces of words, so that a slip or an ending costs little."""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

from bot.core.text import fold

Scores = NDArray[np.float32]
_SIZES = (2, 3, 4)
_PLACES = 2**15
"""Places of pieces in texts that are looked at together."""
_OFTEN, _SHARE = 500, 0.05
"""Texts, at least and of all: a piece that stands in more says little of what is named, and costs most."""
_WORD = re.compile(r"[a-z0-9]+")


def pieces(text: str) -> Counter[str]:
    """Count the pieces of 2 to 4 letters within the words of a text, in Latin letters whatever its script."""
    found: Counter[str] = Counter()
    for word in _WORD.findall(anyascii(fold(text)).lower()):
        padded = f" {word} "
        for size in _SIZES:
            found.update(padded[start : start + size] for start in range(len(padded) - size + 1))
    return found


class LetterIndex:
    """An inverted index of texts by their pieces; each text is a vector of unit length."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        self._ids: dict[str, int] = {}
        columns, rows, counts = array("l"), array("l"), array("f")
        for row, text in enumerate(texts):
            for piece, count in pieces(text).items():
                columns.append(self._ids.setdefault(piece, len(self._ids)))
                rows.append(row)
                counts.append(count)
        column, row_of = np.asarray(columns, np.int64), np.asarray(rows, np.int64)
        seen = np.bincount(column, minlength=len(self._ids))
        self._idf = (np.log((1 + self._count) / (1 + seen)) + 1).astype(np.float32)
        weights = (1 + np.log(np.asarray(counts, np.float32))) * self._idf[column]
        lengths = np.sqrt(np.bincount(row_of, weights**2, minlength=self._count))
        order = np.argsort(column, kind="stable")
        self._rows = row_of[order].astype(np.int32)
        self._weights = (weights / lengths[row_of])[order].astype(np.float32)
        self._starts = np.concatenate([[0], np.cumsum(seen)])
        self._telling = frozenset(piece for piece, place in self._ids.items() if seen[place] <= max(_OFTEN, _SHARE * self._count))

    def scores(self, question: str) -> Scores:
        """Return the cosine (0 to 1) of a question with each text."""
        return self._alike(pieces(question))

    def alike(self, words: Mapping[str, float]) -> Scores:
        """Return the same for words that count more or less, without pieces that stand in very many texts."""
        found: dict[str, float] = defaultdict(float)
        for word, weight in words.items():
            for piece, count in pieces(word).items():
                if piece in self._telling:
                    found[piece] += weight * count
        return self._alike(found)

    def _alike(self, counts: Mapping[str, float]) -> Scores:
        asked = {self._ids[piece]: count for piece, count in counts.items() if piece in self._ids}
        if not asked:
            return np.zeros(self._count, np.float32)
        ids = np.fromiter(asked, np.int64)
        often = np.fromiter(asked.values(), np.float32)
        weights = np.where(often > 1, 1 + np.log(np.maximum(often, 1)), often) * self._idf[ids]
        weights /= np.linalg.norm(weights)
        starts, counted = self._starts[ids], self._starts[ids + 1] - self._starts[ids]
        before = np.cumsum(counted) - counted
        found = np.zeros(self._count)
        # Many pieces in one go, since a question with the words for what it names has hundreds; not all, since that takes memory.
        for some in np.split(np.arange(len(ids)), np.flatnonzero(np.diff(before // _PLACES)) + 1):
            lengths = counted[some]
            places = np.repeat(starts[some] - before[some], lengths) + np.arange(before[some[0]], before[some[0]] + lengths.sum())
            parts = np.repeat(weights[some], lengths) * self._weights[places]
            found += np.bincount(self._rows[places], parts, minlength=self._count)
        return found.astype(np.float32)
