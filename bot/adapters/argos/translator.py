"""Translates messages with the installed packages: directly, else through English, else it says why not."""

import asyncio
import logging
import math
import time
from importlib.util import find_spec
from pathlib import Path

from bot.adapters.argos.engine import Busy, Engine, TooSlow
from bot.adapters.argos.packages import Package, PackageError, installed
from bot.adapters.argos.quality import live, quality
from bot.core.detection import detect
from bot.core.protection import Wordings
from bot.core.quality import Quality
from bot.core.segments import NO_WORDINGS, Rounds, plain_digits, translation_of
from bot.services.ports import NotTranslated, Translated, Urgency

log = logging.getLogger(__name__)
PIVOT = "en"
LIVE_SECONDS = 6.0
"""How long somebody in a chat waits for a translation; after that they get the original."""
REHEARSED = 0.95
"""How sure a model for tests and the demo must be: of its own sentences it is (0.985 and more), of no other (0.9 at most)."""


def missing() -> str | None:
    """Return why this installation cannot translate at all, or None."""
    absent = [name for name in ("argostranslate", "ctranslate2", "sentencepiece", "sentencex") if find_spec(name) is None]
    return f"{', '.join(absent)} not installed (make setup installs it)" if absent else None


def route(packages: list[Package], source: str, target: str) -> tuple[Package, ...] | None:
    """Return the packages to go through: the direct one, else two by way of English."""
    by_pair = {(each.source, each.target): each for each in packages}
    for way in (((source, target),), ((source, PIVOT), (PIVOT, target))):
        if all(pair in by_pair for pair in way):
            return tuple(by_pair[pair] for pair in way)
    return None


class ArgosTranslator:
    """Translates on this machine; packages that are installed or removed meanwhile are noticed.

    In live chat, pairs that were measured and found too bad are off; `measuring` leaves them on.
    """

    def __init__(
        self, folder: Path, engine: Engine | None = None, seconds: float = LIVE_SECONDS, *, measuring: bool = False
    ) -> None:
        self.engine = engine or Engine()
        self._folder = folder
        self._measuring = measuring
        self._quality: dict[str, Quality] = {}
        self._seconds = seconds
        self._seen: int | None = None
        self._packages: list[Package] = []

    async def translate(
        self, text: str, source: str, target: str, wordings: Wordings = NO_WORDINGS, urgency: Urgency = "live"
    ) -> Translated | NotTranslated:
        """Translate a text with the glossary's wordings kept, or say why not; never raises."""
        if source == target:
            return NotTranslated("same_language")
        try:
            hops = route(self._current(), source, target)
            if hops and urgency != "bulk" and not self._good(hops):
                return NotTranslated("poor")
            return await self._over(hops, text, (source, target), wordings, urgency) if hops else NotTranslated("no_model")
        except TooSlow:
            return NotTranslated("too_slow")
        except Busy:
            return NotTranslated("busy")
        except PackageError as error:
            log.error("not translated: %s", error)
        except Exception as error:  # The message goes on as it was written; what it says is nothing for the log.
            log.error("not translated: %s", type(error).__name__)
        return NotTranslated("error")

    def version(self, source: str, target: str) -> str:
        """Name the models it would go through, with their versions; "" when there is no way."""
        return " + ".join(each.name for each in route(self._current(), source, target) or ())

    def usable(self, source: str, target: str) -> bool:
        """Tell whether people's messages are translated: there is a way, and it was not found too bad."""
        hops = route(self._current(), source, target)
        return bool(hops) and self._good(hops or ())

    def _good(self, hops: tuple[Package, ...]) -> bool:
        return self._measuring or live(self._quality, hops)

    async def close(self) -> None:
        """Give memory and the worker back."""
        await self.engine.close()

    async def _over(
        self, hops: tuple[Package, ...], text: str, pair: tuple[str, str], wordings: Wordings, urgency: Urgency
    ) -> Translated | NotTranslated:
        from sentencex import segment

        source, target = pair
        deadline = time.monotonic() + self._seconds if urgency == "live" else math.inf
        rehearsed = any(each.rehearsed for each in hops)
        # A model for rehearsed sentences knows each word of them, the glossary's too, and no marks.
        kept = NO_WORDINGS if rehearsed else wordings
        rounds = translation_of(plain_digits(text), source, segment, kept, lambda sentence: detect(sentence, source) == target)
        confidence = 1.0
        # Finding out in which language each sentence is takes a while.
        wanted, result = await asyncio.to_thread(_next, rounds, None)
        if not wanted:
            return NotTranslated("same_language")
        while wanted:
            said = await self.engine.translate(hops, wanted, deadline, urgency)
            if rehearsed and min(each.confidence for each in said) < REHEARSED:
                return NotTranslated("unsafe")
            confidence = min([confidence, *(each.confidence for each in said)])
            wanted, result = _next(rounds, [each.text for each in said])
        if result is None:
            return NotTranslated("unsafe")
        return Translated(result, "argos", f"{source}-{target}", tuple(each.name for each in hops), round(confidence, 3))

    def _current(self) -> list[Package]:
        """Return the installed packages; the folder is read again when something in it changed."""
        try:
            seen = self._folder.stat().st_mtime_ns
        except OSError:
            return []
        if seen != self._seen:
            self._packages, self._quality, self._seen = installed(self._folder), quality(self._folder), seen
        return self._packages


def _next(rounds: Rounds, answers: list[str] | None) -> tuple[list[str], str | None]:
    """Return what is to be translated next; nothing more, and the whole, at the end."""
    try:
        return (next(rounds) if answers is None else rounds.send(answers)), None
    except StopIteration as end:
        return [], end.value
