"""What the bridge between languages is learned from: texts of ours that say the same."""

import shutil
from pathlib import Path

from bot.commands.bridging import _pairs, learn
from bot.core.content import Content
from tests.conftest import ROOT


def test_it_learns_from_articles_the_glossary_counselling_and_what_the_bot_says(content: Content) -> None:
    article = content.knowledge.articles["kita-place"]
    pairs = dict(_pairs(ROOT, [article], "uk"))
    assert pairs[article.wordings["uk"].title] == article.wordings["de"].title
    term = content.knowledge.terms["aufenthaltstitel"]
    assert pairs[term.wordings["uk"].text] == term.text
    assert pairs["Реєстрація безкоштовна."] == "Die Anmeldung ist kostenlos."
    assert pairs[content.phrases.say("menu", "uk")] == content.phrases.say("menu", "de")


def test_without_the_vectors_of_the_articles_nothing_is_learned(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.npz"))
    assert learn(tmp_path) is None
