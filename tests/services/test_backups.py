"""Backups make themselves when it is time; a failure is said, counted, and tried again."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.sqlite import BackupError, SqliteStore, Vault
from bot.adapters.sqlite.backup import make_backup
from bot.services.backups import Backups
from bot.services.live import Live
from tests.clock import TUESDAY, FixedClock

KEY = b"k" * 32


class Folder:
    """Makes backups as the system does; `trouble` is what happens instead."""

    def __init__(self, tmp_path: Path) -> None:
        self.path = tmp_path
        self.made: list[datetime] = []
        self.trouble: Exception | None = None

    def make(self, now: datetime) -> None:
        if self.trouble is not None:
            raise self.trouble
        make_backup(self.path / "data", Vault(KEY), self.path / f"{len(self.made)}.backup", now)
        self.made.append(now)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "data", Vault(KEY))) as store:
        yield store


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def scheduled(store: SqliteStore, make: Callable[[datetime], None], clock: FixedClock) -> Backups:
    return Backups(store, make, timedelta(hours=24), Live(), clock)


def figures(store: SqliteStore) -> dict[str, float]:
    with store.transaction() as tx:
        return {name: value for name, value in tx.figures().items() if name.startswith("backup")}


async def test_one_is_made_at_the_first_start_and_then_every_day_also_after_a_restart(store: SqliteStore, folder: Folder) -> None:
    clock = FixedClock()
    assert await scheduled(store, folder.make, clock).make_if_due()
    clock.advance(hours=23, minutes=59)
    assert not await scheduled(store, folder.make, clock).make_if_due()
    clock.advance(minutes=1)
    assert await scheduled(store, folder.make, clock).make_if_due()
    assert folder.made == [TUESDAY, TUESDAY + timedelta(days=1)]
    assert figures(store) == {"backup_succeeded_at": clock.now().timestamp()}


async def test_one_that_fails_is_said_and_tried_again_an_hour_later(
    store: SqliteStore, folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    clock, folder.trouble = FixedClock(), BackupError("/backups cannot be used: No space left on device.")
    backups = scheduled(store, folder.make, clock)
    with caplog.at_level(logging.ERROR):
        assert not await backups.make_if_due()
    assert "no backup was made: /backups cannot be used: No space left on device." in caplog.text
    assert figures(store) == {"backup_failed_at": TUESDAY.timestamp()}
    folder.trouble = None
    clock.advance(minutes=59)
    assert not await backups.make_if_due()
    clock.advance(minutes=1)
    assert await backups.make_if_due()
