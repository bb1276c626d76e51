"""Does what a chat does not wait for: looks back at translations, and translates what could not be translated at once."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from bot.core.cases import Case
from bot.core.language import SOURCE
from bot.core.translations import LATER, NotTranslated, Rendering
from bot.services.live import Live
from bot.services.ports import Clock, Store, TranscriptLine
from bot.services.translation import Readable, Translation

log = logging.getLogger(__name__)
_IDLE_SECONDS = 5.0
_PAUSE, _MAX_PAUSE = timedelta(seconds=20), timedelta(minutes=10)
_ATTEMPTS = 12
"""With these pauses about an hour and a half; later nobody waits for it."""


class Afterwards:
    """Works off stored lines, so that nothing of it is lost with the process. Nothing is ever sent from here."""

    def __init__(self, store: Store, translation: Translation, live: Live, clock: Clock) -> None:
        self._store = store
        self._translation = translation
        self._live = live
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Work until stopped."""
        with self._live.watch("stop") as watch:
            while not stop.is_set():
                try:
                    await self.work()
                except Exception as error:  # It stays in the store and is tried again.
                    log.error("afterwards: %s", type(error).__name__)
                await watch.changed(_IDLE_SECONDS)

    async def work(self) -> int:
        """Do what is due, the oldest lines first; return how many lines it was."""
        with self._store.transaction() as tx:
            due = [(line, tried, tx.case(line.case_id or "")) for line, tried in tx.translation_work(self._clock.now())]
        for line, tried, case in due:
            if case is None or not case.open:
                self._done(line)
            else:
                await self._look_at(line, tried, case)
        return len(due)

    async def _look_at(self, line: TranscriptLine, tried: int, case: Case) -> None:
        said = line.message
        if said is None:
            written = line.rendering.language if line.rendering else case.language
            await self._improve(line, tried, case, line.translation, (written, SOURCE))
        elif said.label == "machine" and said.original:
            look = await self._translation.look_back(said.original, said.text, SOURCE, said.language)
            self._keep(line, case, None, Rendering(SOURCE, "machine", look=look))
        else:
            # It was sent as it was written. Its translation is for the advisor to send.
            await self._improve(line, tried, case, None, (SOURCE, case.language))

    async def _improve(
        self, line: TranscriptLine, tried: int, case: Case, translation: str | None, pair: tuple[str, str]
    ) -> None:
        """Translate a line if that is still to be done, and look back at its translation."""
        rendering = line.rendering or Rendering(pair[0])
        if translation is None:
            readable = await self._translation.readable(line.text, *pair, "draft")
            if _later(readable) and tried < _ATTEMPTS:
                with self._store.transaction() as tx:
                    tx.translate_later(line.n, self._clock.now() + min(_PAUSE * 2**tried, _MAX_PAUSE))
                return
            translation, rendering = readable.translation, readable.rendering
        if translation is not None and rendering.label == "machine":
            look = await self._translation.look_back(line.text, translation, rendering.language, pair[1])
            rendering = replace(rendering, look=look)
        self._keep(line, case, translation, rendering)

    def _keep(self, line: TranscriptLine, case: Case, translation: str | None, rendering: Rendering) -> None:
        with self._store.transaction() as tx:
            now = tx.line(line.conversation_id, line.n)
            if now is None or now.text != line.text:  # other words, which are noted as work of their own
                return
            unclear = now.rendering is not None and now.rendering.unclear
            tx.render(line, translation, replace(rendering, unclear=unclear))
            tx.translation_done(line.n)
        self._live.touch(f"agency:{case.agency}", f"conversation:{case.conversation_id}")

    def _done(self, line: TranscriptLine) -> None:
        with self._store.transaction() as tx:
            tx.translation_done(line.n)


def _later(readable: Readable) -> bool:
    return isinstance(readable.result, NotTranslated) and readable.result.reason in LATER
