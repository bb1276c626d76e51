"""Translates messages with the installed packages: directly, else through English, else it says why not."""

import logging
import math
import time
from importlib.util import find_spec
from pathlib import Path

from bot.adapters.argos.engine import Engine, TooSlow
from bot.adapters.argos.packages import Package, PackageError, installed
from bot.core.segments import plain_digits, translation_of
from bot.services.ports import NotTranslated, Translated

log = logging.getLogger(__name__)
PIVOT = "en"
LIVE_SECONDS = 6.0
"""How long somebody in a chat waits for a translation; after that they get the original."""
NO_MODELS = frozenset({"ku", "ti", "ps", "so", "am", "ckb"})
"""Kurdish, Tigrinya, Pashto, Somali, Amharic, Sorani: nobody offers an Argos model. Only texts by people are shown in them."""
REHEARSED = 0.95
"""How sure a model for tests and the demo must be: of its own sentences it is (0.985 and more), of no other (0.9 at most)."""


def missing() -> str | None:
    """Return why this installation cannot translate at all, or None."""
    absent = [name for name in ("ctranslate2", "sentencepiece", "sentencex") if find_spec(name) is None]
    return f"{', '.join(absent)} not installed (make setup installs it)" if absent else None


def route(packages: list[Package], source: str, target: str) -> tuple[Package, ...] | None:
    """Return the packages to go through: the direct one, else two by way of English."""
    by_pair = {(each.source, each.target): each for each in packages}
    for way in (((source, target),), ((source, PIVOT), (PIVOT, target))):
        if all(pair in by_pair for pair in way):
            return tuple(by_pair[pair] for pair in way)
    return None


class ArgosTranslator:
    """Translates on this machine; packages that are installed or removed meanwhile are noticed."""

    def __init__(self, folder: Path, engine: Engine | None = None, seconds: float = LIVE_SECONDS) -> None:
        self.engine = engine or Engine()
        self._folder = folder
        self._seconds = seconds
        self._seen: int | None = None
        self._packages: list[Package] = []

    async def translate(self, text: str, source: str, target: str) -> Translated | NotTranslated:
        """Translate a text, or say why not; never raises."""
        if source == target:
            return NotTranslated("same_language")
        try:
            hops = route(self._current(), source, target)
            return await self._over(hops, text, source, target) if hops else NotTranslated("no_model")
        except TooSlow:
            return NotTranslated("too_slow")
        except PackageError as error:
            log.error("not translated: %s", error)
        except Exception as error:  # The message goes on as it was written; what it says is nothing for the log.
            log.error("not translated: %s", type(error).__name__)
        return NotTranslated("error")

    async def close(self) -> None:
        """Give memory and the worker back."""
        await self.engine.close()

    async def _over(self, hops: tuple[Package, ...], text: str, source: str, target: str) -> Translated | NotTranslated:
        from sentencex import segment

        deadline = time.monotonic() + self._seconds if self._seconds < math.inf else math.inf
        needed = REHEARSED if any(each.rehearsed for each in hops) else 0.0
        rounds = translation_of(plain_digits(text), source, segment)
        confidence = 1.0
        try:
            wanted = next(rounds)
            while True:
                said = await self.engine.translate(hops, wanted, deadline)
                if said and min(each.confidence for each in said) < needed:
                    return NotTranslated("unsafe")
                confidence = min([confidence, *(each.confidence for each in said)])
                wanted = rounds.send([each.text for each in said])
        except StopIteration as end:
            if end.value is None:
                return NotTranslated("unsafe")
            names = tuple(each.name for each in hops)
            return Translated(end.value, "argos", f"{source}-{target}", names, round(confidence, 3))

    def _current(self) -> list[Package]:
        """Return the installed packages; the folder is read again when something in it changed."""
        try:
            seen = self._folder.stat().st_mtime_ns
        except OSError:
            return []
        if seen != self._seen:
            self._packages, self._seen = installed(self._folder), seen
        return self._packages
