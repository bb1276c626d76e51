"""What the bot knows: topics, articles in several languages, and facts with a date of expiry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bot.core import locales
from bot.core.language import SOURCE, direction, fallback_chain
from bot.core.text import isolate
from bot.core.texts import fill, placeholders
from bot.core.vocabulary import Vocabulary

EMERGENCY = "emergency"
"""The topic of what cannot wait."""
Risk = Literal["green", "amber", "red"]
Status = Literal["machine", "draft", "reviewed"]
FactKind = Literal["money", "number", "percent", "date", "text"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is written, and the day a person last looked."""

    title: str
    url: str
    checked: date


@dataclass(frozen=True, slots=True)
class Fact:
    """An amount, a period or a date that changes, with the days it holds (both included)."""

    name: str
    kind: FactKind
    value: str
    valid_from: date | None
    valid_until: date | None
    source: str
    checked: date

    def holds(self, today: date) -> bool:
        """Tell whether the fact may be shown today."""
        return (self.valid_from is None or self.valid_from <= today) and (self.valid_until is None or today <= self.valid_until)

    def show(self, language: str) -> str:
        """Return the value as the language writes it, isolated inside right-to-left text."""
        match self.kind:
            case "money":
                shown = locales.money(self.value, language)
            case "number":
                shown = locales.number(self.value, language)
            case "percent":
                shown = f"{locales.number(self.value, language)} %"
            case "date":
                return locales.date_in_words(date.fromisoformat(self.value), language)
            case "text":
                shown = self.value
        return isolate(shown) if direction(language) == "rtl" else shown


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject of the menu; its name is the phrase `topic_<id>`."""

    id: str
    icon: str
    order: int


@dataclass(frozen=True, slots=True)
class Wording:
    """An article in one language. `of` is the German revision it follows."""

    language: str
    title: str
    body: str
    phrasings: tuple[str, ...]
    status: Status
    of: int


@dataclass(frozen=True, slots=True)
class Article:
    """An answer in all its languages, with what is needed to trust it."""

    id: str
    topic: str
    risk: Risk
    audience: tuple[str, ...]
    jurisdiction: str
    sources: tuple[Source, ...]
    review_by: date
    related: tuple[str, ...]
    revision: int
    wordings: Mapping[str, Wording]

    def wording(self, language: str) -> Wording:
        """Return the wording in the first language of the fallback chain; German is always there."""
        return next(self.wordings[code] for code in fallback_chain(language) if code in self.wordings)

    def outdated(self, language: str) -> bool:
        """Tell whether the translation follows an older German revision."""
        wording = self.wordings.get(language)
        return wording is not None and language != SOURCE and wording.of < self.revision

    @property
    def checked(self) -> date:
        """The oldest day on which a source was last looked at."""
        return min(source.checked for source in self.sources)


@dataclass(frozen=True, slots=True)
class TermWording:
    """A term and its explanation in one language."""

    language: str
    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word of German authorities: other ways to write it, an explanation, and the article that says more."""

    id: str
    term: str
    also: tuple[str, ...]
    text: str
    article: str | None = None
    wordings: Mapping[str, TermWording] = field(default_factory=dict)

    def wording(self, language: str) -> TermWording:
        """Return the term in the first language of the fallback chain that has it; German is always there."""
        wordings = {**self.wordings, SOURCE: TermWording(SOURCE, self.term, self.text)}
        return next(wordings[code] for code in fallback_chain(language) if code in wordings)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something people ask about that we have no article on, with phrasings by language: it helps to say "I do not know"."""

    id: str
    phrasings: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """Everything that can be answered."""

    topics: Mapping[str, Topic]
    articles: Mapping[str, Article]
    facts: Mapping[str, Fact]
    terms: Mapping[str, Term] = field(default_factory=dict)
    elsewhere: tuple[Subject, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    def menu(self) -> list[Topic]:
        """Return the topics in their order."""
        return sorted(self.topics.values(), key=lambda topic: topic.order)

    def on(self, topic: str) -> list[Article]:
        """Return the articles of a topic, by id."""
        return [article for _, article in sorted(self.articles.items()) if article.topic == topic]

    def with_facts(self, text: str, language: str, today: date, checking: str) -> str:
        """Fill in the facts; one that does not hold today is replaced by `checking`, never by an old number."""
        used = (self.facts[name] for name in placeholders(text) if name in self.facts)
        return fill(text, {fact.name: fact.show(language) if fact.holds(today) else checking for fact in used})
