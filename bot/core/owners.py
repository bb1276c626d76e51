"""Scores of texts become scores of what they belong to."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


class Owners:
    """Which variants belong together: they stand next to each other."""

    def __init__(self, owners: Sequence[str]) -> None:
        changes = [row for row in range(len(owners)) if row == 0 or owners[row] != owners[row - 1]]
        self._starts = np.array(changes, np.int64)
        self._counts = np.diff([*changes, len(owners)])

    def means(self, scores: Vector, best: int) -> Vector:
        """Return for each owner the mean of its average and its `best` highest scores."""
        average = np.add.reduceat(scores, self._starts) / self._counts
        left, highest = scores.copy(), [np.maximum.reduceat(scores, self._starts)]
        for _ in range(1, best):
            left[left == np.repeat(highest[-1], self._counts)] = -np.inf
            next_one = np.maximum.reduceat(left, self._starts)
            # An owner with fewer different scores counts its lowest again.
            highest.append(np.where(np.isneginf(next_one), highest[-1], next_one))
        found: Vector = (np.mean(highest, 0) + average) / 2
        return found.astype(np.float32)

    def sums(self, rows: Vector) -> Vector:
        """Return for each owner the sum of its rows."""
        return np.asarray(np.add.reduceat(rows, self._starts), np.float32)

    def shares(self) -> Vector:
        """Return which part of all rows each owner has."""
        return np.asarray(self._counts / self._counts.sum(), np.float32)

    def best(self, owner: int, scores: Vector) -> int:
        """Return the row of an owner's highest score."""
        start = self._starts[owner]
        return int(start + np.argmax(scores[start : start + self._counts[owner]]))
