"""Which questions come together."""

import numpy as np
from numpy.typing import NDArray

from bot.core.grouping import grouped

SIZE = 384


def meaning(language: int, subject: int, slip: int = 0) -> NDArray[np.float32]:
    """Return a vector as models make them: mostly the language, a bit the subject, and a bit of its own."""
    vector = np.zeros(SIZE, np.float32)
    vector[language], vector[20 + subject], vector[100 + slip] = 0.9, 0.4, 0.15
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def test_questions_that_mean_the_same_come_together_across_languages() -> None:
    asked = [(language, subject) for language in range(2) for subject in range(6)]
    vectors = np.stack([meaning(language, subject, n) for n, (language, subject) in enumerate(asked)])
    groups = grouped(["?"] * 12, [("ar", "uk")[language] for language, _ in asked], vectors)
    assert groups == [[n, n + 6] for n in range(6)]


def test_the_biggest_group_comes_first() -> None:
    subjects = [0, 1, 2, 3, 4, 4, 4, 3]
    vectors = np.stack([meaning(0, subject, n) for n, subject in enumerate(subjects)])
    assert grouped(["?"] * 8, ["de"] * 8, vectors)[:2] == [[4, 5, 6], [3, 7]]


def test_one_language_alone_does_not_make_two_questions_one() -> None:
    vectors = np.stack([meaning(0, subject) for subject in range(3)])
    assert vectors[0] @ vectors[1] > 0.8
    assert grouped(["?"] * 3, ["de"] * 3, vectors) == [[0], [1], [2]]


def test_questions_that_are_all_about_one_thing_are_one_group() -> None:
    vectors = np.stack([meaning(n % 2, 7, n) for n in range(12)])
    languages = ["de", "ar"] * 6
    background = {"de": meaning(0, 1), "ar": meaning(1, 1)}
    assert [len(group) for group in grouped(["?"] * 12, languages, vectors, background)] == [12]


def test_without_vectors_the_same_words_come_together_slips_included() -> None:
    asked = ["Wie melde ich meinen Hund an?", "wo kauft man fisch", "wie meld ich mein hund an", "Де купити рибу?"]
    assert grouped(asked, ["de", "de", "de", "uk"]) == [[0, 2], [1], [3]]


def test_no_questions_are_no_groups() -> None:
    assert grouped([], []) == []
    assert grouped([], [], np.zeros((0, SIZE), np.float32)) == []
