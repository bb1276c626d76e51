"""Reads the sentences of counselling language that translation models are measured with, and checks that they fit together."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import RootModel

from bot.adapters.content.problems import ContentError, Problem
from bot.adapters.content.reading import Reader
from bot.adapters.content.values import Slug
from bot.core.language import LANGUAGES, SOURCE


class _Sentences(RootModel[dict[Slug, str]]):
    pass


def sentences(root: Path, language: str) -> dict[str, str]:
    """Return the sentences of a language by their ids; none for a language that has no file.

    Raises:
        ContentError: the file does not fit.
    """
    reader = Reader(root)
    found = _read(reader, language)
    if reader.problems:
        raise ContentError(reader.problems)
    return found


def check_counselling(root: Path) -> Iterator[Problem]:
    """Yield what does not fit: files that cannot be read, and sentences that stand in one language only."""
    reader = Reader(root)
    german = _read(reader, SOURCE)
    others = {language: _read(reader, language) for language in LANGUAGES if _path(reader, language).exists()}
    yield from reader.problems
    for language, found in others.items():
        file = _path(reader, language).relative_to(root).as_posix()
        for id in found.keys() - german.keys():
            yield Problem(
                file, id, "Diesen Satz gibt es auf Deutsch nicht. Ergänzen Sie ihn in de.yaml oder löschen Sie ihn hier."
            )
        for id in german.keys() - found.keys() if found else ():
            yield Problem(file, id, "Dieser Satz fehlt. Übersetzen Sie ihn aus de.yaml.")


def _path(reader: Reader, language: str) -> Path:
    return reader.root / "knowledge" / "counselling" / f"{language}.yaml"


def _read(reader: Reader, language: str) -> dict[str, str]:
    path = _path(reader, language)
    found = reader.yaml(path, _Sentences) if path.exists() else None
    return found.root if found else {}
