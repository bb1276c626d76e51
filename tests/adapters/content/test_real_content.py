"""The content of this repository itself."""

from datetime import date
from pathlib import Path

import pytest

from bot.adapters.content.check import check, errors
from bot.adapters.content.loader import load
from bot.core.language import LANGUAGES

ROOT = Path(__file__).parents[3]
WRITTEN = date(2026, 11, 22)
"""The day the facts were checked; later ones only add warnings."""


def test_the_repository_content_has_no_errors() -> None:
    found = [str(problem) for problem in errors(check(ROOT, WRITTEN))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_missing(language: str) -> None:
    content = load(ROOT)
    texts = {"bot": content.phrases, **{id: flow.texts for id, flow in content.flows.items()}}
    missing = [
        f"{id}: {key}"
        for id, words in texts.items()
        for key in sorted(words.keys())
        if words.find(key, language).language != language
    ]
    missing += [f"article {id}" for id, article in content.knowledge.articles.items() if language not in article.wordings]
    assert not missing, f"{len(missing)} missing: {missing[:20]}"
