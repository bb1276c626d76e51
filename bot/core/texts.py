"""Words the bot says, in every language, looked up by key with a visible fallback."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.language import SOURCE, fallback_chain

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the language it really is in."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts by language and key; German is complete, it is the source."""

    by_language: Mapping[str, Mapping[str, str]]
    _found: dict[tuple[str, str], Text] = field(default_factory=dict, init=False, repr=False, compare=False)

    def find(self, key: str, language: str) -> Text:
        """Return the text in the first language of the fallback chain that has it.

        Raises:
            KeyError: no language has the key.
        """
        found = self._found.get((key, language))
        if found is None:
            found = self._found[key, language] = self._first(key, language)
        return found

    def say(self, key: str, language: str, /, **slots: str) -> str:
        """Return the text with its placeholders filled."""
        return fill(self.find(key, language).text, slots)

    def _first(self, key: str, language: str) -> Text:
        for code in fallback_chain(language):
            if text := self.by_language.get(code, {}).get(key):
                return Text(text, code)
        raise KeyError(key)

    def has(self, key: str) -> bool:
        """Tell whether there is such a text."""
        return key in self.by_language.get(SOURCE, {})

    def keys(self) -> frozenset[str]:
        """Return all keys."""
        return frozenset(self.by_language.get(SOURCE, {}))


def fill(text: str, slots: Mapping[str, str]) -> str:
    """Replace `{name}` by its slot; one without a slot stays as it stands."""
    return text if not slots else _PLACEHOLDER.sub(lambda found: slots.get(found[1], found[0]), text)


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the placeholders in a text."""
    return frozenset(_PLACEHOLDER.findall(text))
