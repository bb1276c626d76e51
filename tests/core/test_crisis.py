"""A crisis is recognised in every language, before anything else; everyday talk does not raise it."""

from pathlib import Path

import pytest
import yaml

from bot.core.content import Content
from bot.core.crisis import Crises, Crisis
from bot.core.language import LANGUAGES

CASES = yaml.load((Path(__file__).parent / "crisis_cases.yaml").read_text("utf-8"), yaml.BaseLoader)


CRISES = [
    pytest.param(case["text"], case["crisis"], id=f"{language}-{number}")
    for language, cases in CASES.items()
    for number, case in enumerate(cases["crisis"], 1)
]
HARMLESS = [
    pytest.param(text, id=f"{language}-{number}")
    for language, cases in CASES.items()
    for number, text in enumerate(cases["harmless"], 1)
]


@pytest.mark.parametrize(("text", "crisis"), CRISES)
def test_a_cry_for_help_is_recognised(text: str, crisis: str, content: Content) -> None:
    assert [kind.id for kind in content.crises.recognise(text)][:1] == [crisis]


@pytest.mark.parametrize("text", HARMLESS)
def test_everyday_talk_raises_no_alarm(text: str, content: Content) -> None:
    assert content.crises.recognise(text) == ()


def test_there_are_cases_in_every_language() -> None:
    assert set(LANGUAGES) <= set(CASES)


def test_every_crisis_has_numbers_that_exist_and_words_in_all_languages(content: Content) -> None:
    known = {number.id for number in content.crises.numbers}
    for kind in content.crises.kinds:
        assert kind.numbers
        assert set(kind.numbers) <= known
        for language in LANGUAGES:
            assert content.phrases.find(f"crisis_{kind.id}", language).language == language


def test_a_long_text_hides_no_crisis_behind_many_words(content: Content) -> None:
    assert content.crises.recognise("Guten Tag " * 300 + "ich will sterben")


def recognised(text: str, *phrases: str, unless: tuple[str, ...] = ()) -> bool:
    return bool(Crises((), (Crisis("medical", (), phrases, unless),)).recognise(text))


def test_a_star_stands_for_any_ending() -> None:
    assert recognised("Er ist bewusstlos!", "bewusst*")
    assert not recognised("Er ist unbewusst", "bewusst*")


def test_without_a_star_the_whole_word_counts() -> None:
    assert not recognised("Notfallpraxis", "notfall")


@pytest.mark.parametrize(
    ("text", "fits"), [("kind atmet", True), ("kind das da nun atmet", True), ("kind das da nun mal atmet", False)]
)
def test_a_tilde_stands_for_up_to_three_words(text: str, fits: bool) -> None:
    assert recognised(text, "kind ~ atmet") is fits


def test_a_phrase_that_shows_it_is_none_silences_only_itself() -> None:
    assert not recognised("ich sterbe vor Langeweile", "sterbe", unless=("sterbe vor langeweile",))
    assert recognised("ich sterbe vor Langeweile. ich sterbe", "sterbe", unless=("sterbe vor langeweile",))


def test_case_signs_and_diacritics_do_not_matter() -> None:
    assert recognised("«ERSTICKT»!!!", "erstickt")
    assert recognised("мой ребёнок", "ребенок")


def test_nothing_said_is_no_crisis(content: Content) -> None:
    assert content.crises.recognise("") == ()
    assert content.crises.recognise("؟!") == ()
