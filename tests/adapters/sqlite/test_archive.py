"""The file of a backup gives back what was put in, or says why not; nothing else."""

from io import BytesIO
from random import Random

import pytest

from bot.adapters.sqlite import BackupError, Vault, WrongKey
from bot.adapters.sqlite.archive import PIECE, decrypt, encrypt, made_with
from tests.adapters.sqlite.people import MASTER

VAULT = Vault(MASTER)
HEAD, TAG = 65, 16
LONG = Random(7).randbytes(2 * PIECE + 5)


def packed(plain: bytes, vault: Vault = VAULT) -> bytes:
    backup = BytesIO()
    encrypt(BytesIO(plain), backup, vault)
    return backup.getvalue()


def unpacked(backup: bytes, vault: Vault = VAULT) -> bytes:
    plain = BytesIO()
    decrypt(BytesIO(backup), plain, vault)
    return plain.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 5])
def test_what_was_put_in_comes_out(size: int) -> None:
    assert unpacked(packed(LONG[:size])) == LONG[:size]


def test_it_cannot_be_read_without_the_key_and_never_looks_the_same() -> None:
    one, other = packed(b"Amina" * 100), packed(b"Amina" * 100)
    assert b"Amina" not in one
    assert one[HEAD:] != other[HEAD:]


@pytest.mark.parametrize("at", [16 + 17, HEAD, HEAD + PIECE, HEAD + PIECE + TAG + 3, -1])
def test_one_changed_byte_is_noticed_wherever_it_is(at: int) -> None:
    changed = bytearray(packed(LONG))
    changed[at] ^= 1
    with pytest.raises(BackupError, match="damaged"):
        unpacked(bytes(changed))


@pytest.mark.parametrize("kept", [40, HEAD, HEAD + 10, HEAD + PIECE + TAG, HEAD + 2 * (PIECE + TAG), -1])
def test_a_file_that_was_cut_off_is_noticed(kept: int) -> None:
    with pytest.raises(BackupError, match="damaged"):
        unpacked(packed(LONG)[:kept])


def test_pieces_cannot_change_places_or_be_added() -> None:
    whole = packed(LONG)
    first, second, rest = whole[HEAD : HEAD + PIECE + TAG], whole[HEAD + PIECE + TAG :][: PIECE + TAG], whole[-21:]
    for spoiled in (second + first + rest, first + second + rest + rest, first + first + second + rest):
        with pytest.raises(BackupError, match="damaged"):
            unpacked(whole[:HEAD] + spoiled)


def test_another_key_and_a_newer_format_are_told_from_damage() -> None:
    with pytest.raises(WrongKey, match="another master key"):
        unpacked(packed(b"x"), Vault(bytes(32)))
    newer = bytearray(packed(b"x"))
    newer[16] += 1
    with pytest.raises(BackupError, match="newer version"):
        unpacked(bytes(newer))


@pytest.mark.parametrize("other", [b"", b"PK\x03\x04", LONG[:100]])
def test_what_is_no_backup_is_called_that(other: bytes) -> None:
    with pytest.raises(BackupError, match="no backup"):
        unpacked(other)
    assert not made_with(BytesIO(other), VAULT)


def test_whose_key_it_was_can_be_told_without_opening_it() -> None:
    assert made_with(BytesIO(packed(b"x")), VAULT)
    assert not made_with(BytesIO(packed(b"x")), Vault(bytes(32)))
