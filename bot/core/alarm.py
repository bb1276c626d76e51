"""Whether a message may tell of an emergency, by what it means: a second net under the crisis words, which no list holds all of.

"he came home and now my arm hangs strangely" has no crisis word. Messages that people wrote in an emergency, and others that
only sound so, teach a linear classifier of sentence vectors (ridge regression: Hoerl and Kennard 1970). It may err, so it only
offers the emergency card beside the answer; crisis words show it at once (`core/crisis.py`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

LEAST = 0.35
"""Score, between -1 for harmless and 1 for an emergency, from which the card is offered: to 3 or 4 of 100 ordinary questions."""
_RIDGE = 0.1
"""Added to every direction's variance, times their mean."""
_ORDINARY = 0.3
"""What a phrasing of an article counts beside a message that was written as harmless."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Messages that tell of an emergency, and harmless ones that may sound so, in any language."""

    emergency: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything can be learned: both kinds are needed."""
        return bool(self.emergency and self.harmless)

    @property
    def texts(self) -> tuple[str, ...]:
        """All messages."""
        return (*self.emergency, *self.harmless)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What was learned: a direction among vectors, and where it begins."""

    direction: Vector
    start: float

    def score(self, vector: Vector) -> float:
        """Return how much a message's vector is like those of emergencies, about -1 to 1."""
        return float(vector @ self.direction) + self.start

    def goes_off(self, vector: Vector) -> bool:
        """Tell whether a message may tell of an emergency."""
        return self.score(vector) >= LEAST


def learn(emergency: Vector, harmless: Vector, ordinary: Vector) -> Alarm:
    """Return what vectors teach, one row each; emergencies weigh as much as all others together."""
    rows = np.concatenate([emergency, harmless, ordinary]).astype(np.float64)
    others = np.concatenate([np.ones(len(harmless)), np.full(len(ordinary), _ORDINARY)])
    weights = np.concatenate([np.full(len(emergency), others.sum() / len(emergency)), others])
    weights /= weights.sum()
    meant = np.where(np.arange(len(rows)) < len(emergency), 1.0, -1.0)
    middle = weights @ rows
    rows -= middle
    weighted = rows * weights[:, None]
    scatter = weighted.T @ rows
    scatter[np.diag_indices_from(scatter)] += _RIDGE * np.trace(scatter) / len(scatter) + np.finfo(np.float32).tiny
    direction = np.linalg.solve(scatter, weighted.T @ meant)
    # Both kinds weigh the same, so their middle lies at nought.
    return Alarm(direction.astype(np.float32), float(-middle @ direction))
