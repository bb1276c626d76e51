"""The ways in which articles, and subjects we have no article on, may be asked for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.knowledge import Article, Subject
from bot.core.text import MAX_QUESTION, strip_controls

FEW = 6
"""Phrasings a wording needs, else it is found by its whole text: that names what nobody has thought of asking."""
_PASSAGE = 280
"""Characters of a passage: what the model reads in one go without getting slow."""
_MARKUP = re.compile(r"[*#\[]|\]\([^)]*\)|\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which an article or a foreign subject may be asked for."""

    owner: str
    language: str
    text: str


def variants(articles: Iterable[Article]) -> list[Variant]:
    """Return every title, phrasing and first paragraph of the articles, and the passages of those with few phrasings."""
    found = []
    for article in articles:
        for wording in article.wordings.values():
            body = _MARKUP.sub("", wording.body)
            texts = [wording.title, *wording.phrasings, body.split("\n\n", 1)[0]]
            if len(wording.phrasings) < FEW:
                texts += passages(wording.title, body)
            found += [Variant(article.id, wording.language, readable(text)) for text in texts]
    return [variant for variant in found if variant.text]


def passages(title: str, text: str) -> list[str]:
    """Cut a text into passages of whole lines; each begins with the title, so that it can be understood alone."""
    found, current = [], ""
    for line in filter(None, map(str.strip, text.split("\n"))):
        if current and len(current) + len(line) > _PASSAGE - len(title):
            found.append(f"{title}: {current}")
            current = ""
        current = f"{current} {line}".strip()
    return [*found, f"{title}: {current}"] if current else found


def foreign_variants(subjects: Iterable[Subject]) -> list[Variant]:
    """Return the phrasings of the subjects we have no article on."""
    return [
        Variant(subject.id, language, readable(text))
        for subject in subjects
        for language, texts in subject.phrasings.items()
        for text in texts
    ]


def readable(text: str) -> str:
    """Return what is compared of a text: no control characters, MAX_QUESTION characters at most."""
    return strip_controls(text)[:MAX_QUESTION].strip()
