"""Finding the article a free question asks for: by what it means, by its letters, and by the words for what it names.

The recipe: an article's score for one signal is a mean of its best and its average variant, since one lucky word should not
decide. Meaning is compared across languages (`core/bridge.py`), or articles with fewer translations would lose. Weights and
thresholds come from our own development questions (`tests/questions/dev`), see `tests/bench/README.md`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.core.bridge import Bridge, learn
from bot.core.letters import LetterIndex
from bot.core.owners import Owners
from bot.core.text import fold
from bot.core.variants import Variant, readable
from bot.core.vocabulary import Vocabulary

Vector = NDArray[np.float32]
Vectors = Mapping[str, Vector]
"""The meaning of texts, each as a vector of unit length."""

LETTERS, WORDS, NEAR = 0.5, 0.5, 0.12
"""Weights beside meaning of the letters as typed and of the German words for what is named, and what being near the last answer
is worth."""
ELSEWHERE = 0.8
"""What similarity with a subject is multiplied with: its few clear words come nearer than an article's many."""
USUAL = 0.2
"""What the similarity with the nearest subject usually is at most, for content that names none."""
MARGIN, AHEAD = 0.12, 0.12
"""How far an answer must be ahead of the next article, and of every subject we have no article on."""
KNOWN, SAID = 0.03, 0.22
"""Not so far ahead of such a subject, and with letters and words that say less: no idea."""
ALIKE, ALIKE_WORDS = 0.26, 0.5
"""Score by letters alone from which an article is worth a button, and what the words named count there."""
_BEST = 3
_LOOKS, _MEANS = 0.3, 0.55
"""What the average of many variants counts beside the best (three of them by their letters, one by its meaning)."""
_MIN_CHARACTERS = 3


@dataclass(frozen=True, slots=True)
class Match:
    """An article with its score, the variant that fitted best, and what each signal gave; without vectors only the letters."""

    article: str
    score: float
    phrasing: str
    letters: float
    words: float | None = None
    meaning: float | None = None

    @property
    def said(self) -> float:
        """What the letters and words add to the meaning."""
        return LETTERS * self.letters + WORDS * (self.words or 0.0)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best articles for a question, and what is needed to decide.

    `exact` is the article that has the question as a phrasing; `ahead` how far the best article is ahead of the nearest subject
    we have no article on (`subject`), None when meaning was not compared.
    """

    matches: tuple[Match, ...] = ()
    exact: str | None = None
    ahead: float | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a question: answer with one article, offer several, or say that nothing fits."""

    answer: Match | None
    offers: tuple[Match, ...]


def decide(ranking: Ranking) -> Decision:
    """Answer when one article is clearly ahead, offer three that are likely, else neither.

    Letters alone never answer: what merely looks alike may mean something else.
    """
    first = ranking.matches[:1]
    if first and first[0].article == ranking.exact:
        return Decision(first[0], ())
    if ranking.ahead is None:
        return Decision(None, tuple(match for match in ranking.matches[:3] if match.score >= ALIKE))
    if not first or (ranking.ahead < KNOWN and first[0].said < SAID):
        return Decision(None, ())
    margin = first[0].score - ranking.matches[1].score if len(ranking.matches) > 1 else MARGIN
    if margin >= MARGIN and ranking.ahead >= AHEAD:
        return Decision(first[0], ())
    return Decision(None, ranking.matches[:3])


