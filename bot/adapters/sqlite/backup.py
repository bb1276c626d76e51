"""Backups: an encrypted copy of the database, made while a server works, tried before it counts, and put back.

In a backup is the database alone. The master key is not, nor content, models and settings.
"""

import fcntl
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from cryptography.exceptions import InvalidTag

from bot.adapters.sqlite import archive
from bot.adapters.sqlite.database import PATIENCE, DataLock, immediate, make_directory, reported
from bot.adapters.sqlite.errors import BackupError, NewerDatabase, WrongKey
from bot.adapters.sqlite.marks import Marks
from bot.adapters.sqlite.migrations import MIGRATIONS
from bot.adapters.sqlite.rotation import rewrap
from bot.adapters.sqlite.store import DATABASE, ERASED, SPENT, SqliteStore
from bot.adapters.sqlite.vault import Vault, sync_folder
from bot.services.backups import SUCCEEDED

_NAME = re.compile(r"wegweiser-\d{8}-\d{6}\.backup")
_COMPANIONS = ("-wal", "-shm")
OUTLIVING = (ERASED, SPENT)
"""Files that are newer than any backup, hence stay; copies lie beside the backups."""
Counts = Mapping[str, int]
"""How many rows each table has."""
Through = Callable[[BinaryIO, BinaryIO], None]


def backup_name(now: datetime) -> str:
    """Return what a backup of this moment is called."""
    return f"wegweiser-{now:%Y%m%d-%H%M%S}.backup"


def make_backup(directory: Path, vault: Vault, target: Path, now: datetime) -> Counts:
    """Write a backup of a data directory to a new file; it has its name only when restoring it has been tried.

    Beside it lies then what must not come back with it.

    The database remembers when; its schema is left as it is, so that a backup can be made before an update.

    Raises:
        BackupError: there is nothing to back up, or the file cannot be written, or does not hold what it should.
        StoreUnavailable: the database cannot be read, or the disk is full.
        WrongKey: the database was written with another master key.
    """
    database = directory / DATABASE
    if not database.exists():
        raise BackupError(f"There is nothing to back up: {directory} holds no database.")
    if target.exists():
        raise BackupError(f"{target} is there already; give another name.")
    draft = target.with_name(f".{target.name}.part")
    with _workplace(directory) as folder, _files_reported():
        copy = folder / DATABASE
        _sweep(target.parent, vault)
        _copy(database, copy)
        counts = inspect(copy, vault)
        try:
            _write(copy, draft, lambda plain, backup: archive.encrypt(plain, backup, vault))
            copy.unlink()
            _write(draft, copy, lambda backup, plain: archive.decrypt(backup, plain, vault))
            if inspect(copy, vault) != counts:
                raise BackupError("The backup does not hold what the database does; try again, and check the disk.")
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(target.parent)
        with _opened(database) as connection, immediate(connection):
            connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (SUCCEEDED, str(int(now.timestamp()))))
    for name in OUTLIVING:
        Marks(directory / name, target.parent / name).complete_copy()
    return counts


def drop_older(folder: Path, vault: Vault, keep: int) -> int:
    """Remove all but the newest backups of this master key from a folder; return how many."""
    names = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    ours = [path for path in names if _made_with(path, vault)]
    for path in ours[: max(0, len(ours) - keep)]:
        path.unlink(missing_ok=True)
    return max(0, len(ours) - keep)


@contextmanager
def restoring(
    file: Path,
    directory: Path,
    vault: Vault,
    aside: str | None = None,
    former: Vault | None = None,
    copies: Path | None = None,
) -> Iterator[SqliteStore]:
    """Open what a backup holds as a store of its own; leaving without an exception makes it the data of the directory.

    Who was erased since is erased again before, and codes that were used do not count again: as far as the directory, the
    folder of the backup, or that of `copies` knows.
    `aside` is a folder's name: what data is there goes into it; without one, data is left alone. `former` is the master key of
    the backup, if it is not the one of today.

    Raises:
        BackupError: the file is no backup or damaged, or there is data already.
        DataInUse: a server works with the directory.
        WrongKey: the backup was made with another master key.
        NewerDatabase: the backup was made by a newer version.
        StoreUnavailable: the directory cannot be used, or the disk is full.
    """
    new = not directory.exists()
    make_directory(directory)
    lock = DataLock(directory)
    try:
        if aside is None and (directory / DATABASE).exists():
            raise BackupError(f"There is data in {directory} already. To put the backup into its place, add --replace.")
        with _workplace(directory) as folder:
            with _files_reported():
                _write(file, folder / DATABASE, lambda backup, plain: archive.decrypt(backup, plain, former or vault))
                inspect(folder / DATABASE, former or vault)
                for name in OUTLIVING:
                    known = (Marks(place / name).lines() for place in (directory, file.parent, copies or directory))
                    Marks(folder / name).add(sorted(frozenset().union(*known)))
            if former is not None:
                with closing(SqliteStore(folder, former)) as store:
                    rewrap(store, former, vault)
            with closing(SqliteStore(folder, vault)) as store:
                _end_again(store)
                yield store
            with _files_reported():
                _put_in_place(folder, directory, aside)
    except BaseException:
        if new:
            shutil.rmtree(directory, ignore_errors=True)
        raise
    finally:
        lock.release()


