"""Lays out new articles, translations and languages as files to write in. What is there is never overwritten."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from babel import Locale, UnknownLocaleError

from bot.adapters.content import po
from bot.adapters.content.catalogues import catalogue_path, read_sources
from bot.adapters.content.phrasings import quoted
from bot.adapters.content.problems import ContentError
from bot.adapters.content.reading import Reader
from bot.adapters.content.rendering import render
from bot.core.knowledge import Article
from bot.core.language import SOURCE

_REVIEW_MONTHS = 6


def new_article(root: Path, id: str, topic: str, title: str, today: date, phrasings: Sequence[str] = ()) -> list[Path]:
    """Lay out an article; the hints in it are errors of the check until somebody has replaced them.

    `phrasings` are questions that people asked in German.

    Raises:
        FileExistsError: there is an article of this name.
    """
    folder = root / "knowledge" / "articles" / id
    folder.mkdir(parents=True)
    slots = {
        "id": id,
        "topic": topic,
        "title": title,
        "today": today,
        "review_by": _months_later(today, _REVIEW_MONTHS),
        "phrasings": list(map(quoted, phrasings)),
    }
    paths = [folder / "article.yaml", folder / f"{SOURCE}.md"]
    for path in paths:
        _create(path, render(path.name, **slots))
    return paths


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    # Every month has a 28th.
    return date(day.year + month // 12, month % 12 + 1, min(day.day, 28))


def untranslated(articles: Mapping[str, Article], language: str) -> list[str]:
    """Return the articles that a language does not have."""
    return [id for id, article in articles.items() if language not in article.wordings]


def new_translation(root: Path, article: Article, language: str) -> Path:
    """Lay out a translation: the German text to write over, an error of the check until that is done.

    Raises:
        FileExistsError: the article has this translation.
    """
    german = article.wordings[SOURCE]
    path = root / "knowledge" / "articles" / article.id / f"{language}.md"
    _create(path, render("translation.md", of=article.revision, title=german.title, body=german.body))
    return path


def new_language(root: Path, language: str) -> list[Path]:
    """Lay out the catalogues that a language lacks, and return them.

    Raises:
        ContentError: the German texts cannot be read; then nothing is written.
    """
    reader = Reader(root)
    sources = read_sources(reader)
    if reader.problems:
        raise ContentError(reader.problems)
    paths = {catalogue_path(root, language, domain): texts for domain, texts in sources.items()}
    return [path for path, texts in paths.items() if not path.exists() and po.merge(path, texts, language)]


def language_entry(code: str) -> str | None:
    """Return the line of code that lets the bot speak a language; None where the code is not that of a language."""
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return None
    if locale.language != code:
        return None
    name = locale.get_display_name(code) or code
    direction = ', "rtl"' if locale.text_direction == "rtl" else ""
    return f'Language("{code}", "{name[:1].upper()}{name[1:]}"{direction}),'


def _create(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
