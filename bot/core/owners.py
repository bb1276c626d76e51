"""Scores of texts become scores of what they belong to."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
_FEW = 10
"""Scores of which the average counts half of what it counts among many."""


class Owners:
    """Which variants belong together: they stand next to each other."""

    def __init__(self, owners: Sequence[str]) -> None:
        changes = [row for row in range(len(owners)) if row == 0 or owners[row] != owners[row - 1]]
        self._starts = np.array(changes, np.int64)
        self._counts = np.diff([*changes, len(owners)])

    def means(self, scores: Vector, best: int, share: float) -> Vector:
        """Return for each owner the mean of its `best` highest scores and its average, which counts up to `share` of it.

        The average counts less where it is one of few: it says little then.
        """
        average = np.add.reduceat(scores, self._starts) / self._counts
        left, highest = scores.copy(), [np.maximum.reduceat(scores, self._starts)]
        for _ in range(1, best):
            left[left == np.repeat(highest[-1], self._counts)] = -np.inf
            next_one = np.maximum.reduceat(left, self._starts)
            # An owner with fewer different scores counts its lowest again.
            highest.append(np.where(np.isneginf(next_one), highest[-1], next_one))
        trust = share * self._counts / (self._counts + _FEW)
        return np.asarray((1 - trust) * np.mean(highest, 0) + trust * average, np.float32)

    def best(self, owner: int, scores: Vector) -> int:
        """Return the row of an owner's highest score."""
        start = self._starts[owner]
        return int(start + np.argmax(scores[start : start + self._counts[owner]]))
