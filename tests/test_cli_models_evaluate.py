"""`wegweiser models evaluate`: what it measures, what it keeps, and how it refuses."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.argos.quality import write
from bot.adapters.argos.translator import ArgosTranslator
from bot.core.quality import Findings, judge
from bot.services.ports import NotTranslated
from tests.adapters.argos.tiny import package
from tests.commands import Ran, wegweiser

REHEARSED = Path(__file__).parent / "models"


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our test models: they know three hundred sentences by heart."""
    folder = tmp_path_factory.mktemp("rehearsed") / "models"
    assert wegweiser("models", "install", *REHEARSED.glob("*.argosmodel"), "--models", folder).status == 0
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models that say nonsense, as a bad real one would."""
    stick, folder = tmp_path_factory.mktemp("stick"), tmp_path_factory.mktemp("nonsense") / "models"
    files = [package(stick / f"{pair}.argosmodel", pair) for pair in ("de-en", "en-ar")]
    assert wegweiser("models", "install", *files, "--models", folder).status == 0
    return folder


@pytest.fixture
def nonsense(made: Path) -> Path:
    (made / "quality.json").unlink(missing_ok=True)
    return made


def evaluate(*options: object, models: Path) -> Ran:
    return wegweiser("models", "evaluate", *options, "--models", models)


def figures(*options: object, models: Path) -> list[dict[str, Any]]:
    ran = evaluate(*options, "--json", models=models)
    assert (ran.status, ran.err) == (0, "")
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


def known(target: str, count: int = 60) -> list[tuple[str, str]]:
    rows = yaml.safe_load((REHEARSED / "sentences.yaml").read_text("utf-8"))
    return [(row["de"], row[target]) for row in rows[:count]]


def test_a_perfect_pair_through_english_gets_full_marks(rehearsed: Path, tmp_path: Path) -> None:
    file = tmp_path / "set.tsv"
    file.write_text("".join(f"{source}\t{reference}\n" for source, reference in known("ar")), "utf-8")
    (found,) = figures("de-ar", "--set", file, models=rehearsed)
    assert (found["chrf"], found["bleu"], found["sentences"], found["untranslated"]) == (100.0, 100.0, 60, 0)
    assert found["route"] == ["de-en 1.0", "en-ar 1.0"]
    assert found["negations"] > 0
    assert (found["lost_negations"], found["lost_numbers"], found["live"]) == (0, 0, True)


def test_what_a_model_lost_is_counted_and_shown(rehearsed: Path, tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    rows = [
        {"source": "Ich komme heute nicht.", "reference": "I am not coming today."},
        {"source": known("en")[0][0], "reference": "Today it is cold."},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    (found,) = figures("de-en", "--set", file, models=rehearsed)
    assert found["chrf"] < 45
    assert found["live"] is False
    assert found["untranslated"] == sum(found["reasons"].values()) == 1
    assert "1 left untranslated (unsafe)" in evaluate("de-en", "--set", file, models=rehearsed).out


def test_models_for_tests_never_count_for_people(rehearsed: Path) -> None:
    ran = evaluate("de-en", "--write", models=rehearsed)
    assert "never measured for people" in ran.out
    assert not (rehearsed / "quality.json").exists()


def test_without_a_pair_all_between_german_and_the_others_are_measured(nonsense: Path) -> None:
    found = figures("--limit", 2, models=nonsense)
    assert [each["pair"] for each in found] == ["de-ar", "de-en"]
    assert [each["sentences"] for each in found] == [2, 2]


def test_written_figures_switch_a_bad_pair_off(nonsense: Path) -> None:
    said = evaluate("de-en", "--limit", 60, "--write", models=nonsense).out
    assert "off for live chat" in said
    kept = json.loads((nonsense / "quality.json").read_text())
    assert list(kept) == ["de-en"]
    assert (kept["de-en"]["sentences"], kept["de-en"]["route"], kept["de-en"]["live"]) == (60, ["de-en 1.0"], False)
    (again,) = figures("de-en", "--limit", 60, models=nonsense)
    assert again["untranslated"] < 60, "a pair that is off is measured like any other"
    assert "poor" not in again["reasons"]


async def test_live_chat_leaves_a_pair_that_is_off_untranslated(nonsense: Path) -> None:
    translator = ArgosTranslator(nonsense, seconds=60)
    try:
        assert await translator.translate("Guten Tag", "de", "en") != NotTranslated("poor")
        assert translator.usable("de", "en")
        write(nonsense, {"de-en": judge(Findings(), (20.0, 2.0), 200, ["de-en 1.0"], "2026-11-22")})
        assert await translator.translate("Guten Tag", "de", "en") == NotTranslated("poor")
        assert not translator.usable("de", "en")
        assert not translator.usable("de", "ku")
        assert await translator.translate("Guten Tag", "de", "ar") != NotTranslated("poor"), "it was not measured"
        assert await translator.translate("Guten Tag", "de", "en", urgency="bulk") != NotTranslated("poor"), "a person reviews it"
    finally:
        await translator.close()


def test_nothing_is_kept_unless_asked(nonsense: Path) -> None:
    assert evaluate("de-en", "--limit", 60, models=nonsense).status == 0
    assert not (nonsense / "quality.json").exists()


def test_a_few_sentences_are_no_verdict(nonsense: Path) -> None:
    ran = evaluate("de-en", "--limit", 5, "--write", models=nonsense)
    assert "fewer than 50 sentences" in ran.out
    assert not (nonsense / "quality.json").exists()


def test_the_operator_may_draw_the_line_elsewhere(nonsense: Path) -> None:
    assert figures("de-en", "--limit", 5, "--least-chrf", 0, "--most-lost", 100, models=nonsense)[0]["live"] is True


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("set.tsv", "nur eine Spalte\n", "line 1: this is not a sentence, a tab and its translation"),
        ("set.jsonl", '{"source": "a", "reference": "b"}\n{"source": "a"}\n', "line 2: this is not {"),
        ("set.jsonl", "kein JSON\n", "line 1: this is not {"),
        ("set.jsonl", "\n", "There is nothing in"),
        ("set.jsonl", None, "cannot be read"),
    ],
)
def test_a_set_of_another_form_is_refused_in_a_sentence(
    name: str, text: str | None, said: str, rehearsed: Path, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    ran = evaluate("de-en", "--set", tmp_path / name, models=rehearsed)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["deutsch"], "'deutsch' is no pair of languages"),
        (["de-ku", "de-en"], "leads there: de-ku"),
        (["--set", "x.tsv"], "A set is for one pair"),
        (["de-en", "de-ar", "--set", "x.tsv"], "A set is for one pair"),
    ],
)
def test_what_cannot_be_measured_is_said(words: list[str], said: str, rehearsed: Path) -> None:
    ran = evaluate(*words, models=rehearsed)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_a_pair_without_shipped_sentences_needs_a_set(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    assert wegweiser("models", "install", package(tmp_path / "de_es.argosmodel", "de-es"), "--models", folder).status == 0
    assert "No sentences are shipped for de-es" in evaluate("de-es", models=folder).err


def test_without_models_it_is_said_how_to_get_some(tmp_path: Path) -> None:
    assert "To install one" in evaluate(models=tmp_path / "none").err


def test_without_sacrebleu_it_is_said_what_to_install(rehearsed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr("bot.commands.quality.find_spec", lambda name: None if name == "sacrebleu" else find(name))
    ran = evaluate(models=rehearsed)
    assert (ran.status, ran.out) == (2, "")
    assert "pip install 'sacrebleu" in ran.err
