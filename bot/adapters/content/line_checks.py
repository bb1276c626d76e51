"""What the check finds line by line in the files as they are: invisible direction marks, and hints nobody has replaced."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.adapters.content.problems import Problem

WRITTEN = ("knowledge/**/*.yaml", "knowledge/articles/*/*.md", "flows/*.yaml")
"""What volunteers write by hand."""
_CATALOGUES = "locales/*/LC_MESSAGES/*.po"
_MARK = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
_HINT = re.compile(r"\[\[.*?\]\]")
_ARTICLES = "knowledge/articles/"


def check_lines(root: Path) -> Iterator[Problem]:
    """Yield direction marks in any file, since the bot sets them itself, and hints left in articles."""
    for file, number, line in lines(root, (*WRITTEN, _CATALOGUES)):
        for message in (*_marks(line), *(_hints(line) if file.startswith(_ARTICLES) else ())):
            yield Problem(file, f"Zeile {number}", message)


def lines(root: Path, patterns: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """Yield the lines of files with file name and number; what is no text shows as question marks."""
    for path in (path for pattern in patterns for path in sorted(root.glob(pattern))):
        for number, line in enumerate(path.read_text("utf-8-sig", errors="replace").split("\n"), 1):
            yield path.relative_to(root).as_posix(), number, line


def _marks(line: str) -> Iterator[str]:
    for mark in sorted(set(_MARK.findall(line))):
        yield f"Hier steht das unsichtbare Richtungszeichen U+{ord(mark):04X}. Löschen Sie es; der Bot setzt es selbst."


def _hints(line: str) -> Iterator[str]:
    for hint in _HINT.findall(line):
        yield f"Hier steht noch der Hinweis '{hint}'. Schreiben Sie stattdessen Ihren Text."