class Matcher:
    """An index over all variants, those of one owner next to each other; building it takes a second per 10,000."""

    def __init__(
        self,
        known: Sequence[Variant],
        foreign: Sequence[Variant] = (),
        vectors: Vectors | None = None,
        bridge: Bridge | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """Without a bridge languages are compared as the variants themselves teach."""
        self._variants = known
        self._foreign = foreign
        self._vectors = vectors
        self._bridge = bridge
        self._vocabulary = vocabulary or Vocabulary()
        self._articles = list(dict.fromkeys(variant.owner for variant in self._variants))

    def warm(self, languages: Iterable[str] = ()) -> None:
        """Build what is built at the first question, in these languages too, and let go of the vectors it was built from."""
        self._vocabulary.index(languages)
        self.rank("Wohnung", next(iter(self._vectors.values()), None) if self._vectors else None)
        self._vectors = None

    def understood(self, vectors: Vectors | None, bridge: Bridge | None = None) -> "Matcher":
        """Return an index over the same variants that knows what they mean, with a bridge between their languages."""
        return Matcher(self._variants, self._foreign, vectors, bridge, self._vocabulary)

    @cached_property
    def asked_in(self) -> frozenset[str]:
        """The languages that have at least half as many variants as the one that has most: one may ask in them."""
        counts = Counter(each.language for each in self._variants)
        return frozenset(language for language, count in counts.items() if count * 2 >= max(counts.values()))

    def texts(self) -> list[str]:
        """Return every text whose vector is needed."""
        return [each.text for each in (*self._variants, *self._foreign)]

    def centres(self) -> Vectors:
        """Return the mean vector of each language; nothing when meaning cannot be compared."""
        return self._meanings.bridge.centres if self._meanings else {}

    def rank(
        self,
        question: str,
        vector: Vector | None = None,
        near: Collection[str] = (),
        limit: int = 5,
        language: str | None = None,
    ) -> Ranking:
        """Return the best articles for a question in a language, if that is known, best first; those `near` are likelier."""
        asked = readable(question)
        if len(fold(asked)) < _MIN_CHARACTERS or not self._variants:
            return Ranking()
        by_letter = self._letters.scores(asked)
        signals = {"letters": self._owners.means(by_letter, _BEST, _LOOKS)}
        if language and (german := self._vocabulary.german(asked, language)):
            signals["words"] = self._owners.means(self._letters.alike(german), _BEST, _LOOKS)
        words = signals.get("words", np.zeros(len(self._articles), np.float32))
        if vector is None or self._meanings is None:
            total = signals["letters"] + np.float32(ALIKE_WORDS) * words
            return self._ranking(asked, total, by_letter, signals, None, limit)
        crossed = self._meanings.crossed(vector, language)
        each = self._meanings.similar(crossed)
        signals["meaning"] = self._owners.means(each, 1, _MEANS)
        total = signals["meaning"] + np.float32(LETTERS) * signals["letters"] + np.float32(WORDS) * words
        total += np.array([NEAR if article in near else 0.0 for article in self._articles], np.float32)
        return self._ranking(asked, total, each, signals, self._meanings.foreign(crossed), limit)

    def _ranking(
        self,
        asked: str,
        total: Vector,
        each: Vector,
        signals: Mapping[str, Vector],
        foreign: tuple[float, str] | None,
        limit: int,
    ) -> Ranking:
        exact = self._exact.get(fold(asked))
        order = sorted(range(len(total)), key=lambda row: (self._articles[row] != exact, -total[row]))[:limit]
        matches = tuple(
            Match(
                self._articles[row],
                round(float(total[row]), 4),
                self._variants[self._owners.best(row, each)].text,
                **{name: round(float(values[row]), 4) for name, values in signals.items()},
            )
            for row in order
        )
        if foreign is None:
            return Ranking(matches, exact)
        return Ranking(matches, exact, round(float(signals["meaning"].max()) - foreign[0], 4), foreign[1])

    @cached_property
    def _letters(self) -> LetterIndex:
        return LetterIndex([variant.text for variant in self._variants])

    @cached_property
    def _owners(self) -> Owners:
        return Owners([variant.owner for variant in self._variants])

    @cached_property
    def _meanings(self) -> "_Meanings | None":
        if self._vectors is None or any(text not in self._vectors for text in self.texts()):
            return None
        return _Meanings(self._variants, self._foreign, self._vectors, self._bridge)

    @cached_property
    def _exact(self) -> dict[str, str | None]:
        """Return folded texts and the one article they belong to."""
        found: dict[str, str | None] = {}
        for variant in self._variants:
            key = fold(variant.text)
            found[key] = variant.owner if found.get(key, variant.owner) == variant.owner else None
        return found


class _Meanings:
    """What the variants mean, and the subjects we have no article on, as they are compared across languages."""

    def __init__(self, known: Sequence[Variant], foreign: Sequence[Variant], vectors: Vectors, bridge: Bridge | None) -> None:
        rows = np.stack([vectors[each.text] for each in (*known, *foreign)])
        languages = np.array([each.language for each in (*known, *foreign)])
        if bridge is None:
            owners = np.array([each.owner for each in known])
            groups = (np.flatnonzero(owners == owner) for owner in dict.fromkeys(owners))
            bridge = learn([(languages[row], rows[row]) for row in group] for group in groups)
        # A language nothing was learned of is compared with its own middle.
        own = {language: rows[languages == language].mean(0) for language in dict.fromkeys(languages.tolist())}
        self.bridge = replace(bridge, centres=own | dict(bridge.centres))
        crossed = self.bridge.crossed(rows, languages.tolist())
        self._rows = crossed[: len(known)]
        self._subjects = list(dict.fromkeys(each.owner for each in foreign))
        owners = np.array([each.owner for each in foreign])
        means = [crossed[len(known) :][owners == subject].mean(0) for subject in self._subjects]
        self._foreign = ELSEWHERE * np.stack(means) if means else np.zeros((0, rows.shape[1]), np.float32)

    def crossed(self, vector: Vector, language: str | None) -> Vector:
        """Return a question's vector as it is compared."""
        return np.asarray(self.bridge.crossed(vector[None], [language or ""])[0], np.float32)

    def similar(self, crossed: Vector) -> Vector:
        """Return the similarity with each variant, -1 to 1."""
        return np.asarray(self._rows @ crossed, np.float32)

    def foreign(self, crossed: Vector) -> tuple[float, str]:
        """Return the similarity with the nearest subject we have no article on."""
        if not self._subjects:
            return USUAL, ""
        similar = self._foreign @ crossed
        nearest = int(np.argmax(similar))
        return float(similar[nearest]), self._subjects[nearest]
