"""Calendars of staff, as an operator types it."""

from pathlib import Path
from typing import Any

import pytest

from bot import contents
from bot.adapters.sqlite import SqliteStore, Vault
from bot.core.calendars import Seat
from bot.core.content import Content
from bot.core.hours import Hours
from bot.core.interpreters import Interpreter
from bot.services.ports import Calendar
from tests.commands import Ran, wegweiser
from tests.radicale import PASSWORD, Radicale
from tests.services.fakes import BEATE


@pytest.fixture
def settings(tmp_path: Path, content: Content, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    # Read once for all tests: it takes a second.
    monkeypatch.setattr(contents, "load_content", lambda folder: content)
    store = SqliteStore(tmp_path / "data", Vault.open(tmp_path / "keys" / "key"))
    with store.transaction() as tx:
        tx.add_advisor(BEATE)
    store.close()
    return {"data": tmp_path / "data", "key_file": tmp_path / "keys" / "key", "public_url": "https://rat.example/"}


def staff(settings: dict[str, Any], *arguments: str, typed: str = "") -> Ran:
    return wegweiser("staff", *arguments, typed=typed, **settings)


def calendars(settings: dict[str, Any]) -> list[Calendar]:
    store = SqliteStore(settings["data"], Vault.open(settings["key_file"]), alone=False)
    try:
        with store.transaction() as tx:
            return tx.calendars()
    finally:
        store.close()


def test_an_address_is_made_and_made_invalid(settings: dict[str, Any]) -> None:
    made = staff(settings, "feed", "beate", "--site", "example-elmshorn")
    assert (made.status, made.out.startswith("https://rat.example/calendar/")) == (0, True)
    assert "Whoever knows this address sees the appointments." in made.out
    revoked = staff(settings, "feed", "beate", "--revoke")
    assert revoked.out.endswith("beate: 1 addresses are not valid any more.\n")


def test_a_calendar_is_added_listed_and_forgotten(settings: dict[str, Any], radicale: Radicale) -> None:
    account = radicale.account()
    added = staff(settings, "calendar", "beate", "--url", account.url, "--user", "beate", typed=f"{PASSWORD}\n")
    assert (added.status, added.err) == (0, "")
    again = staff(settings, "calendar", "beate", "--url", account.url, "--user", "beate", typed=PASSWORD)
    assert (again.status, "This calendar is there already." in again.err) == (2, True)
    [one] = calendars(settings)
    assert (one.account, one.seat) == (account, Seat("@beate"))
    for listed in (staff(settings, "calendar").out, wegweiser("doctor", **settings).out):
        assert "1  @beate on 127.0.0.1: not in step yet\n" in listed
        assert PASSWORD not in listed
    assert staff(settings, "calendar", "--remove", "1").status == 0
    assert calendars(settings) == []
    assert staff(settings, "calendar").out.startswith("There is no calendar yet.")


def test_a_restored_copy_leaves_calendars_alone_until_it_is_told(
    settings: dict[str, Any], radicale: Radicale, tmp_path: Path
) -> None:
    staff(settings, "calendar", "beate", "--url", radicale.account().url, "--user", "beate", typed=PASSWORD)
    assert wegweiser("backup", tmp_path / "a.backup", **settings).status == 0
    restored = wegweiser("restore", tmp_path / "a.backup", "--replace", **settings)
    assert "1 calendars are left alone while another machine may run." in restored.out
    assert "left alone since a backup was restored" in staff(settings, "calendar").out
    assert [each.held for each in calendars(settings)] == [True]
    assert staff(settings, "calendar", "--resume").out == "1 calendars are kept in step again.\n"
    assert [each.held for each in calendars(settings)] == [False]


def test_a_calendar_can_be_that_of_one_seat_of_a_site(settings: dict[str, Any], radicale: Radicale) -> None:
    where = ("--site", "example-elmshorn", "--seat", "2", "--url", radicale.account("jens").url, "--user", "jens")
    assert staff(settings, "calendar", *where, typed=PASSWORD).status == 0
    assert staff(settings, "calendar").out.startswith("1  example-elmshorn, seat 2 on 127.0.0.1")


def test_a_calendar_that_refuses_is_not_stored_and_no_password_is_said(settings: dict[str, Any], radicale: Radicale) -> None:
    ran = staff(settings, "calendar", "beate", "--url", radicale.account().url, "--user", "beate", typed="Geheimnis 123")
    assert ran.status == 2
    assert ran.err == ("127.0.0.1 refuses login or password; look there, then add the calendar again. Nothing was stored.\n")
    assert calendars(settings) == []


URL = "https://cloud.example/beate/"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["feed"], "Whose? For example: wegweiser staff feed beate"),
        (["feed", "carl"], "There is no member of staff with the login 'carl'"),
        (["feed", "beate", "--site", "example-barmstedt"], "beate does not advise at example-barmstedt."),
        (["calendar", "--url", URL], "Whose calendar is it?"),
        (["calendar", "beate", "--site", "example-elmshorn", "--url", URL], "Whose calendar is it?"),
        (["calendar", "--site", "elsewhere", "--url", URL], "There is no site 'elsewhere'. There are: "),
        (["calendar", "--site", "example-elmshorn", "--seat", "21", "--url", URL], "There is no seat 21"),
        (["calendar", "beate", "--url", URL], "With which login?"),
        (["calendar", "beate", "--url", "http://cloud.example/beate/"], "The address of a calendar begins with https://"),
        (["calendar", "beate", "--url", "https://beate:secret@cloud.example/"], "login and password stay out of it"),
        (["calendar", "beate", "--url", "https://[/"], "The address of a calendar begins with https://"),
        (["calendar", "--remove", "7"], "There is no calendar 7."),
    ],
)
def test_what_is_missing_is_said(settings: dict[str, Any], arguments: list[str], said: str) -> None:
    ran = staff(settings, *arguments)
    assert ran.status == 2
    assert said in ran.err
    assert "secret" not in ran.err


def test_who_interprets_is_listed_and_their_calendar_kept_in_step(settings: dict[str, Any], radicale: Radicale) -> None:
    assert "Nobody interprets yet." in staff(settings, "interpreters").out
    store = SqliteStore(settings["data"], Vault.open(settings["key_file"]))
    with store.transaction() as tx:
        tx.put_interpreter(Interpreter("a1b2", "example-a", "Soraya Ahmadi", ("fa", "en"), Hours({})))
    store.close()
    assert staff(settings, "interpreters").out.split() == ["a1b2", "Soraya", "Ahmadi", "example-a", "fa", "en"]
    where = ("--url", radicale.account().url, "--user", "beate")
    assert staff(settings, "calendar", "--interpreter", "a1b2", *where, typed=PASSWORD).status == 0
    assert [each.seat for each in calendars(settings)] == [Seat("+a1b2")]
    unknown = staff(settings, "calendar", "--interpreter", "soraya", *where, typed=PASSWORD)
    assert (unknown.status, "See: wegweiser staff interpreters" in unknown.err) == (2, True)
    both = staff(settings, "calendar", "beate", "--interpreter", "a1b2", *where, typed=PASSWORD)
    assert (both.status, "Whose calendar is it?" in both.err) == (2, True)
