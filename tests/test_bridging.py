"""What the bridge between languages is learned from: the articles in all their languages."""

import shutil
from pathlib import Path

from bot.commands.bridging import learned
from bot.core.language import LANGUAGES
from tests.conftest import ROOT


def test_it_learns_every_language_the_articles_are_in() -> None:
    bridge = learned(ROOT)
    assert bridge is not None, "texts changed: run make vectors"
    assert set(bridge.centres) == set(LANGUAGES)


def test_without_the_vectors_of_the_articles_nothing_is_learned(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.npz"))
    assert learned(tmp_path) is None
