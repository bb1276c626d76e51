"""The file format of a backup: encrypted with a key that the master key and the file's salt give, in pieces, in order.

    16 bytes  the words "wegweiser backup"
     1 byte   the version of this format
    16 bytes  the name of the master key, which tells a wrong key from a damaged file
    32 bytes  salt
    then      pieces of 1 MiB (the last may be shorter), each AES-256-GCM with its 16 bytes of tag

A piece's nonce is its number (8 bytes, big endian), three zero bytes, and 1 for the last piece, else 0; the head is bound to
every piece. So pieces cannot be changed, left out, exchanged, cut off, or put behind another head.
"""

import secrets
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag

from bot.adapters.sqlite.errors import BackupError, WrongKey
from bot.adapters.sqlite.vault import Vault

MAGIC = b"wegweiser backup"
VERSION = 1
PIECE = 1 << 20
_TAG = 16
_HEAD = struct.Struct(">16sB16s32s")
_DAMAGED = "The backup is damaged and cannot be read; take another one."


def encrypt(plain: BinaryIO, backup: BinaryIO, vault: Vault) -> None:
    """Write a file as a backup."""
    salt = secrets.token_bytes(32)
    head = _HEAD.pack(MAGIC, VERSION, vault.name, salt)
    key = vault.backup_key(salt)
    backup.write(head)
    for nonce, piece in _pieces(plain, PIECE):
        backup.write(key.encrypt(nonce, piece, head))


def decrypt(backup: BinaryIO, plain: BinaryIO, vault: Vault) -> None:
    """Write the file that a backup holds.

    Raises:
        BackupError: it is no backup, is damaged, or was made by a newer version.
        WrongKey: it was made with another master key.
    """
    head = backup.read(_HEAD.size)
    if not head.startswith(MAGIC):
        raise BackupError("This is no backup of Wegweiser; the files are called wegweiser-<date>-<time>.backup.")
    if len(head) < _HEAD.size:
        raise BackupError(_DAMAGED)
    _, version, name, salt = _HEAD.unpack(head)
    if version > VERSION:
        raise BackupError("The backup was made by a newer version of Wegweiser; install that version first.")
    if name != vault.name:
        raise WrongKey(
            f"The backup was made with another master key ({name.hex()[:8]}) than the one here ({vault.id}); "
            "name the file of that key: --key FILE"
        )
    key = vault.backup_key(salt)
    for nonce, piece in _pieces(backup, PIECE + _TAG):
        try:
            plain.write(key.decrypt(nonce, piece, head))
        except InvalidTag:
            raise BackupError(_DAMAGED) from None


def made_with(backup: BinaryIO, vault: Vault) -> bool:
    """Tell whether a file is a backup that was made with this master key."""
    head = backup.read(_HEAD.size)
    return len(head) == _HEAD.size and head.startswith(MAGIC) and _HEAD.unpack(head)[2] == vault.name


def key_id(backup: BinaryIO) -> str | None:
    """Return what tells the master key that a backup was made with; nothing for another file."""
    head = backup.read(_HEAD.size)
    if len(head) < _HEAD.size or not head.startswith(MAGIC):
        return None
    name: bytes = _HEAD.unpack(head)[2]
    return name.hex()[:8]


def _pieces(file: BinaryIO, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield each piece with its nonce; what comes next is read ahead, since the last piece is marked."""
    number, piece = 0, file.read(size)
    while True:
        following = file.read(size)
        yield number.to_bytes(8, "big") + b"\0\0\0" + bytes([not following]), piece
        if not following:
            return
        number, piece = number + 1, following
