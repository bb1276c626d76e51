"""What is learned from texts that say the same: languages lie on each other, and tone does not count."""

import numpy as np
import pytest

from bot.core.bridge import Bridge, Vector, learn
from bot.core.matching import Matcher
from bot.core.variants import Variant

GERMAN, TURKISH, KITA, FLAT, SCHOOL, TONE = np.eye(6, dtype=np.float32)


def unit(vector: Vector) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def groups() -> list[list[tuple[str, Vector]]]:
    """Three articles in two languages; each is said in two tones, which tell nothing."""
    return [
        [(language, unit(own + subject + tone * TONE)) for language, own in (("de", GERMAN), ("tr", TURKISH)) for tone in (-1, 1)]
        for subject in (KITA, FLAT, SCHOOL)
    ]


@pytest.fixture(scope="module")
def bridge() -> Bridge:
    return learn(groups())


def test_what_means_the_same_lies_together_whatever_the_language(bridge: Bridge) -> None:
    asked = bridge.crossed(unit(TURKISH + KITA)[None], ["tr"])[0]
    kita, flat = bridge.crossed(np.stack([unit(GERMAN + KITA), unit(GERMAN + FLAT)]), ["de", "de"])
    assert asked @ kita > 0.95
    assert asked @ flat < 0


def test_what_differs_within_an_article_counts_less_than_what_tells_articles_apart(bridge: Bridge) -> None:
    one, other = bridge.crossed(np.stack([unit(GERMAN + KITA + TONE), unit(GERMAN + KITA - TONE)]), ["de", "de"])
    plain = [unit(vector) for vector in (unit(GERMAN + KITA + TONE), unit(GERMAN + KITA - TONE)) - bridge.centres["de"]]
    assert one @ other > plain[0] @ plain[1]


def test_a_question_in_a_language_nothing_was_learned_of_is_compared_with_the_middle_of_all(bridge: Bridge) -> None:
    pashto = bridge.crossed(unit(SCHOOL + KITA)[None], ["ps"])[0]
    kita, flat = bridge.crossed(np.stack([unit(GERMAN + KITA), unit(GERMAN + FLAT)]), ["de", "de"])
    assert pashto @ kita > pashto @ flat


def test_texts_that_are_all_the_same_within_their_article_teach_no_direction() -> None:
    plain = learn([[("de", unit(GERMAN + KITA))], [("de", unit(GERMAN + FLAT))]])
    assert np.allclose(plain.space, np.eye(6))


def known() -> list[Variant]:
    """Two articles with German texts only."""
    texts = {"kita": "Kita-Platz finden", "flat": "Wohnung finden"}
    return [Variant(owner, "de", f"{text} {number}") for owner, text in texts.items() for number in range(4)]


def vectors(variants: list[Variant]) -> dict[str, Vector]:
    return {each.text: unit(GERMAN + (KITA if each.owner == "kita" else FLAT)) for each in variants}


def test_a_text_that_merely_sounds_like_the_language_of_the_question_is_no_lure(bridge: Bridge) -> None:
    variants = known()
    asked, lure = unit(TURKISH + KITA), unit(GERMAN + 2 * TURKISH + FLAT)
    stored = vectors(variants) | {each.text: lure for each in variants if each.owner == "flat"}
    assert max(stored, key=lambda text: float(stored[text] @ asked)).startswith("Wohnung")
    assert Matcher(variants, (), stored, bridge).rank("yer", asked, language="tr").matches[0].article == "kita"


def test_a_language_the_bridge_does_not_know_is_compared_with_its_own_middle(bridge: Bridge) -> None:
    tigrinya = unit(SCHOOL)
    variants = [Variant("kita", "ti", "kita ti"), *known(), Variant("flat", "ti", "flat ti")]
    stored = vectors(variants) | {"kita ti": unit(tigrinya + KITA), "flat ti": unit(tigrinya + FLAT)}
    matcher = Matcher(variants, (), stored, bridge)
    assert matcher.rank("qqq", unit(tigrinya + FLAT), language="ti").matches[0].article == "flat"
    assert "ti" in matcher.centres()


def test_a_subject_without_article_is_refused_in_another_language_too(bridge: Bridge) -> None:
    variants, foreign = known(), [Variant("school", "de", "Schule")]
    stored = vectors(variants) | {"Schule": unit(GERMAN + SCHOOL)}
    ranking = Matcher(variants, foreign, stored, bridge).rank("okul", unit(TURKISH + SCHOOL), language="tr")
    assert (ranking.subject, ranking.ahead is not None and ranking.ahead < 0) == ("school", True)
