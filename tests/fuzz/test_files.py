"""Packages and backups that were damaged on their way are refused in a sentence, and leave nothing behind."""

import json
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.argos.packages import PackageError, install
from bot.adapters.sqlite import BackupError, NewerDatabase, SqliteStore, StoreUnavailable, Vault, WrongKey
from bot.adapters.sqlite.archive import encrypt
from bot.adapters.sqlite.backup import make_backup, restoring
from tests.adapters.argos.tiny import package
from tests.fuzz import changed, fuzzed, spoiled

VAULT = Vault(b"k" * 32)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
REFUSED = (BackupError, NewerDatabase, StoreUnavailable, WrongKey)


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stick")


@pytest.fixture(scope="module")
def model(stick: Path) -> bytes:
    return package(stick / "de_en.argosmodel", "de-en", license="CC0").read_bytes()


@pytest.fixture(scope="module")
def database(stick: Path) -> bytes:
    """A small database, as a backup holds it."""
    with closing(SqliteStore(stick / "data", VAULT)) as store, store.transaction() as tx:
        tx.set_value("name", "value")
    with closing(sqlite3.connect(stick / "data" / "wegweiser.sqlite3")) as connection:
        connection.execute("VACUUM INTO ?", (str(stick / "copy"),))
    return (stick / "copy").read_bytes()


@pytest.fixture(scope="module")
def backup(stick: Path, database: bytes) -> bytes:
    make_backup(stick / "data", VAULT, stick / "a.backup", NOW)
    return (stick / "a.backup").read_bytes()


def installed(folder: Path, content: bytes) -> None:
    file, models = folder / "spoiled.argosmodel", folder / "models"
    file.write_bytes(content)
    with suppress(PackageError):
        install(file, models)
    assert {path.name for path in models.iterdir()} <= {"de_en"}


@fuzzed(40)
@given(st.data())
def test_a_damaged_package_is_refused_or_installed(stick: Path, model: bytes, data: st.DataObject) -> None:
    installed(stick, data.draw(spoiled(model)))


@fuzzed(40)
@given(st.data())
def test_a_package_that_says_other_things_is_refused_or_installed(stick: Path, model: bytes, data: st.DataObject) -> None:
    packed = BytesIO()
    with ZipFile(BytesIO(model)) as whole, ZipFile(packed, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            if name.endswith("metadata.json"):
                content = json.dumps(data.draw(changed(json.loads(content)))).encode()
            archive.writestr(name, content)
    installed(stick, packed.getvalue())


def restored(folder: Path, content: bytes) -> bool:
    file, target = folder / "spoiled.backup", folder / "restored"
    file.write_bytes(content)
    with suppress(*REFUSED), restoring(file, target, VAULT, "aside"):
        return True
    return False


@fuzzed(40)
@given(st.data())
def test_a_damaged_backup_is_refused(stick: Path, backup: bytes, data: st.DataObject) -> None:
    content = data.draw(spoiled(backup))
    assert restored(stick, content) == (content == backup)


@fuzzed(30)
@given(st.data())
def test_a_backup_of_a_damaged_database_is_refused_or_restored(stick: Path, database: bytes, data: st.DataObject) -> None:
    packed = BytesIO()
    encrypt(BytesIO(data.draw(spoiled(database))), packed, VAULT)
    restored(stick, packed.getvalue())
