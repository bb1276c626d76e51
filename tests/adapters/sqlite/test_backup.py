"""A backup is made beside a working store, is tried before it counts, and an older one brings nobody back who was erased."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from unittest import mock

import pytest

from bot.adapters.sqlite import BackupError, DataInUse, NewerDatabase, SqliteStore, StoreUnavailable, Vault, WrongKey, archive
from bot.adapters.sqlite.archive import encrypt
from bot.adapters.sqlite.backup import backup_name, drop_older, make_backup, restoring
from bot.adapters.sqlite.migrations import MIGRATIONS
from bot.core.messages import OutboundMessage
from bot.services.ports import Invite, Passkey
from tests.adapters.sqlite.people import (
    AMINA,
    AMINAS_QUESTION,
    BEATE,
    MASTER,
    MINUTE,
    NOW,
    OKSANA,
    OKSANAS_QUESTION,
    amina,
    everything_on_disk,
    heard,
    oksana,
    open_store,
    wrote,
)

VAULT = Vault(MASTER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest.fixture
def backup(store: SqliteStore, directory: Path, folder: Path) -> Path:
    """A backup made while both have written; Amina waits for an answer."""
    with store.transaction() as tx:
        heard(tx, wrote(AMINAS_QUESTION), amina(tx).id, None, NOW)
        heard(tx, wrote(OKSANAS_QUESTION, address=OKSANA), oksana(tx).id, None, NOW)
        tx.say(OutboundMessage("Antwort", "de"), "amina", NOW)
    return made(directory, folder)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere"


def made(directory: Path, folder: Path, minutes: int = 0) -> Path:
    path = folder / backup_name(NOW + minutes * MINUTE)
    make_backup(directory, VAULT, path, NOW + minutes * MINUTE)
    return path


def restored(file: Path, directory: Path, vault: Vault = VAULT, aside: str | None = None) -> None:
    with restoring(file, directory, vault, aside):
        pass


def questions(directory: Path) -> list[str]:
    with closing(open_store(directory)) as store, store.transaction() as tx:
        people = (tx.find_conversation(AMINA), tx.find_conversation(OKSANA))
        return [line.text for each in people if each for line in tx.transcript(each.id) if line.author == "newcomer"]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_backup_is_restored_elsewhere_as_it_was(backup: Path, elsewhere: Path) -> None:
    restored(backup, elsewhere)
    assert questions(elsewhere) == [AMINAS_QUESTION, OKSANAS_QUESTION]
    assert {path.name: path.stat().st_mode & 0o777 for path in elsewhere.iterdir()} == {"lock": 0o600, "wegweiser.sqlite3": 0o600}


def test_it_is_one_file_for_its_owner_named_by_the_time_alone(backup: Path, folder: Path, directory: Path) -> None:
    assert [path.name for path in folder.iterdir()] == ["wegweiser-20261123-090000.backup"]
    assert backup.stat().st_mode & 0o777 == 0o600
    assert not (directory / "backup-under-way").exists()


def test_nothing_can_be_read_in_it_not_even_what_the_database_shows(backup: Path, directory: Path) -> None:
    on_disk = everything_on_disk(directory)
    for shown in (b"amina", b"SQLite format 3", b"CREATE TABLE"):
        assert shown in on_disk
        assert shown not in backup.read_bytes()


def test_writers_need_not_wait_and_what_they_write_meanwhile_is_in_it_whole_or_not_at_all(
    store: SqliteStore, directory: Path, folder: Path, elsewhere: Path
) -> None:
    over = threading.Event()

    def write() -> None:
        for number in range(10_000):
            with store.transaction() as tx:
                heard(tx, wrote(f"{number}", f"a{number}"), amina(tx).id, None, NOW)
                heard(tx, wrote(f"{number}", f"o{number}", OKSANA), oksana(tx).id, None, NOW)
            if over.wait(0.002):
                break

    writer = threading.Thread(target=write)
    writer.start()
    try:
        path = made(directory, folder)
    finally:
        over.set()
        writer.join()
    restored(path, elsewhere)
    said = questions(elsewhere)
    assert said[: len(said) // 2] == said[len(said) // 2 :]


def test_a_backup_within_the_servers_process_leaves_it_its_locks(store: SqliteStore, directory: Path, folder: Path) -> None:
    made(directory, folder)
    with store.transaction() as tx:
        amina(tx)
    script = (
        "import sys; from pathlib import Path; from bot.adapters.sqlite import *\n"
        "SqliteStore(Path(sys.argv[1]), Vault(bytes(range(32))), alone=False).close()"
    )
    subprocess.run([sys.executable, "-c", script, str(directory)], check=True)
    # Whoever closes the database as the last one removes the log; with the server's locks gone that would be the command.
    assert (directory / "wegweiser.sqlite3-wal").exists()


def test_what_cannot_be_restored_never_gets_its_name(store: SqliteStore, backup: Path, directory: Path, folder: Path) -> None:
    def spoiled(plain: BinaryIO, target: BinaryIO, vault: Vault) -> None:
        whole = BytesIO()
        encrypt(plain, whole, vault)
        target.write(whole.getvalue()[:-1])

    before = files(folder)
    with mock.patch.object(archive, "encrypt", spoiled), pytest.raises(BackupError, match="damaged"):
        made(directory, folder, 1)
    assert files(folder) == before
    with store.transaction() as tx:
        assert tx.figures()["backup_succeeded_at"] == NOW.timestamp()


def test_a_database_with_a_key_that_the_master_key_does_not_open_is_not_called_backed_up(
    store: SqliteStore, directory: Path, folder: Path
) -> None:
    with store.transaction() as tx:
        amina(tx)
        tx.db.execute("UPDATE contact_key SET wrapped = zeroblob(60)")
    with pytest.raises(WrongKey, match="does not open"):
        made(directory, folder)
    assert files(folder) == {}


def test_what_a_killed_backup_left_is_cleared_away_by_the_next(backup: Path, directory: Path, folder: Path) -> None:
    for left in (folder / f".{backup.name}.part", directory / "backup-under-way" / "wegweiser.sqlite3"):
        left.parent.mkdir(exist_ok=True)
        shutil.copyfile(backup, left)
    later = made(directory, folder, 1)
    assert set(folder.iterdir()) == {backup, later}
    assert not (directory / "backup-under-way").exists()


def test_a_backup_is_not_written_over_another(backup: Path, directory: Path) -> None:
    with pytest.raises(BackupError, match="is there already"):
        make_backup(directory, VAULT, backup, NOW)


def test_a_folder_that_cannot_be_written_is_named(store: SqliteStore, directory: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"missing/.*cannot be used: No such file"):
        make_backup(directory, VAULT, tmp_path / "missing" / "one.backup", NOW)
    with pytest.raises(BackupError, match="holds no database"):
        make_backup(tmp_path, VAULT, tmp_path / "one.backup", NOW)


def test_only_the_newest_are_kept_and_what_is_not_ours_stays(backup: Path, directory: Path, folder: Path) -> None:
    later = [made(directory, folder, minutes) for minutes in (1, 2)]
    others = [folder / "notes.txt", folder / backup_name(NOW - timedelta(days=400))]
    for other in others:
        other.write_bytes(b"no backup of ours")
    foreign = folder / backup_name(NOW - timedelta(days=300))
    with foreign.open("wb") as file, others[0].open("rb") as plain:
        archive.encrypt(plain, file, Vault(bytes(32)))
    assert drop_older(folder, VAULT, 2) == 1
    assert set(folder.iterdir()) == {*later, *others, foreign}
    assert drop_older(folder, VAULT, 2) == 0


def test_who_was_erased_since_is_not_brought_back(store: SqliteStore, backup: Path, directory: Path) -> None:
    with store.transaction() as tx:
        keys = {row[0]: row[1] for row in tx.db.execute("SELECT contact_id, wrapped FROM contact_key").fetchall()}
        words = tx.db.execute("SELECT sealed FROM message WHERE contact_id = 'amina'").fetchall()
        tx.erase("amina")
    store.close()
    restored(backup, directory, aside="before")
    assert questions(directory) == [OKSANAS_QUESTION]
    shutil.rmtree(directory / "before")
    on_disk = everything_on_disk(directory)
    assert keys["oksana"] in on_disk  # the search finds what is there
    assert [word for (word,) in words if word in on_disk] == []
    assert keys["amina"] not in on_disk
    assert b"amina" not in on_disk


def test_who_was_erased_since_stays_so_when_the_whole_machine_is_lost(
    store: SqliteStore, backup: Path, directory: Path, folder: Path, elsewhere: Path
) -> None:
    store.close()
    with closing(SqliteStore(directory, VAULT, copies=folder)) as store, store.transaction() as tx:
        tx.erase("amina")
    assert (folder / "erased").stat().st_mode & 0o777 == 0o600
    shutil.rmtree(directory)
    restored(backup, elsewhere)
    assert questions(elsewhere) == [OKSANAS_QUESTION]
    moved = backup.rename(backup.parent.parent / backup.name)
    restored(moved, elsewhere, aside="first")
    assert questions(elsewhere) == [OKSANAS_QUESTION], "what the data says counts as well"
    shutil.rmtree(elsewhere)
    with restoring(moved, elsewhere, VAULT, copies=folder):
        pass
    assert questions(elsewhere) == [OKSANAS_QUESTION]


def test_an_erasure_does_not_wait_for_a_disk_that_is_away_and_is_noted_there_later(
    store: SqliteStore, directory: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.close()
    away = folder.rename(folder.with_name("away"))
    with closing(SqliteStore(directory, VAULT, copies=folder)) as store:
        for person in (amina, oksana):
            with store.transaction() as tx:
                tx.erase(person(tx).id)
    assert caplog.messages[0] == (
        "what was erased or used up is noted beside the database alone until the next start or backup: "
        f"{folder}/erased cannot be written: No such file or directory."
    )
    away.rename(folder)
    with closing(SqliteStore(directory, VAULT, copies=folder)):
        assert (folder / "erased").read_text().split() == sorted((directory / "erased").read_text().split())
    (folder / "erased").unlink()
    made(directory, folder)
    assert len((folder / "erased").read_text().split()) == 2


@pytest.mark.parametrize("lost", [False, True], ids=["the data is there", "the machine is lost"])
def test_what_was_used_up_since_lets_nobody_in_again(store: SqliteStore, directory: Path, folder: Path, lost: bool) -> None:
    with store.transaction() as tx:
        tx.add_advisor(BEATE)
        tx.keep_recovery_codes("beate", ["used", "left"])
        for id in ("stolen", "here"):
            tx.keep_passkey(Passkey(id, "beate", id, b"public", 0, NOW))
        for token in ("accepted", "open"):
            tx.add_invite(token, Invite("Carl", "north"), NOW + MINUTE)
    backup = made(directory, folder)
    store.close()
    with closing(SqliteStore(directory, VAULT, copies=folder if lost else None)) as store, store.transaction() as tx:
        assert tx.use_recovery_code("beate", "used")
        tx.drop_passkey("stolen")
        tx.drop_invite("accepted")
    if lost:
        shutil.rmtree(directory)
    with restoring(backup, directory, VAULT, "aside"):
        pass
    with closing(open_store(directory)) as restored, restored.transaction() as tx:
        assert [each.id for each in tx.passkeys("beate")] == ["here"]
        assert (tx.invite("accepted", NOW), tx.invite("open", NOW)) == (None, Invite("Carl", "north"))
        assert (tx.use_recovery_code("beate", "used"), tx.use_recovery_code("beate", "left")) == (False, True)


def test_what_a_power_cut_left_of_the_list_of_the_erased_spoils_no_later_line(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        amina(tx)
        tx.erase("amina")
    path = directory / "erased"
    path.write_bytes(path.read_bytes()[:-9])
    with store.transaction() as tx:
        oksana(tx)
        tx.erase("oksana")
    assert store.erasures.among(["amina", "oksana", "somebody"]) == ["oksana"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_nobody_is_erased_while_that_cannot_be_noted(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        amina(tx)
    (directory / "erased").mkdir()
    with pytest.raises(StoreUnavailable, match="erased cannot be written"), store.transaction() as tx:
        tx.erase("amina")
    with store.transaction() as tx:
        assert tx.find_conversation(AMINA) is not None


@pytest.fixture
def untouched(store: SqliteStore, directory: Path) -> Iterator[Path]:
    """A directory that must be as it was at the end."""
    store.close()
    before = files(directory)
    yield directory
    assert files(directory) == before


def test_data_that_is_there_is_left_alone(backup: Path, untouched: Path) -> None:
    with pytest.raises(BackupError, match="--replace"):
        restored(backup, untouched)


def test_a_wrong_key_a_damaged_file_and_a_newer_version_change_nothing(backup: Path, untouched: Path) -> None:
    damaged = backup.with_name("damaged")
    damaged.write_bytes(backup.read_bytes()[:-1])
    with pytest.raises(WrongKey):
        restored(backup, untouched, Vault(bytes(32)), "before")
    with pytest.raises(BackupError, match="damaged"):
        restored(damaged, untouched, aside="before")
    with (
        mock.patch("bot.adapters.sqlite.backup.MIGRATIONS", MIGRATIONS[:-1]),
        pytest.raises(NewerDatabase, match="newer version"),
    ):
        restored(backup, untouched, aside="before")


def test_what_goes_wrong_on_the_way_changes_nothing_and_leaves_no_folder(backup: Path, elsewhere: Path, untouched: Path) -> None:
    for directory, aside in ((elsewhere, None), (untouched, "before")):
        with pytest.raises(RuntimeError, match="on the way"), restoring(backup, directory, VAULT, aside):
            raise RuntimeError("on the way")
    assert not elsewhere.exists()


def test_a_directory_that_a_server_uses_is_refused(store: SqliteStore, backup: Path, directory: Path) -> None:
    with pytest.raises(DataInUse):
        restored(backup, directory, aside="before")
    with store.transaction() as tx:
        assert tx.find_conversation(AMINA) is not None


def test_what_was_there_is_put_aside_whole(store: SqliteStore, backup: Path, directory: Path) -> None:
    with store.transaction() as tx:
        heard(tx, wrote("danach", "2"), "amina", None, NOW)
    shutil.copytree(directory, directory.with_name("as-after-a-power-cut"))
    store.close()
    shutil.rmtree(directory)
    directory.with_name("as-after-a-power-cut").rename(directory)
    restored(backup, directory, aside="before")
    assert questions(directory) == [AMINAS_QUESTION, OKSANAS_QUESTION]
    assert questions(directory / "before") == [AMINAS_QUESTION, "danach", OKSANAS_QUESTION]


def test_two_backups_at_once_do_not_get_in_each_others_way(store: SqliteStore, backup: Path, directory: Path) -> None:
    def during(*_: object) -> None:
        with pytest.raises(BackupError, match="under way"):
            make_backup(directory, VAULT, backup.with_name("two.backup"), NOW)

    with mock.patch("bot.adapters.sqlite.backup._copy", side_effect=during), pytest.raises(sqlite3.OperationalError):
        make_backup(directory, VAULT, backup.with_name("one.backup"), NOW)


def test_what_is_undelivered_waits_for_a_decision_and_holds_up_nothing_newer(backup: Path, elsewhere: Path) -> None:
    with restoring(backup, elsewhere, VAULT) as store, store.transaction() as tx:
        assert tx.ask_about_outbox() == 1
    with closing(open_store(elsewhere)) as store, store.transaction() as tx:
        [asked] = tx.asked_outbox()
        assert (asked.at, asked.channel, asked.author) == (NOW, "telegram", "bot")
        assert tx.due_outbox("telegram", NOW) == []
        tx.say(OutboundMessage("Neues", "de"), "amina", NOW)
        assert [item.message.text for item in tx.due_outbox("telegram", NOW)] == ["Neues"]
        tx.mark_outbox(asked.n, "queued")
        assert [item.message.text for item in tx.due_outbox("telegram", NOW)] == ["Antwort"]
        assert tx.asked_outbox() == []
