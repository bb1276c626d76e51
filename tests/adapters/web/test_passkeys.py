"""Passkeys: signing in without a password, a second step after one, and what lets nobody in."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.adapters.sqlite import SqliteStore
from bot.adapters.web.app import create_web
from bot.services.ports import Advisor
from tests.adapters.web.app_on_a_phone import code_step, set_up
from tests.adapters.web.authenticator import ORIGIN, PRESENT, Authenticator, add, asked, read, text, use
from tests.adapters.web.conftest import PASSWORD, Browser
from tests.adapters.web.fakes import World

Door = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _without_dear_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only unknown logins are compared with the hash that each application makes for them; there are none here."""
    monkeypatch.setattr("bot.adapters.web.auth.hash_password", str)


@pytest.fixture
async def door(world: World, store: SqliteStore, member: Advisor) -> AsyncIterator[Door]:
    """Browsers in front of a real store, at an address with https."""
    opened: list[Browser] = []

    def new(public_url: str = ORIGIN, *, required: bool = False) -> Browser:
        parts = replace(world.parts(), store=store, public_url=public_url, require_second_factor=required)
        app = apps.setdefault((public_url, required), create_web(parts))
        opened.append(Browser(transport=httpx.ASGITransport(app, client=("203.0.113.5", 40000)), base_url=ORIGIN))
        return opened[-1]

    apps: dict[tuple[str, bool], Any] = {}
    yield new
    for each in opened:
        await each.aclose()


@pytest.fixture
async def beate(door: Door) -> Browser:
    window = door()
    await window.sign_in("beate")
    return window


def audited(store: SqliteStore) -> list[str]:
    with store.transaction() as tx:
        return [line.what for line in tx.audited()]


async def inside(browser: Browser) -> bool:
    return (await browser.get("/console")).status_code == 200


async def test_beate_adds_one_and_signs_in_without_a_password(beate: Browser, door: Door, store: SqliteStore) -> None:
    key = Authenticator()
    assert await add(beate, key) == 200
    assert "Der Passkey ist angelegt." in beate.html
    assert beate.html.count("<li><code>") == 10, "recovery codes, since the password alone does not do any more"
    other = door()
    await other.look("/console/sign-in?next=/console/me")
    assert await use(other, key) == 303
    assert "Diensthandy" in (await other.look("/console/me")).text
    assert audited(store) == ["passkey added"]


async def test_it_is_the_second_step_after_a_password_too(beate: Browser, door: Door) -> None:
    key = Authenticator()
    await add(beate, key)
    other = door()
    await other.sign_in("beate")
    assert not await inside(other)
    assert [each["id"] for each in asked(other)["allowCredentials"]] == [text(key.id)]
    assert await use(other, key) == 303
    assert await inside(other)


async def test_several_have_names_and_each_signs_in_until_it_is_removed(beate: Browser, door: Door, store: SqliteStore) -> None:
    phone, stick = Authenticator(b"phone"), Authenticator(b"stick")
    await add(beate, phone, "Erstes Handy")
    await add(beate, stick, "Stick am Schlüsselbund")
    assert {each["id"] for each in asked(beate)["excludeCredentials"]} == {text(b"phone"), text(b"stick")}
    wrong = await beate.press("/console/me", do="forget", passkey=text(b"phone"), password="falsch")
    assert wrong.status_code == 422
    await beate.press("/console/me", do="forget", passkey=text(b"phone"), password=PASSWORD)
    assert ("Erstes Handy" in beate.html, "Stick am Schlüsselbund" in beate.html) == (False, True)
    for key, status in ((phone, 401), (stick, 303)):
        other = door()
        await other.look("/console/sign-in")
        assert await use(other, key) == status
    assert audited(store) == ["passkey added", "passkey added", "passkey removed"]


async def test_an_open_browser_alone_adds_none(beate: Browser) -> None:
    await beate.look("/console/me")
    form = {"do": "passkey", "name": "Handy", "answer": Authenticator().create(asked(beate)), "password": "falsch"}
    assert (await beate.press("/console/me", None, **form)).status_code == 422
    assert "Handy" not in (await beate.look("/console/me")).text


