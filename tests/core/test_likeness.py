"""What came back from a translation is compared with what was written: how alike, which words are lost, whether a "nicht" is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.likeness import chrf, lost_words, negations, same_words

SENTENCE = "Bitte bringen Sie den Brief mit."


def test_the_same_is_wholly_alike_and_something_else_not_at_all() -> None:
    assert chrf(SENTENCE, SENTENCE) == pytest.approx(1)
    assert chrf("xyz", "abcd") == 0
    assert chrf("", SENTENCE) == 0
    assert chrf("", "") == 1


def test_chrf_is_the_f_score_of_popovic() -> None:
    # By hand: "abcd" in "abce": 3/4 single letters, 2/3 pairs, 1/2 triples, 0/1 quadruples, both ways.
    assert chrf("abcd", "abce") == pytest.approx((3 / 4 + 2 / 3 + 1 / 2) / 4)
    # Recall counts twice as much as precision: half of what was meant is worse than as much said in vain.
    assert chrf("ab", "abcd") < chrf("abcd", "ab")


def test_other_words_for_the_same_are_more_alike_than_another_matter() -> None:
    assert chrf("Bringen Sie bitte den Brief mit.", SENTENCE) > 0.7 > 0.4 > chrf("Morgen regnet es wieder.", SENTENCE)


@given(st.text(max_size=30), st.text(max_size=30))
def test_chrf_stays_between_nothing_and_all(one: str, other: str) -> None:
    assert 0 <= chrf(one, other) <= 1 + 1e-9


@pytest.mark.parametrize(
    ("text", "back", "lost"),
    [
        (SENTENCE, SENTENCE.lower(), ()),
        ("Sie dürfen noch nicht arbeiten.", "Sie dürfen noch arbeiten.", ("nicht",)),
        ("Ihr Termin ist am Dienstag.", "Ihr Termin ist am Donnerstag.", ("Dienstag",)),
        ("Um 10 Uhr im Büro", "Um 16 Uhr im Büro", ("10",)),
        ("Bringen Sie Ihre Verträge mit.", "Bringen Sie Ihren Vertrag mit.", ()),
        ("Ja", "", ("Ja",)),
    ],
)
def test_the_words_that_did_not_come_back_are_named(text: str, back: str, lost: tuple[str, ...]) -> None:
    assert lost_words(text, back) == lost


def test_every_way_to_say_no_is_counted() -> None:
    assert negations("Nicht ohne Termin, keinen Brief, nie und niemand.") == 5
    assert negations("Der Vernichtende keimt, nichtig.") == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Danke für Ihre Nachricht", "Danke für ihre Nachrichten!", True),
        ("Der Termin ist am Dienstag", "Der Termin ist am Donnerstag", False),
        ("Sie dürfen kommen", "Sie dürfen nicht kommen", False),
        ("Sie brauchen eine Karte", "Sie brauchen keine Karte", False),
        ("Um 10 Uhr", "Um 11 Uhr", False),
    ],
)
def test_texts_with_the_same_words_differ_in_endings_only(one: str, other: str, same: bool) -> None:
    assert same_words(one, other) is same
