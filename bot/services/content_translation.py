"""Machine drafts of the content's texts, for translators to review: sentence by sentence, and what failed stays German."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.prose import Prose, keeps, plain
from bot.core.protection import Wordings
from bot.core.segments import Splitter
from bot.core.text import strip_controls
from bot.core.translations import NotTranslated, Reason, Result

AT_ONCE = 100
"""Sentences that are asked for at once; a translator may refuse many more."""
_BROKEN: frozenset[Reason] = frozenset({"no_model", "too_slow", "busy", "error"})


class Broken(Exception):
    """The translator cannot go on, whatever the text."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A sentence that stays German, and why."""

    sentence: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as machines put it, the sentences that stay German, and their share of it from 0 to 1."""

    text: str
    refused: tuple[Refused, ...] = ()
    german: float = 0.0


class ContentTranslation:
    """Drafts whole texts in one language; `sentence` translates one sentence, else says why not."""

    def __init__(self, sentence: Callable[[str], Awaitable[Result]], split: Splitter, wordings: Wordings) -> None:
        self._sentence = sentence
        self._split = split
        self._wordings = wordings
        self._room = asyncio.Semaphore(AT_ONCE)

    async def draft(self, text: str) -> Draft:
        """Translate a text in Markdown.

        Raises:
            Broken: the translator has stopped working.
        """
        prose = Prose(text, self._split)
        said = await asyncio.gather(*map(self._said, prose.sentences))
        refused = tuple(each for each in said if isinstance(each, Refused))
        german, letters = (sum(map(len, part)) for part in ([each.sentence for each in refused], prose.sentences))
        whole = prose.said([each.sentence if isinstance(each, Refused) else each for each in said])
        return Draft(self._wordings.explained_once(whole), refused, german / letters if letters else 0.0)

    async def _said(self, sentence: str) -> str | Refused:
        """Return a translation that keeps what it must, with its bold if possible; else why there is none."""
        reason: Reason = "unsafe"
        for text in dict.fromkeys((sentence, plain(sentence))):
            async with self._room:
                result = await self._sentence(text)
            if not isinstance(result, NotTranslated):
                if keeps(text, said := strip_controls(result.text)):
                    return said
            elif result.reason in _BROKEN:
                raise Broken(result.reason)
            else:
                reason = result.reason
        return Refused(sentence, reason)
