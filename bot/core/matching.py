"""Finding the article a free question asks for: by meaning, by letters, and by what all phrasings of an article share.

The recipe: an article's score for one signal is the mean of its best and its average variant, since one lucky word should not
decide. Similarities by meaning are centred per stored language, or articles with fewer translations would lose. A question in
whose language there is little to compare with takes a bridge (`core/bridge.py`). Weights and thresholds come from our own
development questions (`tests/questions/dev`), see `tests/bench/README.md`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.core.bridge import Bridge
from bot.core.letters import LetterIndex
from bot.core.owners import Owners
from bot.core.text import fold
from bot.core.variants import Variant, readable

Vector = NDArray[np.float32]
Vectors = Mapping[str, Vector]
"""The meaning of texts, each as a vector of unit length."""

LETTERS, LEARNED, NEAR = 0.2, 0.1, 0.03
"""Weights of the letters and of the learned signal beside meaning, and what being near the last answer is worth."""
FEW = 6
"""Texts an article needs in a language, else questions in it take the bridge."""
SPREAD, ELSEWHERE = 0.15, 0.8
"""What similarity across the bridge is multiplied with: it differs more from article to article, and a subject's few clear
words come nearer than an article's many."""
MARGIN, AHEAD, KNOWN = 0.035, 0.01, 0.0
"""How far an answer must be ahead of the next article, and of every subject we have no article on; below KNOWN: no idea."""
ALIKE = 0.16
"""Score by letters alone from which an article is worth a button."""
_BEST = 3
_RIDGE = 3.0
_MIN_CHARACTERS = 3


@dataclass(frozen=True, slots=True)
class Match:
    """An article with its score, the variant that fitted best, and what each signal gave; without vectors only the letters."""

    article: str
    score: float
    phrasing: str
    letters: float
    meaning: float | None = None
    learned: float | None = None


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
    if not first or ranking.ahead < KNOWN:
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
    ) -> None:
        self._variants = known
        self._foreign = foreign
        self._vectors = vectors
        self._bridge = bridge
        self._articles = list(dict.fromkeys(variant.owner for variant in self._variants))

    def warm(self) -> None:
        """Build what is built at the first question, and let go of the vectors it was built from."""
        vector = self._meanings.any() if self._meanings else None
        for language in (None, *sorted(self._crossing)[:1]):
            self.rank("Wohnung", vector, language=language)
        self._vectors = None

    def understood(self, vectors: Vectors | None, bridge: Bridge | None = None) -> "Matcher":
        """Return an index over the same variants that knows what they mean, with a bridge for languages they are not in."""
        return Matcher(self._variants, self._foreign, vectors, bridge)

    @cached_property
    def asked_in(self) -> frozenset[str]:
        """The languages that have at least half as many variants as the one that has most: one may ask in them."""
        counts = self._counts
        return frozenset(language for language, count in counts.items() if count * 2 >= max(counts.values()))

    def scarce(self, languages: Iterable[str]) -> frozenset[str]:
        """Return those languages in which there is little to compare a question with."""
        enough = {each for each in self.asked_in if self._counts[each] >= FEW * len(self._articles)}
        return frozenset(languages) - enough

    def texts(self) -> list[str]:
        """Return every text whose vector is needed."""
        return [each.text for each in (*self._variants, *self._foreign)]

    def centres(self) -> Vectors:
        """Return the mean vector of what is stored in each language; nothing when meaning cannot be compared."""
        return self._meanings.centres if self._meanings else {}

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
        bridge = self._bridge if language in self._crossing else None
        by_letter = self._letters.scores(asked)
        german = bridge.german(asked, language) if bridge and language and language in bridge.words else None
        if german:  # Some texts may be in the question's language all the same.
            by_letter = np.maximum(by_letter, self._letters.alike(german))
        letters = self._owners.means(by_letter, _BEST)
        if vector is None or self._meanings is None:
            return self._ranking(asked, letters, by_letter, {"letters": letters}, None, limit)
        space: _Space = self._meanings
        if bridge and language and self._crossed:
            space, vector = self._crossed, bridge.crossed(vector[None], [language])[0]
        each = space.similar(vector)
        signals = {"letters": letters, "meaning": self._owners.means(each, 1)}
        if space is self._meanings:
            signals["learned"] = self._meanings.learned(vector)
        total = self._total(signals, german is not None)
        total += np.array([NEAR if article in near else 0.0 for article in self._articles], np.float32)
        return self._ranking(asked, total, each, signals, space.foreign(vector), limit)

    def _total(self, signals: Mapping[str, Vector], translated: bool) -> Vector:
        letters, meaning = signals["letters"], signals["meaning"]
        if "learned" not in signals:
            return np.asarray(meaning + SPREAD * (2 * LETTERS if translated else LETTERS) * letters, np.float32)
        # Stored in one language only, letters tell little to those who write another, and there is little to learn from.
        letters_count, learned_counts = (LETTERS, LEARNED) if len(self.centres()) > 1 else (LETTERS / 2, 0.0)
        return np.asarray(meaning + letters_count * letters + learned_counts * signals["learned"], np.float32)

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
        if self._vectors is None or any(each.text not in self._vectors for each in (*self._variants, *self._foreign)):
            return None
        return _Meanings(self._variants, self._foreign, self._vectors)

    @cached_property
    def _crossed(self) -> "_Space | None":
        vectors, bridge = self._vectors, self._bridge
        if vectors is None or self._meanings is None or bridge is None:
            return None
        both = [*self._variants, *self._foreign]
        rows = SPREAD * bridge.crossed(np.stack([vectors[each.text] for each in both]), [each.language for each in both])
        count = len(self._variants)
        return _Space(rows[:count], self._foreign, ELSEWHERE * rows[count:])

    @cached_property
    def _crossing(self) -> frozenset[str]:
        """The languages in which questions take the bridge."""
        return self.scarce(self._bridge.centres) if self._bridge else frozenset()

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(each.language for each in self._variants)

    @cached_property
    def _exact(self) -> dict[str, str | None]:
        """Return folded texts and the one article they belong to."""
        found: dict[str, str | None] = {}
        for variant in self._variants:
            key = fold(variant.text)
            found[key] = variant.owner if found.get(key, variant.owner) == variant.owner else None
        return found


