"""What is translated: for every language and topic, how many articles are reviewed, drafts, outdated or missing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.core.knowledge import Article, KnowledgeBase
from bot.core.language import LANGUAGES, SOURCE

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
        return f"knowledge/articles/{self.article}/{self.language}.md"


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
        for language in translated_to()
        for id, article in sorted(knowledge.articles.items())
    ]
    return Coverage({topic: number for topic, number in topics.items() if number}, tuple(translations))


def translated_to() -> list[str]:
    """Return the languages that German is translated to."""
    return [code for code in LANGUAGES if code != SOURCE]


def _state(article: Article, language: str) -> State:
    if language not in article.wordings:
        return "missing"
    return "outdated" if article.outdated(language) else article.wordings[language].status
