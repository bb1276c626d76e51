"""Adds phrasings to an article's file; every other character of the file stays as somebody wrote it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from bot.core.knowledge import Article
from bot.core.text import fold

_FENCE = "---"


class NoPlace(Exception):
    """The file's list of phrasings cannot be added to by a program; nothing was changed."""


def claimed(articles: Mapping[str, Article]) -> dict[str, str]:
    """Return every phrasing, folded, and the article that has it: no other may have the same."""
    return {
        fold(phrasing): article.id
        for article in articles.values()
        for wording in article.wordings.values()
        for phrasing in wording.phrasings
    }


def add_phrasings(path: Path, phrasings: Sequence[str]) -> None:
    """Write new phrasings at the end of the list in a Markdown file's head.

    Raises:
        NoPlace: the list is written in a way this does not understand.
    """
    text = path.read_bytes().decode("utf-8")
    start = text.index(_FENCE) + text[text.index(_FENCE) :].index("\n") + 1
    end = text.index(f"\n{_FENCE}", start) + 1
    head = text[start:end]
    try:
        wanted = [*_read(head), *phrasings]
        changed = _added(head, phrasings, "\r\n" if "\r\n" in head else "\n")
        understood = _read(changed) == wanted
    except yaml.YAMLError:
        understood = False
    if not understood:
        raise NoPlace(path)
    path.write_bytes(f"{text[:start]}{changed}{text[end:]}".encode())


def quoted(phrasing: str) -> str:
    """Return a phrasing as YAML: with quotation marks only where it would not be read as it is."""
    try:
        if yaml.load(f"- {phrasing}", Loader=yaml.BaseLoader) == [phrasing]:
            return phrasing
    except yaml.YAMLError:
        pass
    return _always_quoted(phrasing)


def _always_quoted(phrasing: str) -> str:
    return str(yaml.safe_dump(phrasing, allow_unicode=True, default_style='"', width=10_000)).rstrip("\n")


def _read(head: str) -> list[str]:
    return list(yaml.load(head, Loader=yaml.BaseLoader).get("phrasings", []))


def _added(head: str, phrasings: Sequence[str], newline: str) -> str:
    node = yaml.compose(head, Loader=yaml.BaseLoader)
    assert node is not None  # it was read before
    found = [value for key, value in node.value if key.value == "phrasings"]
    if not found:
        return f"{head}phrasings:{newline}{_lines(phrasings, '  ', newline)}"
    items = found[0]
    if not isinstance(items, yaml.SequenceNode):
        raise NoPlace
    begin, end = items.start_mark.index, items.end_mark.index
    if not items.flow_style:
        last = items.value[-1].end_mark
        return _insert(head, last.index, _lines(phrasings, " " * items.start_mark.column, newline))
    if items.value:
        comma = "" if head[begin : end - 1].rstrip().endswith(",") else ", "
        return f"{head[: end - 1]}{comma}{', '.join(map(_always_quoted, phrasings))}{head[end - 1 :]}"
    rest = head[end:].split("\n", 1)[0].strip()
    line = head[:begin].rstrip() + (f" {rest}" if rest else "")
    return f"{line}{newline}{_lines(phrasings, '  ', newline)}{head[end:].split(chr(10), 1)[1]}"


def _insert(head: str, after: int, lines: str) -> str:
    """Insert lines below the line that ends after a place in it; a comment beside the last phrasing stays beside it."""
    # What is written over several lines ends at the beginning of the next.
    place = after if head[after - 1] == "\n" else head.index("\n", after) + 1
    return head[:place] + lines + head[place:]


def _lines(phrasings: Sequence[str], indent: str, newline: str) -> str:
    return "".join(f"{indent}- {quoted(phrasing)}{newline}" for phrasing in phrasings)
