"""How alike two texts are, to see what became of one that was translated there and back."""

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import zip_longest

from rapidfuzz import fuzz

from bot.core.text import fold

_ORDER, _BETA = 6, 2.0
_ALIKE, _BEGINS = 75.0, 3
"""How alike two spellings of a word are at least, and with how many same letters they begin."""
_NEGATION = re.compile(r"(?:nicht|nichts|nie|niemals|niemand|ohne|kein(?:e[mnrs]?)?|weder|nirgends|nirgendwo)")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def chrf(text: str, reference: str) -> float:
    """Return how much of a reference a text has, 0 to 1: the mean F2 of shared runs of one to six letters.

    chrF after Popović (2015), "chrF: character n-gram F-score for automatic MT evaluation", without spaces and capitals.
    """
    precision = recall = 0.0
    orders = 0
    for order in range(1, _ORDER + 1):
        said, meant = _runs(text, order), _runs(reference, order)
        if said and meant:
            shared = (said & meant).total()
            precision, recall, orders = precision + shared / said.total(), recall + shared / meant.total(), orders + 1
    if not precision + recall:
        return float(not fold(text) and not fold(reference))
    precision, recall = precision / orders, recall / orders
    return (1 + _BETA**2) * precision * recall / (_BETA**2 * precision + recall)


def lost_words(text: str, back: str) -> tuple[str, ...]:
    """Return the words of a text that are not in what came back, in their order."""
    words = _WORD.findall(text)
    folded, came = [fold(word) for word in words], [fold(word) for word in _WORD.findall(back)]
    lost = [
        word
        for tag, start, stop, first, last in SequenceMatcher(None, folded, came, autojunk=False).get_opcodes()
        if tag != "equal"
        for word in words[start:stop]
        if not any(_same(fold(word), each) for each in came[first:last])
    ]
    return tuple(dict.fromkeys(lost))


def negations(german: str) -> int:
    """Return how often a German text says no."""
    return sum(_NEGATION.fullmatch(word.lower()) is not None for word in _WORD.findall(german))


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts have the same words in the same order, apart from endings and typing mistakes."""
    pairs = zip_longest(fold(one).split(), fold(other).split(), fillvalue="")
    return all(_same(word, twin) for word, twin in pairs)


def _same(word: str, other: str) -> bool:
    if word == other:
        return True
    if word.isdigit() or other.isdigit() or word[:_BEGINS] != other[:_BEGINS]:
        return False
    return fuzz.ratio(word, other) >= _ALIKE


def _runs(text: str, length: int) -> Counter[str]:
    letters = "".join(text.casefold().split())
    return Counter(letters[start : start + length] for start in range(len(letters) - length + 1))
