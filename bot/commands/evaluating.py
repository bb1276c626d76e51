"""Measuring how well questions find their articles."""

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.commands.errors import CommandError
from bot.core.evaluation import Outcome, Question, Share, figures
from bot.core.matching import Matcher, decide
from bot.core.variants import Variant, passages, readable


def evaluate(options: argparse.Namespace) -> None:
    """Print figures on a folder of questions: our own (`<language>.yaml`), or pages with questions (`dev.<language>.jsonl`)."""
    folder: Path = options.folder
    if any(folder.glob("dev.*.jsonl")):
        outcomes = _on_pages(folder, options.cache or folder, options.letters, options.content)
    elif any(folder.glob("*.yaml")):
        outcomes = _on_content(options.content, folder, options.letters)
    else:
        raise CommandError(f"There are no questions in {folder}: neither <language>.yaml nor dev.<language>.jsonl with pages.")
    if options.json:
        print(json.dumps({name: _as_json(found) for name, found in _groups(outcomes).items()}, ensure_ascii=False, indent=1))
        return
    for name, found in _groups(outcomes).items():
        print(f"\n{name}")
        for title, share in found.items():
            if share.of:
                low, high = share.interval()
                print(f"  {title:32} {share.value:6.1%}  [{low:.1%}, {high:.1%}]  {share.hits} of {share.of}")


def _groups(outcomes: list[Outcome]) -> dict[str, dict[str, Share]]:
    languages = sorted({each.question.language for each in outcomes})
    styles = sorted({each.question.style for each in outcomes if each.question.articles} - {""})
    return (
        {"all": figures(outcomes)}
        | {f"language {code}": figures(each for each in outcomes if each.question.language == code) for code in languages}
        | {f"style {style}": figures(each for each in outcomes if each.question.style == style) for style in styles}
    )


def _as_json(found: Mapping[str, Share]) -> dict[str, Any]:
    return {title: {"hits": share.hits, "of": share.of} for title, share in found.items()}


def _on_content(content_root: Path, folder: Path, letters_only: bool) -> list[Outcome]:
    from bot.contents import load_answers

    content, embedder = load_answers(content_root, letters_only=letters_only)
    outcomes = []
    for question in questions_in(folder):
        vector = embedder.question(readable(question.text)) if embedder else None
        ranking = content.matcher.rank(question.text, vector, language=question.language)
        outcomes.append(Outcome(question, ranking, decide(ranking)))
    return outcomes


def questions_in(folder: Path) -> Iterable[Question]:
    """Return the questions of a folder of `<language>.yaml` files."""
    for file in sorted(folder.glob("*.yaml")):
        for row in yaml.load(file.read_text("utf-8"), yaml.BaseLoader):
            right = frozenset() if row["article"] == "none" else frozenset([row["article"], *row.get("also", [])])
            yield Question(row["ask"], right, file.stem, row.get("style", ""))


def _on_pages(folder: Path, cache: Path, letters_only: bool, content_root: Path) -> list[Outcome]:
    """Ask questions about the pages of the same city, as they are: passages instead of titles and phrasings."""
    from bot.adapters.bridges import load_bridge
    from bot.adapters.content.reading import Reader
    from bot.adapters.content.vocabulary import read_vocabulary
    from bot.adapters.embeddings import load_embedder, vectors_of

    pages = {row["page"]: row["text"] for row in _rows(folder / "pages.de.jsonl")}
    cities = {city: _passages({page: text for page, text in pages.items() if _city(page) == city}) for city in map(_city, pages)}
    embedder = None if letters_only else load_embedder()
    vectors = vectors_of([each.text for passages in cities.values() for each in passages], embedder, cache) if embedder else None
    bridge, vocabulary = load_bridge(), read_vocabulary(Reader(content_root))
    matchers = {city: Matcher(passages, (), vectors, bridge, vocabulary) for city, passages in cities.items()}
    outcomes = []
    for file in sorted(folder.glob("dev.*.jsonl")):
        for row in _rows(file):
            if row["answerable"] and row["page"] in pages:
                vector = embedder.question(readable(row["text"])) if embedder else None
                ranking = matchers[_city(row["page"])].rank(row["text"], vector, language=row["language"])
                question = Question(row["text"], frozenset([row["page"]]), row["language"])
                outcomes.append(Outcome(question, ranking, decide(ranking)))
    return outcomes


def _city(page: str) -> str:
    return page.rpartition("-")[0]


def _passages(pages: Mapping[str, str]) -> list[Variant]:
    found = []
    for page, text in pages.items():
        title, _, rest = text.strip().partition("\n")
        found += [Variant(page, "de", readable(each)) for each in dict.fromkeys((title, *passages(title, rest)))]
    return found


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
