"""What is shipped about languages is read as it was learned; without it, or damaged, everything works as before."""

from pathlib import Path

import numpy as np
import pytest

from bot.adapters.bridges import load_bridge, save_bridge
from bot.adapters.embeddings import vectors_of
from bot.core.bridge import Bridge
from bot.core.content import Content
from bot.core.language import LANGUAGES, SOURCE
from bot.core.matching import Matcher
from bot.core.variants import variants
from tests.conftest import ROOT


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    centres = {"de": np.array([1, 0], np.float32), "uk": np.array([0, 1], np.float32)}
    save_bridge(Bridge(centres, np.eye(2, dtype=np.float32)), tmp_path / "bridge.npz")
    found = load_bridge(tmp_path / "bridge.npz")
    assert found is not None
    assert np.array_equal(found.space, np.eye(2))
    assert {code: list(centre) for code, centre in found.centres.items()} == {"de": [1, 0], "uk": [0, 1]}


def test_without_the_file_or_with_a_damaged_one_there_is_no_bridge(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert load_bridge(tmp_path / "none.npz") is None
    assert not caplog.records
    (tmp_path / "bridge.npz").write_bytes(b"PK\x03\x04 nothing of use")
    assert load_bridge(tmp_path / "bridge.npz") is None
    assert "damaged" in caplog.text


def test_the_shipped_bridge_leads_from_all_our_languages_to_articles_in_german_only(content: Content) -> None:
    bridge = load_bridge()
    assert bridge is not None
    assert set(bridge.centres) == set(LANGUAGES)
    every = variants(content.knowledge.articles.values())
    vectors = vectors_of([each.text for each in every], None, ROOT / "knowledge")
    assert vectors is not None, "texts changed: run make vectors"
    german = [each for each in every if each.language == SOURCE]
    asked = [each for each in every if each.language in ("ar", "uk")][::12]

    def found(matcher: Matcher) -> int:
        ranked = ((each, matcher.rank(each.text, vectors[each.text], language=each.language)) for each in asked)
        return sum(ranking.matches[0].article == each.owner for each, ranking in ranked if ranking.matches)

    with_bridge, without = found(Matcher(german, (), vectors, bridge)), found(Matcher(german, (), vectors))
    assert with_bridge > 0.6 * len(asked)
    assert with_bridge > without
