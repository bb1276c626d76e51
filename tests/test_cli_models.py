"""`wegweiser models` and `wegweiser translate`: what they print, and how they refuse."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.argos.quality import write
from bot.core.quality import Quality
from tests.adapters.argos.shop import File, open_shop
from tests.adapters.argos.tiny import package, pieces, write_model
from tests.commands import wegweiser
from tests.conftest import ROOT


def figures(*route: str) -> Quality:
    """Return what may have been measured of a way."""
    counts: dict[str, Any] = {each.name: 0 for each in fields(Quality) if each.type in ("int", int)}
    return Quality(**counts, chrf=55.4, bleu=30.2, at="2026-11-22", route=route, live=True)


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
    assert lines[0].endswith("MB in memory  not measured  CC0  Knows nothing.")
    assert lines[1].endswith("licence not named")
    found = json.loads(wegweiser("models", "list", "--json", "--models", models).out)
    assert [(each["pair"], each["quality"]) for each in found] == [("de-en", None), ("en-ar", None)]
    assert all(0 < each["memory"] < 2 * each["size"] for each in found)


def test_measured_quality_is_shown_for_models_and_languages(models: Path) -> None:
    good, weak = figures("de-en 1.0"), replace(figures("de-en 1.0", "en-ar 1.0"), chrf=20.0, live=False)
    write(models, {"de-en": good, "en-ar": figures("en-ar 0.9"), "de-ar": weak})
    lines = wegweiser("models", "list", "--models", models).out.splitlines()
    assert "chrF 55, BLEU 30 (2026-11-22)  CC0" in lines[0]
    assert "not measured" in lines[1]
    said = wegweiser("models", "status", "--models", models).out
    assert "chrF 20, BLEU 30 (2026-11-22), too weak for the live chat / -" in said
    found = json.loads(wegweiser("models", "status", "--json", "--models", models).out)["languages"]
    assert found["ar"]["quality"]["to"]["live"] is False
    assert found["en"]["quality"]["to"]["chrf"] == 55.4


def test_models_for_tests_say_so(tmp_path: Path) -> None:
    for pair in ("de_en", "en_de"):
        assert wegweiser("models", "install", ROOT / "tests/models" / f"{pair}.argosmodel", "--models", tmp_path).status == 0
    assert wegweiser("models", "list", "--models", tmp_path).out.count("for tests only") == 2
    assert "English   for tests only / for tests only" in wegweiser("models", "status", "--models", tmp_path).out


def test_the_status_says_for_each_language_how_it_is_reached(models: Path) -> None:
    said = wegweiser("models", "status", "--models", models).out
    rows = {line[:2]: line for line in said.splitlines()}
    assert "from German: direct           to German: no" in rows["en"]
    assert "from German: through English  to German: no" in rows["ar"]
    assert "no Argos model for this language" in rows["ku"]
    found = json.loads(wegweiser("models", "status", "--json", "--models", models).out)
    assert found["languages"]["ar"] == {"to": "through English", "from": "no", "quality": {"to": None, "from": None}}
    assert "There is no Argos model for Kurdish, Kurmanji, Sorani, Tigrinya, Pashto, Somali, Amharic, Dari" in said
    assert set(found["without_models"]) >= {"ku", "ti", "ps", "so", "am", "prs"}
    assert found["memory"] > found["models"] == 2


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
    ("words", "said"),
    [
        (["install"], "FILE"),
        (["remove"], "PAIR"),
        (["download"], "PAIR"),
        (["pack", "."], "--from"),
        (["list", "x"], "unrecognized arguments: x"),
    ],
)
def test_a_command_that_is_not_whole_is_explained(words: list[str], said: str) -> None:
    ran = wegweiser("models", *words)
    assert ran.status == 2
    assert said in ran.err


def test_models_are_downloaded_with_progress_and_only_once(stick: Path, tmp_path: Path) -> None:
    with open_shop() as shop:
        index = shop.list_packages(shop.offer("de-en"), shop.offer("en-ar"))
        for pair in ("de-en", "en-ar"):
            shop.files[f"/{pair}.argosmodel"] = File((stick / f"{pair.replace('-', '_')}.argosmodel").read_bytes())
        words = ("models", "download", "de-en", "en_ar", "--index", index, "--models", tmp_path / "models")
        ran = wegweiser(*words)
        assert ran.status == 0
        assert [line[:22] for line in ran.out.splitlines()] == ["de-en 1.0 is installed", "en-ar 1.0 is installed"]
        assert ran.err.splitlines()[-1] == "en-ar 1.0: 0.3 MB of 0.3 MB"
        assert 2 <= len(ran.err.splitlines()) <= 22
        again = wegweiser(*words)
        assert again.out.splitlines() == ["de-en 1.0 is installed already.", "en-ar 1.0 is installed already."]
        assert [path for path, _ in shop.asked].count("/de-en.argosmodel") == 1


def test_a_model_for_tests_is_replaced_by_the_one_of_the_index(stick: Path, tmp_path: Path) -> None:
    wegweiser("models", "install", ROOT / "tests/models/de_en.argosmodel", "--models", tmp_path)
    with open_shop() as shop:
        index = shop.list_packages(shop.offer("de-en"))
        shop.files["/de-en.argosmodel"] = File((stick / "de_en.argosmodel").read_bytes())
        assert wegweiser("models", "download", "de-en", "--index", index, "--models", tmp_path).status == 0
    assert "for tests only" not in wegweiser("models", "list", "--models", tmp_path).out


def test_all_that_cannot_be_downloaded_is_named_at_once_and_nothing_fetched(tmp_path: Path) -> None:
    with open_shop() as shop:
        settings: dict[str, Any] = {"data": tmp_path / "data", "key_file": tmp_path / "key"}
        index = shop.list_packages(*map(shop.offer, ("de-en", "en-ar")))
        ran = wegweiser("models", "download", "de-en", "de-ar", "de-ti", **settings, models_index=index)
        assert (ran.status, ran.out) == (2, "")
        first, second = ran.err.splitlines()
        assert first.endswith("wegweiser models download de-en en-ar")
        assert second.startswith("There is no Argos model for Tigrinya (ti)")
        assert [path for path, _ in shop.asked] == ["/index.json"]


def test_a_model_is_packed_and_installed(tmp_path: Path) -> None:
    (tmp_path / "opus" / "model").mkdir(parents=True)
    write_model(tmp_path / "opus" / "model")
    for side in ("source", "target"):
        (tmp_path / "opus" / f"{side}.spm").write_bytes(pieces())
    file = tmp_path / "de_uk.argosmodel"
    packed = wegweiser("models", "pack", tmp_path / "opus", "--from", "de", "--to", "uk", "--output", file)
    assert (packed.status, packed.err) == (0, "")
    assert f"To use it: wegweiser models install {file}" in packed.out
    assert "de-uk 1.0+" in wegweiser("models", "install", file, "--models", tmp_path / "models").out
    refused = wegweiser("models", "pack", tmp_path, "--from", "de", "--to", "uk", "--output", file)
    assert (refused.status, refused.out) == (2, "")
    assert "holds neither an OPUS-MT model" in refused.err


def test_a_file_that_is_no_package_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "de_en.argosmodel").write_text("no zip")
    ran = wegweiser("models", "install", tmp_path / "de_en.argosmodel", "--models", tmp_path / "models")
    assert (ran.status, ran.out) == (2, "")
    assert "de_en.argosmodel is damaged or no Argos package" in ran.err


def test_a_pair_without_models_is_said_plainly(models: Path) -> None:
    ran = wegweiser("translate", "--from", "de", "--to", "ku", "Guten Tag", "--models", models)
    assert ran.status == 2
    assert "ku: there is no Argos model" in ran.err
    ran = wegweiser("translate", "--from", "de", "--to", "ku", "Guten Tag", "--models", models, "--json")
    assert (ran.status, json.loads(ran.out)["reason"]) == (1, "no_model")
    assert wegweiser("translate", "--from", "deutsch!", "--to", "ku", "Guten Tag", "--models", models).status == 2


def test_what_needs_no_model_comes_back_as_it_is(models: Path) -> None:
    ran = wegweiser("translate", "--from", "de", "--to", "ar", "112", "--models", models, "--json")
    assert json.loads(ran.out) == {"text": "112", "route": [], "confidence": None, "reason": "same_language"}
    assert wegweiser("translate", "--from", "de", "--to", "ar", "112", "--models", models).out == "112\n"


def test_the_doctor_tries_every_model_and_names_a_broken_one(models: Path, tmp_path: Path) -> None:
    weights = models / "en_ar" / "model" / "model.bin"
    weights.write_bytes(weights.read_bytes()[:-1000])
    ran = wegweiser("doctor", models=models, data=tmp_path / "data", key_file=tmp_path / "key")
    assert "Translation       de-en (see: wegweiser models status)" in ran.out
    assert "Translation       no: en-ar is broken, its model does not work (" in ran.out
    assert ran.status == 1


def test_the_doctor_names_the_pairs(models: Path, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"data": tmp_path / "data", "key_file": tmp_path / "key"}
    assert "Translation       de-en en-ar" in wegweiser("doctor", models=models, **settings).out
    assert "no model that works is in" in wegweiser("doctor", **settings).out
    assert "there are none here" in wegweiser("doctor").out
