"""Signing up staff, and starting: what an operator types."""

import socket
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.adapters.sqlite import SqliteStore, Vault
from bot.app import wire
from bot.core.content import Content
from bot.services.ports import Advisor
from tests.clock import FixedClock, Ids
from tests.commands import Ran, started, wegweiser
from tests.services.fakes import BEATE, PlannedTranslator, RecordingAlerts, World
from tests.system import free_port

PASSWORD = "vier kleine graue Esel"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    return {"data": tmp_path / "data", "key_file": tmp_path / "key"}


def staff(settings: dict[str, Any], *arguments: str, typed: str = "") -> Ran:
    return wegweiser("staff", *arguments, typed=typed, **settings)


def hired(settings: dict[str, Any]) -> list[Advisor]:
    store = SqliteStore(Path(str(settings["data"])), Vault.open(Path(str(settings["key_file"]))), alone=False)
    try:
        with store.transaction() as tx:
            return tx.advisors()
    finally:
        store.close()


def test_a_member_of_staff_is_added_listed_and_disabled(settings: dict[str, Any]) -> None:
    added = staff(
        settings, "add", "beate", "--name", "Beate Petersen", "--agency", "example-a", "--telegram", "7", typed=PASSWORD
    )
    assert (added.status, added.out.endswith("beate can sign in at /console.\n")) == (0, True)
    assert staff(settings, "list").out.split() == ["beate", "Beate", "Petersen", "example-a", "advisor", "active"]
    assert staff(settings, "disable", "beate").status == 0
    assert staff(settings, "list").out.split()[-1] == "disabled"
    [beate] = hired(settings)
    assert (beate.telegram_id, beate.disabled, PASSWORD in beate.password_hash) == (7, True, False)


async def test_who_goes_to_another_agency_leaves_their_cases_behind(settings: dict[str, Any], content: Content) -> None:
    store = SqliteStore(settings["data"], Vault.open(settings["key_file"]))
    world = World(wire(store, content, FixedClock(), Ids()), FixedClock(), RecordingAlerts(), PlannedTranslator())
    with store.transaction() as tx:
        tx.add_advisor(BEATE)
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    await world.parts.inbox.stop()
    store.close()
    assert staff(settings, "add", "beate", "--agency", "example-b", typed=PASSWORD).status == 0
    store = SqliteStore(settings["data"], Vault.open(settings["key_file"]))
    with store.transaction() as tx:
        left = tx.case(case.id)
    store.close()
    assert left is not None
    assert (left.agency, left.status, left.advisor) == ("example-a", "queued", None)


def test_an_advisor_works_at_the_sites_and_in_the_languages_that_are_given(settings: dict[str, Any]) -> None:
    own = ("--site", "example-elmshorn", "--speaks", "ar", "--speaks", "ku", "--capacity", "200")
    assert staff(settings, "add", "beate", "--agency", "example-a", *own, typed=PASSWORD).status == 0
    [beate] = hired(settings)
    assert (beate.sites, beate.languages, beate.capacity) == (("example-elmshorn",), ("ar", "ku"), 200)
    wrong = staff(settings, "add", "jens", "--agency", "example-b", "--site", "example-elmshorn", typed=PASSWORD)
    assert (wrong.status, "example-b has no site 'example-elmshorn'" in wrong.err) == (2, True)


def test_staff_is_asked_for_what_was_not_given(settings: dict[str, Any]) -> None:
    ran = staff(settings, "add", typed=f"jens\nexample-b\n{PASSWORD}\n")
    assert (ran.status, hired(settings)[0].login) == (0, "jens")


def test_who_is_added_again_gets_a_new_password(settings: dict[str, Any]) -> None:
    staff(settings, "add", "jens", "--agency", "example-b", typed=PASSWORD)
    ran = staff(settings, "add", "jens", "--agency", "example-b", typed=PASSWORD[::-1])
    assert "jens has a new password" in ran.out
    assert len(hired(settings)) == 1


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (["add", "carl", "--agency", "nobody"], PASSWORD, "There is no agency 'nobody'. There are: "),
        (["add", "carl", "--agency", "example-a"], "short", "The password is too short"),
        (["add", "carl", "--agency", "example-a"], "", "The password is too short"),
        (["add"], "", "The input ended"),
        (["add"], "\n", "A login needs at least one character"),
        (["disable", "carl"], "", "There is no member of staff with the login 'carl'"),
        (["disable"], "", "Whose sign-in shall be disabled?"),
    ],
)
def test_staff_is_told_what_is_missing(settings: dict[str, Any], arguments: list[str], typed: str, said: str) -> None:
    ran = staff(settings, *arguments, typed=typed)
    assert ran.status == 2
    assert said in ran.err
    assert hired(settings) == []


@pytest.mark.parametrize("command", [["run"], ["staff", "list"]])
def test_without_settings_all_that_are_missing_are_named(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = wegweiser(*command)
    assert ran.status == 2
    assert "data is missing" in ran.err
    assert "key_file is missing" in ran.err


@pytest.mark.parametrize(
    ("key", "said"),
    [(b"not base64!", "holds no base64 text"), (b"c2hvcnQ=", "the master key has 5 bytes"), (None, "can be read by others")],
)
def test_a_key_file_that_does_not_do_is_named(settings: dict[str, Any], key: bytes | None, said: str) -> None:
    path = Path(str(settings["key_file"]))
    path.write_bytes(key or b"x")
    path.chmod(0o644 if key is None else 0o600)
    ran = wegweiser("run", **settings)
    assert ran.status == 2
    assert said in ran.err


def test_a_folder_that_cannot_be_made_is_named(settings: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be used" in wegweiser("run", **(settings | {"data": tmp_path / "file"})).err
    assert "cannot create the key file" in wegweiser("run", **(settings | {"key_file": tmp_path / "file" / "key"})).err


def test_a_port_that_is_taken_is_named(settings: dict[str, Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = wegweiser("run", **settings, port=port)
    assert ran.status == 2
    assert f"Wegweiser cannot listen on 127.0.0.1, port {port} (Address already in use" in ran.err


def test_a_demo_on_a_port_that_does_not_exist_is_refused() -> None:
    ran = wegweiser("demo", "--port", "99999")
    assert ran.status == 2
    assert "'99999' is no port" in ran.err


@pytest.mark.parametrize("token", ["nonsense", "12345:abc def"])
def test_a_token_that_is_none_is_named_without_being_shown(settings: dict[str, Any], token: str) -> None:
    ran = wegweiser("run", **settings, port=free_port(), telegram_token=token)
    assert ran.status == 2
    assert "copy it again from @BotFather" in ran.err
    assert token not in ran.err


def test_the_demo_announces_its_addresses_when_they_answer(tmp_path: Path) -> None:
    port = free_port()
    with started("demo", "--port", port, "--data", tmp_path / "demo", folder=tmp_path) as demo:
        until, out = time.monotonic() + 30, tmp_path / "out"
        while "Stop with Ctrl+C" not in out.read_text():
            assert demo.poll() is None, (tmp_path / "err").read_text()
            assert time.monotonic() < until
        announced = out.read_text()
        for address in (f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}/console"):
            assert address in announced
            assert httpx.get(address, follow_redirects=True).status_code == 200
        assert "wegweiser-demo" in announced
        assert "beate" in announced
        assert "rehearsed sentences" in announced
        demo.terminate()
        assert demo.wait(10) == 0
