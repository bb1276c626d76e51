"""Reading what volunteers write, finding out what it means, and doing both again when a file changes while running."""

import asyncio
import ctypes
import gc
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path

from bot.adapters.bridges import load_bridge
from bot.adapters.content.loader import load, load_knowledge
from bot.adapters.content.problems import ContentError, Problem
from bot.adapters.embeddings import E5, SHIPPED, load_embedder, ship, vectors_of
from bot.core.content import Content
from bot.core.detection import detect
from bot.core.language import LANGUAGES

log = logging.getLogger("wegweiser.content")
LOOK_SECONDS = 3.0
"""How often the files are looked at; a change is taken up when nothing more changed until the next look."""
_FOLDERS = ("knowledge", "flows", "locales")
_ENDINGS = (".yaml", ".md", ".po", ".csv")

_THRESHOLDS = 5_000, 5, 50
"""New objects before the new ones are looked through, rounds of that before the younger ones are, and so on."""

Seen = dict[Path, tuple[int, int]]


def load_content(root: Path) -> Content:
    """Read all of the volunteers' files.

    Raises:
        ContentError: something does not fit; all of it is named at once.
    """
    return load(root)


def load_answers(root: Path, *, letters_only: bool = False) -> tuple[Content, E5 | None]:
    """Read what questions are answered from, with the meaning of its texts where this machine can compare it."""
    content = load_knowledge(root)
    embedder = None if letters_only else load_embedder()
    return understood(content, embedder, root), embedder


def understood(
    content: Content,
    embedder: E5 | None,
    root: Path,
    stopped: Callable[[], bool] = lambda: False,
    languages: Collection[str] = (),
) -> Content:
    """Return content with the meaning of its texts and its index built, for questions in these languages too.

    New texts take 30 to 50 ms each, known ones nothing; a language takes 0.1 s.
    """
    asked = frozenset(content.alarms.texts)
    vectors = vectors_of(content.texts(), embedder, root / "knowledge", stopped, asked) if embedder else None
    content = content if vectors is None else content.understood(vectors, load_bridge())
    content.matcher.warm(languages)
    settle()
    return content


def settle() -> None:
    """Give the memory that building took back to the system; glibc keeps it otherwise (about 100 MB here).

    What is left stays: frozen, it is not looked through at every collection of what single turns leave behind.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    # With 2,000 open pages looking through all objects takes a third of a second, in which nobody is answered.
    gc.set_threshold(*_THRESHOLDS)
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class Keeper:
    """Keeps a running system's content as the files are; a broken edit is refused and the old content stays."""

    def __init__(
        self,
        root: Path,
        current: Callable[[], Content],
        replace: Callable[[Content], None],
        pause: float = LOOK_SECONDS,
        refused: Callable[[Sequence[Problem]], None] = lambda problems: None,
    ) -> None:
        """`refused` is told why an edit is not taken up, and (with nothing) when one is again."""
        self._root = root
        self._current = current
        self._replace = replace
        self._pause = pause
        self._refused = refused
        self._embedder: E5 | None = None

    async def run(self, stop: asyncio.Event, embed: Callable[[E5], None] | None) -> None:
        """Understand the content, then look for changes until stopped; `embed` takes the model, None for doing without."""
        taken = seen = await asyncio.to_thread(_look, self._root)
        if embed is not None:
            self._embedder = await asyncio.to_thread(load_embedder)
            if self._embedder is not None:
                embed(self._embedder)
            # Its model takes a second or two to load; that should not be a newcomer's.
            await asyncio.to_thread(detect, "Guten Tag, ich suche eine Wohnung.")
        await self._put_in_place(await self._understood(self._current(), stop), stop)
        while not await _set_within(stop, self._pause):
            before, seen = seen, await asyncio.to_thread(_look, self._root)
            if seen != taken and seen == before:
                taken = seen
                await self._reload(stop)

    async def _reload(self, stop: asyncio.Event) -> None:
        try:
            content = await asyncio.to_thread(load_content, self._root)
        except ContentError as error:
            log.error("The changed content has mistakes; the old one stays until they are mended:\n%s", error)
            self._refused(error.problems)
            return
        except OSError as error:
            log.error("The changed content cannot be read (%s); the old one stays.", error.strerror)
            self._refused([Problem("", "", f"Die Dateien können nicht gelesen werden: {error.strerror}.")])
            return
        if await self._put_in_place(await self._understood(content, stop), stop):
            self._refused(())
            log.info("The changed content is in use: %d articles.", len(content.knowledge.articles))

    async def _put_in_place(self, content: Content, stop: asyncio.Event) -> bool:
        """Use a content as soon as its flows can be kept; tell whether that came before the end."""
        # Imported only where there is a store: commands that only read answer sooner.
        from bot.adapters.sqlite import StoreUnavailable

        while True:
            try:
                self._replace(content)
            except StoreUnavailable as error:
                log.error("The content waits, and the old one stays: %s", error)
            else:
                return True
            if await _set_within(stop, self._pause):
                return False

    async def _understood(self, content: Content, stop: asyncio.Event) -> Content:
        return await asyncio.to_thread(understood, content, self._embedder, self._root, stop.is_set, LANGUAGES)


def _look(root: Path) -> Seen:
    """Return the volunteers' files with time and size."""
    found = {}
    for path in (each for folder in _FOLDERS for each in (root / folder).rglob("*") if each.suffix in _ENDINGS):
        try:
            state = path.stat()
        except OSError:  # it went while we looked
            continue
        found[path] = (state.st_mtime_ns, state.st_size)
    return found


async def _set_within(stop: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await stop.wait()
    except TimeoutError:
        return False


def ship_vectors(root: Path) -> None:
    """Write the vectors of all texts beside the content, so that nobody who installs it has to compute them."""
    embedder = load_embedder()
    if embedder is not None:
        content = load_knowledge(root)
        count = ship(root / "knowledge", content.texts(), embedder, frozenset(content.alarms.texts))
        print(f"{count} vectors are in {root / 'knowledge' / SHIPPED}")


if __name__ == "__main__":
    ship_vectors(Path())
