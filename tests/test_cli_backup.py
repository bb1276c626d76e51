"""What an operator types to keep a copy, to go on from it, and to decide what is still to be sent."""

import asyncio
import base64
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.adapters.sqlite import SqliteStore, Transaction, Vault
from bot.adapters.sqlite.backup import restoring
from bot.app import open_store, wire
from bot.core.content import Content
from bot.core.messages import Address, InboundMessage
from bot.settings import Settings
from tests.commands import Ran, wegweiser
from tests.faults.service import until
from tests.system import KEY, running

AMINA = Address("telegram", "4815162342")


def now() -> datetime:
    """Return the time; the command reads the machine's clock, hence what is due is told from it."""
    return datetime.now(UTC)


@dataclass
class Machine:
    """A machine with data, a key and a folder for backups."""

    root: Path
    content: Content

    @property
    def data(self) -> Path:
        return self.root / "data"

    def __call__(self, *arguments: object, **settings: object) -> Ran:
        given: dict[str, Any] = {"data": self.data, "key_file": self.root / "keys" / "key", **settings}
        return wegweiser(*arguments, **given)

    def store(self) -> SqliteStore:
        return open_store(self.data, self.root / "keys" / "key", alone=False)

    def do(self, work: Callable[[Transaction], None]) -> None:
        with closing(self.store()) as store, store.transaction() as tx:
            work(tx)

    def hear(self, *choices: str) -> None:
        """Let Amina press buttons; nobody delivers what the bot answers."""

        async def press(store: SqliteStore) -> None:
            parts = wire(store, self.content)
            for choice in choices:
                await parts.inbox.receive(InboundMessage("telegram", choice, AMINA, now(), choice=choice))

        with closing(self.store()) as store:
            asyncio.run(press(store))

    def back_up(self, *more: object) -> Path:
        ran = self("backup", self.root / "backups", *more)
        assert ran.status == 0, ran.err
        return Path(ran.out.split(" (")[0])


@pytest.fixture
def machine(tmp_path: Path, content: Content) -> Machine:
    (tmp_path / "backups").mkdir()
    return Machine(tmp_path, content)


def test_a_lost_machine_goes_on_and_sends_nothing_twice(machine: Machine) -> None:
    def wait(tx: Transaction) -> None:
        """She wrote something that nobody answered yet."""
        conversation = tx.find_conversation(AMINA)
        assert conversation is not None
        tx.record(InboundMessage("telegram", "late", AMINA, now(), text="/help"), conversation.id, now())

    machine.hear("lang:uk", "consent:yes")
    machine.do(wait)
    backup = machine.back_up()
    shutil.rmtree(machine.data)
    ran = machine("restore", backup)
    assert ran.status == 0, ran.err
    assert f"{backup} is restored into {machine.data}." in ran.out
    assert "3 messages may have been sent already. They wait until you decide; see: wegweiser outbox list" in ran.out
    listed = machine("outbox").out
    numbers = re.findall(r"^ +(\d+) +\d min +telegram +from the bot$", listed, re.M)
    assert len(numbers) == 3
    assert AMINA.id not in listed
    assert machine("outbox", "send", numbers[0]).out == "1 messages are sent.\n"
    assert machine("outbox", "drop", "--all").out == "2 messages are not sent any more.\n"
    assert machine("outbox", "list").out == "Nothing waits for you.\n"
    with closing(machine.store()) as store, store.transaction() as tx:
        assert [item.n for item in tx.due_outbox("telegram", now() + timedelta(hours=1))] == [int(numbers[0])]
        assert tx.unhandled() == []


def test_who_had_asked_to_be_erased_is_erased_in_the_restored_copy(machine: Machine) -> None:
    machine.hear("lang:uk", "consent:yes", "nav:erase", "erase:yes")
    machine.do(make_due)
    backup = machine.back_up()
    assert machine("restore", backup, "--replace").status == 0
    with closing(machine.store()) as store, store.transaction() as tx:
        assert tx.contacts() == []


def test_who_was_erased_by_command_stays_so_after_the_machine_is_lost(machine: Machine) -> None:
    machine.hear("lang:uk")
    backup, folder = machine.back_up(), machine.root / "backups"
    assert machine("data", "erase", "--address", "telegram:4815162342", "--yes", backup_folder=folder).status == 0
    shutil.rmtree(machine.data)
    ran = machine("restore", backup)
    assert (ran.status, "There is no file erased" in ran.out) == (0, False)
    with closing(machine.store()) as store, store.transaction() as tx:
        assert tx.contacts() == []


