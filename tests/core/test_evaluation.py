"""Figures on questions count what they say, and are honest about small numbers."""

import pytest

from bot.core.evaluation import Outcome, Question, Share, figures
from bot.core.matching import Decision, Match, Ranking


def outcome(right: str | None, *found: str, answered: bool = False, offered: bool = False) -> Outcome:
    matches = tuple(Match(article, 0.1, "", 0.1) for article in found)
    question = Question("?", frozenset([right] if right else []), "de")
    decision = Decision(matches[0] if answered else None, matches[:3] if offered else ())
    return Outcome(question, Ranking(matches), decision)


def test_the_figures_count_what_they_say() -> None:
    found = figures(
        [
            outcome("a", "a", "b", answered=True),
            outcome("a", "b", "a", offered=True),
            outcome("a", "b", "c", "d", "e", "a"),
            outcome("a", "b", answered=True),
            outcome(None, "b", answered=True),
            outcome(None, "b"),
        ]
    )
    assert {title: (share.hits, share.of) for title, share in found.items()} == {
        "first": (1, 4),
        "in three": (2, 4),
        "in five": (3, 4),
        "answered directly": (2, 4),
        "direct answers right": (1, 3),
        "solved (right answer or offered)": (2, 4),
        "out of scope, answered directly": (1, 2),
        "out of scope, refused": (1, 2),
        "refusals right": (1, 2),
    }


def test_the_interval_is_wide_for_few_and_narrow_for_many() -> None:
    assert Share(9, 10).interval() == pytest.approx((0.596, 0.982), abs=0.001)
    assert Share(900, 1000).interval() == pytest.approx((0.880, 0.917), abs=0.001)
    assert Share(0, 0).interval() == (0.0, 1.0)
    assert Share(5, 5).interval()[1] == 1.0
