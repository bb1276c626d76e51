"""A free question finds its article, offers near ones, or is honestly not answered."""

from dataclasses import replace

import numpy as np
import pytest

from bot.core.content import Content
from bot.core.matching import (
    AHEAD,
    ALIKE,
    KNOWN,
    MARGIN,
    SAID,
    Decision,
    Match,
    Matcher,
    Ranking,
    Vector,
    decide,
)
from bot.core.variants import FEW, Variant, foreign_variants, passages, variants


def ranking(*scores: float, ahead: float | None = 1.0, exact: str | None = None) -> Ranking:
    return Ranking(tuple(Match(f"article-{number}", score, "", score) for number, score in enumerate(scores)), exact, ahead)


def test_an_article_clearly_ahead_of_all_others_is_the_answer() -> None:
    found = ranking(MARGIN, 0.0, ahead=AHEAD)
    assert decide(found) == Decision(found.matches[0], ())
    assert decide(ranking(0.1)).answer is not None


def test_with_another_article_close_behind_three_are_offered() -> None:
    found = ranking(0.1, 0.09, 0.08, 0.07)
    assert decide(found) == Decision(None, found.matches[:3])


def test_a_subject_without_article_close_behind_forbids_a_direct_answer() -> None:
    found = ranking(1.0, 0.1, ahead=AHEAD - 0.01)
    assert decide(found) == Decision(None, found.matches)


def test_a_subject_without_article_ahead_means_no_idea() -> None:
    assert decide(ranking(0.2, 0.1, ahead=KNOWN - 0.001)) == Decision(None, ())


def test_a_subject_ahead_by_meaning_alone_does_not_refuse_what_the_words_say() -> None:
    found = Ranking((Match("flat", 0.5, "", 0.25, words=0.3),), None, KNOWN - 0.001)
    assert found.matches[0].said >= SAID
    assert decide(found) == Decision(None, found.matches)


def test_letters_alone_offer_but_never_answer() -> None:
    found = ranking(0.9, ALIKE, ALIKE - 0.01, ahead=None)
    assert decide(found) == Decision(None, found.matches[:2])


def test_the_very_words_of_a_phrasing_are_answered_in_any_case() -> None:
    found = ranking(0.3, 0.29, ahead=None, exact="article-0")
    assert decide(found).answer == found.matches[0]
    assert decide(Ranking()) == Decision(None, ())


KNOWN_TEXTS = (
    Variant("kita", "de", "Einen Kita-Platz finden"),
    Variant("kita", "tr", "Kreşte yer bulmak"),
    Variant("flat", "de", "Eine Wohnung finden"),
    Variant("flat", "tr", "Ev bulmak"),
)
FOREIGN = (Variant("dog", "de", "Hundesteuer"),)


def vectors() -> dict[str, Vector]:
    """Kita and flat lie on axes of their own, German and Turkish on a third, dogs on a fourth."""
    german, turkish, kita, flat, dog = np.eye(5, dtype=np.float32)
    mixed = {
        "Einen Kita-Platz finden": german + kita,
        "Kreşte yer bulmak": turkish + kita,
        "Eine Wohnung finden": german + flat,
        "Ev bulmak": turkish + flat,
        "Hundesteuer": german + dog,
    }
    return {text: vector / np.linalg.norm(vector) for text, vector in mixed.items()}


def asked(*parts: int) -> Vector:
    vector = np.eye(5, dtype=np.float32)[list(parts)].sum(0)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def test_meaning_finds_what_no_letter_tells_and_the_language_does_not_count() -> None:
    matcher = Matcher(KNOWN_TEXTS, FOREIGN, vectors())
    for language in (0, 1):
        ranked = matcher.rank("qqq www zzz", asked(language, 2))
        assert [match.article for match in ranked.matches] == ["kita", "flat"]
        assert decide(ranked).answer is not None


