"""The vault: what is personal is stored sealed, with a key per contact; without the key it is noise.

The master key lives outside the database. It wraps the contacts' keys, so erasing one row of `contact_key` makes everything of
that contact unreadable, in old copies of the database pages as well. `rotation.py` puts another master key into its place.
"""

import base64
import copy
import hmac
import os
import secrets
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlite_utils import Database

from bot.adapters.sqlite.errors import KeyFileError, NoKey, WrongKey

T = TypeVar("T")
KEY_BYTES = 32
NONCE_BYTES = 12
CACHED_KEYS = 1024
"""Unwrapped keys kept in memory; unwrapping one costs a read and a few microseconds."""
SHARED = ("open_question", "segment", "calendar", "interpreter", "second_factor", "invite", "passkey", "closing")
"""Tables whose column `sealed` belongs to no contact; sealed for `table:primary key`, which a new master key relies on."""
_CHECKED = b"wegweiser"


class Vault:
    """The master key and what is done with it: wrap the contacts' keys, seal what is nobody's, and make lookup values."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise KeyFileError(f"the master key has {len(master)} bytes; it must have {KEY_BYTES}")
        self._wrapping = AESGCM(_derive(master, b"wrap contact keys"))
        self._lookups = _derive(master, b"blind lookups")
        self._shared = AESGCM(_derive(master, b"seal what belongs to no contact"))
        self._backups = _derive(master, b"encrypt backups")
        self.name = _derive(master, b"name the key")[:16]
        """Tells one master key from another, and nothing else about it."""

    @classmethod
    def open(cls, key: Path | str) -> "Vault":
        """Take the master key as it is written, or read it from a file; the file is made when there is none.

        Raises:
            KeyFileError: others may read the file, or there is no key in it.
        """
        if isinstance(key, str):
            return cls(_decoded(key.encode(errors="replace"), "what is given as master_key"))
        if not key.exists():
            _create(key)
        return cls(_read(key))

    @property
    def id(self) -> str:
        """What an operator tells master keys apart by."""
        return self.name.hex()[:8]

    def new_key(self, contact_id: str) -> tuple[bytes, bytes]:
        """Return a random key for a contact, and the same wrapped."""
        key = secrets.token_bytes(KEY_BYTES)
        return key, _encrypt(self._wrapping, key, b"contact " + contact_id.encode())

    def unwrap(self, contact_id: str, wrapped: bytes) -> bytes:
        """Return a contact's key."""
        return _decrypt(self._wrapping, wrapped, b"contact " + contact_id.encode())

    def blind(self, channel: str, id: str) -> bytes:
        """Return a value to find an outer id by, from which nobody without the key can tell the id."""
        return hmac.digest(self._lookups, f"{channel}\0{id}".encode("utf-8", "surrogatepass"), "sha256")

    def seal_shared(self, row: str, data: bytes) -> bytes:
        """Seal what belongs to no contact for one row (`table:id`)."""
        return _encrypt(self._shared, data, row.encode())

    def unseal_shared(self, row: str, sealed: bytes) -> bytes:
        """Open what was sealed for a row and belongs to no contact."""
        return _decrypt(self._shared, sealed, row.encode())

    def carrying(self, lookups: bytes | None) -> "Vault":
        """Return the same vault with the lookup values of the master key before, which sealed them for this one."""
        if lookups is None:
            return self
        other = copy.copy(self)
        other._lookups = _decrypt(self._wrapping, lookups, b"lookups")
        return other

    def lookups_for(self, following: "Vault") -> bytes:
        """Seal what makes the lookup values, for the next master key: most could not be made anew."""
        return _encrypt(following._wrapping, self._lookups, b"lookups")

    def rewrap(self, contact_id: str, wrapped: bytes, following: "Vault") -> bytes:
        """Wrap a contact's key with the next master key."""
        bound_to = b"contact " + contact_id.encode()
        return _encrypt(following._wrapping, _decrypt(self._wrapping, wrapped, bound_to), bound_to)

    def backup_key(self, salt: bytes) -> AESGCM:
        """Return the key of the one backup that has this salt."""
        return AESGCM(_derive(self._backups, b"backup " + salt))

    def check_value(self) -> bytes:
        """Return a value that tells later whether the key is the same."""
        return _encrypt(self._wrapping, _CHECKED, b"check")

    def verify(self, check_value: bytes) -> None:
        """Compare the key with the one a check value was made with.

        Raises:
            WrongKey: it is another key.
        """
        try:
            _decrypt(self._wrapping, check_value, b"check")
        except InvalidTag:
            raise WrongKey("the master key is not the one this database was written with; restore the right key file") from None


