"""A text of the content in Markdown: the sentences to translate in it, and what stays: list marks, links, bold, line breaks."""

import re
from collections.abc import Iterator, Sequence

from bot.core.language import SOURCE
from bot.core.segments import Splitter, sentences_in

_LINK = re.compile(r"\[[^\]\n]*\]\([^)\s]*\)")
_LINKED = re.compile(r"\{(\d+)\}")
_LIST_MARK = re.compile(r"\s*(?:(?:[-*]|\d{1,3}\.)\s+)?")
_STRONG = re.compile(r"(^\*\*[^*]+\*\*$|(?:^|(?<=[.:!?]\s))\*\*[^*]+[.:!?]\*\*(?=\s|$))")
"""Bold that is a whole line, or sentences of their own: "**Wichtig:** Gehen Sie hin."."""
_EMPHASIS = re.compile(r"\*\*(?=\S)[^*]+(?<=\S)\*\*")
_KEPT = re.compile(r"\{[^{}\n]*\}|(?<!\S)/[a-z]+\b")
"""Placeholders, and commands such as /erase."""
_LETTERS = re.compile(r"[^\W\d_]")


class Prose:
    """A German text, cut into sentences; a link in one is `{1}`, `{2}` and so on, since the name of a page stays as it is."""

    def __init__(self, text: str, split: Splitter) -> None:
        self._links = [found[0] for found in _LINK.finditer(text)]
        numbers = iter(range(1, len(self._links) + 1))
        self._parts = list(_parts(_LINK.sub(lambda found: f"{{{next(numbers)}}}", text), split))

    @property
    def sentences(self) -> list[str]:
        """Return what is to be translated, in order."""
        return [part for part, goes in self._parts if goes]

    def said(self, translations: Sequence[str]) -> str:
        """Return the text with translations in place of its sentences."""
        given = iter(translations)
        whole = "".join(next(given) if goes else part for part, goes in self._parts)
        return _LINKED.sub(lambda found: self._links[int(found[1]) - 1], whole)


def plain(sentence: str) -> str:
    """Return a sentence without bold."""
    return sentence.replace("**", "")


def keeps(sentence: str, translation: str) -> bool:
    """Tell whether a translation has the placeholders, commands and bold of a sentence."""
    same = sorted(_KEPT.findall(sentence)) == sorted(_KEPT.findall(translation))
    return same and _bold(sentence) == _bold(translation)


def _bold(text: str) -> tuple[int, int]:
    return text.count("*"), len(_EMPHASIS.findall(text))


def _parts(text: str, split: Splitter) -> Iterator[tuple[str, bool]]:
    """Yield the text in parts, each with whether it is a sentence to translate."""
    for line in re.split(r"(\n)", text):
        mark = _LIST_MARK.match(line)
        assert mark is not None, "the pattern fits any line"
        yield mark[0], False
        for number, chunk in enumerate(_STRONG.split(line[mark.end() :])):
            stars = "**" if number % 2 else ""
            yield stars, False
            yield from _sentences(chunk.removeprefix(stars).removesuffix(stars), split)
            yield stars, False


def _sentences(chunk: str, split: Splitter) -> Iterator[tuple[str, bool]]:
    waiting = ""
    for before, sentence in sentences_in(chunk, SOURCE, split):
        waiting += before + sentence
        # Bold may go on over a full stop.
        if waiting.count("**") % 2 == 0:
            yield from _worth(waiting)
            waiting = ""
    yield from _worth(waiting)


def _worth(text: str) -> Iterator[tuple[str, bool]]:
    core = text.strip()
    start = text.find(core)
    yield text[:start], False
    yield core, _LETTERS.search(_KEPT.sub("", core)) is not None
    yield text[start + len(core) :], False