def test_what_means_a_subject_without_article_is_refused() -> None:
    matcher = Matcher(KNOWN_TEXTS, FOREIGN, vectors())
    ranked = matcher.rank("qqq www zzz", asked(0, 4))
    assert (ranked.subject, decide(ranked)) == ("dog", Decision(None, ()))


def test_an_article_near_the_last_answer_is_a_little_more_likely() -> None:
    matcher = Matcher(KNOWN_TEXTS, FOREIGN, vectors())
    both = asked(0, 2, 3)
    assert matcher.rank("qqq www zzz", both, near=["flat"]).matches[0].article == "flat"
    assert matcher.rank("qqq www zzz", both, near=["kita"]).matches[0].article == "kita"


def test_a_text_whose_meaning_is_not_known_yet_leaves_letters_alone() -> None:
    known = vectors()
    del known["Ev bulmak"]
    assert Matcher(KNOWN_TEXTS, FOREIGN, known).rank("Kita Platz", asked(0, 2)).ahead is None


def test_every_article_is_found_by_its_title_in_every_language(content: Content) -> None:
    for article in content.knowledge.articles.values():
        for wording in article.wordings.values():
            assert content.matcher.rank(wording.title, limit=1).matches[0].article == article.id, wording.title


def test_each_article_is_ranked_once_best_first(content: Content) -> None:
    ranked = content.matcher.rank("Wie suche ich eine Wohnung?").matches
    assert len({match.article for match in ranked}) == len(ranked) == 5
    assert [match.score for match in ranked] == sorted((match.score for match in ranked), reverse=True)


@pytest.mark.parametrize("question", ["", "  ", "?!", "ab", "\x00\x00", "\ud800"])
def test_too_little_to_go_by_finds_nothing(question: str, content: Content) -> None:
    assert content.matcher.rank(question) == Ranking()


def test_a_very_long_question_is_read_from_its_beginning(content: Content) -> None:
    title = content.knowledge.articles["rental-deposit"].wording("de").title
    assert content.matcher.rank(f"{title} " + "x" * 100_000, limit=1).matches[0].article == "rental-deposit"


def test_slips_and_missing_marks_change_little(content: Content) -> None:
    for question in ("KITAPLATZ anmeldn", "wohnungsgeberbestaetigung vermiter", "sprachkurs einstuffungstest"):
        assert content.matcher.rank(question).matches[0].score >= ALIKE


def test_variants_are_titles_phrasings_and_first_paragraphs_without_markup(content: Content) -> None:
    texts = [each.text for each in variants([content.knowledge.articles["kita-place"]]) if each.language == "de"]
    assert texts[0] == "Einen Kita-Platz finden"
    assert "Wie bekomme ich einen Kitaplatz?" in texts
    assert not any("**" in text or "{" in text or "](" in text for text in texts)


@pytest.mark.parametrize(("phrasings", "found"), [(FEW - 1, True), (FEW, False)])
def test_an_article_with_few_phrasings_is_found_by_its_whole_text(content: Content, phrasings: int, found: bool) -> None:
    article = content.knowledge.articles["kita-place"]
    german = article.wording("de")
    few = replace(article, wordings={"de": replace(german, phrasings=german.phrasings[:phrasings])})
    last = german.body.split()[-1].strip("*.")
    assert any(each.text.startswith(f"{german.title}: ") and last in each.text for each in variants([few])) == found


def test_passages_are_whole_lines_and_each_can_be_understood_alone() -> None:
    lines = [f"Zeile {number} " + "x" * 100 for number in range(4)]
    found = passages("Kita", "\n\n".join(lines))
    assert found == [f"Kita: {lines[0]} {lines[1]}", f"Kita: {lines[2]} {lines[3]}"]
    assert passages("Kita", "") == []


def test_the_subjects_without_article_have_phrasings_in_german(content: Content) -> None:
    found = foreign_variants(content.knowledge.elsewhere)
    assert {each.owner for each in found if each.language == "de"} == {subject.id for subject in content.knowledge.elsewhere}
