"""What is learned from texts that say the same: languages lie on each other, and words become German."""

import numpy as np
import pytest

from bot.core.bridge import Bridge, Vector, beginning, learn_space, learn_words
from bot.core.matching import FEW, Matcher
from bot.core.variants import Variant

GERMAN, TURKISH, KITA, FLAT, SCHOOL, TONE = np.eye(6, dtype=np.float32)
PAIRS = [
    ("kreşte yer bulmak", "Kita-Platz finden"),
    ("kreş ücreti", "Kita-Kosten"),
    ("ev bulmak", "Wohnung finden"),
    ("ev kirası", "Wohnung: Miete"),
    ("kreşler", "Kita"),
    ("evler", "Wohnung"),
]


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
    centres, space = learn_space(groups())
    return Bridge(centres, space, {"tr": learn_words(PAIRS)})


def test_what_means_the_same_lies_together_whatever_the_language(bridge: Bridge) -> None:
    asked = bridge.crossed(unit(TURKISH + KITA)[None], ["tr"])[0]
    kita, flat = bridge.crossed(np.stack([unit(GERMAN + KITA), unit(GERMAN + FLAT)]), ["de", "de"])
    assert asked @ kita > 0.95
    assert asked @ flat < 0


def test_what_differs_within_an_article_counts_less_than_what_tells_articles_apart(bridge: Bridge) -> None:
    one, other = bridge.crossed(np.stack([unit(GERMAN + KITA + TONE), unit(GERMAN + KITA - TONE)]), ["de", "de"])
    plain = [unit(vector) for vector in (unit(GERMAN + KITA + TONE), unit(GERMAN + KITA - TONE)) - bridge.centres["de"]]
    assert one @ other > plain[0] @ plain[1]


def test_a_language_nothing_was_learned_of_is_compared_with_its_own_middle(bridge: Bridge) -> None:
    pashto = np.stack([unit(SCHOOL + KITA), unit(SCHOOL + FLAT)])
    kita = bridge.crossed(unit(GERMAN + KITA)[None], ["de"])[0]
    assert list(bridge.crossed(pashto, ["ps", "ps"]) @ kita > 0) == [True, False]


def test_words_that_come_together_mean_each_other() -> None:
    learned = learn_words(PAIRS)
    assert learned["ev"][0][0] == learned["evler"][0][0] == "wohnung"
    assert learned["kresle"][0][0] == "kita"
    assert learn_words([]) == {}


def test_a_question_becomes_german_and_names_stay(bridge: Bridge) -> None:
    found = bridge.german("Ev nerede, Elmshorn?", "tr")
    assert max(found, key=found.__getitem__) == "wohnung"
    assert {"nerede", "elmshorn"} <= found.keys()
    assert bridge.german("Wohnung in Elmshorn", "de").keys() == {"wohnung", "in", "elmshorn"}


@pytest.mark.parametrize("word", ["الشقة", "بالشقة", "والشقة", "للشقة", "شقة"])
def test_what_arabic_writes_together_with_a_word_is_left_out(word: str) -> None:
    assert beginning(word) == "شقة"


def known(german: int) -> list[Variant]:
    """Two articles with so many German texts."""
    texts = {"kita": "Kita-Platz finden", "flat": "Wohnung finden"}
    return [Variant(owner, "de", f"{text} {number}") for owner, text in texts.items() for number in range(german)]


def vectors(variants: list[Variant]) -> dict[str, Vector]:
    return {each.text: unit(GERMAN + (KITA if each.owner == "kita" else FLAT)) for each in variants}


def test_a_question_in_a_language_without_texts_takes_the_bridge(bridge: Bridge) -> None:
    variants = known(FEW)
    # A Turkish question is near to what sounds Turkish, whatever it means.
    asked, lure = unit(TURKISH + KITA), unit(GERMAN + 2 * TURKISH + FLAT)
    stored = vectors(variants) | {each.text: lure for each in variants if each.owner == "flat"}
    matcher = Matcher(variants, (), stored, bridge)
    assert matcher.rank("yer", asked).matches[0].article == "flat"
    crossed = matcher.rank("yer", asked, language="tr").matches
    assert crossed[0].article == "kita"
    assert crossed[0].learned is None


def test_the_dictionary_finds_what_no_vector_tells(bridge: Bridge) -> None:
    variants = known(FEW)
    matcher = Matcher(variants).understood(None, bridge)
    assert matcher.rank("kreşler", language="tr").matches[0].article == "kita"
    assert matcher.rank("kreşler").matches[0].score < matcher.rank("kreşler", language="tr").matches[0].score


def test_the_few_texts_in_the_language_of_a_question_count_as_they_are(bridge: Bridge) -> None:
    variants = [*known(FEW), Variant("house", "tr", "Evler")]
    matcher = Matcher(variants).understood(None, bridge)
    assert [each.article for each in matcher.rank("evler", language="tr").matches[:2]] == ["house", "flat"]


def test_where_there_is_enough_in_a_language_nothing_changes(bridge: Bridge) -> None:
    variants = known(FEW)
    assert Matcher(variants).scarce(["de", "tr"]) == {"tr"}
    assert Matcher(known(FEW - 1)).scarce(["de", "tr"]) == {"de", "tr"}
    with_bridge, without = Matcher(variants, (), vectors(variants), bridge), Matcher(variants, (), vectors(variants))
    asked = unit(GERMAN + KITA)
    assert with_bridge.rank("Kita-Platz", asked, language="de") == without.rank("Kita-Platz", asked)
    assert with_bridge.rank("Kita-Platz", asked, language="ps") == without.rank("Kita-Platz", asked)


def test_a_subject_without_article_is_refused_across_the_bridge_too(bridge: Bridge) -> None:
    variants, foreign = known(FEW), [Variant("school", "de", "Schule")]
    stored = vectors(variants) | {"Schule": unit(GERMAN + SCHOOL)}
    ranking = Matcher(variants, foreign, stored, bridge).rank("okul", unit(TURKISH + SCHOOL), language="tr")
    assert (ranking.subject, ranking.ahead is not None and ranking.ahead < 0) == ("school", True)
