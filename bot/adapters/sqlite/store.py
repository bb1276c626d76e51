"""The store: one SQLite file in a directory of its own, and the transaction on it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import timedelta
from pathlib import Path

from bot.adapters.sqlite.audit import Audit
from bot.adapters.sqlite.cases import Cases
from bot.adapters.sqlite.closings import Closings
from bot.adapters.sqlite.conversations import Inbox
from bot.adapters.sqlite.database import (
    PATIENCE,
    PATIENCE_LOST,
    PATIENCE_SERVING,
    DataLock,
    be_patient,
    connect,
    immediate,
    leave_syncing,
    make_directory,
    reported,
    sync_itself,
)
from bot.adapters.sqlite.erasures import Erasures
from bot.adapters.sqlite.errors import DatabaseLocked, WrongKey
from bot.adapters.sqlite.errors import StoreUnavailable as StoreUnavailable
from bot.adapters.sqlite.export import Export
from bot.adapters.sqlite.flushing import Flusher
from bot.adapters.sqlite.interpreters import Interpreters
from bot.adapters.sqlite.marks import Marks
from bot.adapters.sqlite.memory import Memory
from bot.adapters.sqlite.migrations import migrate
from bot.adapters.sqlite.outbox import Outbox
from bot.adapters.sqlite.privacy import Privacy
from bot.adapters.sqlite.questions import Questions
from bot.adapters.sqlite.relay import Relay
from bot.adapters.sqlite.running import Running
from bot.adapters.sqlite.signins import SignIns
from bot.adapters.sqlite.staff import Staff
from bot.adapters.sqlite.vault import Keyring, Vault

DATABASE = "wegweiser.sqlite3"
ERASED = "erased"
"""The file that outlives a restored database: who was erased."""
SPENT = "spent"
"""Another such file: recovery codes, invitations and passkeys that let nobody in any more."""


class Transaction(
    Privacy, Export, Audit, Inbox, Memory, Outbox, Cases, Interpreters, Closings, Staff, SignIns, Running, Relay, Questions
):
    """Reads and writes inside one `BEGIN IMMEDIATE`; what it can do is described in `bot.services.ports`."""


class SqliteStore:
    """Everything in one file. Threads may share a store, they wait for one another.

    `alone` keeps the directory for this process; a short command beside a running server passes False.
    `copies` is a folder on another disk in which it is noted, too, what must not come back with an older backup.

    Raises:
        DataInUse: another process works with the directory.
        WrongKey: the database was written with another master key.
        NewerDatabase: the database was written by a newer version.
        StoreUnavailable: the directory or the file cannot be used.
    """

    def __init__(self, directory: Path, vault: Vault, *, alone: bool = True, copies: Path | None = None) -> None:
        make_directory(directory)
        self._turn = threading.Lock()
        self._owner: int | None = None
        self._flusher: Flusher | None = None
        self._lock = DataLock(directory) if alone else None
        try:
            self._path = directory / DATABASE
            self._patience = self._waits = PATIENCE_SERVING if alone else PATIENCE
            self.db = connect(self._path, self._patience)
            vault = self._prepare(vault)
            self._keys = Keyring(self.db, vault)
            self.erasures = Erasures(directory / ERASED, vault, copies and copies / ERASED)
            self.spent = Marks(directory / SPENT, copies and copies / SPENT)
            if alone:
                self.erasures.complete_copy()
                self.spent.complete_copy()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a write transaction; leaving with an exception undoes it.

        Raises:
            StoreUnavailable: nothing can be stored; nothing of this transaction was.
            WrongKey: the master key was changed since a store that is not `alone` was opened.
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
            if transaction.emptied:
                self._empty_log()

    @contextmanager
    def flushing(self) -> Iterator[None]:
        """Let commits go on while those before them are written to the disk; who acknowledges something awaits `durable`."""
        self._flusher = Flusher(self._path)
        leave_syncing(self.db.conn)
        try:
            yield
        finally:
            sync_itself(self.db.conn)
            self._flusher.end()
            self._flusher = None

    async def durable(self) -> None:
        """Return once everything that was committed so far is on the disk.

        Raises:
            StoreUnavailable: the disk does not write.
        """
        if self._flusher is not None:
            await self._flusher.reached()

    def close(self) -> None:
        """Close the file and free the directory."""
        if hasattr(self, "db"):
            self.db.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @contextmanager
    def _kept(self) -> Iterator[Transaction]:
        transaction, changes = Transaction(self.db, self._keys), self.db.conn.total_changes
        try:
            if self._flusher is not None:
                self._flusher.check()
            with immediate(self.db.conn):
                if self._lock is None:
                    self._check_key()
                yield transaction
                # Before it is final: whoever should go and cannot is tried again, but whoever went must not come back.
                self.erasures.note(transaction.erased)
                self.spent.add(transaction.spent)
        except BaseException as error:
            self._keys.forget()
            if self._lock is not None and isinstance(error, DatabaseLocked):
                self._wait_for_others(PATIENCE_LOST)
            raise
        self._wait_for_others(self._patience)
        if self._flusher is not None and self.db.conn.total_changes != changes:
            self._flusher.committed()

    def _wait_for_others(self, patience: timedelta) -> None:
        if patience != self._waits:
            be_patient(self.db.conn, patience)
            self._waits = patience

    def _empty_log(self) -> None:
        """Cut the write-ahead log, since an erased key would stay in it for a while. If it cannot be now, a later write does."""
        alone = self._flusher.checkpointing if self._flusher else nullcontext()
        with suppress(sqlite3.Error), alone:
            self.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _prepare(self, vault: Vault) -> Vault:
        with reported():
            migrate(self.db)
        with immediate(self.db.conn):
            row = self.db.execute("SELECT value, lookups FROM key_check").fetchone()
            if row is None:
                row = vault.check_value(), None
                self.db.execute("INSERT INTO key_check (value, since) VALUES (?, strftime('%s', 'now') * 1000000)", row[:1])
            vault.verify(row[0])
            self._key_check: bytes = row[0]
            return vault.carrying(row[1])

    def _check_key(self) -> None:
        """Let a command that began before the master key was changed write nothing with the old one."""
        if self.db.execute("SELECT value FROM key_check").fetchone()[0] != self._key_check:
            raise WrongKey("the master key was changed meanwhile; run the command again")
