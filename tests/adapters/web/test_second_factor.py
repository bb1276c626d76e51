"""The second step of signing in: codes of an app, recovery codes, and what happens to those who guess."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.services.ports import Advisor
from tests.adapters.web.app_on_a_phone import Phone, code_step, secret, set_up
from tests.adapters.web.conftest import PASSWORD, Browser
from tests.adapters.web.fakes import World

Entrance = Callable[..., Browser]


@pytest.fixture
async def beate(entrance: Entrance, member: Advisor) -> Browser:
    window = entrance()
    await window.sign_in("beate")
    return window


def audited(store: SqliteStore) -> list[str]:
    with store.transaction() as tx:
        return [line.what for line in tx.audited()]


async def test_it_is_set_up_with_a_picture_a_text_and_a_first_code(beate: Browser, world: World, store: SqliteStore) -> None:
    await beate.look("/console/me")
    await beate.press("/console/me", do="begin", password=PASSWORD)
    assert 'src="data:image/svg+xml' in beate.html, "what the Content-Security-Policy allows: img-src data:"
    assert len(secret(beate)) == 32
    wrong = await beate.press("/console/me", do="confirm", code="000000")
    assert (wrong.status_code, "Dieser Code stimmt nicht" in wrong.text) == (422, True)
    phone = Phone(world, secret(beate))
    await beate.press("/console/me", do="confirm", code=phone.code())
    assert "Der zweite Schritt ist eingeschaltet." in beate.html
    assert audited(store) == ["second factor on"]


async def test_an_open_browser_alone_is_not_enough_to_set_it_up_or_to_turn_it_off(beate: Browser, world: World) -> None:
    await beate.look("/console/me")
    assert "Ihr jetziges Passwort stimmt nicht." in (await beate.press("/console/me", do="begin", password="falsch")).text
    await set_up(beate, world)
    for what in ("drop", "renew"):
        assert (await beate.press("/console/me", do=what, password="falsch")).status_code == 422
    assert "eingeschaltet" in (await beate.look("/console/me")).text


async def test_the_secret_stands_nowhere_in_the_data_and_the_recovery_codes_neither(
    beate: Browser, world: World, store: SqliteStore
) -> None:
    await beate.look("/console/me")
    await beate.press("/console/me", do="begin", password=PASSWORD)
    hidden = secret(beate)
    _, codes = await set_up(beate, world)
    kept = "\n".join(store.db.conn.iterdump())
    assert hidden
    for each in (hidden, *codes, *(code.replace("-", "") for code in codes)):
        assert each not in kept
    assert secret(beate) == "", "it is shown while it is set up and never again"


async def test_the_password_alone_does_not_let_anybody_in_any_more(beate: Browser, entrance: Entrance, world: World) -> None:
    phone, _ = await set_up(beate, world)
    other = entrance()
    await other.sign_in("beate")
    assert "staff" not in other.cookies
    assert (await other.get("/console")).status_code == 303
    assert await code_step(other, "000000") == 401
    assert "staff" not in other.cookies
    assert await code_step(other, phone.code()) == 303
    assert (await other.get("/console")).status_code == 200


async def test_the_way_back_is_kept_over_both_steps(beate: Browser, entrance: Entrance, world: World) -> None:
    phone, _ = await set_up(beate, world)
    other = entrance()
    await other.look("/console/sign-in?next=/console/me")
    await other.press("/console/sign-in", login="beate", password=PASSWORD, next="/console/me")
    await code_step(other, phone.code())
    assert "Wo Sie angemeldet sind" in other.html


async def test_a_code_counts_once(beate: Browser, entrance: Entrance, world: World) -> None:
    phone, _ = await set_up(beate, world)
    code = phone.code()
    for expected in (303, 401):
        other = entrance()
        await other.sign_in("beate")
        assert await code_step(other, code) == expected


async def test_the_code_that_set_it_up_does_not_let_anybody_in(beate: Browser, entrance: Entrance, world: World) -> None:
    phone, _ = await set_up(beate, world)
    other = entrance()
    await other.sign_in("beate")
    assert await code_step(other, phone.code(-timedelta(seconds=30))) == 401


async def test_a_clock_may_differ_by_half_a_minute_and_no_more(beate: Browser, entrance: Entrance, world: World) -> None:
    phone, _ = await set_up(beate, world)
    world.clock.forward(timedelta(minutes=5))
    other = entrance()
    await other.sign_in("beate")
    assert await code_step(other, phone.code(-timedelta(minutes=1))) == 401
    assert await code_step(other, phone.code(timedelta(minutes=1))) == 401
    assert await code_step(other, phone.code(timedelta(seconds=30))) == 303


async def test_ten_recovery_codes_count_once_each_as_they_are_written_by_hand(
    beate: Browser, entrance: Entrance, world: World, store: SqliteStore
) -> None:
    _, codes = await set_up(beate, world)
    assert len(set(codes)) == 10
    for typed, expected in ((codes[0].replace("-", " ").upper(), 303), (codes[0], 401), (codes[9], 303)):
        other = entrance()
        await other.sign_in("beate")
        assert await code_step(other, typed) == expected
    assert "Unbenutzte Ersatzcodes: 8" in (await beate.look("/console/me")).text
    assert audited(store).count("recovery code used") == 2


async def test_new_recovery_codes_make_the_old_ones_void(beate: Browser, entrance: Entrance, world: World) -> None:
    _, old = await set_up(beate, world)
    await beate.press("/console/me", do="renew", password=PASSWORD)
    other = entrance()
    await other.sign_in("beate")
    assert await code_step(other, old[0]) == 401


async def test_nobody_gets_in_with_a_made_up_or_old_proof_of_the_password(
    beate: Browser, entrance: Entrance, world: World
) -> None:
    phone, _ = await set_up(beate, world)
    other = entrance()
    await other.look("/console/sign-in")
    for ticket in ("", "b1 9999999999", f"b1 9999999999.{'0' * 64}", "\x00", "b1 x.y"):
        assert (
            (await other.press("/console/sign-in/code", ticket=ticket, code=phone.code()))
            .headers["location"]
            .startswith("/console/sign-in")
        )
    await other.sign_in("beate")
    world.clock.forward(timedelta(minutes=10))
    assert await code_step(other, phone.code()) == 303
    assert "staff" not in other.cookies, "asked for the password again"


async def test_another_site_cannot_send_a_code(entrance: Entrance) -> None:
    response = await entrance().post("/console/sign-in/code", data={"code": "1"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


async def test_guessing_codes_gets_slow_from_all_addresses_together(
    beate: Browser, entrance: Entrance, world: World, store: SqliteStore
) -> None:
    await set_up(beate, world)
    world.pauses.clear()
    for n in range(6):
        other = entrance(f"203.0.113.{10 + n}")
        await other.sign_in("beate")
        assert await code_step(other, f"00000{n}") == 401
    assert world.pauses == [1.0, 2.0, 4.0]
    assert audited(store).count("second factor wrong") == 1, "noted once an hour: somebody knows the password"


async def test_who_guesses_codes_does_not_slow_down_the_browser_its_owner_came_in_with(
    beate: Browser, entrance: Entrance, world: World
) -> None:
    phone, _ = await set_up(beate, world)
    for _ in range(9):
        other = entrance()
        await other.sign_in("beate")
        await code_step(other, "000000")
    world.pauses.clear()
    await beate.look("/console")
    await beate.press("/console/sign-out")
    await beate.sign_in("beate")
    assert await code_step(beate, phone.code()) == 303
    assert world.pauses == []


async def test_where_it_is_required_nothing_else_is_open_before_it_is_set_up(
    entrance: Entrance, member: Advisor, world: World
) -> None:
    window = entrance(require_second_factor=True)
    await window.sign_in("beate")
    for path in ("/console", "/console/team", "/console/appointments"):
        led = await window.get(path, follow_redirects=True)
        assert (led.url.path, "Hier ist das Pflicht" in led.text) == ("/console/me", True)
    assert (await window.get("/console/events")).status_code == 401
    await window.look("/console/me")
    assert (
        (await window.press("/console/team/away", member="b1", until="2026-12-01"))
        .headers["location"]
        .startswith("/console/sign-in")
    )
    await set_up(window, world)
    assert (await window.get("/console")).status_code == 200
    assert (await window.press("/console/me", do="drop", password=PASSWORD)).status_code == 404


async def test_it_can_be_turned_off_where_it_is_not_required(
    beate: Browser, entrance: Entrance, world: World, store: SqliteStore
) -> None:
    await set_up(beate, world)
    await beate.press("/console/me", do="drop", password=PASSWORD)
    other = entrance()
    await other.sign_in("beate")
    assert (await other.get("/console")).status_code == 200
    assert audited(store) == ["second factor on", "second factor off"]
