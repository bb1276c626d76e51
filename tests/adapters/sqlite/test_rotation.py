"""Another master key opens all that the old one opened, whenever the change is interrupted; the old one opens nothing more."""

import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bot.adapters.sqlite import DataInUse, KeyFileError, SqliteStore, Vault, WrongKey
from bot.adapters.sqlite.backup import backup_name, make_backup, restoring
from bot.adapters.sqlite.rotation import finish, former, opens, rewrap, rotate
from bot.adapters.sqlite.vault import SHARED
from bot.core.anonymous import OpenQuestion
from tests.adapters.sqlite.people import AMINA, AMINAS_QUESTION, MASTER, NOW, OKSANA, amina, heard, oksana, wrote

SYSTEM = ("open", "link", "replace", "fsync", "execute", "chmod", "close", "unlink")
"""Calls before which the machine may stop; what lies between two of them changes nothing on the disk."""


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "key"


@pytest.fixture
def data(directory: Path, key: Path) -> Path:
    """Data in which Amina and Oksana have written."""
    with closing(SqliteStore(directory, Vault.open(key))) as store, store.transaction() as tx:
        heard(tx, wrote(AMINAS_QUESTION), amina(tx).id, None, NOW)
        tx.record(wrote(AMINAS_QUESTION), "amina", NOW, handled=True)
        tx.keep_question(OpenQuestion(0, NOW.date(), "ar", "unanswered", None, AMINAS_QUESTION))
        oksana(tx)
        tx.erase(oksana(tx).contact_id)
        tx.audit("beate", "read", "case 1", NOW)
    return directory


def said(directory: Path, vault: Vault) -> list[str]:
    """Return what can be read: of a person, and of nobody."""
    with closing(SqliteStore(directory, vault)) as store, store.transaction() as tx:
        found = tx.find_conversation(AMINA)
        assert found is not None
        return [*(line.text for line in tx.transcript(found.id)), *(each.text for each in tx.open_questions())]


def test_the_new_key_opens_what_the_old_one_opened_and_the_old_one_nothing(data: Path, key: Path) -> None:
    old = Vault.open(key)
    kept = rotate(data, key)
    new = Vault.open(key)
    assert said(data, new) == [AMINAS_QUESTION, AMINAS_QUESTION]
    assert (new.id != old.id, Vault.open(kept).id, former(key, old.id)) == (True, old.id, kept)
    with pytest.raises(WrongKey):
        SqliteStore(data, old)
    assert {path.stat().st_mode & 0o777 for path in key.parent.iterdir()} == {0o600}


def test_no_wrapping_of_the_old_key_is_left_on_the_disk(data: Path, key: Path) -> None:
    with closing(sqlite3.connect(data / "wegweiser.sqlite3")) as connection:
        wrappings = [row[0] for row in connection.execute("SELECT wrapped FROM contact_key")]
    rotate(data, key)
    assert wrappings
    assert not any(each in path.read_bytes() for path in data.iterdir() for each in wrappings)


def test_who_is_known_erased_or_looked_at_stays_so(data: Path, key: Path) -> None:
    for _ in range(2):
        rotate(data, key)
    with closing(SqliteStore(data, Vault.open(key))) as store, store.transaction() as tx:
        assert tx.record(wrote(AMINAS_QUESTION), amina(tx).id, NOW) is False
        assert len(store.erasures.lines()) == 1
        assert tx.find_conversation(OKSANA) is None
        assert tx.audit_broken_at() is None


def test_a_working_server_is_left_alone(data: Path, key: Path) -> None:
    with closing(SqliteStore(data, Vault.open(key))), pytest.raises(DataInUse):
        rotate(data, key)
    assert said(data, Vault.open(key))


def test_a_command_that_began_before_writes_nothing_with_the_old_key(data: Path, key: Path) -> None:
    with closing(SqliteStore(data, Vault.open(key), alone=False)) as store:
        rotate(data, key)
        with pytest.raises(WrongKey, match="run the command again"), store.transaction():
            pass


def test_a_machine_that_stops_at_any_moment_starts_again(data: Path, key: Path, tmp_path: Path) -> None:
    moment, killed = 0, True
    while killed:
        root = tmp_path / f"{moment}"
        shutil.copytree(data, root / "data")
        shutil.copytree(key.parent, root / "keys")
        killed = _killed_while_rotating(root / "data", root / "keys" / "key", moment)
        finish(root / "data", root / "keys" / "key")
        assert said(root / "data", Vault.open(root / "keys" / "key")) == [AMINAS_QUESTION, AMINAS_QUESTION], moment
        shutil.rmtree(root)
        moment += 1
    assert moment > 30


def test_a_rotation_that_was_killed_goes_on_when_called_again(data: Path, key: Path) -> None:
    old = Vault.open(key)
    assert _killed_while_rotating(data, key, 25)
    finish(data, key)
    rotate(data, key)
    assert said(data, Vault.open(key))
    assert Vault.open(key).id != old.id
    assert not key.with_name("key.new").exists()


def test_a_key_of_the_environment_is_exchanged_through_a_file(data: Path, key: Path, tmp_path: Path) -> None:
    given = key.read_text()
    with pytest.raises(KeyFileError, match="--to"):
        rotate(data, given)
    for _ in range(2):  # the second time it is done already
        assert rotate(data, given, tmp_path / "next") == tmp_path / "next"
    assert said(data, Vault.open((tmp_path / "next").read_text()))


def test_without_data_or_key_there_is_nothing_to_rotate(data: Path, key: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="no database"):
        rotate(tmp_path, key)
    key.unlink()
    with pytest.raises(KeyFileError, match="not there"):
        rotate(data, key)
    assert list(key.parent.iterdir()) == []


def test_a_backup_of_the_old_key_is_restored_under_the_new_one(data: Path, key: Path, tmp_path: Path) -> None:
    backup = tmp_path / backup_name(NOW)
    make_backup(data, Vault.open(key), backup, NOW)
    kept = rotate(data, key)
    new = Vault.open(key)
    with (
        pytest.raises(WrongKey, match=rf"another master key \({kept.suffix[1:]}\) than the one here \({new.id}\)"),
        restoring(backup, tmp_path / "elsewhere", new),
    ):
        pass
    with restoring(backup, data, new, "aside", Vault.open(kept)):
        pass
    assert said(data, new) == [AMINAS_QUESTION, AMINAS_QUESTION]


def test_what_is_sealed_for_nobody_is_known_to_the_rotation(store: SqliteStore) -> None:
    with store.transaction() as tx:
        for table in SHARED:
            assert tx.db.execute("SELECT sum(pk) FROM pragma_table_info(?)", (table,)).fetchone()[0] == 1
        with pytest.raises(ValueError, match="SHARED"):
            tx.keys.seal_shared("elsewhere:1", b"")


def test_a_sealed_row_that_does_not_open_stops_the_rotation(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        amina(tx)
        tx.db.execute("UPDATE contact_key SET wrapped = zeroblob(60)")
    with pytest.raises(WrongKey, match="does not open"):
        rewrap(store, Vault(MASTER), Vault(MASTER[::-1]))
    assert opens(directory, Vault(MASTER))


def _killed_while_rotating(data: Path, key: Path, moment: int) -> bool:
    """Rotate in a process that is killed before its n-th call to the system; tell whether it came to that."""
    child = os.fork()
    if not child:
        left = moment

        def count(_frame: FrameType, event: str, what: Any) -> None:
            nonlocal left
            if event == "c_call" and what.__name__ in SYSTEM:
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1

        sys.setprofile(count)
        rotate(data, key)
        sys.setprofile(None)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