async def test_adding_one_ends_the_other_sign_ins(beate: Browser, door: Door) -> None:
    forgotten = door()
    await forgotten.sign_in("beate")
    assert await inside(forgotten)
    await add(beate, Authenticator())
    assert (await inside(forgotten), await inside(beate)) == (False, True)


async def test_turning_the_app_on_ends_the_other_sign_ins(beate: Browser, door: Door, world: World) -> None:
    forgotten = door()
    await forgotten.sign_in("beate")
    await set_up(beate, world)
    assert (await inside(forgotten), await inside(beate)) == (False, True)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://wegweiser.test.example"},
        {"origin": "http://wegweiser.test"},
        {"host": "wegweiser.test.example"},
        {"flags": PRESENT},
        {"owner": text(b"j1")},
    ],
    ids=["another site", "without https", "another site's key", "nobody verified", "somebody else's name"],
)
async def test_what_another_site_or_a_thief_would_send_lets_nobody_in(
    beate: Browser, door: Door, change: dict[str, Any], store: SqliteStore
) -> None:
    honest = Authenticator()
    await add(beate, honest)
    other = door()
    await other.look("/console/sign-in")
    assert await use(other, replace(honest, **change)) == 401
    assert not await inside(other)
    assert audited(store)[-1] == "passkey refused"


async def test_what_does_not_hold_is_not_added_either(beate: Browser) -> None:
    for change in ({"origin": "https://elsewhere.example"}, {"host": "elsewhere.example"}, {"flags": PRESENT}):
        assert await add(beate, Authenticator(**change), "Dachstuhl") == 422
    assert "Dachstuhl" not in (await beate.look("/console/me")).text


async def test_a_challenge_counts_once_for_ten_minutes_and_in_its_browser_alone(beate: Browser, door: Door, world: World) -> None:
    key = Authenticator(counts=False)  # such keys give no hint of a replay themselves
    await add(beate, key)
    other, thief = door(), door()
    await other.look("/console/sign-in")
    await thief.look("/console/sign-in")
    answer = key.get(asked(other))
    refused = await thief.press("/console/sign-in/passkey", None, answer=answer)
    assert refused.status_code == 401
    assert (await other.press("/console/sign-in/passkey", None, answer=answer)).status_code == 303
    assert (await other.press("/console/sign-in/passkey", None, answer=answer)).status_code == 401
    late = door()
    await late.look("/console/sign-in")
    answer = key.get(asked(late))
    world.clock.forward(timedelta(minutes=10, seconds=1))
    assert (await late.press("/console/sign-in/passkey", None, answer=answer)).status_code == 401


async def test_a_copied_key_is_noticed_by_its_counter(beate: Browser, door: Door) -> None:
    key = Authenticator()
    await add(beate, key)
    copy = replace(key)
    for used, status in ((key, 303), (key, 303), (copy, 401)):
        other = door()
        await other.look("/console/sign-in")
        assert await use(other, used) == status


async def test_somebody_elses_passkey_is_no_second_step(
    beate: Browser, door: Door, store: SqliteStore, member: Advisor, world: World
) -> None:
    with store.transaction() as tx:
        tx.add_advisor(replace(member, id="j1", login="jens", name="Jens", agency="south"))
    jens, hers, his = door(), Authenticator(b"hers"), Authenticator(b"his")
    await jens.sign_in("jens")
    await add(beate, hers)
    await add(jens, his)
    other = door()
    await other.sign_in("beate")
    assert await use(other, his) == 401
    assert await use(other, hers) == 303
    assert (await jens.press("/console/me", do="forget", passkey=text(hers.id), password=PASSWORD)).status_code == 404


async def test_who_was_disabled_stays_out(beate: Browser, door: Door, store: SqliteStore, member: Advisor) -> None:
    key = Authenticator()
    await add(beate, key)
    with store.transaction() as tx:
        tx.add_advisor(replace(member, disabled=True))
    other = door()
    await other.look("/console/sign-in")
    assert await use(other, key) == 401


