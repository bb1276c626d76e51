"""What a free question means: its vector and its language, computed before the turn in a worker thread, with a time limit.

Where the articles have no phrasings in the language of a question, it is compared in German, if a model translates it.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from bot.core.detection import clear_switch
from bot.core.language import SOURCE
from bot.core.matching import Vector
from bot.core.replies import understandable
from bot.core.translations import Translated
from bot.core.variants import readable
from bot.services.ports import Embedder, Translator

log = logging.getLogger(__name__)
_AT_A_TIME = 8
SECONDS = 3.0
"""A question that takes longer is answered by its letters alone."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The vectors of a question's texts, the language it clearly is in if that is not the chosen one, and the texts in German
    where articles cannot be asked for in that language."""

    meanings: Mapping[str, Vector] = field(default_factory=dict)
    wrote: str | None = None
    german: Mapping[str, str] = field(default_factory=dict)


class Understanding:
    """Understands questions one at a time: the model uses one thread, and two at once would only be slower."""

    def __init__(self, embedder: Embedder | None = None, translator: Translator | None = None) -> None:
        self.embedder = embedder
        self._translator = translator
        self._thread = ThreadPoolExecutor(1, "understanding")

    async def of(self, text: str, language: str, asked_in: Collection[str] = ()) -> Understood:
        """Return what a question means; nothing when that fails or takes too long.

        `asked_in` are the languages in which articles have phrasings, nothing if that does not matter.
        """
        try:
            async with asyncio.timeout(SECONDS):
                run = asyncio.get_running_loop().run_in_executor
                wrote = await run(self._thread, clear_switch, text, language)
                texts = understandable(text)
                german = await self._german(texts, wrote or language) if asked_in and (wrote or language) not in asked_in else {}
                return Understood(await run(self._thread, self._meanings, (*texts, *german.values())), wrote, german)
        except TimeoutError:
            log.warning("a question took longer than %s seconds to understand", SECONDS)
        except Exception as error:  # Whatever breaks here, the question is answered.
            log.error("understanding failed: %s", type(error).__name__)
        return Understood()

    async def stored(self, texts: Sequence[str]) -> Vector | None:
        """Return the vectors of texts nobody waits for, one row each; None without the model.

        They are worked out a few at a time: questions of people come in between.
        """
        embedder, found = self.embedder, []
        if embedder is None:
            return None
        run = asyncio.get_running_loop().run_in_executor
        for first in range(0, len(texts), _AT_A_TIME):
            found.append(await run(self._thread, embedder.stored, texts[first : first + _AT_A_TIME]))
        return np.concatenate(found) if found else None

    async def _german(self, texts: Sequence[str], language: str) -> dict[str, str]:
        if self._translator is None or not self._translator.usable(language, SOURCE):
            return {}
        said = await asyncio.gather(*(self._translator.translate(each, language, SOURCE) for each in texts))
        return {text: readable(each.text) for text, each in zip(texts, said, strict=True) if isinstance(each, Translated)}

    def _meanings(self, texts: Sequence[str]) -> dict[str, Vector]:
        embedder = self.embedder
        return {each: embedder.question(each) for each in texts} if embedder else {}
