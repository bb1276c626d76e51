"""While the system serves, commits do not wait for the disk; whoever is told that something is kept waits for it."""

import asyncio
import errno
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore, StoreUnavailable, Vault, flushing
from bot.adapters.sqlite.store import DATABASE
from tests.adapters.sqlite.people import AMINA, NOW

KEY = b"k" * 32


class Disk:
    """What a power cut would leave: the database, and of its log what was there when a sync of it began that then ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.syncs = 0
        self.error: OSError | None = None
        self.moves = threading.Event()
        self.moves.set()
        self._log = b""
        self._sync = os.fdatasync

    def sync(self, descriptor: int) -> None:
        """Take the place of `os.fdatasync`."""
        log = self.folder.joinpath(f"{DATABASE}-wal").read_bytes()
        assert self.moves.wait(10)
        if self.error is not None:
            raise self.error
        self._sync(descriptor)
        self._log = log
        self.syncs += 1

    def left(self, elsewhere: Path) -> Path:
        """Return a folder with what is left after a power cut."""
        elsewhere.mkdir()
        shutil.copy(self.folder / DATABASE, elsewhere)
        (elsewhere / f"{DATABASE}-wal").write_bytes(self._log)
        return elsewhere


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "data", Vault(KEY))) as store:
        yield store


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(tmp_path / "data")
    monkeypatch.setattr(os, "fdatasync", disk.sync)
    return disk


def keep(store: SqliteStore, name: str) -> None:
    with store.transaction() as tx:
        tx.set_value(name, "kept")


def kept(folder: Path, names: list[str]) -> list[str]:
    with closing(SqliteStore(folder, Vault(KEY))) as store, store.transaction() as tx:
        return [name for name in names if tx.get_value(name) == "kept"]


async def test_what_was_acknowledged_survives_a_power_cut_and_nothing_else(
    store: SqliteStore, disk: Disk, tmp_path: Path
) -> None:
    acknowledged: list[str] = []

    async def receive(name: str) -> None:
        keep(store, name)
        await store.durable()
        acknowledged.append(name)

    with store.flushing():
        for first in range(0, 40, 8):
            await asyncio.gather(*(receive(f"{n}") for n in range(first, first + 8)))
        disk.moves.clear()
        keep(store, "too late")
        left = disk.left(tmp_path / "left")
        disk.moves.set()
    assert len(acknowledged) == 40
    assert kept(left, [*acknowledged, "too late"]) == acknowledged


async def test_nobody_else_waits_while_the_disk_is_slow_and_one_sync_serves_all(store: SqliteStore, disk: Disk) -> None:
    with store.flushing():
        keep(store, "first")
        await store.durable()
        before = disk.syncs
        disk.moves.clear()
        keep(store, "slow")
        waiting = [asyncio.create_task(store.durable()) for _ in range(5)]
        for n in range(20):
            keep(store, f"meanwhile {n}")
        waiting.append(asyncio.create_task(store.durable()))
        await asyncio.sleep(0)
        assert not any(each.done() for each in waiting)
        disk.moves.set()
        await asyncio.gather(*waiting)
        assert disk.syncs - before <= 2


async def test_who_waited_and_went_away_disturbs_nobody(store: SqliteStore, disk: Disk) -> None:
    with store.flushing():
        disk.moves.clear()
        keep(store, "one")
        gone, waits = (asyncio.create_task(store.durable()) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        disk.moves.set()
        await waits


async def test_a_disk_that_does_not_write_acknowledges_nothing_more(store: SqliteStore, disk: Disk) -> None:
    with store.flushing():
        disk.error = OSError(errno.EIO, "Input/output error")
        keep(store, "lost")
        with pytest.raises(StoreUnavailable, match="does not write"):
            await store.durable()
        disk.error = None
        with pytest.raises(StoreUnavailable, match="does not write"):
            keep(store, "refused")
        with pytest.raises(StoreUnavailable, match="does not write"):
            await store.durable()


async def test_a_read_waits_for_no_disk(store: SqliteStore, disk: Disk) -> None:
    with store.flushing():
        with store.transaction() as tx:
            tx.get_value("nothing")
        await store.durable()
    assert disk.syncs == 0


async def test_a_long_log_goes_into_the_database_beside_the_work(
    store: SqliteStore, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flushing, "_LONG", 10)
    with store.flushing():
        for n in range(30):
            keep(store, f"{n}")
            await store.durable()
        shutil.copy(tmp_path / "data" / DATABASE, tmp_path / DATABASE)
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.move(tmp_path / DATABASE, alone / DATABASE)
    assert len(kept(alone, [f"{n}" for n in range(30)])) >= 10


async def test_an_erased_key_stays_in_no_log_while_others_are_written(store: SqliteStore, disk: Disk) -> None:
    with store.flushing():
        with store.transaction() as tx:
            tx.conversation_at(AMINA, NOW, "amina")
        await store.durable()
        with store.transaction() as tx:
            tx.erase("amina")
        assert (disk.folder / f"{DATABASE}-wal").stat().st_size == 0


async def test_outside_of_serving_every_commit_waits_for_the_disk(store: SqliteStore) -> None:
    levels = [store.db.conn.execute("PRAGMA synchronous").fetchone()[0]]
    with store.flushing():
        levels.append(store.db.conn.execute("PRAGMA synchronous").fetchone()[0])
    levels.append(store.db.conn.execute("PRAGMA synchronous").fetchone()[0])
    assert levels == [2, 1, 2]
