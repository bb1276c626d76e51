"""Municipalities and postcodes of the district and its neighbours, found in spite of typing mistakes."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from anyascii import anyascii
from rapidfuzz import fuzz, process

from bot.core.messages import Coordinates
from bot.core.text import fold

_SURE, _LIKELY = 90.0, 72.0
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality under one postcode; `inside` tells whether it belongs to the district."""

    name: str
    postcode: str
    position: Coordinates
    inside: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All places, the district's own first."""

    places: tuple[Place, ...]

    def find(self, text: str) -> list[Place]:
        """Return one place when the text is clear, several to choose from, or none.

        A postcode gives every municipality that has it; a name gives one place even if it has several postcodes.
        """
        words = fold(text)
        digits = "".join(c for c in words if c.isdigit())
        if len(digits) == 5:
            return _by_name([place for place in self.places if place.postcode == digits])
        if len(words) < 3:
            return []
        # Somebody asked where they live may well write the name in their own letters.
        return self._by_name(words) or ([] if words.isascii() else self._by_name(fold(anyascii(words))))

    def named(self, text: str) -> list[Place]:
        """Return the places whose postcode or whole name a text is, without guessing; several share a postcode."""
        words = fold(text)
        return _by_name(place for place in self.places if words in (place.postcode, fold(place.name)))

    def nearest(self, position: Coordinates) -> Place:
        """Return the place closest to a point."""
        return min(self.places, key=lambda place: kilometres(place.position, position))

    def _by_name(self, words: str) -> list[Place]:
        named = [
            {fold(place.name): place for place in reversed(self.places) if place.inside is inside} for inside in (True, False)
        ]
        for names in named:
            if words in names:
                return [names[words]]
        for names in named:
            found = process.extract(words, names.keys(), scorer=fuzz.ratio, score_cutoff=_LIKELY, limit=4)
            mentioned = [names[name] for name in names if f" {name} " in f" {words} "]
            if mentioned:
                return mentioned[:4]
            sure = [names[name] for name, score, _ in found if score >= _SURE]
            if found:
                return sure[:1] or [names[name] for name, _, _ in found]
        return []


def _by_name(places: Iterable[Place]) -> list[Place]:
    return list({place.name: place for place in places}.values())


def kilometres(a: Coordinates, b: Coordinates) -> float:
    """Return the great-circle distance in kilometres (haversine)."""
    dlat, dlon = radians(b.lat - a.lat), radians(b.lon - a.lon)
    h = sin(dlat / 2) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(dlon / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(h))