def test_who_restores_without_the_list_of_the_erased_is_told(machine: Machine) -> None:
    machine.hear("lang:uk")
    ran = machine("restore", machine.back_up(), "--replace")
    assert "There is no file erased beside it: if somebody was erased since it was made, they are back." in ran.out


def make_due(tx: Transaction) -> None:
    [erase] = tx.due_timers(now() + timedelta(minutes=2))
    tx.add_timer(replace(erase, due_at=now()))


def test_the_key_is_not_in_it_and_the_operator_is_told_where_it_is(machine: Machine) -> None:
    machine.hear("lang:uk")
    said = machine("backup", machine.root / "backups").out
    assert "1 contacts, 0 cases." in said
    assert f"keep a copy of {machine.root}/keys/key in another place" in said
    (machine.root / "keys" / "key").unlink()
    [backup] = (machine.root / "backups").iterdir()
    ran = machine("restore", backup, "--replace")
    assert (ran.status, "The master key is not there" in ran.err) == (2, True)
    assert not (machine.root / "keys" / "key").exists()
    (machine.root / "keys" / "key").write_text("x" * 43 + "=")
    (machine.root / "keys" / "key").chmod(0o600)
    ran = machine("restore", backup, "--replace")
    assert (ran.status, "another master key" in ran.err) == (2, True)


def test_older_ones_go_when_that_is_asked_for(machine: Machine) -> None:
    machine.hear("lang:uk")
    first = machine.back_up()
    old = first.rename(first.with_name("wegweiser-20200101-000000.backup"))
    ran = machine("backup", machine.root / "backups", "--keep", "1")
    assert "1 older backups were removed." in ran.out
    assert not old.exists()
    assert len(list(first.parent.iterdir())) == 1


def test_an_operator_is_told_what_to_do_instead(machine: Machine) -> None:
    machine.hear("lang:uk")
    backup = machine.back_up()
    refusals = {
        ("backup",): "Where to? For example: wegweiser backup /media/backups, or set backup_folder.",
        ("backup", machine.root / "no" / "file"): "There is no folder",
        ("backup", machine.data): "lies in the data folder",
        ("backup", machine.root / "keys"): "The master key lies in",
        ("backup", backup): "is there already",
        ("backup", backup.parent, "--keep", "0"): "'0' is no number to count with",
        ("restore", machine.root / "no"): "There is no file",
        ("restore", backup): "To put the backup into its place, add --replace.",
        ("restore", machine.root / "keys" / "key", "--replace"): "This is no backup of Wegweiser",
        ("outbox", "send"): "Which ones? For example: wegweiser outbox send 7 8",
        ("outbox", "drop", "99"): "There is no message 99 that waits for you.",
    }
    for arguments, said in refusals.items():
        ran = machine(*arguments)
        assert (ran.status, said in ran.err) == (2, True), (arguments, ran.err)


def test_a_server_that_runs_keeps_its_data_and_can_be_backed_up(machine: Machine) -> None:
    machine.hear("lang:uk")
    with closing(open_store(machine.data, machine.root / "keys" / "key")):
        backup = machine.back_up()
        ran = machine("restore", backup, "--replace")
        assert (ran.status, "another process works with" in ran.err) == (2, True)
        assert machine("restore", backup, "--data", machine.root / "second").status == 0


async def test_a_running_server_makes_one_by_itself_and_shows_when(tmp_path: Path, content: Content) -> None:
    key, folder = tmp_path / "key", tmp_path / "backups"
    key.write_bytes(base64.b64encode(KEY))
    key.chmod(0o600)
    settings = Settings(tmp_path / "data", key, backup_folder=folder)
    async with running(tmp_path, content, settings) as system, httpx.AsyncClient() as client:

        async def made() -> str:
            text = (await client.get(f"{system.url}/metrics")).text
            return text if "backup_succeeded_at" in text else ""

        assert "backup_failed_at" not in await until(made)
        [backup] = folder.iterdir()
    with restoring(backup, tmp_path / "elsewhere", Vault(KEY)) as store, store.transaction() as tx:
        assert tx.contacts() == []


def test_the_doctor_says_when_the_last_good_one_was_made(machine: Machine) -> None:
    machine.hear("lang:uk")
    machine.back_up()
    scheduled = {"backup_folder": machine.root / "backups"}
    assert (
        f"Backups           every 24 hours into {machine.root}/backups; the last good one is of"
        in machine("doctor", **scheduled).out
    )
    machine.do(lambda tx: tx.set_value("backup_failed_at", str(int(now().timestamp()) + 60)))
    assert "Backups           no: the one of" in machine("doctor", **scheduled).out
