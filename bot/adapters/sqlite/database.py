"""Opening the database file, alone and unreadable for others, and the one kind of transaction there is."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bot.adapters.sqlite.errors import DatabaseLocked, DataInUse, StoreUnavailable

PATIENCE = timedelta(seconds=30)
"""How long a command waits for another program that keeps the database locked; nobody waits for the command."""
PATIENCE_SERVING = timedelta(seconds=5)
"""How long a server waits, once: everybody waits for it meanwhile."""
PATIENCE_LOST = timedelta(milliseconds=50)
"""How long a server waits after that, until the other program is done."""
_LOCKED = "The database is kept locked by another program: find out which one, and wait for it or end it."
_REASONS = {
    sqlite3.SQLITE_FULL: "The disk is full: nothing can be stored until there is space again.",
    sqlite3.SQLITE_READONLY: "The database cannot be written: check the owner and the rights of the data directory.",
    sqlite3.SQLITE_PERM: "The database cannot be opened: check the owner and the rights of the data directory.",
    sqlite3.SQLITE_CANTOPEN: "The database cannot be opened: check the owner and the rights of the data directory.",
    sqlite3.SQLITE_IOERR: "The disk does not read or write: check it, and the system's log.",
    sqlite3.SQLITE_CORRUPT: "The database is damaged: stop the program and restore the latest backup.",
    sqlite3.SQLITE_NOTADB: "The database file is no database: restore the latest backup.",
    sqlite3.SQLITE_NOMEM: "There is not enough memory to use the database.",
}


class TransactionalDatabase(Database):
    """A database that is used inside a transaction only.

    SQLite ends a transaction by itself when the disk is full; the next statement would then be stored alone.
    """

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] | None = None) -> sqlite3.Cursor:
        """Execute a statement of the running transaction."""
        if not self.conn.in_transaction:
            raise StoreUnavailable("The transaction is over; nothing of it was stored after it ended.")
        # Not sqlite-utils' own execute: all it adds is a commit of its own outside of a transaction.
        return self.conn.execute(sql, () if parameters is None else parameters)


class DataLock:
    """Keeps a data directory for one process; the system frees it when the process ends, however it ends."""

    def __init__(self, directory: Path) -> None:
        try:
            self._descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreUnavailable(f"The data directory {directory} cannot be used: {error.strerror}.") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise DataInUse(f"another process works with {directory}; stop it first") from None

    def release(self) -> None:
        """Let others have the directory."""
        os.close(self._descriptor)


def make_directory(directory: Path) -> None:
    """Make the data directory, for its owner only."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
    except OSError as error:
        raise StoreUnavailable(f"The data directory {directory} cannot be used: {error.strerror}.") from error


def connect(path: Path, patience: timedelta = PATIENCE) -> Database:
    """Open the database file, readable for its owner only; SQLite gives its companions (-wal, -shm) the same rights."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise StoreUnavailable(f"The database {path} cannot be opened: {error.strerror}.") from error
    with reported():
        connection = sqlite3.connect(
            path, timeout=patience.total_seconds(), isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            _configure(connection)
        except BaseException:
            connection.close()
            raise
    return TransactionalDatabase(connection, recursive_triggers=False, execute_plugins=False)


def _configure(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    # Asked first: switching to WAL needs the file for oneself, also when it is in WAL already.
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise StoreUnavailable("The data directory lies on a file system without shared memory; SQLite's WAL needs it.")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    sync_itself(connection)


def sync_itself(connection: sqlite3.Connection) -> None:
    """Let each commit wait until it is on the disk."""
    connection.execute("PRAGMA synchronous = FULL")
    # Pages of 16 MB instead of 4 before they go to their place: the busy ones are written there once, not four times.
    connection.execute("PRAGMA wal_autocheckpoint = 4000")


def leave_syncing(connection: sqlite3.Connection) -> None:
    """Let commits return before they are on the disk: somebody else sees to that, and to the log unless it is very long."""
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 16000")


def be_patient(connection: sqlite3.Connection, patience: timedelta) -> None:
    """Set how long statements wait for another program that keeps the database locked."""
    connection.execute(f"PRAGMA busy_timeout = {patience // timedelta(milliseconds=1)}")


@contextmanager
def immediate(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep everything done inside, or nothing. The write lock is taken at once: upgrading later fails under load."""
    with reported():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextmanager
def reported() -> Iterator[None]:
    """Turn SQLite's errors that only an operator can mend into StoreUnavailable."""
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the kind of the error, the rest its details.
        kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if kind == sqlite3.SQLITE_BUSY:
            raise DatabaseLocked(f"{_LOCKED} (SQLite: {error})") from error
        reason = _REASONS.get(kind)
        if reason is None:
            raise
        raise StoreUnavailable(f"{reason} (SQLite: {error})") from error
