"""Content is read again while running; a broken edit is refused and what was there stays."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.adapters.content.problems import Problem
from bot.adapters.embeddings import missing
from bot.adapters.sqlite import StoreUnavailable
from bot.contents import Keeper, load_content
from bot.core.content import Content
from bot.core.language import LANGUAGES
from tests.conftest import ROOT

DEPOSIT = "knowledge/articles/rental-deposit/de.md"


class Holder:
    """Who uses content, and notes each that came."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.refused: list[Sequence[Problem]] = []
        self.came = asyncio.Event()

    def replace(self, content: Content) -> None:
        self.content = content
        self.came.set()

    async def next(self) -> Content:
        async with asyncio.timeout(20):
            await self.came.wait()
        self.came.clear()
        return self.content

    def title(self) -> str:
        return self.content.knowledge.articles["rental-deposit"].wording("de").title


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("knowledge", "flows", "locales"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.npz"))
    return tmp_path


@asynccontextmanager
async def kept(root: Path, holds: type[Holder] = Holder) -> AsyncIterator[Holder]:
    holder, stop = holds(load_content(root)), asyncio.Event()
    keeper = Keeper(root, lambda: holder.content, holder.replace, pause=0.05, refused=holder.refused.append)
    task = asyncio.create_task(keeper.run(stop, None))
    await holder.next()  # the first is the same content with its index built
    try:
        yield holder
    finally:
        stop.set()
        await task


async def test_content_that_the_store_cannot_take_yet_waits_and_the_program_goes_on(root: Path) -> None:
    troubles = [StoreUnavailable("The database is kept locked by another program.")] * 2

    class Busy(Holder):
        def replace(self, content: Content) -> None:
            if troubles:
                raise troubles.pop()
            super().replace(content)

    async with kept(root, Busy) as holder:
        assert holder.title()
    assert troubles == []


async def said(caplog: pytest.LogCaptureFixture, words: str) -> None:
    async with asyncio.timeout(20):
        while words not in caplog.text:  # noqa: ASYNC110 - a log has no event to wait for
            await asyncio.sleep(0.05)


def edit(root: Path, old: str, new: str) -> None:
    file = root / DEPOSIT
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


async def test_an_edit_is_in_use_a_moment_later(root: Path) -> None:
    async with kept(root) as holder:
        old = holder.title()
        edit(root, f"# {old}", "# Kaution und Miete")
        await holder.next()
        assert holder.title() == "Kaution und Miete"


async def test_a_broken_edit_is_refused_with_a_message_and_mended_later(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with kept(root) as holder:
        old = holder.title()
        with caplog.at_level(logging.INFO, "wegweiser.content"):
            edit(root, "revision: 1", "revision: eins")
            await said(caplog, "has mistakes")
        assert f"{DEPOSIT}: revision" in caplog.text
        assert [[each.file for each in problems] for problems in holder.refused] == [[DEPOSIT]]
        assert holder.title() == old
        assert not holder.came.is_set()
        edit(root, "revision: eins", "revision: 1")
        edit(root, f"# {old}", "# Kaution und Miete")
        await holder.next()
        assert holder.title() == "Kaution und Miete"
        assert holder.refused[1:] == [()]


@pytest.mark.skipif(missing() is not None, reason=f"no sentence vectors here: {missing()}")
async def test_the_model_is_loaded_and_the_content_understood_while_people_are_answered_already() -> None:
    holder, stop = Holder(load_content(ROOT)), asyncio.Event()
    models: list[object] = []
    assert not holder.content.matcher.centres()
    task = asyncio.create_task(Keeper(ROOT, lambda: holder.content, holder.replace).run(stop, models.append))
    assert set((await holder.next()).matcher.centres()) == set(LANGUAGES)
    assert len(models) == 1
    stop.set()
    await task
