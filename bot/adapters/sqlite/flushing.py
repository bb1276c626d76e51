"""Syncing beside the work: commits go on while those before them are written to the disk, and one sync serves all of them.

SQLite's WAL holds whole transactions with chained checksums: what lies on the disk up to some point is a prefix of what was
committed (https://sqlite.org/fileformat.html#walformat). Whoever has to be sure waits until their commit is part of it.
"""

import asyncio
import logging
import os
import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path

from bot.adapters.sqlite.errors import StoreUnavailable

log = logging.getLogger(__name__)
_LONG = 250
"""Commits (of 10 to 20 pages) after which the log's pages are brought to their places in the database."""


class Flusher:
    """A thread that syncs the log whenever something was committed, and brings it into the database when it is long; `end` it.

    While it holds `checkpointing` no other connection can do the latter.

    After a sync that failed nobody knows what the disk holds (https://wiki.postgresql.org/wiki/Fsync_Errors): nothing more is
    confirmed until the program starts anew.
    """

    def __init__(self, database: Path) -> None:
        self.checkpointing = threading.Lock()
        self._database = database
        self._wal = database.with_name(f"{database.name}-wal")
        self._changed = threading.Condition()
        self._committed = self._flushed = self._shortened = 0
        self._over = False
        self._failed: StoreUnavailable | None = None
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._thread = threading.Thread(target=self._run, name="flusher", daemon=True)
        self._thread.start()

    def committed(self) -> None:
        """Note that something was committed."""
        with self._changed:
            self._committed += 1
            self._changed.notify()

    async def reached(self) -> None:
        """Return once everything that was committed before is on the disk.

        Raises:
            StoreUnavailable: the disk does not write.
        """
        with self._changed:
            self.check()
            if self._flushed >= self._committed:
                return
            done = asyncio.get_running_loop().create_future()
            self._waiting.append((self._committed, done))
        await done

    def check(self) -> None:
        """Do nothing, or raise what the disk said.

        Raises:
            StoreUnavailable: a sync failed.
        """
        if self._failed is not None:
            raise StoreUnavailable(str(self._failed))

    def end(self) -> None:
        """Sync what is left, and stop."""
        with self._changed:
            self._over = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while self._wait():
            upto = self._committed
            try:
                self._sync()
            except OSError as error:
                log.error("the disk does not write (%s); nothing more is confirmed until a new start", error.strerror)
                self._failed = StoreUnavailable(f"The disk does not write: {error.strerror}.")
            self._tell(upto)
            if upto - self._shortened >= _LONG:
                self._shortened = upto
                self._shorten()

    def _shorten(self) -> None:
        # When it fails the log goes on growing; whoever writes does it when it is very long.
        with suppress(sqlite3.Error), self.checkpointing, closing(sqlite3.connect(self._database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _wait(self) -> bool:
        with self._changed:
            while self._flushed >= self._committed and not self._over:
                self._changed.wait()
            return self._flushed < self._committed and self._failed is None

    def _sync(self) -> None:
        descriptor = os.open(self._wal, os.O_RDWR)
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)

    def _tell(self, upto: int) -> None:
        with self._changed:
            if self._failed is None:
                self._flushed = upto
            ready = [done for number, done in self._waiting if self._failed or number <= upto]
            self._waiting = [each for each in self._waiting if not self._failed and each[0] > upto]
        if ready:
            ready[0].get_loop().call_soon_threadsafe(_settle, ready, self._failed)


def _settle(ready: list[asyncio.Future[None]], failed: StoreUnavailable | None) -> None:
    for done in ready:
        if done.done():  # whoever waited went away
            continue
        if failed is not None:
            done.set_exception(StoreUnavailable(str(failed)))
        else:
            done.set_result(None)
