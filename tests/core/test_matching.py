"""A free question finds its article, offers near ones, or is honestly not answered."""

import pytest

from bot.core.content import Content
from bot.core.matching import MARGIN, SURE, UNSURE, Decision, Match, decide


def matches(*scores: float) -> list[Match]:
    return [Match(f"article-{number}", score, "") for number, score in enumerate(scores)]


def test_a_sure_match_well_ahead_is_the_answer() -> None:
    best, *_ = found = matches(SURE, SURE - MARGIN)
    assert decide(found) == Decision(best, ())
    assert decide(matches(SURE)).answer is not None


def test_a_sure_match_with_another_close_behind_is_only_offered() -> None:
    found = matches(SURE + 5, SURE)
    assert decide(found) == Decision(None, tuple(found))


def test_likely_matches_are_offered_at_most_three() -> None:
    found = matches(70, 69, 68, 67)
    assert decide(found) == Decision(None, tuple(found[:3]))


def test_unlikely_matches_are_neither_answered_nor_offered() -> None:
    assert decide(matches(UNSURE - 0.1)) == Decision(None, ())
    assert decide([]) == Decision(None, ())


def test_every_article_is_found_by_its_title_in_every_language(content: Content) -> None:
    for article in content.knowledge.articles.values():
        for wording in article.wordings.values():
            assert content.matcher.rank(wording.title, 1)[0].article == article.id, wording.title


def test_each_article_is_ranked_once_best_first(content: Content) -> None:
    ranked = content.matcher.rank("Wie finde ich eine Wohnung?")
    assert len({match.article for match in ranked}) == len(ranked) == 5
    assert [match.score for match in ranked] == sorted((match.score for match in ranked), reverse=True)


@pytest.mark.parametrize("question", ["", "  ", "?!", "ab"])
def test_too_little_to_go_by_finds_nothing(question: str, content: Content) -> None:
    assert content.matcher.rank(question) == []


@pytest.mark.parametrize("question", ["Wie wird das Wetter morgen?", "asdf qwer zxcv", "Wer hat das Spiel gewonnen?"])
def test_what_the_bot_does_not_know_is_not_answered(question: str, content: Content) -> None:
    assert decide(content.matcher.rank(question)).answer is None


def test_a_very_long_question_is_read_from_its_beginning(content: Content) -> None:
    title = content.knowledge.articles["rental-deposit"].wording("de").title
    assert content.matcher.rank(f"{title} " + "x" * 100_000, 1)[0].article == "rental-deposit"
