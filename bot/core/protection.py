"""Words of authorities in what people write: they reach the reader as the glossary says, whatever a translator makes of them.

A newcomer needs the German word at the counter. So a term stays German and its reviewed translation follows in brackets the
first time; a translation that renders it in the glossary's own words is good as well.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.core.knowledge import Term
from bot.core.language import SOURCE
from bot.core.text import fold

_LONG, _SMALL = 6, 4
"""Letters from which a term is also found inside of a compound, and in small letters."""
_REST = 3
"""Letters that the other part of a compound has at least."""
_ENDINGS = ("", "s", "es", "n", "en", "e", "er", "ern")
_ASIDE = re.compile(r"[()\[\],;/„“«»]+")
_WORD = re.compile(r"\w+(?:-\w+)*")
_ARTICLES = "[ولبفكا]{0,3}"
"""Letters that Arabic writes together with the word behind them."""


@dataclass(frozen=True, slots=True)
class Use:
    """A term in a text: where it stands, what the reader sees in its place, and the term's id.

    `joined`: a hyphen joins it to words behind, which are translated like any others.
    """

    start: int
    stop: int
    shown: str
    term: str
    joined: bool = False


@dataclass(frozen=True)
class Wordings:
    """The terms of a glossary between two languages; without terms, or between two foreign languages, it finds none."""

    source: str = SOURCE
    target: str = SOURCE
    terms: Mapping[str, Term] = field(default_factory=dict)

    def uses(self, text: str, explained: set[str]) -> list[Use]:
        """Return the German terms in a text, in order; those in `explained` get no brackets, and each that gets some is added."""
        if SOURCE not in (self.source, self.target):
            return []
        return [self._use(text, start, stop, id, explained) for start, stop, id in self._found(text)]

    def count(self, text: str) -> Counter[str]:
        """Return which German terms a text has, and how often."""
        return Counter(id for _, _, id in self._found(text))

    def kept(self, uses: Sequence[Use], translation: str) -> bool:
        """Tell whether a translation has each term in German as often as it was used, and no other."""
        used, german = Counter(each.term for each in uses), self.count(translation)
        # Into German a term may well be the translation of a foreign word.
        return used <= german if self.target == SOURCE else used == german

    def rendered(self, uses: Sequence[Use], translation: str) -> bool:
        """Tell whether a translation has each term as often as it was used, in German or in the words of the glossary."""
        if self.target == SOURCE or not uses:
            return self.kept(uses, translation)
        used, german, folded = Counter(each.term for each in uses), self.count(translation), fold(translation)
        named = all(max(german[id], self._named(id, folded)) == count >= german[id] for id, count in used.items())
        return named and not german.keys() - used.keys()

    def explained_once(self, text: str) -> str:
        """Return a translation of many sentences in which only the first use of a term has the reader's word in brackets."""
        for own in filter(None, map(self._own, self.terms)):
            first, bracket, rest = text.partition(f" ({own})")
            text = first + bracket + rest.replace(bracket, "")
        return text

    def _use(self, text: str, start: int, stop: int, id: str, explained: set[str]) -> Use:
        joined = text[stop : stop + 1] == "-" and text[stop + 1 : stop + 2].isalnum()
        word, own = text[start:stop], self._own(id)
        if own and id not in explained and fold(own) not in fold(word):
            explained.add(id)
            word = f"{word} ({own})"
        return Use(start, stop + joined, word, id, joined)

    def _own(self, id: str) -> str:
        """Return the reader's word for a term; nothing where it could be taken for a number or another term."""
        wording = self.terms[id].wordings.get(self.target)
        own = _ASIDE.split(wording.term)[0].strip() if wording else ""
        return "" if any(letter.isdigit() for letter in own) or self.count(own) else own

    def _named(self, id: str, folded: str) -> int:
        """Return how often a folded text names a term in the glossary's words, whatever ending they have."""
        wording = self.terms[id].wordings.get(self.target)
        names = {fold(part) for part in _ASIDE.split(wording.term)} - {""} if wording else set()
        either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        return len(re.findall(rf"(?<!\w){_ARTICLES}(?:{either})", folded)) if names else 0

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where the text has which term; of two that overlap the one that begins first, and of these the longer one."""
        end = 0
        phrases = [(*each.span(), self._forms[_spaced(each[0])]) for each in self._phrases.finditer(text)]
        words = [found for each in _WORD.finditer(text) if (found := self._word(each[0], each.start()))]
        for start, stop, id in sorted([*phrases, *words], key=lambda each: (each[0], -each[1])):
            if start >= end:
                yield start, stop, id
                end = stop

    def _word(self, word: str, start: int) -> tuple[int, int, str] | None:
        """Return the term in a word: all of it, or its parts up to the last one that is a term."""
        if id := self._bare(word):
            return start, start + len(word), id
        stop, last = len(word), None
        parts = word.split("-")
        while parts and not (last := self._bare(parts[-1]) or self._compound(parts[-1])):
            stop -= len(parts.pop()) + 1
        return (start, start + stop, last) if last else None

    def _bare(self, word: str) -> str | None:
        """Return the term that a word is, with or without an ending."""
        for stem in _stems(word):
            if id := self._forms.get(stem) or self._small.get(stem.lower()):
                return id
        return None

    def _compound(self, word: str) -> str | None:
        """Return the term that a German compound ends or else begins with."""
        if not word[:1].isupper():
            return None
        low = word.lower()
        ends = (stem[cut:] for stem in _stems(low) for cut in range(_REST, len(stem) - _LONG + 1))
        begins = (low[:cut] for cut in range(len(low) - _REST, _LONG - 1, -1))
        return next((self._small[part] for parts in (ends, begins) for part in parts if part in self._small), None)

    @cached_property
    def _forms(self) -> Mapping[str, str]:
        """The ways to write terms as nouns, and the term of each; verbs and adjectives are translated like other words."""
        forms = [(form, term.id) for term in self.terms.values() for form in (term.term, *term.also)]
        return {form: id for form, id in forms if len(form) > 2 and any(letter.isupper() for letter in form.split()[0])}

    @cached_property
    def _small(self) -> Mapping[str, str]:
        """Those that are one word and no abbreviation, in small letters."""
        return {
            form.lower(): id for form, id in self._forms.items() if len(form) >= _SMALL and form[1:].islower() and " " not in form
        }

    @cached_property
    def _phrases(self) -> re.Pattern[str]:
        phrases = sorted((form for form in self._forms if " " in form), key=len, reverse=True)
        either = "|".join(r"\s+".join(map(re.escape, each.split())) for each in phrases)
        return re.compile(rf"(?<!\w)(?:{either or '(?!)'})(?!\w)")


def _stems(word: str) -> Iterator[str]:
    return (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))


def _spaced(text: str) -> str:
    return " ".join(text.split())
