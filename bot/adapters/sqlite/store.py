"""The store: one SQLite file in a directory of its own, and the transaction on it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.adapters.sqlite.audit import Audit
from bot.adapters.sqlite.calendars import Calendars
from bot.adapters.sqlite.cases import Cases
from bot.adapters.sqlite.conversations import Inbox
from bot.adapters.sqlite.database import DataLock, connect, immediate, make_directory, reported
from bot.adapters.sqlite.erasures import Erasures
from bot.adapters.sqlite.errors import StoreUnavailable as StoreUnavailable
from bot.adapters.sqlite.export import Export
from bot.adapters.sqlite.memory import Memory
from bot.adapters.sqlite.migrations import migrate
from bot.adapters.sqlite.outbox import Outbox
from bot.adapters.sqlite.privacy import DEFAULT_RETENTION, Privacy, Retention
from bot.adapters.sqlite.questions import Questions
from bot.adapters.sqlite.relay import Relay
from bot.adapters.sqlite.running import Running
from bot.adapters.sqlite.signins import SignIns
from bot.adapters.sqlite.staff import Staff
from bot.adapters.sqlite.vault import Keyring, Vault

DATABASE = "wegweiser.sqlite3"
ERASED = "erased"
"""The file that outlives a restored database: who was erased."""


class Transaction(Privacy, Export, Audit, Inbox, Memory, Outbox, Cases, Calendars, Staff, SignIns, Running, Relay, Questions):
    """Reads and writes inside one `BEGIN IMMEDIATE`; what it can do is described in `bot.services.ports`."""


class SqliteStore:
    """Everything in one file. Threads may share a store, they wait for one another.

    `alone` keeps the directory for this process; a short command beside a running server passes False.

    Raises:
        DataInUse: another process works with the directory.
        WrongKey: the database was written with another master key.
        NewerDatabase: the database was written by a newer version.
        StoreUnavailable: the directory or the file cannot be used.
    """

    def __init__(self, directory: Path, vault: Vault, *, retention: Retention = DEFAULT_RETENTION, alone: bool = True) -> None:
        make_directory(directory)
        self._retention = retention
        self._turn = threading.Lock()
        self._owner: int | None = None
        self.erasures = Erasures(directory / ERASED, vault)
        self._lock = DataLock(directory) if alone else None
        try:
            self.db = connect(directory / DATABASE)
            self._keys = Keyring(self.db, vault)
            self._prepare(vault)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a write transaction; leaving with an exception undoes it.

        Raises:
            StoreUnavailable: nothing can be stored; nothing of this transaction was.
            RuntimeError: this thread has one open already.
        """
        if self._owner == threading.get_ident():
            raise RuntimeError("a transaction is open already; transactions do not nest")
        with self._turn:
            self._owner = threading.get_ident()
            try:
                with self._kept() as transaction:
                    yield transaction
            finally:
                self._owner = None
            if transaction.erased:
                self._empty_log()

    def close(self) -> None:
        """Close the file and free the directory."""
        if hasattr(self, "db"):
            self.db.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @contextmanager
    def _kept(self) -> Iterator[Transaction]:
        transaction = Transaction(self.db, self._keys, self._retention)
        try:
            with immediate(self.db.conn):
                yield transaction
                # Before it is final: whoever should go and cannot is tried again, but whoever went must not come back.
                self.erasures.note(transaction.erased)
        except BaseException:
            self._keys.forget()
            raise

    def _empty_log(self) -> None:
        """Cut the write-ahead log, since an erased key would stay in it for a while. If it cannot be now, a later write does."""
        with suppress(sqlite3.Error):
            self.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _prepare(self, vault: Vault) -> None:
        with reported():
            migrate(self.db)
        with immediate(self.db.conn):
            row = self.db.execute("SELECT value FROM key_check").fetchone()
            if row is None:
                self.db.execute("INSERT INTO key_check VALUES (?)", (vault.check_value(),))
            else:
                vault.verify(row[0])
