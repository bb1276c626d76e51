"""Learning from our own parallel texts what is shipped for content in few languages; `make vectors` runs it."""

import sys
from collections.abc import Iterator
from pathlib import Path

from bot.adapters.bridges import SHIPPED, save_bridge
from bot.adapters.content import po
from bot.adapters.content.catalogues import FLOWS, GLOSSARY, catalogue_path
from bot.adapters.content.counselling import sentences
from bot.adapters.content.loader import load_knowledge
from bot.adapters.embeddings import vectors_of
from bot.core.bridge import Bridge, learn_space, learn_words
from bot.core.knowledge import Article
from bot.core.language import LANGUAGES, SOURCE
from bot.core.variants import variants

_LONGEST = 250
"""Characters of a German text beyond which words are found too seldom in what they mean."""


def learn(root: Path) -> Bridge | None:
    """Return what the texts of a folder teach; None where the vectors of its articles are not known."""
    articles = load_knowledge(root).knowledge.articles.values()
    known = {article.id: variants([article]) for article in articles}
    vectors = vectors_of((each.text for group in known.values() for each in group), None, root / "knowledge")
    if vectors is None:
        return None
    centres, space = learn_space([(each.language, vectors[each.text]) for each in group] for group in known.values())
    others = [code for code in LANGUAGES if code != SOURCE]
    return Bridge(centres, space, {code: learn_words(_pairs(root, list(articles), code)) for code in others})


def _pairs(root: Path, articles: list[Article], language: str) -> Iterator[tuple[str, str]]:
    """Yield texts in a language with what they say in German: lines of articles, the glossary, counselling, what the bot says."""
    for article in articles:
        if language in article.wordings:
            theirs, ours = article.wordings[language], article.wordings[SOURCE]
            yield theirs.title, ours.title
            lines, german = _lines(theirs.body), _lines(ours.body)
            if len(lines) == len(german):
                yield from zip(lines, german, strict=True)
    for domain in (GLOSSARY, FLOWS):
        for each in po.translations(catalogue_path(root, language, domain)).values():
            if each.text and len(each.german) < _LONGEST:
                yield each.text, each.german
    said, meant = sentences(root, language), sentences(root, SOURCE)
    yield from ((text, meant[key]) for key, text in said.items() if key in meant)


def _lines(body: str) -> list[str]:
    return [line for line in body.split("\n") if line.strip()]


if __name__ == "__main__":
    bridge = learn(Path())
    if bridge is None:
        sys.exit("The vectors of the articles are not complete: run make vectors.")
    save_bridge(bridge)
    print(f"{sum(map(len, bridge.words.values()))} words of {len(bridge.words)} languages are in {SHIPPED.name}")