def inspect(path: Path, vault: Vault) -> Counts:
    """Read a whole database file: is it sound, does the master key open every key in it, and how much is there.

    Raises:
        BackupError: it is damaged.
        WrongKey: it was written with another master key.
        NewerDatabase: it was written by a newer version.
    """
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as connection:
        try:
            if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise BackupError("The database in the backup is damaged; take another backup.")
            (schema,) = connection.execute("SELECT max(number) FROM migration").fetchone()
            if schema > len(MIGRATIONS):
                raise NewerDatabase("The backup was made by a newer version of Wegweiser; install that version first.")
            vault.verify(connection.execute("SELECT value FROM key_check").fetchone()[0])
            for contact_id, wrapped in connection.execute("SELECT contact_id, wrapped FROM contact_key"):
                vault.unwrap(contact_id, wrapped)
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in tables}
        except sqlite3.DatabaseError:
            raise BackupError("The database in the backup is damaged; take another backup.") from None
        except InvalidTag:
            raise WrongKey("A key in the database does not open with the master key; one of the two was changed.") from None


@contextmanager
def _workplace(directory: Path) -> Iterator[Path]:
    """Give a folder for copies within the data directory, to one process at a time; what a killed one left there goes."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("Another backup or restore is under way; wait until it is done.") from None
        folder = directory / "backup-under-way"
        shutil.rmtree(folder, ignore_errors=True)
        make_directory(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)


def _sweep(folder: Path, vault: Vault) -> None:
    """Remove what backups that were killed left where they were written."""
    for draft in folder.glob(".wegweiser-*.backup.part"):
        if _made_with(draft, vault):
            draft.unlink(missing_ok=True)


@contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    """Open a database that this very process may be serving from.

    Only SQLite may open and close the file: closing it by other means would end the locks of the whole process on it.
    """
    with reported(), closing(sqlite3.connect(database, timeout=PATIENCE.total_seconds(), isolation_level=None)) as connection:
        yield connection


def _copy(database: Path, copy: Path) -> None:
    """Copy a database as it is at one moment, without what was deleted; writers need not wait."""
    with _opened(database) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
        with suppress(sqlite3.Error):
            # An erasure during the copying could not cut the log, which the copying read.
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _write(source: Path, target: Path, through: Through) -> None:
    with (
        source.open("rb") as reading,
        open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as writing,
    ):
        through(reading, writing)
        writing.flush()
        os.fsync(writing.fileno())


def _end_again(store: SqliteStore) -> None:
    with store.transaction() as tx:
        for contact_id in store.erasures.among(tx.contacts()):
            tx.erase(contact_id)
        tx.drop_spent(store.spent.lines())


def _put_in_place(folder: Path, directory: Path, aside: str | None) -> None:
    present = [name for name in (DATABASE, *(DATABASE + each for each in _COMPANIONS)) if (directory / name).exists()]
    if aside is not None and present:
        make_directory(directory / aside)
        for name in present:
            (directory / name).rename(directory / aside / name)
    for name in OUTLIVING:
        if (folder / name).exists():
            (folder / name).rename(directory / name)
    (folder / DATABASE).rename(directory / DATABASE)
    sync_folder(directory)


def _made_with(path: Path, vault: Vault) -> bool:
    with path.open("rb") as backup:
        return archive.made_with(backup, vault)


@contextmanager
def _files_reported() -> Iterator[None]:
    """Turn what is wrong with a file into a sentence."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or 'The disk'} cannot be used: {error.strerror}.") from error
