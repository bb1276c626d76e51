"""`wegweiser models` and `wegweiser translate`: what they print, and how they refuse."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.argos.tiny import package
from tests.commands import wegweiser


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stick")
    package(folder / "de_en.argosmodel", "de-en", license="CC0", description="Knows nothing.")
    package(folder / "en_ar.argosmodel", "en-ar")
    return folder


@pytest.fixture
def models(stick: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    ran = wegweiser("models", "install", *sorted(stick.glob("*.argosmodel")), "--models", folder)
    assert (ran.status, ran.err) == (0, "")
    assert "de-en 1.0 is installed" in ran.out
    return folder


def test_models_are_listed_with_size_and_licence(models: Path) -> None:
    lines = wegweiser("models", "list", "--models", models).out.splitlines()
    assert [line.split()[:2] for line in lines] == [["de-en", "1.0"], ["en-ar", "1.0"]]
    assert lines[0].endswith("MB  CC0  Knows nothing.")
    assert lines[1].endswith("licence not named")
    found = json.loads(wegweiser("models", "list", "--json", "--models", models).out)
    assert [each["pair"] for each in found] == ["de-en", "en-ar"]


def test_the_status_says_for_each_language_how_it_is_reached(models: Path) -> None:
    said = wegweiser("models", "status", "--models", models).out
    rows = {line[:2]: line for line in said.splitlines()}
    assert "from German: direct           to German: no" in rows["en"]
    assert "from German: through English  to German: no" in rows["ar"]
    assert "nobody offers a model" in rows["ku"]
    found = json.loads(wegweiser("models", "status", "--json", "--models", models).out)
    assert found["languages"]["ar"] == {"to": "through English", "from": "no"}


def test_a_model_is_removed(models: Path) -> None:
    assert wegweiser("models", "remove", "de-en", "--models", models).out == "de-en 1.0 is removed.\n"
    again = wegweiser("models", "remove", "de-en", "--models", models)
    assert (again.status, again.out) == (2, "")
    assert "There is no package 'de-en'" in again.err


def test_without_any_model_the_list_says_what_to_do(tmp_path: Path) -> None:
    assert "To install one" in wegweiser("models", "list", "--models", tmp_path / "none").out


def test_the_models_lie_beside_the_data_or_where_the_settings_say(models: Path, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"data": tmp_path / "data", "key_file": tmp_path / "key"}
    assert f"No model is in {tmp_path / 'data' / 'models'}." in wegweiser("models", "list", **settings).out
    assert "de-en" in wegweiser("models", "list", models=models, **settings).out


@pytest.mark.parametrize(
    ("words", "said"), [(["install"], "For example"), (["remove"], "For example"), (["list", "x"], "For example")]
)
def test_a_command_that_is_not_whole_is_explained(words: list[str], said: str, tmp_path: Path) -> None:
    ran = wegweiser("models", *words, "--models", tmp_path)
    assert ran.status == 2
    assert said in ran.err


def test_a_file_that_is_no_package_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "de_en.argosmodel").write_text("no zip")
    ran = wegweiser("models", "install", tmp_path / "de_en.argosmodel", "--models", tmp_path / "models")
    assert (ran.status, ran.out) == (2, "")
    assert "de_en.argosmodel is damaged or no Argos package" in ran.err


def test_a_pair_without_models_is_said_plainly(models: Path) -> None:
    ran = wegweiser("translate", "--from", "de", "--to", "ku", "Guten Tag", "--models", models)
    assert ran.status == 2
    assert "ku: nobody offers a model" in ran.err
    ran = wegweiser("translate", "--from", "de", "--to", "ku", "Guten Tag", "--models", models, "--json")
    assert (ran.status, json.loads(ran.out)["reason"]) == (1, "no_model")
    assert wegweiser("translate", "--from", "deutsch!", "--to", "ku", "Guten Tag", "--models", models).status == 2


def test_what_needs_no_model_comes_back_as_it_is(models: Path) -> None:
    ran = wegweiser("translate", "--from", "de", "--to", "ar", "112", "--models", models, "--json")
    assert json.loads(ran.out) == {"text": "112", "route": ["de-en 1.0", "en-ar 1.0"], "confidence": 1.0, "reason": None}


def test_the_doctor_names_the_pairs(models: Path, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"data": tmp_path / "data", "key_file": tmp_path / "key"}
    assert "Translation       de-en en-ar" in wegweiser("doctor", models=models, **settings).out
    assert "no model is in" in wegweiser("doctor", **settings).out
    assert "there are none here" in wegweiser("doctor").out
