"""The tables of words are read however a spreadsheet saved them; what does not fit is named with its line."""

from pathlib import Path

import pytest

from bot.adapters.content.reading import Reader
from bot.adapters.content.vocabulary import read_vocabulary
from bot.core.vocabulary import expressions


def read(root: Path, text: str) -> tuple[list[dict[str, list[str]]], list[str]]:
    folder = root / "knowledge" / "vocabulary"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "housing.csv").write_text(text, "utf-8")
    reader = Reader(root)
    found = [{language: expressions(concept, language) for language in concept} for concept in read_vocabulary(reader)]
    return found, [str(problem) for problem in reader.problems]


def test_a_cell_holds_words_between_semicolons(tmp_path: Path) -> None:
    assert read(tmp_path, "de,tr\nKita; Kindergarten,kreş;  anaokulu ;\n") == (
        [{"de": ["Kita", "Kindergarten"], "tr": ["kreş", "anaokulu"]}],
        [],
    )


def test_a_table_saved_with_semicolons_between_columns_is_read_as_well(tmp_path: Path) -> None:
    assert read(tmp_path, '\ufeffde;tr\r\n"Kita; Kindergarten";kreş\r\n') == (
        [{"de": ["Kita", "Kindergarten"], "tr": ["kreş"]}],
        [],
    )


def test_languages_may_be_missing_and_in_any_order(tmp_path: Path) -> None:
    assert read(tmp_path, "uk,de\nсадок,Kita\n,Wohnung\n") == (
        [{"uk": ["садок"], "de": ["Kita"]}, {"uk": [], "de": ["Wohnung"]}],
        [],
    )


@pytest.mark.parametrize("head", ["tr,uk", "de,xx", "de,de", ""])
def test_columns_are_languages_and_german_is_one_of_them(tmp_path: Path, head: str) -> None:
    found, problems = read(tmp_path, f"{head}\nkreş,садок\n")
    assert found == []
    assert problems[0].startswith("knowledge/vocabulary/housing.csv: Zeile 1: Die Spalten müssen heißen: de,")


@pytest.mark.parametrize("row", [",kreş", "Kita,kreş,zu viel"])
def test_a_row_without_german_or_with_too_many_cells_is_named(tmp_path: Path, row: str) -> None:
    found, problems = read(tmp_path, f"de,tr\nWohnung,ev\n{row}\n")
    assert found == [{"de": ["Wohnung"], "tr": ["ev"]}]
    assert problems[0].startswith("knowledge/vocabulary/housing.csv: Zeile 3: Jede Zeile braucht ein deutsches Wort.")


def test_without_the_folder_there_is_no_vocabulary(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    assert len(read_vocabulary(reader)) == 0
    assert reader.problems == []
