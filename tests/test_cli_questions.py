"""What an editor types: listing the questions that found no answer, adding them to articles, dropping them."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.adapters.content.loader import load, load_knowledge
from bot.adapters.sqlite import SqliteStore, Vault
from bot.core.anonymous import OpenQuestion, Reason, without_person
from bot.core.content import Content
from tests.adapters.content.folder import DEPOSIT, Folder
from tests.commands import Ran, wegweiser

TODAY = date(2026, 11, 23)
BACK_DE, BACK_AR, BACK_TR = (
    "Wann bekomme ich die Kaution zurück?",
    "متى أسترجع مبلغ الضمان؟",
    "Depozitomu ne zaman geri alırım: hemen mi?",
)
DOG, CAT = "Wie melde ich meinen Hund an?", "Де зареєструвати кота?"


class Meanings:
    """Stands for the model: knows two subjects by the animals, and everything else as one."""

    def stored(self, texts: Sequence[str]) -> Any:
        rows = np.zeros((len(texts), 384), np.float32)
        for row, text in enumerate(texts):
            rows[row, next((n for n, word in enumerate(("Hund", "кота")) if word in text), 2)] = 1
        return rows


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch) -> None:
    def load_answers(root: Path) -> tuple[Content, Meanings]:
        return load_knowledge(root), Meanings()

    monkeypatch.setattr("bot.contents.load_answers", load_answers)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "content")
    made.translate_article("rental-deposit", "ar", "# الضمان\nتدفعون {deposit_max}.")
    made.translate_article("rental-deposit", "tr", "# Depozito\nEn fazla {deposit_max}.")
    return made


@pytest.fixture
def settings(tmp_path: Path, folder: Folder) -> dict[str, Any]:
    return {"data": tmp_path / "data", "key_file": tmp_path / "key", "content": folder.root}


def opened(settings: dict[str, Any], *, alone: bool = False) -> SqliteStore:
    return SqliteStore(settings["data"], Vault.open(settings["key_file"]), alone=alone)


def asked(
    settings: dict[str, Any],
    *questions: tuple[str, str],
    day: date = TODAY,
    reason: Reason = "unanswered",
    article: str | None = None,
) -> None:
    store = opened(settings)
    with store.transaction() as tx:
        for language, text in questions:
            tx.keep_question(OpenQuestion(0, day, language, reason, article, without_person(text)))
    store.close()


def open_numbers(settings: dict[str, Any]) -> list[int]:
    store = opened(settings)
    try:
        with store.transaction() as tx:
            return [question.n for question in tx.open_questions()]
    finally:
        store.close()


def questions(settings: dict[str, Any], *arguments: object) -> Ran:
    return wegweiser("questions", *arguments, **settings)


def phrasings(folder: Folder, language: str, article: str = "rental-deposit") -> tuple[str, ...]:
    return load_knowledge(folder.root).knowledge.articles[article].wordings[language].phrasings


# The list


def test_questions_are_listed_in_groups_across_languages_the_biggest_first(settings: dict[str, Any]) -> None:
    asked(settings, ("de", DOG))
    asked(settings, ("de", BACK_DE), ("ar", BACK_AR), reason="not_helpful", article="rental-deposit")
    asked(settings, ("tr", BACK_TR))
    ran = questions(settings)
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert " ".join(lines[0].split()) == "2 3 x de ar tr (not_helpful 2, unanswered 1) nearest article: rental-deposit"
    assert [line.split(maxsplit=2) for line in lines[1:4]] == [["2", "de", BACK_DE], ["3", "ar", BACK_AR], ["4", "tr", BACK_TR]]
    assert lines[4].startswith("    1  1 x  de")


def test_the_list_is_json_as_well_and_can_begin_at_a_day(settings: dict[str, Any]) -> None:
    asked(settings, ("de", DOG), day=date(2026, 10, 1))
    asked(settings, ("uk", CAT))
    [group] = json.loads(questions(settings, "--json", "--since", "2026-10-02").out)
    assert {key: group[key] for key in ("n", "size", "languages", "reasons", "article")} == {
        "n": 2, "size": 1, "languages": ["uk"], "reasons": {"unanswered": 1}, "article": None,
    }  # fmt: skip
    assert group["questions"][0]["text"] == CAT
    assert group["questions"][0]["day"] == "2026-11-23"


def test_it_works_beside_a_running_server(settings: dict[str, Any]) -> None:
    server = opened(settings, alone=True)
    assert "No question is waiting" in questions(settings).out
    asked(settings, ("de", DOG))
    assert questions(settings, "drop", "1").status == 0
    server.close()


def test_no_name_and_no_number_of_somebody_who_asked_is_shown(settings: dict[str, Any]) -> None:
    asked(settings, ("de", f"Ich heiße Ahmad Khalil, 0176 1234567. {DOG}"))
    assert "Ich heiße …, #. Wie melde ich meinen Hund an?" in questions(settings).out
    on_disk = b"".join(path.read_bytes() for path in Path(settings["data"]).iterdir())
    assert [word for word in (b"Ahmad", b"Khalil", b"1234567", b"Hund") if word in on_disk] == []


# Adding


def test_a_group_becomes_phrasings_each_in_its_own_language(settings: dict[str, Any], folder: Folder) -> None:
    before = (folder.root / DEPOSIT / "de.md").read_text("utf-8")
    asked(settings, ("de", BACK_DE), ("ar", BACK_AR), ("tr", BACK_TR), ("uk", CAT), ("de", BACK_DE.upper()))
    ran = questions(settings, "add", "3", "--to", "rental-deposit")
    assert (ran.status, ran.err) == (0, "")
    assert phrasings(folder, "de") == ("Wie hoch ist die Kaution?", BACK_DE)
    assert (phrasings(folder, "ar"), phrasings(folder, "tr")) == ((BACK_AR,), (BACK_TR,))
    after = (folder.root / DEPOSIT / "de.md").read_text("utf-8")
    assert after == before.replace("Kaution?\n", f"Kaution?\n  - {BACK_DE}\n")
    assert open_numbers(settings) == [4]


def test_one_question_or_one_language_of_a_group_can_be_added(settings: dict[str, Any], folder: Folder) -> None:
    asked(settings, ("de", BACK_DE), ("ar", BACK_AR), ("tr", BACK_TR))
    assert questions(settings, "add", "2", "--to", "rental-deposit", "--only").status == 0
    assert open_numbers(settings) == [1, 3]
    assert questions(settings, "add", "1", "--to", "rental-deposit", "--language", "de").status == 0
    assert open_numbers(settings) == [3]
    assert (phrasings(folder, "ar"), phrasings(folder, "tr")) == ((BACK_AR,), ())


def test_a_phrasing_of_another_article_is_refused_and_stays(settings: dict[str, Any], folder: Folder) -> None:
    asked(settings, ("de", "wie finde ich eine wohnung"))
    before = (folder.root / DEPOSIT / "de.md").read_bytes()
    ran = questions(settings, "add", "1", "--to", "rental-deposit")
    assert ran.status == 1
    assert "'wie finde ich eine wohnung' is a phrasing of flat-search; no two articles may have the same" in ran.err
    assert (folder.root / DEPOSIT / "de.md").read_bytes() == before
    assert open_numbers(settings) == [1]


def test_what_the_article_has_already_is_done(settings: dict[str, Any], folder: Folder) -> None:
    asked(settings, ("tr", "wie hoch ist die kaution"))
    assert questions(settings, "add", "1", "--to", "rental-deposit").status == 0
    assert (phrasings(folder, "tr"), open_numbers(settings)) == ((), [])


def test_a_question_in_a_language_the_article_lacks_stays(settings: dict[str, Any], folder: Folder) -> None:
    asked(settings, ("de", BACK_DE), ("ku", "Depozîto kengî tê?"))
    ran = questions(settings, "add", "1", "--to", "rental-deposit")
    assert ran.status == 1
    assert "First: wegweiser translation new ku rental-deposit" in ran.err
    assert (phrasings(folder, "de")[-1], open_numbers(settings)) == (BACK_DE, [2])


# A new article


def test_a_new_article_begins_with_the_question(settings: dict[str, Any], folder: Folder) -> None:
    asked(settings, ("de", DOG), ("en", "Register my Hund"))
    ran = questions(settings, "new", "1", "--id", "dog-tax", "--topic", "housing", "--title", "Einen Hund anmelden")
    assert (ran.status, ran.err) == (0, "")
    assert "asked in en (2): Register my Hund" in ran.out
    assert "wegweiser questions add 2 --to dog-tax" in ran.out
    article = load(folder.root).knowledge.articles["dog-tax"]
    assert article.wordings["de"].title == "Einen Hund anmelden"
    assert article.wordings["de"].phrasings[0] == DOG
    assert article.wordings["de"].phrasings[1].startswith("[[Stichwörter")
    assert open_numbers(settings) == [2]


def test_an_article_that_is_there_is_not_laid_out_again_and_the_question_stays(settings: dict[str, Any]) -> None:
    asked(settings, ("de", DOG))
    ran = questions(settings, "new", "1", "--id", "rental-deposit", "--topic", "housing")
    assert ran.status == 2
    assert "There is an article 'rental-deposit' already" in ran.err
    assert open_numbers(settings) == [1]


# Dropping, and what cannot be done


def test_a_group_or_one_question_is_dropped(settings: dict[str, Any]) -> None:
    asked(settings, ("de", BACK_DE), ("ar", BACK_AR), ("de", DOG), ("tr", BACK_TR))
    assert questions(settings, "drop", "4", "--only").status == 0
    assert open_numbers(settings) == [1, 2, 3]
    assert questions(settings, "drop", "2").status == 0
    assert open_numbers(settings) == [3]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "1", "--to", "nothing"], "There is no article 'nothing'"),
        (["add", "1"], "Which article answers it?"),
        (["add", "7", "--to", "rental-deposit"], "There is no question 7"),
        (["drop"], "Which question?"),
        (["new", "1"], "needs an id and a topic"),
        (["new", "1", "--id", "Hund!", "--topic", "housing"], "'Hund!' is no id"),
        (["new", "1", "--id", "dog", "--topic", "dogs"], "There is no topic 'dogs'"),
        (["list", "--since", "gestern"], "'gestern' is no day"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_lost(settings: dict[str, Any], arguments: list[str], said: str) -> None:
    asked(settings, ("de", DOG))
    ran = questions(settings, *arguments)
    assert (ran.status, open_numbers(settings)) == (2, [1])
    assert said in ran.err
