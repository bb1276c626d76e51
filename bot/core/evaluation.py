"""Figures on how well questions find their articles, each with its 95 % interval (Wilson 1927, for small samples)."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.core.matching import Decision, Ranking


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a test set: the articles that answer it (none: out of scope), how it is written, in which language."""

    text: str
    articles: frozenset[str]
    language: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question."""

    question: Question
    ranking: Ranking
    decision: Decision

    def among(self, first: int) -> bool:
        """Tell whether a right article is among the first."""
        return any(match.article in self.question.articles for match in self.ranking.matches[:first])

    @property
    def direct(self) -> bool:
        """Tell whether it was answered directly."""
        return self.decision.answer is not None

    @property
    def right(self) -> bool:
        """Tell whether the direct answer was right."""
        return self.decision.answer is not None and self.decision.answer.article in self.question.articles

    @property
    def refused(self) -> bool:
        """Tell whether the bot said that it does not know."""
        return not self.direct and not self.decision.offers


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """Return the share, 0 for nothing of nothing."""
        return self.hits / self.of if self.of else 0.0

    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval."""
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.of, self.value
        middle, width = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - width) / (1 + z * z / n)), min(1.0, (middle + width) / (1 + z * z / n))


def _share(outcomes: Collection[bool]) -> Share:
    return Share(sum(outcomes), len(outcomes))


def figures(outcomes: Iterable[Outcome]) -> dict[str, Share]:
    """Return the figures of a set of outcomes: recall at 1, 3 and 5, direct answers, refusals."""
    everything = list(outcomes)
    inside = [each for each in everything if each.question.articles]
    outside = [each for each in everything if not each.question.articles]
    return {
        "first": _share([each.among(1) for each in inside]),
        "in three": _share([each.among(3) for each in inside]),
        "in five": _share([each.among(5) for each in inside]),
        "answered directly": _share([each.direct for each in inside]),
        "direct answers right": _share([each.right for each in everything if each.direct]),
        "solved (right answer or offered)": _share([each.right or (not each.direct and _offered(each)) for each in inside]),
        "out of scope, answered directly": _share([each.direct for each in outside]),
        "out of scope, refused": _share([each.refused for each in outside]),
        "refusals right": _share([not each.question.articles for each in everything if each.refused]),
    }


def _offered(outcome: Outcome) -> bool:
    return any(match.article in outcome.question.articles for match in outcome.decision.offers)
