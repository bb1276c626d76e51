"""Crisis words of every language: what raises the emergency card before anything else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz.distance import Levenshtein

from bot.core.text import fold

_GAP = "~"
_MAX_GAP = 3
_NEVER = 99
_KEY = 3
_FORGIVING = 4
"""Letters from which a word may have a slip; shorter ones turn into other words too easily."""
_LONG = 3
"""Words from which a phrase forgives a slip."""


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A telephone number for an emergency; its name is the phrase `number_<id>`."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class Crisis:
    """A kind of emergency with the phrases that mean it and those that show it is none, over all languages."""

    id: str
    numbers: tuple[str, ...]
    phrases: tuple[str, ...]
    unless: tuple[str, ...]


@dataclass(frozen=True)
class Crises:
    """All kinds of emergency and the telephone numbers to show."""

    numbers: tuple[EmergencyNumber, ...]
    kinds: tuple[Crisis, ...]

    def recognise(self, text: str) -> tuple[Crisis, ...]:
        """Return every crisis a message tells of, the one to speak to first; typing mistakes count if nothing fits exactly."""
        words = fold(text).split()
        return self._fitting(words, self._exact) or (self._fitting(words, self._forgiving) if len(words) >= _LONG else ())

    def _fitting(self, words: list[str], compiled: "Compiled") -> tuple[Crisis, ...]:
        return tuple(
            kind
            for kind, patterns, harmless in compiled
            if _spans(patterns, words) and _spans(patterns, _without(words, _spans(harmless, words)))
        )

    @cached_property
    def _exact(self) -> "Compiled":
        return [(kind, _index(kind.phrases, _never), _index(kind.unless, _never)) for kind in self.kinds]

    @cached_property
    def _forgiving(self) -> "Compiled":
        return [(kind, _index(kind.phrases, _forgiven), harmless) for kind, _, harmless in self._exact]


Patterns = Mapping[str, list[tuple[tuple[str, ...], int]]]
"""Patterns and the slips they forgive, by their first word or, if that may vary, its first letters: few are tried per word."""
Compiled = list[tuple[Crisis, Patterns, Patterns]]


def _index(phrases: tuple[str, ...], slips: Callable[[tuple[str, ...]], int | None]) -> Patterns:
    index: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for pattern in map(_pattern, phrases):
        allowed = slips(pattern)
        if pattern and allowed is not None:
            head = pattern[0]
            whole = allowed == 0 and not head.endswith("*")
            index.setdefault(head if whole else head.rstrip("*")[:_KEY], []).append((pattern, allowed))
    return index


def _pattern(phrase: str) -> tuple[str, ...]:
    parts: list[str] = []
    for word in phrase.split():
        if word == _GAP:
            parts.append(_GAP)
            continue
        folded = fold(word.rstrip("*")).split()
        if folded and word.endswith("*"):
            folded[-1] += "*"
        parts += folded
    return tuple(parts)


def _spans(patterns: Patterns, words: list[str]) -> list[range]:
    """Return where patterns fit, as ranges of word positions."""
    found = []
    for start, word in enumerate(words):
        for key in {word[:length] for length in (1, 2, _KEY)} | {word}:
            for pattern, slips in patterns.get(key, ()):
                end = _fits(pattern, words, start, slips)
                if end is not None:
                    found.append(range(start, end))
    return found


def _without(words: list[str], harmless: list[range]) -> list[str]:
    """Return the words with harmless phrases cut out, so that what stands beside them still counts."""
    cut = {position for span in harmless for position in span}
    return [word if position not in cut else "" for position, word in enumerate(words)]


def _fits(pattern: tuple[str, ...], words: list[str], at: int, slips: int) -> int | None:
    """Return the position after the pattern if it fits at a position; longer phrases forgive a typing mistake or two."""
    if not pattern:
        return at
    head, rest = pattern[0], pattern[1:]
    if head == _GAP:
        ends = (_fits(rest, words, at + skip, slips) for skip in range(_MAX_GAP + 1))
        return next((end for end in ends if end is not None), None)
    if at >= len(words):
        return None
    needed = _slips(head, words[at])
    return _fits(rest, words, at + 1, slips - needed) if needed <= slips else None


def _never(pattern: tuple[str, ...]) -> int:
    return 0


def _forgiven(pattern: tuple[str, ...]) -> int | None:
    """Return the slips a phrase forgives; None for one so short that only the exact words count."""
    length = sum(word != _GAP for word in pattern)
    return None if length < _LONG else 1 if length == _LONG else 2


@lru_cache(maxsize=50_000)
def _slips(head: str, word: str) -> int:
    """Return how many typing mistakes make the word the pattern's: none, one, or more than are ever forgiven."""
    if word == head or (head.endswith("*") and word.startswith(head[:-1])):
        return 0
    close = not head.endswith("*") and len(head) >= _FORGIVING and Levenshtein.distance(head, word, score_cutoff=1) <= 1
    return 1 if close else _NEVER


__all__ = ["Crises", "Crisis", "EmergencyNumber"]
