"""The shipped sentences of counselling language: complete, and the same in every language in what must not get lost."""

from pathlib import Path

import pytest

from bot.adapters.content.counselling import check_counselling, sentences
from bot.adapters.content.problems import ContentError
from bot.core.language import LANGUAGES
from bot.core.signs import dates, modal, negated, numbers
from bot.settings import CONTENT


@pytest.fixture(scope="module")
def german() -> dict[str, str]:
    return sentences(CONTENT, "de")


def test_there_are_two_hundred_with_enough_of_what_gets_lost(german: dict[str, str]) -> None:
    assert len(german) == len(set(german.values())) == 200
    assert sum(negated(text, "de") for text in german.values()) >= 60
    assert sum(modal(text, "de") for text in german.values()) >= 60
    assert sum(bool(numbers(text)) for text in german.values()) >= 50


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_keeps_negations_modal_verbs_numbers_and_dates(language: str, german: dict[str, str]) -> None:
    found = sentences(CONTENT, language)
    assert list(found) == list(german)
    for id, text in german.items():
        assert negated(found[id], language) == negated(text, "de"), found[id]
        assert modal(found[id], language) or not modal(text, "de"), found[id]
        assert numbers(found[id]) == numbers(text), found[id]
        assert dates(found[id], language) == dates(text, "de"), found[id]


def test_the_shipped_sentences_pass_the_check() -> None:
    assert list(check_counselling(CONTENT)) == []


def write(root: Path, **files: str) -> Path:
    folder = root / "knowledge" / "counselling"
    folder.mkdir(parents=True)
    for language, text in files.items():
        (folder / f"{language}.yaml").write_text(text, "utf-8")
    return root


def test_a_language_without_a_file_has_no_sentences_and_that_is_no_problem(tmp_path: Path) -> None:
    root = write(tmp_path, de="a-1: Guten Tag.\n")
    assert sentences(root, "ar") == {}
    assert list(check_counselling(root)) == []
    assert list(check_counselling(tmp_path / "elsewhere")) == []


def test_ids_that_stand_in_one_language_only_are_named(tmp_path: Path) -> None:
    root = write(tmp_path, de="a-1: Guten Tag.\na-2: Danke.\n", en="a-1: Hello.\na-3: Please.\n")
    found = {(problem.file, problem.place): problem.message for problem in check_counselling(root)}
    assert "auf Deutsch nicht" in found["knowledge/counselling/en.yaml", "a-3"]
    assert "fehlt" in found["knowledge/counselling/en.yaml", "a-2"]


@pytest.mark.parametrize("text", ["- a list\n", "a-1: [x]\n", "a-1: x\na-1: y\n", "A!: x\n"])
def test_a_file_of_another_form_is_said_by_the_check_and_refused_by_the_reader(text: str, tmp_path: Path) -> None:
    root = write(tmp_path, de=text)
    assert [problem.file for problem in check_counselling(root)][:1] == ["knowledge/counselling/de.yaml"]
    with pytest.raises(ContentError):
        sentences(root, "de")
