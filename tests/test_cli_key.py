"""What an operator types for another master key, and where a key may come from."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.sqlite import Vault
from bot.app import open_store
from tests.commands import wegweiser


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    given = {"data": tmp_path / "data", "key_file": tmp_path / "keys" / "key"}
    open_store(given["data"], given["key_file"]).close()
    (tmp_path / "backups").mkdir()
    return given


def test_a_new_key_is_put_into_place_and_says_what_still_needs_the_old_one(settings: dict[str, Any], tmp_path: Path) -> None:
    backup = wegweiser("backup", tmp_path / "backups", **settings).out.split(" (")[0]
    former = Vault.open(settings["key_file"]).id
    ran = wegweiser("key", "rotate", **settings)
    assert (ran.status, ran.err) == (0, "")
    assert f"The old one, {former}, is kept as {settings['key_file']}.{former}." in ran.out
    assert f"Backups made until now need the old key, {former}" in ran.out
    ran = wegweiser("restore", backup, "--replace", **settings)
    assert f"It was made with the master key {former}; its data is sealed with the one of today now" in ran.out


def test_a_backup_of_a_key_that_is_gone_names_the_key_it_needs(settings: dict[str, Any], tmp_path: Path) -> None:
    backup = wegweiser("backup", tmp_path / "backups", **settings).out.split(" (")[0]
    former = Vault.open(settings["key_file"]).id
    wegweiser("key", "rotate", **settings)
    kept = settings["key_file"].with_name(f"key.{former}").rename(tmp_path / "drawer")
    ran = wegweiser("restore", backup, "--replace", **settings)
    assert ran.status == 2
    assert f"made with another master key ({former}) than the one here" in ran.err
    assert wegweiser("restore", backup, "--replace", "--key", tmp_path / "nowhere", **settings).err.startswith("There is no file")
    assert wegweiser("restore", backup, "--replace", "--key", kept, **settings).status == 0


def test_a_running_server_is_left_alone(settings: dict[str, Any]) -> None:
    with closing(open_store(settings["data"], settings["key_file"])):
        ran = wegweiser("key", "rotate", **settings)
    assert ran.status == 2
    assert "another process works with" in ran.err
    assert "stop it first" in ran.err


def test_a_key_of_the_environment_opens_the_same_data_and_is_exchanged_through_a_file(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    given = {"data": settings["data"], "master_key": settings["key_file"].read_text()}
    assert wegweiser("audit", "list", **given).status == 0
    assert "--to" in wegweiser("key", "rotate", **given).err
    ran = wegweiser("key", "rotate", "--to", tmp_path / "next", **given)
    assert ran.status == 0
    assert f"is in {tmp_path / 'next'}" in ran.out
    assert "not the one this database was written with" in wegweiser("audit", "list", **given).err
    assert wegweiser("audit", "list", **(given | {"master_key": (tmp_path / "next").read_text()})).status == 0


def test_a_key_of_the_environment_that_is_none_is_refused(settings: dict[str, Any]) -> None:
    ran = wegweiser("audit", "list", data=settings["data"], master_key="Ein Geheimnis")
    assert (ran.status, ran.err) == (2, "what is given as master_key is damaged: it holds no base64 text\n")
