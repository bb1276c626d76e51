"""Letters tell what looks alike, whatever the script, the case and the slips."""

import pytest

from bot.core.letters import LetterIndex, pieces

TEXTS = ("Einen Kita-Platz finden", "Wohnung suchen", "Дитячий садок", "دور على شقة")


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("kitaplatz finden", 0),
        ("KITA PLAZ FINDN", 0),
        ("wonung suchn", 1),
        ("dytyachyj sadok", 2),
        ("дитячий садочок", 2),
        ("بدور على شقه", 3),
    ],
)
def test_the_nearest_text_is_found_despite_slips_case_and_script(question: str, nearest: int) -> None:
    scores = LetterIndex(TEXTS).scores(question)
    assert scores.argmax() == nearest
    assert 0 < scores.max() <= 1


def test_the_same_text_is_as_near_as_can_be() -> None:
    index = LetterIndex(TEXTS)
    assert [float(index.scores(text).max()) for text in TEXTS] == pytest.approx([1, 1, 1, 1])


@pytest.mark.parametrize("question", ["", "🏠", "!!!", "\x00"])
def test_what_has_no_letters_is_near_to_nothing(question: str) -> None:
    assert LetterIndex(TEXTS).scores(question).max() == 0


def test_pieces_stay_within_words() -> None:
    assert "ab" in pieces("ab cd")
    assert not any("b c" in piece or "bc" in piece for piece in pieces("ab cd"))


def test_what_is_named_is_not_found_by_pieces_that_stand_in_very_many_texts() -> None:
    index = LetterIndex([*TEXTS, *(f"Die Frage {number}" for number in range(600))])
    assert index.alike({"die": 1.0, "frage": 1.0}).max() == 0
    assert index.alike({"die": 1.0, "wohnung": 1.0}).argmax() == 1
    assert index.scores("die Frage").max() > 0.5
