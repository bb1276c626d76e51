"""Another master key: everything sealed under the old one is sealed anew, and a kill at any moment leaves data that opens.

The new key is on the disk before the database is changed, in one transaction, and takes the old one's place after it. A kill
between the two is what `finish` mends at the next start. Contacts' keys stay the same, only their wrapping changes; so do the
lookup values.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from sqlite_utils import Database

from bot.adapters.sqlite.database import reported
from bot.adapters.sqlite.errors import KeyFileError, WrongKey
from bot.adapters.sqlite.store import DATABASE, SqliteStore
from bot.adapters.sqlite.vault import SHARED, Vault, sync_folder

Key = Path | str
"""A master key: the file that holds it, or the key itself as it stands in the environment."""


def rotate(directory: Path, key: Key, to: Path | None = None) -> Path:
    """Put a new master key into the old one's place; `to` only writes it there, for whoever gives the key in another way.

    Return the file that keeps the old key, or `to`. Killed and called again it goes on.

    Raises:
        KeyFileError: the key's folder cannot be written to, or there is nothing to give a new key to.
        DataInUse: a server works with the directory.
        WrongKey: the database was written with another master key.
        StoreUnavailable: the database cannot be used, or the disk is full.
    """
    fresh = to or (_following(key) if isinstance(key, Path) else None)
    if fresh is None:
        raise KeyFileError("the master key is no file here: name a file for the new one, for example --to new.key")
    if isinstance(key, Path) and not key.exists():
        raise KeyFileError(f"the master key is not there: put the key file of the data at {key}")
    if not (directory / DATABASE).exists():
        raise KeyFileError(f"{directory} holds no database yet, so its master key needs no other")
    old, new = Vault.open(key), Vault.open(fresh)
    _give_to_owner_of(key, fresh)
    if not opens(directory, new):
        with closing(SqliteStore(directory, old)) as store:
            rewrap(store, old, new)
    if to is not None or not isinstance(key, Path):
        return fresh
    return _put_in_place(key, old)


def finish(directory: Path, key: Key) -> None:
    """Put the new key into its place if a rotation was killed just before.

    Raises:
        KeyFileError: a file cannot be read or moved.
    """
    if not (isinstance(key, Path) and key.exists() and _following(key).exists() and (directory / DATABASE).exists()):
        return
    old = Vault.open(key)
    if not opens(directory, old) and opens(directory, Vault.open(_following(key))):
        _put_in_place(key, old)


def rewrap(store: SqliteStore, old: Vault, new: Vault) -> None:
    """Seal what the old master key seals with the new one, all or nothing; the store is of no use afterwards.

    Raises:
        WrongKey: something in the database does not open with the old one.
    """
    with store.transaction(), _told():
        old = old.carrying(store.db.execute("SELECT lookups FROM key_check").fetchone()[0])
        for contact_id, wrapped in store.db.execute("SELECT contact_id, wrapped FROM contact_key").fetchall():
            again = old.rewrap(contact_id, wrapped, new)
            store.db.execute("UPDATE contact_key SET wrapped = ? WHERE contact_id = ?", (again, contact_id))
        for table in SHARED:
            _reseal(store.db, table, old, new)
        store.db.execute(
            "UPDATE key_check SET value = ?, lookups = ?, since = strftime('%s', 'now') * 1000000",
            (new.check_value(), old.lookups_for(new)),
        )
    # The old wrappings would stay in the log for a while.
    store.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def former(key: Key, id: str) -> Path | None:
    """Return the file in which a rotation left the old key of this id, if it is still there."""
    path = _former(key, id) if isinstance(key, Path) else None
    return path if path is not None and path.exists() else None


def opens(directory: Path, vault: Vault) -> bool:
    """Tell whether a directory's database was written with this master key."""
    with reported(), closing(sqlite3.connect(directory / DATABASE)) as connection:
        values = [row[0] for row in connection.execute("SELECT value FROM key_check")]
    try:
        for value in values:
            vault.verify(value)
    except WrongKey:
        return False
    return bool(values)


def _reseal(db: Database, table: str, old: Vault, new: Vault) -> None:
    [key] = db.execute("SELECT name FROM pragma_table_info(?) WHERE pk", (table,)).fetchone()
    for id, sealed in db.execute(f"SELECT {key}, sealed FROM {table}").fetchall():
        row = f"{table}:{id}"
        again = new.seal_shared(row, old.unseal_shared(row, sealed))
        db.execute(f"UPDATE {table} SET sealed = ? WHERE {key} = ?", (again, id))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except InvalidTag:
        raise WrongKey("A value in the database does not open with the master key; nothing was changed.") from None


def _put_in_place(key: Path, old: Vault) -> Path:
    kept = _former(key, old.id)
    try:
        with suppress(FileExistsError):
            os.link(key, kept)
        with suppress(FileNotFoundError):  # another process was faster
            os.replace(_following(key), key)
        sync_folder(key.parent)
    except OSError as error:
        raise KeyFileError(f"cannot put {_following(key)} into the place of {key}: {error.strerror}") from error
    return kept


def _give_to_owner_of(key: Key, fresh: Path) -> None:
    """Whoever rotates as root must leave a key that the server can read."""
    if isinstance(key, Path) and (owner := key.stat()).st_uid != fresh.stat().st_uid:
        os.chown(fresh, owner.st_uid, owner.st_gid)


def _following(key: Path) -> Path:
    return key.with_name(f"{key.name}.new")


def _former(key: Path, id: str) -> Path:
    return key.with_name(f"{key.name}.{id}")
