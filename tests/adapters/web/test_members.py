"""The admins' page: inviting people, changing what they may do and how they come in."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.adapters.web.auth import token_hash
from bot.services.ports import Advisor, Invite
from tests.adapters.web.conftest import Browser, Desk
from tests.adapters.web.fakes import NOON
from tests.services.fakes import BEATE, JENS, World

ANKE = replace(BEATE, id="anke", login="anke", name="Anke Voss", role="admin")


@pytest.fixture(autouse=True)
def _without_dear_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only unknown logins are compared with the hash that each application makes for them; there are none here."""
    monkeypatch.setattr("bot.adapters.web.auth.hash_password", str)


@pytest.fixture
async def anke(office: World, desk: Desk) -> Browser:
    with office.parts.store.transaction() as tx:
        tx.add_advisor(ANKE)
    window = desk(ANKE)
    await window.look("/console/staff")
    return window


def stored(office: World, id: str) -> Advisor:
    with office.parts.store.transaction() as tx:
        return next(each for each in tx.advisors() if each.id == id)


def invitation(office: World, page: str) -> Invite | None:
    token = re.findall(r"/console/invite/([\w-]+)", page)[0]
    with office.parts.store.transaction() as tx:
        return tx.invite(token_hash(token), office.clock.now())


async def test_an_invitation_is_shown_once_and_names_role_languages_and_sites(anke: Browser, office: World) -> None:
    form = {"name": "  Olha   Koval ", "role": "translator", "language": "en", "speaks": "uk", "site": "example-uetersen"}
    shown = await anke.press("/console/staff", None, do="invite", **form)
    assert invitation(office, shown.text) == Invite(
        "Olha Koval", "example-a", "translator", "en", sites=("example-uetersen",), languages=("uk",)
    )
    assert "/console/invite/" not in (await anke.look("/console/staff")).text
    elsewhere = next(site.id for site in office.parts.content.network.sites.values() if site.agency == "example-b")
    shown = await anke.press("/console/staff", None, do="invite", **form | {"site": elsewhere, "speaks": "xx", "language": "xx"})
    assert invitation(office, shown.text) == Invite("Olha Koval", "example-a", "translator", "de")


async def test_an_invitation_needs_a_name_and_a_role(anke: Browser) -> None:
    for change, status in (({"name": " "}, 422), ({"name": "x" * 81}, 422), ({"role": "owner"}, 404), ({"role": ""}, 404)):
        form = {"name": "Olha", "role": "editor"} | change
        assert (await anke.press("/console/staff", None, do="invite", **form)).status_code == status


async def test_a_role_is_changed_a_sign_in_ended_and_somebody_let_in_no_more(anke: Browser, office: World, desk: Desk) -> None:
    beate = desk(BEATE)
    assert (await beate.get("/console")).status_code == 200
    await anke.press("/console/staff", do="end", member="beate")
    assert (await beate.get("/console")).status_code == 303
    await anke.press("/console/staff", do="role", member="beate", role="coordinator")
    await anke.press("/console/staff", do="disable", member="beate")
    assert (stored(office, "beate").role, stored(office, "beate").disabled) == ("coordinator", True)
    assert "gesperrt" in anke.html
    await anke.press("/console/staff", do="enable", member="beate")
    assert not stored(office, "beate").disabled


async def test_nobody_of_another_agency_is_there_or_can_be_reached(anke: Browser, office: World) -> None:
    assert JENS.name not in anke.html
    for what in ("disable", "end", "reset", "role", "identity"):
        sent = await anke.press("/console/staff", None, do=what, member="jens", role="admin", identity="x")
        assert sent.status_code == 404
    assert stored(office, "jens") == JENS


async def test_what_nobody_offered_and_a_form_of_another_site_do_nothing(anke: Browser, office: World) -> None:
    sent = await anke.post("/console/staff", data={"do": "disable", "member": "beate"})
    assert (sent.status_code, stored(office, "beate").disabled) == (403, False)
    assert (await anke.press("/console/staff", None, do="erase", member="beate")).status_code == 404


async def test_a_taken_identity_is_refused_in_a_sentence(anke: Browser, office: World) -> None:
    with office.parts.store.transaction() as tx:
        tx.add_advisor(replace(JENS, identity="jens@example.org"))
    sent = await anke.press("/console/staff", None, do="identity", member="beate", identity="Jens@example.org")
    assert (sent.status_code, "schon jemand anderes" in sent.text) == (422, True)


async def test_who_comes_by_an_invitation_finds_what_the_role_opens(store: SqliteStore, entrance: Callable[..., Browser]) -> None:
    with store.transaction() as tx:
        tx.add_invite(token_hash("a-token"), Invite("Olha", "north", "translator"), NOON.replace(year=2027))
    window = entrance()
    await window.look("/console/invite/a-token")
    chosen = "drei gelbe Gummistiefel"
    await window.press("/console/invite/a-token", None, login="olha", new=chosen, again=chosen)
    assert (await window.get("/console", follow_redirects=True)).url.path == "/console/content"
