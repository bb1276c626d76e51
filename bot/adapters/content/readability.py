"""How hard a German text is to read: words in a sentence, and the score LIX (Björnsson 1968).

LIX adds the words in a sentence and the share of words with more than six letters, so German compounds count. Below 30
is said to be very easy, 30 to 40 easy, above 50 hard. Of the 42 articles of November 2026 none was above 38 or had more
than 8 words in a sentence; the bounds leave some room.
"""

import re
from dataclasses import dataclass

from bot.core.clarity import SENTENCE_END, WORD, WORDS_PER_SENTENCE

LIX = 40
_LONG = 6
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_DROPPED = re.compile(r"https?://\S+|\*\*|^\s*(?:[-*]|\d+\.)\s+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Readability:
    """What was measured in a text."""

    words_per_sentence: float
    lix: float


def measure(markdown: str) -> Readability:
    """Return how hard a text is to read; every point of a list is a sentence."""
    text = _DROPPED.sub("", _LINK.sub(r"\1", markdown))
    sentences = [words for part in SENTENCE_END.split(text) if (words := WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return Readability(0, 0)
    length = len(words) / len(sentences)
    # A fact is an amount or a date: one short word to the reader.
    return Readability(length, length + 100 * sum(len(word) > _LONG and word[0] != "{" for word in words) / len(words))


def too_hard(markdown: str) -> list[str]:
    """Return what to do about a text that is hard to read."""
    measured = measure(markdown)
    if measured.words_per_sentence > WORDS_PER_SENTENCE:
        found = f"{measured.words_per_sentence:.0f} Wörter. Höchstens {WORDS_PER_SENTENCE} sind gut"
        return [f"Ein Satz hat im Schnitt {found}: Machen Sie aus langen Sätzen zwei."]
    if measured.lix > LIX:
        found = f"schwer zu lesen (LIX {measured.lix:.0f}, höchstens {LIX} ist gut)"
        return [f"Der Text ist {found}. Ersetzen oder erklären Sie lange Wörter und kürzen Sie Sätze."]
    return []
