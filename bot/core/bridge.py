"""The bridge between languages: a space in which texts are compared whatever their language, learned from parallel texts.

The vectors of a language lie together, so each language's mean is subtracted (Libovický et al. 2020, "On the Language
Neutrality of Pre-trained Multilingual Representations"). Directions in which texts of one article differ, in all languages, then
count less than those in which articles differ: within-class covariance normalisation (Hatch et al. 2006).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

_SHRINK, _LEAST = 3.0, 1e-6
"""Added to every direction's scatter, times the mean and as it is: a plain cosine would be infinity."""


@dataclass(frozen=True)
class Bridge:
    """The mean vector of each language, and the space in which languages are compared."""

    centres: Mapping[str, Vector]
    space: Vector

    def crossed(self, vectors: Vector, languages: Sequence[str]) -> Vector:
        """Return vectors, one row each, as they are compared across languages, of unit length.

        Of a language that is not known the middle of all is taken off.
        """
        middle = np.mean(list(self.centres.values()), 0)
        shifted = vectors - np.stack([self.centres.get(language, middle) for language in languages])
        return _unit(shifted @ self.space)


def learn(groups: Iterable[Sequence[tuple[str, Vector]]]) -> Bridge:
    """Return the bridge that groups (articles) of texts which belong together show, each a language and a vector."""
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
    # Texts that do not differ at all teach nothing: every direction then counts the same.
    weights = (np.maximum(scatter, 0) + _SHRINK * scatter.mean() + _LEAST) ** -0.5
    return Bridge(centres, np.asarray(directions * (weights / weights.max()) @ directions.T, np.float32))


def _unit(rows: Vector) -> Vector:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9), np.float32)
