"""What a free question means: its vector and its language, computed before the turn in a worker thread, with a time limit."""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bot.core.detection import clear_switch
from bot.core.matching import Vector
from bot.core.replies import understandable
from bot.services.ports import Embedder

log = logging.getLogger(__name__)
SECONDS = 3.0
"""A question that takes longer is answered by its letters alone."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The vectors of a question's texts, and the language it clearly is in if that is not the chosen one."""

    meanings: Mapping[str, Vector] = field(default_factory=dict)
    wrote: str | None = None


class Understanding:
    """Understands questions one at a time: the model uses one thread, and two at once would only be slower."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self.embedder = embedder
        self._thread = ThreadPoolExecutor(1, "understanding")

    async def of(self, text: str, language: str) -> Understood:
        """Return what a question means; nothing when that fails or takes too long."""
        try:
            async with asyncio.timeout(SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._thread, self._understood, text, language)
        except TimeoutError:
            log.warning("a question took longer than %s seconds to understand", SECONDS)
        except Exception as error:  # Whatever breaks here, the question is answered.
            log.error("understanding failed: %s", type(error).__name__)
        return Understood()

    def _understood(self, text: str, language: str) -> Understood:
        embedder = self.embedder
        meanings = {each: embedder.question(each) for each in understandable(text)} if embedder else {}
        return Understood(meanings, clear_switch(text, language))
