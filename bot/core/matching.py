"""Finding the article a free question asks for, with rapidfuzz over titles and phrasings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest

from rapidfuzz import fuzz, process

from bot.core.knowledge import Article
from bot.core.text import MAX_QUESTION, fold

SURE, UNSURE, MARGIN = 84.0, 63.0, 12.0
"""Score for a direct answer, score worth a button, and how far a direct answer must be ahead of the next article."""
_MIN_CHARACTERS = 3


@dataclass(frozen=True, slots=True)
class Match:
    """An article with its score (0 to 100) and the phrasing that fitted best."""

    article: str
    score: float
    phrasing: str


@dataclass(frozen=True)
class Matcher:
    """An index over the titles and phrasings of all articles in all languages."""

    articles: Mapping[str, Article]

    def rank(self, question: str, limit: int = 5) -> list[Match]:
        """Return the best articles for a question, best first, each once.

        The score takes the mean of word order free and whole-string similarity, so that one shared word does not decide.
        """
        asked = fold(question[:MAX_QUESTION])
        if len(asked) < _MIN_CHARACTERS:
            return []
        best: dict[str, Match] = {}
        for score, row in self._nearest(asked):
            article = self._owners[-row]
            if article not in best:
                best[article] = Match(article, round(score, 1), self._phrasings[-row])
        return list(best.values())[:limit]

    def _nearest(self, asked: str) -> list[tuple[float, int]]:
        """Return the best rows as (score, minus row); two passes by rapidfuzz's own scorers are faster than one by ours."""
        alike = process.extract_iter(asked, self._phrasings, scorer=fuzz.token_set_ratio)
        whole = process.extract_iter(asked, self._phrasings, scorer=fuzz.token_sort_ratio)
        return nlargest(40, (((one[1] + other[1]) / 2, -one[2]) for one, other in zip(alike, whole, strict=True)))

    @cached_property
    def _rows(self) -> list[tuple[str, str]]:
        return [(fold(text), article.id) for article in self.articles.values() for text in _variants(article)]

    @cached_property
    def _phrasings(self) -> list[str]:
        return [text for text, _ in self._rows]

    @cached_property
    def _owners(self) -> list[str]:
        return [owner for _, owner in self._rows]


def _variants(article: Article) -> Iterable[str]:
    for wording in article.wordings.values():
        yield wording.title
        yield from wording.phrasings


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a question: answer with one article, offer several, or say that nothing fits."""

    answer: Match | None
    offers: tuple[Match, ...]


def decide(matches: list[Match]) -> Decision:
    """Answer when one match is sure and well ahead, offer up to three that are likely, else neither."""
    likely = [match for match in matches if match.score >= UNSURE][:3]
    if likely and likely[0].score >= SURE and (len(matches) < 2 or likely[0].score - matches[1].score >= MARGIN):
        return Decision(likely[0], ())
    return Decision(None, tuple(likely))
