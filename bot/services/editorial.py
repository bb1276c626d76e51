"""The state of the content while running: what was refused, what is wrong, what is translated, what nobody could answer."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.core.anonymous import OpenQuestion
from bot.core.content import Content
from bot.core.coverage import Coverage, cover
from bot.core.grouping import Group, groups
from bot.core.locales import local
from bot.core.roles import Area, opens
from bot.services.access import Forbidden
from bot.services.ports import Advisor, Clock, Store
from bot.services.understanding import Understanding


class Finding(Protocol):
    """One thing to do: in which file, at which place in it, and what; an `error` or a `warning`."""

    @property
    def file(self) -> str:
        """The file, below the folder of the content."""

    @property
    def place(self) -> str:
        """Where in the file."""

    @property
    def message(self) -> str:
        """What to do, in German."""

    @property
    def severity(self) -> str:
        """Error or warning."""


Check = Callable[[date], Sequence[Finding]]
"""Looks through all files; it takes seconds."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An edit that was not taken up: since when, and why."""

    since: datetime
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found, and in what; it is held, so that nothing else gets its place in memory."""

    known: object
    looked_at: object
    findings: Sequence[Finding]


class Editorial:
    """What editors and translators see. Nothing here is about a person, and nothing can be changed here."""

    def __init__(
        self, store: Store, content: Callable[[], Content], understanding: Understanding, clock: Clock, check: Check
    ) -> None:
        self._store = store
        self._content = content
        self._understanding = understanding
        self._clock = clock
        self._check = check
        self._looking = asyncio.Lock()
        self._found: _Found | None = None
        self._grouped: tuple[object, list[Group]] | None = None
        self._refusal: Refusal | None = None

    def refused(self, findings: Sequence[Finding]) -> None:
        """Note why changed files are not taken up, or (with nothing) that they are."""
        self._refusal = Refusal(self._clock.now(), findings) if findings else None

    def refusal(self, editor: Advisor) -> Refusal | None:
        """Return the edit that was refused, as long as nobody mended it.

        Raises:
            Forbidden: the member of staff does not edit.
        """
        _must(editor, "articles")
        return self._refusal

    async def findings(self, editor: Advisor) -> Sequence[Finding]:
        """Return what is wrong with the files; they are looked through once after each change.

        Raises:
            Forbidden: the member of staff does not edit.
        """
        _must(editor, "articles")
        today = local(self._clock.now()).date()
        async with self._looking:
            looked_at = self._content(), self._refusal
            known = tuple(map(id, looked_at)), today
            if self._found is None or self._found.known != known:
                self._found = _Found(known, looked_at, await asyncio.to_thread(self._check, today))
            return self._found.findings

    async def questions(self, editor: Advisor) -> list[Group]:
        """Return the questions that found no answer, what means the same together.

        Raises:
            Forbidden: the member of staff does not edit.
        """
        _must(editor, "articles")
        async with self._looking:
            with self._store.transaction() as tx:
                kept = tx.open_questions()
            known = tuple(each.n for each in kept), self._understanding.embedder is None
            if self._grouped is None or self._grouped[0] != known:
                self._grouped = known, await self._group(kept)
            return self._grouped[1]

    def coverage(self, editor: Advisor) -> Coverage:
        """Return what is translated.

        Raises:
            Forbidden: the member of staff neither edits nor translates.
        """
        _must(editor, "translations")
        return cover(self._content().knowledge)

    async def _group(self, kept: list[OpenQuestion]) -> list[Group]:
        vectors = await self._understanding.stored([each.text for each in kept]) if kept else None
        background = self._content().matcher.centres() if vectors is not None else None
        return await asyncio.to_thread(groups, kept, vectors, background)


def _must(editor: Advisor, area: Area) -> None:
    if editor.disabled or not opens(editor.role, area):
        raise Forbidden(editor.id)
