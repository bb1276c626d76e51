"""Who comes in, and who does not."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.adapters.web import auth
from bot.adapters.web.auth import Door, Sessions, hash_password, verify
from bot.services.ports import Advisor
from tests.adapters.web.conftest import PASSWORD, Browser
from tests.adapters.web.fakes import World


def test_a_password_fits_its_own_hash_only() -> None:
    stored = hash_password("Regenschirm")
    assert "Regenschirm" not in stored
    assert verify(stored, "Regenschirm")
    assert not verify(stored, "regenschirm")
    assert not verify("not a hash", "Regenschirm")
    assert verify(hash_password("Regenschirm" * 1000), "Regenschirm" * 1000)


async def test_beate_comes_in_and_only_a_hash_of_her_token_is_kept(beate: Browser, world: World) -> None:
    assert (await beate.get("/console")).status_code == 200
    token = beate.cookies["staff"]
    assert token not in repr(world.store.sessions)


async def test_the_session_cookie_is_strict_and_lasts_twelve_hours(
    browser: Callable[[], Browser], world: World, password_hash: str
) -> None:
    world.hire("Beate", "north", password_hash)
    cookie = (await browser().sign_in("BEATE ")).headers["set-cookie"]
    for expected in ("HttpOnly", "SameSite=strict", "Max-Age=43200"):
        assert expected in cookie


async def test_after_twelve_hours_beate_signs_in_again(beate: Browser, world: World) -> None:
    world.clock.forward(timedelta(hours=12))
    assert (await beate.get("/console")).status_code == 303


async def test_signing_out_ends_the_session_for_good(beate: Browser, world: World) -> None:
    token = beate.cookies["staff"]
    await beate.look("/console")
    await beate.press("/console/sign-out")
    assert world.store.sessions == {}
    assert Sessions(world.parts().store, world.clock).find(token) is None
    assert "Anmeldename" in beate.html


async def test_carl_whose_account_is_disabled_stays_outside(carl: Browser) -> None:
    response = await carl.sign_in("carl")
    assert response.status_code == 401
    assert "staff" not in carl.cookies


async def test_disabling_an_account_ends_what_it_is_doing(beate: Browser, world: World, password_hash: str) -> None:
    world.hire("Beate", "north", password_hash, disabled=True)
    assert (await beate.get("/console")).status_code == 303


async def test_wrong_password_and_unknown_login_answer_alike(amina: Browser, world: World, password_hash: str) -> None:
    world.hire("Beate", "north", password_hash)
    wrong = await amina.sign_in("beate", "falsch")
    unknown = await amina.sign_in("nobody", "falsch")
    assert wrong.status_code == unknown.status_code == 401
    for page in (wrong, unknown):
        assert "Anmeldename oder Passwort stimmt nicht." in page.text


async def test_an_unknown_login_costs_the_same_hashing(world: World, password_hash: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world.hire("Beate", "north", password_hash)
    hashes: list[str] = []

    def refuse(stored: str, password: str) -> bool:
        hashes.append(stored)
        return False

    monkeypatch.setattr(auth, "verify", refuse)
    door = Door(world.parts().store, world.pauses)
    for login in ("beate", "nobody"):
        assert await door.check(login, "falsch", "10.0.0.1") is None
    known, dummy = hashes
    assert known.split("$")[:4] == dummy.split("$")[:4], "the same algorithm with the same costs"


async def test_failures_slow_down_one_login_from_one_address_and_never_lock(world: World, password_hash: str) -> None:
    world.hire("Beate", "north", password_hash)
    door = Door(world.parts().store, world.pauses)
    for _ in range(9):
        assert await door.check("beate", "falsch", "10.0.0.1") is None
    assert world.pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 16.0]
    assert await door.check("beate", PASSWORD, "10.0.0.2") is not None
    assert len(world.pauses) == 6, "another address is not slowed down"
    assert await door.check("beate", PASSWORD, "10.0.0.1") is not None
    await door.check("beate", "falsch", "10.0.0.1")
    assert len(world.pauses) == 7, "success forgives"


async def test_the_addresses_of_one_network_have_their_tries_in_common(
    entrance: Callable[..., Browser], member: Advisor, world: World
) -> None:
    for last in range(9):
        assert (await entrance(f"2001:db8:1:1::{last:x}").sign_in("beate", "falsch")).status_code == 401
    assert world.pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 16.0]
    assert (await entrance("2001:db8:1:2::1").sign_in("beate")).status_code == 303
    assert len(world.pauses) == 6, "another network is not slowed down"


async def test_who_guesses_passwords_does_not_slow_down_a_browser_its_owner_came_in_with(
    beate: Browser, browser: Callable[[], Browser], world: World
) -> None:
    for _ in range(9):
        await browser().sign_in("beate", "falsch")
    world.pauses.clear()
    await beate.look("/console")
    await beate.press("/console/sign-out")
    assert (await beate.sign_in("beate")).status_code == 303
    assert world.pauses == []
    assert (await browser().sign_in("beate")).status_code == 303
    assert world.pauses == [16.0], "any other browser of the same address waits"


async def test_the_mark_of_a_browser_cannot_be_made_up_and_helps_its_owner_only(
    beate: Browser, browser: Callable[[], Browser], world: World, password_hash: str
) -> None:
    world.hire("Jens", "south", password_hash)
    for mark in ("jens:x", f"jens:x.{'0' * 64}", beate.cookies["staff_browser"]):
        stranger = browser()
        for _ in range(2):
            stranger.cookies.set("staff_browser", mark)
            await stranger.sign_in("jens", "falsch")
    assert world.pauses == [1.0, 2.0, 4.0]


async def test_one_address_has_one_password_checked_at_a_time(
    world: World, password_hash: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.hire("Beate", "north", password_hash)
    under_way: list[str] = []
    at_once: list[int] = []

    def slowly(stored: str, password: str) -> bool:
        if password == PASSWORD:
            return True
        under_way.append(password)
        time.sleep(0.01)
        at_once.append(len(under_way))
        under_way.pop()
        return False

    monkeypatch.setattr(auth, "verify", slowly)
    door = Door(world.parts().store, world.pauses)
    flood = asyncio.gather(*(door.check(f"guess {n}", "falsch", "10.0.0.1") for n in range(9)))
    await asyncio.sleep(0)
    assert await door.check("beate", PASSWORD, "10.0.0.2") is not None
    assert len(at_once) < 9, "Beate did not wait for the whole crowd"
    await flood
    assert at_once == [1] * 9


@pytest.mark.parametrize("then", ["https://evil.test", "//evil.test", "/console\\evil", "/\r\nX: y", ""])
async def test_after_signing_in_the_way_leads_into_the_console_only(
    amina: Browser, world: World, password_hash: str, then: str
) -> None:
    world.hire("Beate", "north", password_hash)
    await amina.look("/console/sign-in")
    response = await amina.press("/console/sign-in", login="beate", password=PASSWORD, next=then)
    assert response.headers["location"] == "/console"


async def test_the_way_back_to_a_case_is_kept(amina: Browser, world: World, password_hash: str) -> None:
    world.hire("Beate", "north", password_hash)
    world.ask_for_help("k1")
    await amina.look("/console/sign-in?next=/console/cases/k1")
    assert 'name="next" value="/console/cases/k1"' in amina.html


async def test_another_site_cannot_sign_anybody_in(amina: Browser, world: World, password_hash: str) -> None:
    world.hire("Beate", "north", password_hash)
    data = {"login": "beate", "password": PASSWORD}
    response = await amina.post("/console/sign-in", data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


async def test_the_demo_hint_is_shown_where_one_signs_in(amina: Browser) -> None:
    assert "beate / wegweiser" in (await amina.look("/console/sign-in")).text
