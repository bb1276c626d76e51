"""The ways in which articles, and subjects we have no article on, may be asked for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.knowledge import Article, Subject
from bot.core.text import MAX_QUESTION, strip_controls

_MARKUP = re.compile(r"[*#\[]|\]\([^)]*\)|\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which an article or a foreign subject may be asked for."""

    owner: str
    language: str
    text: str


def variants(articles: Iterable[Article]) -> list[Variant]:
    """Return every title, phrasing and first paragraph of the articles."""
    found = []
    for article in articles:
        for wording in article.wordings.values():
            texts = (wording.title, *wording.phrasings, _MARKUP.sub("", wording.body.split("\n\n", 1)[0]))
            found += [Variant(article.id, wording.language, readable(text)) for text in texts]
    return [variant for variant in found if variant.text]


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