class Keyring:
    """Seals and opens what belongs to a contact; knows the most recent contacts' keys, and what was opened of them last."""

    def __init__(self, db: Database, vault: Vault, size: int = CACHED_KEYS) -> None:
        self._db = db
        self._vault = vault
        self._size = size
        self._known: OrderedDict[str, AESGCM] = OrderedDict()
        self._opened: OrderedDict[str, tuple[str, bytes, Any]] = OrderedDict()
        self._looked_up: tuple[str, str, bytes] = ("", "", vault.blind("", ""))

    def create(self, contact_id: str) -> None:
        """Make and store the key of a new contact."""
        key, wrapped = self._vault.new_key(contact_id)
        self._db.execute("INSERT INTO contact_key (contact_id, wrapped) VALUES (?, ?)", (contact_id, wrapped))
        self._remember(contact_id, AESGCM(key))

    def seal(self, contact_id: str, row: str, data: bytes) -> bytes:
        """Seal data for one row (`table:id`): moved to another row or contact it does not open.

        Raises:
            NoKey: the contact was erased.
        """
        return _encrypt(self._key(contact_id), data, row.encode())

    def unseal(self, contact_id: str, row: str, sealed: bytes) -> bytes:
        """Open what was sealed for a row.

        Raises:
            NoKey: the contact was erased.
        """
        return _decrypt(self._key(contact_id), sealed, row.encode())

    def read(self, contact_id: str, row: str, sealed: bytes, parse: Callable[[bytes], T]) -> T:
        """Return what `parse` makes of what was sealed for a row; it is made again only when the row changed.

        Raises:
            NoKey: the contact was erased.
        """
        known = self._opened.get(contact_id)
        if known is not None and known[:2] == (row, sealed):
            return cast(T, known[2])
        value = parse(self.unseal(contact_id, row, sealed))
        self.wrote(contact_id, row, sealed, value)
        return value

    def wrote(self, contact_id: str, row: str, sealed: bytes, value: object) -> None:
        """Note what was just sealed for a row, since it is read again soon; of each contact one row is remembered."""
        self._opened[contact_id] = (row, sealed, value)
        self._opened.move_to_end(contact_id)
        if len(self._opened) > self._size:
            self._opened.popitem(last=False)

    def seal_shared(self, row: str, data: bytes) -> bytes:
        """Seal what belongs to no contact, with the vault's key for that.

        Raises:
            ValueError: the row's table is not among those that a new master key seals anew.
        """
        if row.partition(":")[0] not in SHARED:
            raise ValueError(f"{row}: name the table in SHARED, or a new master key leaves it unreadable")
        return self._vault.seal_shared(row, data)

    def unseal_shared(self, row: str, sealed: bytes) -> bytes:
        """Open what belongs to no contact."""
        return self._vault.unseal_shared(row, sealed)

    def blind(self, channel: str, id: str) -> bytes:
        """Return the vault's lookup value; the same one is asked for twice in a row when a message is stored and heard."""
        if self._looked_up[:2] != (channel, id):
            self._looked_up = (channel, id, self._vault.blind(channel, id))
        return self._looked_up[2]

    def erase(self, contact_id: str) -> None:
        """Destroy a contact's key; the rows that refer to it go with it."""
        self._known.pop(contact_id, None)
        self._opened.pop(contact_id, None)
        self._db.execute("DELETE FROM contact_key WHERE contact_id = ?", (contact_id,))

    def forget(self) -> None:
        """Forget what is in memory: after a rollback some of it may never have been stored."""
        self._known.clear()
        self._opened.clear()

    def _key(self, contact_id: str) -> AESGCM:
        known = self._known.get(contact_id)
        if known is not None:
            self._known.move_to_end(contact_id)
            return known
        row = self._db.execute("SELECT wrapped FROM contact_key WHERE contact_id = ?", (contact_id,)).fetchone()
        if row is None:
            raise NoKey(contact_id)
        return self._remember(contact_id, AESGCM(self._vault.unwrap(contact_id, row[0])))

    def _remember(self, contact_id: str, key: AESGCM) -> AESGCM:
        self._known[contact_id] = key
        if len(self._known) > self._size:
            self._known.popitem(last=False)
        return key


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=sha256(b"wegweiser").digest(), info=purpose).derive(master)


def _encrypt(key: AESGCM, data: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, data, bound_to)


def _decrypt(key: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)


def _create(path: Path) -> None:
    """Write a random key under another name first: a crash leaves no half-written key, and of two processes one wins."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    except OSError as error:
        raise KeyFileError(f"cannot create the key file {path}: {error.strerror}") from error
    finally:
        with suppress(OSError):
            draft.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until what was made, renamed or removed in a folder is so on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(1000)
    except OSError as error:
        raise KeyFileError(f"cannot read the key file {path}: {error.strerror}") from error
    if mode & 0o077:
        raise KeyFileError(f"the key file {path} can be read by others; run: chmod 600 {path}")
    return _decoded(text, f"the key file {path}")


def _decoded(text: bytes, where: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except ValueError:
        raise KeyFileError(f"{where} is damaged: it holds no base64 text") from None
