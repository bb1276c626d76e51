"""Invitations: somebody new chooses login and password."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.adapters.web.auth import token_hash
from bot.services.ports import Advisor, Invite
from tests.adapters.web.conftest import Browser
from tests.adapters.web.fakes import World

Entrance = Callable[..., Browser]
PATH = "/console/invite/a-token-only-jens-knows"
CHOSEN = {"login": "jens", "new": "drei gelbe Gummistiefel", "again": "drei gelbe Gummistiefel"}


@pytest.fixture
def invited(store: SqliteStore, world: World) -> Invite:
    invite = Invite("Jens", "south", "coordinator", "en", 7, ("south-uetersen",), ("uk",), 80)
    with store.transaction() as tx:
        tx.add_invite(token_hash(PATH.rpartition("/")[2]), invite, world.clock.now() + timedelta(hours=72))
    return invite


def staff(store: SqliteStore) -> list[Advisor]:
    with store.transaction() as tx:
        return tx.advisors()


async def test_jens_chooses_login_and_password_and_is_in(entrance: Entrance, invited: Invite, store: SqliteStore) -> None:
    window = entrance()
    assert "Willkommen, Jens" in (await window.look(PATH)).text
    assert (await window.press(PATH, None, **CHOSEN)).headers["location"] == "/console/me"
    assert (await window.get("/console/me")).status_code == 200
    [jens] = staff(store)
    assert (jens.login, jens.name, jens.agency, jens.role, jens.language) == ("jens", "Jens", "south", "coordinator", "en")
    assert (jens.telegram_id, jens.sites, jens.languages, jens.capacity) == (7, ("south-uetersen",), ("uk",), 80)
    with store.transaction() as tx:
        assert [(line.who, line.what, line.subject) for line in tx.audited()] == [(jens.id, "joined", "jens")]


async def test_looking_does_not_use_an_invitation_up_and_accepting_does(
    entrance: Entrance, invited: Invite, store: SqliteStore
) -> None:
    window = entrance()
    for _ in range(3):
        assert (await window.look(PATH)).status_code == 200
    await window.press(PATH, None, **CHOSEN)
    late = entrance()
    assert "Dieser Link gilt nicht mehr" in (await late.look(PATH)).text
    again = await late.press(PATH, None, **(CHOSEN | {"login": "carl"}))
    assert (again.status_code, len(staff(store))) == (404, 1)


async def test_after_three_days_an_invitation_is_over(
    entrance: Entrance, invited: Invite, store: SqliteStore, world: World
) -> None:
    world.clock.forward(timedelta(hours=72))
    window = entrance()
    assert (await window.look(PATH)).status_code == 404
    assert (await window.press(PATH, None, **CHOSEN)).status_code == 404
    assert staff(store) == []


async def test_the_link_stands_nowhere_in_the_data_and_the_name_neither(invited: Invite, store: SqliteStore) -> None:
    kept = "\n".join(store.db.conn.iterdump())
    assert token_hash(PATH.rpartition("/")[2]) in kept
    for word in (PATH.rpartition("/")[2], "Jens"):
        assert word not in kept


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"login": "beate"}, "Diesen Anmeldenamen gibt es schon."),
        ({"login": "BEATE"}, "Diesen Anmeldenamen gibt es schon."),
        ({"login": "j"}, "2 bis 40 Buchstaben"),
        ({"login": "jens maier"}, "2 bis 40 Buchstaben"),
        ({"new": "kurz", "again": "kurz"}, "mindestens 12 Zeichen"),
        ({"again": "etwas anderes"}, "nicht gleich"),
    ],
)
async def test_what_does_not_do_is_said_and_the_invitation_stays(
    entrance: Entrance, invited: Invite, member: Advisor, change: dict[str, str], said: str
) -> None:
    window = entrance()
    await window.look(PATH)
    refused = await window.press(PATH, None, **(CHOSEN | change))
    assert (refused.status_code, said in refused.text) == (422, True)
    assert (await window.press(PATH, None, **CHOSEN)).status_code == 303


async def test_another_site_accepts_nothing(entrance: Entrance, invited: Invite, store: SqliteStore) -> None:
    response = await entrance().post(PATH, data=CHOSEN, headers={"Sec-Fetch-Site": "cross-site"})
    assert (response.status_code, staff(store)) == (403, [])
