"""Texts that only people may translate: what somebody consents to, whom to call in an emergency, articles of high risk."""

import re
from functools import cached_property

from bot.core.content import Content
from bot.core.text import fold

_KEYS = ("consent", "emergency", "crisis", "erase", "withdrawn", "number_")
_SHORT = 20
"""Letters up to which a sentence may stand in any text."""
_SENTENCE = re.compile(r"\n|(?<=[.!?:؟۔])\s+")


class ByPeople:
    """Recognises such texts, even a single sentence of them, in every language they exist in."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def holds(self, text: str) -> bool:
        """Tell whether a text has a sentence that no machine may translate."""
        return not self._sentences.isdisjoint(_folded(text))

    @cached_property
    def _sentences(self) -> frozenset[str]:
        phrases = self._content.phrases.by_language.values()
        texts = [text for own in phrases for key, text in own.items() if for_people(key)]
        for article in self._content.knowledge.articles.values():
            if article.risk == "red":
                texts += [text for wording in article.wordings.values() for text in (wording.title, wording.body)]
        return frozenset(sentence for text in texts for sentence in _folded(text) if len(sentence) > _SHORT)


def for_people(key: str) -> bool:
    """Tell whether the phrase of a key is one that only people may translate."""
    return key.startswith(_KEYS)


def _folded(text: str) -> list[str]:
    return [fold(sentence) for sentence in _SENTENCE.split(text)]
