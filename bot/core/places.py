"""Municipalities and postcodes of the district and its neighbours, found in spite of typing mistakes and in other scripts.

Nobody agrees how Elmshorn is written in Arabic, where vowels are mostly left out and some sounds of German are missing: names are
compared by their letters and by their consonants, those counting as one that other scripts do not tell apart.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import asin, cos, radians, sin, sqrt

from anyascii import anyascii
from rapidfuzz import fuzz

from bot.core.messages import Coordinates
from bot.core.text import MAX_QUESTION, fold

_SURE, _CLEAR, _LIKELY = 90.0, 84.0, 72.0
"""How alike (`fuzz.ratio`, 0 to 100) a name is that is meant, one within a sentence, and one that may be meant."""
_SHORTEST, _SOUNDS = 5, 3
"""Letters of a misspelt name within a sentence, and consonants of a name: fewer are too easily those of another word."""
_BY_SOUND = 0.85
"""What sounds count beside letters: of two names that sound alike the one that looks alike is likelier."""
_MOST = 4
"""Places to choose from."""
_SPELT = (("sch", "s"), ("sh", "s"), ("ch", "h"), ("kh", "h"), ("ph", "f"), ("gh", "g"), ("th", "t"), ("kv", "k"))
_ONE_SOUND = str.maketrans("pvdgqcjzx", "bftkkkkss")
_BEGINS, _NO_SOUND, _DOUBLE = re.compile(r"\bw"), re.compile(r"[^bcdfghklmnrst]"), re.compile(r"(.)\1+")
_ARABIC_IN = "ب"
"""Written together with the name of a place."""
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality under one postcode; `inside` tells whether it belongs to the district."""

    name: str
    postcode: str
    position: Coordinates
    inside: bool


@dataclass(frozen=True)
class Gazetteer:
    """All places, the district's own first."""

    places: tuple[Place, ...]

    def find(self, text: str) -> list[Place]:
        """Return one place when the text is clear, several to choose from, or none.

        A postcode gives every municipality that has it; a name gives one place even if it has several postcodes.
        """
        words = fold(text[:MAX_QUESTION])
        digits = "".join(c for c in words if c.isdigit())
        if len(digits) == 5:
            return _by_name([place for place in self.places if place.postcode == digits])
        if len(words) < 3:
            return []
        near, far = self._names[True], self._names[False]
        if named := near.get(words) or far.get(words):
            return [named]
        mentioned = _mentioned(words, near) or _mentioned(words, far)
        return mentioned or _alike(words, near, _LIKELY, within=True) or _alike(words, far, _SURE)

    def named(self, text: str) -> list[Place]:
        """Return the places whose postcode or whole name a text is, without guessing; several share a postcode."""
        words = fold(text)
        return _by_name(place for place in self.places if words in (place.postcode, fold(place.name)))

    def nearest(self, position: Coordinates) -> Place:
        """Return the place closest to a point."""
        return min(self.places, key=lambda place: kilometres(place.position, position))

    @cached_property
    def _names(self) -> Mapping[bool, Mapping[str, Place]]:
        """Return folded names with their first place, those inside the district and those outside."""
        return {
            inside: {fold(each.name): each for each in reversed(self.places) if each.inside is inside} for inside in (True, False)
        }


def _mentioned(words: str, names: Mapping[str, Place]) -> list[Place]:
    return [place for name, place in names.items() if f" {name} " in f" {words} "][:_MOST]


def _alike(words: str, names: Mapping[str, Place], least: float, *, within: bool = False) -> list[Place]:
    """Return the one place that is surely meant by the words, or by a part of them, else those that may be."""
    scores = {
        name: max([_letters(words, name), _sounding(words, name), *(_parts(words, name) if within else ())]) for name in names
    }
    likely = sorted((name for name in names if scores[name] >= least), key=lambda name: -scores[name])[:_MOST]
    surely = [name for name in likely if scores[name] >= _SURE]
    return [names[name] for name in surely[:1] or likely]


def _parts(words: str, name: str) -> Iterator[float]:
    """Yield how alike parts of a sentence are to a name, those that are clear: to sound nearly so is not enough there."""
    each, length = words.split(), name.count(" ") + 1
    for at in range(len(each) - length + 1) if len(name) >= _SHORTEST else ():
        part = " ".join(each[at : at + length])
        for said in {part, part.removeprefix(_ARABIC_IN)}:
            letters, sounds = _letters(said, name), _sounding(said, name) if len(_sounds(said)) > _SOUNDS else 0.0
            if letters >= _CLEAR or sounds >= _SURE:
                yield max(letters, sounds)


def _letters(words: str, name: str) -> float:
    """Return how alike the letters of words and a name are, 0 to 100."""
    return fuzz.ratio(words if words.isascii() else _latin(words), name)


def _sounding(words: str, name: str) -> float:
    """Return how alike words in another script sound, 0 to 100: not at all with few consonants, unless they are the same."""
    said, meant = _sounds(words), _sounds(name)
    if words.isascii() or len(said) < _SOUNDS or (said != meant and min(len(said), len(meant)) == _SOUNDS):
        return 0.0
    return _BY_SOUND * fuzz.ratio(said, meant, score_cutoff=_CLEAR) + (1 - _BY_SOUND) * _letters(words, name)


@lru_cache(maxsize=1_000)
def _latin(words: str) -> str:
    return fold(anyascii(words))


@lru_cache(maxsize=20_000)
def _sounds(words: str) -> str:
    """Return the consonants of words as other scripts tell them apart."""
    latin = anyascii(words).lower()
    for spelt, sound in _SPELT:
        latin = latin.replace(spelt, sound)
    sounds = _NO_SOUND.sub("", _BEGINS.sub("f", latin).translate(_ONE_SOUND))
    return _DOUBLE.sub(r"\1", sounds)


def _by_name(places: Iterable[Place]) -> list[Place]:
    return list({place.name: place for place in places}.values())


def kilometres(a: Coordinates, b: Coordinates) -> float:
    """Return the great-circle distance in kilometres (haversine)."""
    dlat, dlon = radians(b.lat - a.lat), radians(b.lon - a.lon)
    h = sin(dlat / 2) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(dlon / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(h))
