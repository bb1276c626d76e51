import base64
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.sqlite import (
    DataInUse,
    KeyFileError,
    NewerDatabase,
    NoKey,
    SqliteStore,
    StoreUnavailable,
    Transaction,
    Vault,
    WrongKey,
)
from bot.adapters.sqlite.migrations import MIGRATIONS, migrate
from bot.adapters.sqlite.vault import Keyring
from bot.core.messages import OutboundMessage
from bot.services import ports
from tests.adapters.sqlite.people import AMINA, MASTER, NOW, amina, heard, open_store, wrote


def schema(store: SqliteStore) -> str:
    with store.transaction() as tx:
        return tx.db.schema


def as_the_port_says(store: SqliteStore, transaction: Transaction) -> tuple[ports.Store, ports.Transaction]:
    """Nobody calls it; the type checker compares the store with its port here."""
    return store, transaction


def test_folder_and_files_are_for_their_owner_only(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        amina(tx)
    assert directory.stat().st_mode & 0o777 == 0o700
    names = {path.name: path.stat().st_mode & 0o777 for path in directory.iterdir()}
    assert set(names) == {"lock", "wegweiser.sqlite3", "wegweiser.sqlite3-wal", "wegweiser.sqlite3-shm"}
    assert set(names.values()) == {0o600}


def test_a_folder_that_was_open_to_others_is_closed(directory: Path) -> None:
    directory.mkdir(mode=0o755)
    (directory / "wegweiser.sqlite3").touch(mode=0o644)
    open_store(directory).close()
    assert directory.stat().st_mode & 0o777 == 0o700
    assert (directory / "wegweiser.sqlite3").stat().st_mode & 0o777 == 0o600


def test_the_connection_is_durable(store: SqliteStore) -> None:
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
    values = [store.db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
    assert values == ["wal", 2, 1, 5_000, 1]


def patience(store: SqliteStore) -> int:
    milliseconds: int = store.db.conn.execute("PRAGMA busy_timeout").fetchone()[0]
    return milliseconds


def test_a_server_waits_for_a_locked_database_once_and_then_hardly_until_it_is_free(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.sqlite.store.PATIENCE_SERVING", timedelta(milliseconds=200))
    with closing(open_store(directory)) as store:
        with locked(directory):
            for _ in range(2):
                with pytest.raises(StoreUnavailable, match="kept locked by another program"), store.transaction():
                    pass
                assert patience(store) == 50
        with store.transaction():
            pass
        assert patience(store) == 200


def test_a_command_beside_the_server_waits_for_longer(store: SqliteStore, directory: Path) -> None:
    with closing(SqliteStore(directory, Vault(MASTER), alone=False)) as command:
        assert patience(command) == 30_000


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Keep the database locked, as another program may."""
    with closing(sqlite3.connect(directory / "wegweiser.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_a_second_store_on_the_same_directory_is_refused(store: SqliteStore, directory: Path) -> None:
    with pytest.raises(DataInUse, match="another process"):
        open_store(directory)
    store.close()
    open_store(directory).close()


def test_a_second_process_is_refused_but_a_command_beside_the_server_is_not(store: SqliteStore, directory: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from bot.adapters.sqlite import *\n"
        "open = lambda alone: SqliteStore(Path(sys.argv[1]), Vault(bytes(range(32))), alone=alone)\n"
        "open(False).close()\n"
        "try: open(True)\n"
        "except DataInUse: print('refused')"
    )
    run = subprocess.run([sys.executable, "-c", script, str(directory)], capture_output=True, text=True, check=True)
    assert run.stdout == "refused\n"


def test_a_wrong_master_key_is_refused(directory: Path) -> None:
    open_store(directory).close()
    with pytest.raises(WrongKey, match="key file"):
        SqliteStore(directory, Vault(bytes(32)))
    open_store(directory).close()


def test_a_store_that_was_closed_knows_everything_again(directory: Path) -> None:
    store = open_store(directory)
    with store.transaction() as tx:
        amina(tx)
        heard(tx, wrote("Hallo"), "amina", None, NOW)
    store.close()
    store = open_store(directory)
    with store.transaction() as tx:
        assert tx.conversation_at(AMINA, NOW, "other").id == "amina"
        assert [line.text for line in tx.transcript("amina")] == ["Hallo"]
    store.close()


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    first = Vault.open(path).blind("web", "1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert Vault.open(path).blind("web", "1") == first
    assert [each.name for each in path.parent.iterdir()] == ["master.key"]
    assert len(base64.b64decode(path.read_text())) == 32


def test_a_key_file_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    Vault.open(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        Vault.open(path)


@pytest.mark.parametrize("content", ["", "not base64!", base64.b64encode(bytes(16)).decode()])
def test_a_damaged_key_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "master.key"
    path.touch(mode=0o600)
    path.write_text(content)
    with pytest.raises(KeyFileError):
        Vault.open(path)


def test_the_cache_of_keys_is_bounded_and_opens_everything_all_the_same(store: SqliteStore) -> None:
    with store.transaction() as tx:
        keys = Keyring(tx.db, Vault(MASTER), size=2)
        for contact in ("a", "b", "c"):
            keys.create(contact)
        sealed = {contact: keys.seal(contact, "message:1", contact.encode()) for contact in ("a", "b", "c")}
        assert [keys.unseal(contact, "message:1", sealed[contact]) for contact in sealed] == [b"a", b"b", b"c"]
        assert len(keys._known) == 2
        keys.erase("c")
        with pytest.raises(NoKey):
            keys.unseal("c", "message:1", sealed["c"])


def test_two_sealings_of_the_same_words_differ(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        assert tx.keys.seal("amina", "message:1", b"Hallo") != tx.keys.seal("amina", "message:1", b"Hallo")


def test_migrations_are_applied_once(store: SqliteStore) -> None:
    before = schema(store)
    migrate(store.db)
    migrate(store.db)
    assert schema(store) == before
    assert [row[0] for row in store.db.conn.execute("SELECT number FROM migration")] == list(range(1, len(MIGRATIONS) + 1))


def test_a_migration_that_fails_leaves_nothing_behind(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(db: object) -> None:
        store.db.execute("CREATE TABLE half (id TEXT)")
        raise ZeroDivisionError

    monkeypatch.setattr("bot.adapters.sqlite.migrations.MIGRATIONS", (*MIGRATIONS, broken))
    with pytest.raises(ZeroDivisionError):
        migrate(store.db)
    assert "half" not in schema(store)


def test_lines_written_before_they_had_fewer_indexes_are_all_there_and_go_with_their_contact(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = MIGRATIONS[: [step.__name__ for step in MIGRATIONS].index("lines")]
    with monkeypatch.context() as then:
        then.setattr("bot.adapters.sqlite.migrations.MIGRATIONS", before)
        with closing(open_store(directory)) as store, store.transaction() as tx:
            conversation = amina(tx)
            numbers = [tx.hear(wrote(text, text), text, conversation.id, None, NOW, None) for text in ("eins", "zwei", "drei")]
            tx.say(OutboundMessage("vier", "de"), conversation.id, NOW)
            tx.translate_later(numbers[0], NOW)
            gone = tx.say(OutboundMessage("fünf", "de"), conversation.id, NOW)
            tx.db.execute("DELETE FROM message WHERE n = ?", (gone,))
    with closing(open_store(directory)) as store, store.transaction() as tx:
        assert [line.text for line in tx.transcript(conversation.id)] == ["eins", "zwei", "drei", "vier"]
        assert [item.message.text for item in tx.due_outbox("telegram", NOW)] == ["vier"]
        assert tx.kept(conversation.contact_id).messages == 4
        assert tx.say(OutboundMessage("sechs", "de"), conversation.id, NOW) > gone, "no number is given out twice"
        tx.erase(conversation.contact_id)
        for table in ("message", "outbox", "translation_work"):
            assert tx.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
        assert tx.db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_who_wrote_what_was_handled_is_not_kept_beside_that_it_came(store: SqliteStore) -> None:
    with store.transaction() as tx:
        conversation = amina(tx)
        tx.record(wrote("eins", "1"), conversation.id, NOW, handled=True)
        tx.record(wrote("zwei", "2"), conversation.id, NOW)
        tx.handled(wrote("zwei", "2"))
        assert [row[0] for row in tx.db.execute("SELECT contact_id FROM inbox")] == [None, None]
        assert not tx.record(wrote("eins", "1"), conversation.id, NOW), "that it came is remembered"


def test_a_database_newer_than_the_program_is_refused(directory: Path) -> None:
    open_store(directory).close()
    connection = sqlite3.connect(directory / "wegweiser.sqlite3")
    connection.execute("INSERT INTO migration VALUES (999, 'from the future')")
    connection.commit()
    connection.close()
    with pytest.raises(NewerDatabase, match="999"):
        open_store(directory)


def test_a_file_that_is_no_database_is_refused(directory: Path) -> None:
    directory.mkdir()
    (directory / "wegweiser.sqlite3").write_bytes(os.urandom(5000))
    with pytest.raises(StoreUnavailable, match="no database"):
        open_store(directory)


def test_transactions_do_not_nest(store: SqliteStore) -> None:
    with store.transaction() as tx:
        with pytest.raises(RuntimeError, match="nest"), store.transaction():
            pass
        amina(tx)
    with store.transaction() as tx:
        assert tx.conversation("amina") is not None


def test_a_transaction_is_of_no_use_after_its_end(store: SqliteStore) -> None:
    with store.transaction() as tx:
        pass
    with pytest.raises(StoreUnavailable):
        tx.set_value("offset", "17")
