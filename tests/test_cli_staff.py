"""Invitations, second factors and the log of them: what an operator types."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.sqlite.store import Transaction
from bot.adapters.web.auth import token_hash
from bot.services.ports import SecondFactor, StaffSession
from tests.adapters.web.fakes import NOON
from tests.commands import Ran, wegweiser

PASSWORD = "vier kleine graue Esel"
T = TypeVar("T")


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    return {"data": tmp_path / "data", "key_file": tmp_path / "key", "public_url": "https://chat.example.org"}


def staff(settings: dict[str, Any], *arguments: str, typed: str = "") -> Ran:
    return wegweiser("staff", *arguments, typed=typed, **settings)


def stored(settings: dict[str, Any], work: Callable[[Transaction], T]) -> T:
    store = SqliteStore(Path(str(settings["data"])), Vault.open(Path(str(settings["key_file"]))), alone=False)
    try:
        with store.transaction() as tx:
            return work(tx)
    finally:
        store.close()


def test_an_invitation_is_a_link_that_names_nobody(settings: dict[str, Any]) -> None:
    own = ("--site", "example-elmshorn", "--speaks", "ar", "--role", "coordinator", "--capacity", "80")
    ran = staff(settings, "invite", "--name", "Beate Petersen", "--agency", "example-a", *own)
    assert (ran.status, ran.out.startswith("https://chat.example.org/console/invite/")) == (0, True)
    assert "Beate" not in ran.out
    assert "72 hours" in ran.err
    token = ran.out.strip().rpartition("/")[2]
    invite = stored(settings, lambda tx: tx.invite(token_hash(token), NOON.replace(year=2000)))
    assert invite is not None
    assert (invite.name, invite.agency, invite.role, invite.sites) == (
        "Beate Petersen", "example-a", "coordinator", ("example-elmshorn",),
    )  # fmt: skip
    assert stored(settings, lambda tx: tx.advisors()) == []
    assert "operator" in wegweiser("audit", "list", **settings).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["invite", "beate", "--name", "Beate", "--agency", "example-a"], "Whoever is invited chooses the login"),
        (["invite", "--agency", "example-a"], "Who is invited?"),
        (["invite", "--name", "Beate", "--agency", "nowhere"], "There is no agency 'nowhere'"),
        (["reset-second-factor"], "Whose second factor shall be reset?"),
        (["reset-second-factor", "carl"], "There is no member of staff with the login 'carl'"),
    ],
)
def test_what_is_missing_is_said(settings: dict[str, Any], arguments: list[str], said: str) -> None:
    ran = staff(settings, *arguments)
    assert (ran.status, said in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("password", "said"), [("Beate-Beate-2026", "The password is the login"), ("Passwort1234", "one of the first that everybody")]
)
def test_a_password_that_is_easily_guessed_is_refused(settings: dict[str, Any], password: str, said: str) -> None:
    ran = staff(settings, "add", "beate", "--agency", "example-a", typed=password)
    assert (ran.status, said in ran.err) == (2, True)


def test_a_second_factor_is_reset_with_its_sign_ins_and_noted(settings: dict[str, Any]) -> None:
    staff(settings, "add", "beate", "--agency", "example-a", typed=PASSWORD)
    beate = stored(settings, lambda tx: tx.advisors())[0].id

    def set_up(tx: Transaction) -> None:
        tx.keep_second_factor(SecondFactor(beate, "JBSWY3DPEHPK3PXP", confirmed=True))
        tx.keep_recovery_codes(beate, ["code"])
        tx.add_session(StaffSession("token", beate, "csrf", NOON))

    stored(settings, set_up)
    assert staff(settings, "reset-second-factor", "beate").status == 0

    def left(tx: Transaction) -> tuple[object, int, int]:
        return tx.second_factor(beate), tx.recovery_codes(beate), len(tx.sessions(beate, NOON.replace(year=2000)))

    assert stored(settings, left) == (None, 0, 0)
    assert "second factor reset  beate" in wegweiser("audit", "list", **settings).out
    assert "beate has no second factor." in staff(settings, "reset-second-factor", "beate").err


def test_an_invitation_names_any_role_and_no_other(settings: dict[str, Any]) -> None:
    ran = staff(settings, "invite", "--name", "Volkan", "--agency", "example-a", "--role", "translator")
    token = ran.out.strip().rpartition("/")[2]
    invite = stored(settings, lambda tx: tx.invite(token_hash(token), NOON.replace(year=2000)))
    assert invite is not None
    assert invite.role == "translator"
    assert staff(settings, "invite", "--name", "Volkan", "--agency", "example-a", "--role", "owner").status == 2


def test_an_identity_is_given_to_one_person_and_survives_a_new_password(settings: dict[str, Any]) -> None:
    for login in ("beate", "carl"):
        staff(settings, "add", login, "--agency", "example-a", typed=PASSWORD)
    assert staff(settings, "identity", "beate", "--identity", "beate@caritas.example").status == 0
    taken = staff(settings, "identity", "carl", "--identity", "Beate@Caritas.example")
    assert (taken.status, "Somebody else signs in as" in taken.err) == (2, True)
    staff(settings, "add", "beate", "--agency", "example-a", typed=f"{PASSWORD} und ein Pferd")
    identities = stored(settings, lambda tx: {each.login: each.identity for each in tx.advisors()})
    assert identities == {"beate": "beate@caritas.example", "carl": ""}
    assert "Who is that where they sign in?" in staff(settings, "identity", "beate").err


def test_disabling_is_noted(settings: dict[str, Any]) -> None:
    staff(settings, "add", "beate", "--agency", "example-a", typed=PASSWORD)
    assert staff(settings, "disable", "beate").status == 0
    assert "disabled  beate" in wegweiser("audit", "list", **settings).out