async def test_a_recovery_code_helps_who_lost_the_device(beate: Browser, door: Door) -> None:
    await add(beate, Authenticator())
    code = beate.html.split("<li><code>")[1].partition("<")[0]
    other = door()
    await other.sign_in("beate")
    assert "Einer Ihrer Ersatzcodes" in other.html
    assert await code_step(other, code) == 303
    assert await inside(other)


async def test_recovery_codes_go_with_the_last_thing_they_stood_in_for(
    beate: Browser, world: World, store: SqliteStore, member: Advisor
) -> None:
    def left() -> int:
        with store.transaction() as tx:
            return tx.recovery_codes(member.id)

    key = Authenticator()
    await add(beate, key)
    await set_up(beate, world)
    await beate.press("/console/me", do="drop", password=PASSWORD)
    assert left() == 10
    await beate.press("/console/me", do="forget", passkey=text(key.id), password=PASSWORD)
    assert left() == 0


async def test_where_a_second_step_is_required_a_passkey_is_one_and_the_last_stays(door: Door) -> None:
    window, key = door(required=True), Authenticator()
    await window.sign_in("beate")
    assert not await inside(window)
    await add(window, key)
    assert await inside(window)
    assert (await window.press("/console/me", do="forget", passkey=text(key.id), password=PASSWORD)).status_code == 404


@pytest.mark.parametrize(
    ("public_url", "said"),
    [
        ("http://wegweiser.test", "unter einer Adresse mit https://"),
        ("https://chat.example.org", "Öffnen Sie dafür https://chat.example.org"),
        ("http://localhost:8080", "Öffnen Sie dafür http://localhost:8080"),
        ("wegweiser.test:port", "unter einer Adresse mit https://"),
        ("https://wegweiser.test:port", "unter einer Adresse mit https://"),
    ],
)
async def test_where_browsers_have_none_it_is_said_and_a_password_does(door: Door, public_url: str, said: str) -> None:
    window = door(public_url)
    await window.look("/console/sign-in")
    assert "data-passkey" not in window.html
    await window.sign_in("beate")
    assert said in (await window.look("/console/me")).text
    assert (await window.press("/console/me", do="passkey", password=PASSWORD, answer="{}")).status_code == 404


async def test_another_site_can_send_no_passkey(door: Door) -> None:
    response = await door().post("/console/sign-in/passkey", data={"answer": "{}"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


def _spoilt(answer: str) -> list[str]:
    """Return an answer with each of its parts missing, of another kind, or cut off."""
    whole = json.loads(answer)
    found = ["", "[]", "null", "1", "{", "[" * 19_000, " " * 30_000, json.dumps({"id": whole["id"]})]
    wrong: tuple[object, ...] = (None, 1, [], {}, "", "%%%", "AA")
    for value in wrong:
        found += [json.dumps(whole | {name: value}) for name in whole]
        found += [json.dumps(whole | {"response": whole["response"] | {name: value}}) for name in whole["response"]]
    for name, data in whole["response"].items():
        cut = text(read(data)[:-7])
        found.append(json.dumps(whole | {"response": whole["response"] | {name: cut}}))
    return found


async def test_made_up_answers_are_refused_without_an_error(beate: Browser, door: Door) -> None:
    key = Authenticator(counts=False)
    await add(beate, key)
    other = door()
    await other.look("/console/sign-in")
    for spoilt in _spoilt(key.get(asked(other))):
        sent = await other.press("/console/sign-in/passkey", None, answer=spoilt)
        assert (sent.status_code, spoilt) in ((401, spoilt), (303, spoilt))
        if sent.status_code == 303:
            assert json.loads(spoilt)["response"].get("userHandle") is None, "only this may be missing"
            await other.look("/console/sign-in")
    await beate.look("/console/me")
    for spoilt in _spoilt(Authenticator(b"new").create(asked(beate))):
        sent = await beate.press("/console/me", do="passkey", name="x", password=PASSWORD, answer=spoilt)
        assert sent.status_code == 422