class _Space:
    """Vectors of the variants, and of the subjects we have no article on, to which a question's is compared."""

    def __init__(self, rows: Vector, foreign: Sequence[Variant], foreign_rows: Vector) -> None:
        self._rows = rows
        self._subjects = list(dict.fromkeys(each.owner for each in foreign))
        owners = np.array([each.owner for each in foreign])
        self._foreign = np.stack([foreign_rows[owners == subject].mean(0) for subject in self._subjects] or [rows[0] * 0])

    def similar(self, vector: Vector) -> Vector:
        """Return the similarity with each variant."""
        return np.asarray(self._rows @ vector, np.float32)

    def foreign(self, vector: Vector) -> tuple[float, str]:
        """Return the similarity with the nearest subject we have no article on."""
        if not self._subjects:
            return 0.0, ""
        similar = self._foreign @ vector
        nearest = int(np.argmax(similar))
        return float(similar[nearest]), self._subjects[nearest]


class _Meanings(_Space):
    """The vectors less the mean of their language, and a linear classifier learned from them (ridge regression)."""

    def __init__(self, known: Sequence[Variant], foreign: Sequence[Variant], vectors: Vectors) -> None:
        rows = np.stack([vectors[variant.text] for variant in known])
        self._mean: Vector = rows.mean(0)
        languages = np.array([variant.language for variant in known])
        means: dict[str, Vector] = {language: rows[languages == language].mean(0) for language in dict.fromkeys(languages)}
        self.centres: Vectors = means
        # The mean cosine of a language is the cosine with its mean vector: centring is one subtraction, made once.
        shifted: Vector = rows - np.stack([means[variant.language] for variant in known])
        away = [vectors[each.text] - means.get(each.language, self._mean) for each in foreign]
        super().__init__(shifted, foreign, np.array(away))
        self._weights = _learn(shifted, Owners([variant.owner for variant in known]))

    def any(self) -> Vector:
        """Return some vector of the right length."""
        return self._mean

    def learned(self, vector: Vector) -> Vector:
        """Return the classifier's value for each article."""
        return np.asarray((vector - self._mean) @ self._weights, np.float32)


def _learn(rows: Vector, owners: Owners) -> Vector:
    """Return the weights of a ridge regression of "belongs to this owner" on the vectors (centred one-hot targets)."""
    sums = owners.sums(rows)
    square = rows.T @ rows + _RIDGE * np.eye(rows.shape[1], dtype=np.float32)
    targets = sums - np.outer(owners.shares(), rows.sum(0))
    return np.asarray(np.linalg.solve(square, targets.T), np.float32)
