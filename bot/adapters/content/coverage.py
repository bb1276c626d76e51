"""What is translated: for every language and topic, how many articles are reviewed, drafts, outdated or missing."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from babel import Locale

from bot.adapters.content.references import article_file
from bot.adapters.content.rendering import render
from bot.core.knowledge import Article, KnowledgeBase
from bot.core.language import LANGUAGES, SOURCE
from bot.core.locales import plain_date
from bot.core.texts import Texts

State = Literal["reviewed", "draft", "machine", "outdated", "missing"]
STATES: dict[State, str] = {"reviewed": "r", "draft": "d", "machine": "m", "outdated": "o", "missing": "x"}
"""The states with the letters that stand for them in a terminal, from good to bad."""
_TODO: tuple[State, ...] = ("outdated", "missing")


@dataclass(frozen=True, slots=True)
class Translation:
    """An article in one language, there or not; one behind the German text is outdated, whoever reviewed it."""

    article: str
    title: str
    topic: str
    language: str
    state: State

    @property
    def file(self) -> str:
        """The file it stands in, or will stand in."""
        return article_file(self.article, f"{self.language}.md")


@dataclass(frozen=True, slots=True)
class Coverage:
    """All translations, and the topics with their number of articles in the order of the menu."""

    topics: Mapping[str, int]
    translations: tuple[Translation, ...]

    def count(self, language: str, topic: str | None = None) -> Counter[State]:
        """Return how many articles of a topic, or of all, are in which state."""
        return Counter(each.state for each in self.translations if each.language == language and topic in (None, each.topic))

    def todo(self, language: str) -> list[Translation]:
        """Return what is outdated or missing."""
        return [each for each in self.translations if each.language == language and each.state in _TODO]


def cover(knowledge: KnowledgeBase) -> Coverage:
    """Return what is translated of everything that is known."""
    topics = {topic.id: len(knowledge.on(topic.id)) for topic in knowledge.menu()}
    translations = [
        Translation(id, article.wordings[SOURCE].title, article.topic, language, _state(article, language))
        for language in _languages()
        for id, article in sorted(knowledge.articles.items())
    ]
    return Coverage({topic: number for topic, number in topics.items() if number}, tuple(translations))


def _languages() -> list[str]:
    return [code for code in LANGUAGES if code != SOURCE]


def _state(article: Article, language: str) -> State:
    if language not in article.wordings:
        return "missing"
    return "outdated" if article.outdated(language) else article.wordings[language].status


def as_text(coverage: Coverage) -> str:
    """Return a table for a terminal, with a legend."""
    total = sum(coverage.topics.values())
    rows = [["language", f"total {total}", *(f"{topic} {number}" for topic, number in coverage.topics.items())]]
    rows += [[code, *(_letters(coverage.count(code, topic)) for topic in (None, *coverage.topics))] for code in _languages()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", "  ".join(f"{letter} {state}" for state, letter in STATES.items())])


def _letters(count: Counter[State]) -> str:
    return " ".join(f"{letter}{count[state]}" for state, letter in STATES.items() if count[state])


def as_json(coverage: Coverage) -> str:
    """Return the same for programs, with the files that are outdated or missing."""
    languages = {
        code: {
            "total": _complete(coverage.count(code)),
            "topics": {topic: _complete(coverage.count(code, topic)) for topic in coverage.topics},
            "todo": [{"article": each.article, "state": each.state, "file": each.file} for each in coverage.todo(code)],
        }
        for code in _languages()
    }
    return json.dumps({"topics": dict(coverage.topics), "languages": languages}, ensure_ascii=False, indent=2)


def _complete(count: Counter[State]) -> dict[State, int]:
    return {state: count[state] for state in STATES}


def as_html(coverage: Coverage, phrases: Texts, today: date) -> str:
    """Return a page in German that needs nothing else: no script, no other file, no connection."""
    return render(
        "coverage.html",
        coverage=coverage,
        states=STATES,
        topics={topic: phrases.say(f"topic_{topic}", SOURCE) for topic in coverage.topics},
        languages={code: Locale.parse(code).get_display_name(SOURCE) for code in _languages()},
        today=plain_date(today),
    )
