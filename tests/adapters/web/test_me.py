"""One's own page: where one is signed in, and the password."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.adapters.web.auth import browser_name
from bot.services.ports import Advisor
from tests.adapters.web.conftest import PASSWORD, Browser
from tests.adapters.web.fakes import World

Entrance = Callable[..., Browser]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
NEW = "neun blaue Regenschirme"


@pytest.fixture
async def beate(entrance: Entrance, member: Advisor) -> Browser:
    window = entrance()
    window.headers["User-Agent"] = FIREFOX
    await window.sign_in("beate")
    await window.look("/console/me")
    return window


@pytest.fixture
async def elsewhere(entrance: Entrance, beate: Browser, world: World) -> Browser:
    """Beate signed in with her telephone, an hour later."""
    world.clock.forward(timedelta(hours=1))
    window = entrance()
    window.headers["User-Agent"] = CHROME
    await window.sign_in("beate")
    return window


def sessions(store: SqliteStore, world: World) -> list[str]:
    with store.transaction() as tx:
        return [each.token_hash for each in tx.sessions("b1", world.clock.now())]


def audited(store: SqliteStore) -> list[tuple[str, str, str]]:
    with store.transaction() as tx:
        return [(line.who, line.what, line.subject) for line in tx.audited()]


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (CHROME, "Chrome, Android"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140 Safari/537.36 Edg/140",
            "Edge, Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605 Version/18.0 Safari/605", "Safari, macOS"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_browsers_are_named_in_plain_words(user_agent: str, words: str) -> None:
    assert browser_name(user_agent) == words


async def test_beate_sees_when_and_with_what_she_is_signed_in(beate: Browser, elsewhere: Browser) -> None:
    page = (await beate.look("/console/me")).text
    first, second = page.index("Chrome, Android, seit 24.11.2026, 13:00"), page.index("Firefox, Windows, seit 24.11.2026, 12:00")
    assert first < second < page.index("dieser Browser"), "the newest first, this one marked"
    assert page.count("dieser Browser") == 1


async def test_an_unknown_browser_is_called_so(entrance: Entrance, member: Advisor) -> None:
    window = entrance()
    await window.sign_in("beate")
    assert "unbekannter Browser" in (await window.look("/console/me")).text


async def test_one_sign_in_can_be_ended(
    beate: Browser, elsewhere: Browser, entrance: Entrance, store: SqliteStore, world: World
) -> None:
    third = entrance()
    await third.sign_in("beate")
    with store.transaction() as tx:
        [phone] = [each for each in tx.sessions("b1", world.clock.now()) if each.browser == "Chrome, Android"]
    await beate.press("/console/me", do="end", session=phone.token_hash)
    assert [(await each.get("/console")).status_code for each in (beate, elsewhere, third)] == [200, 303, 200]
    assert audited(store) == [("b1", "sign-ins ended", "1")]


async def test_all_the_other_sign_ins_can_be_ended_at_once(beate: Browser, elsewhere: Browser, store: SqliteStore) -> None:
    await beate.press("/console/me", do="end")
    assert [(await each.get("/console")).status_code for each in (beate, elsewhere)] == [200, 303]
    assert audited(store) == [("b1", "sign-ins ended", "1")]


async def test_nobody_ends_the_sign_ins_of_others(beate: Browser, entrance: Entrance, store: SqliteStore, world: World) -> None:
    with store.transaction() as tx:
        [beate_as_stored] = tx.advisors()
        tx.add_advisor(Advisor("j1", "jens", "Jens", "south", "advisor", "de", beate_as_stored.password_hash))
    jens = entrance()
    await jens.sign_in("jens")
    await jens.look("/console/me")
    [hers] = sessions(store, world)
    for session in (hers, ""):
        await jens.press("/console/me", do="end", session=session)
    assert sessions(store, world) == [hers]


async def test_a_new_password_counts_at_once_and_ends_the_other_sign_ins(
    beate: Browser, elsewhere: Browser, entrance: Entrance, store: SqliteStore
) -> None:
    changed = await beate.press("/console/me", do="password", password=PASSWORD, new=NEW, again=NEW)
    assert "Ihr Passwort ist geändert." in changed.text
    assert [(await each.get("/console")).status_code for each in (beate, elsewhere)] == [200, 303]
    assert [(await entrance().sign_in("beate", each)).status_code for each in (PASSWORD, NEW)] == [401, 303]
    assert audited(store) == [("b1", "password changed", "beate"), ("b1", "sign-ins ended", "1")]


@pytest.mark.parametrize(
    ("password", "new", "again", "said"),
    [
        ("falsch", NEW, NEW, "Ihr jetziges Passwort stimmt nicht."),
        (PASSWORD, NEW, NEW.upper(), "Die beiden neuen Passwörter sind nicht gleich."),
        (PASSWORD, "kurz", "kurz", "mindestens 12 Zeichen"),
        (PASSWORD, "Beate-Beate-1", "Beate-Beate-1", "Das Passwort ist der Anmeldename."),
        (PASSWORD, "Passwort1234!", "Passwort1234!", "Dieses Passwort probieren alle zuerst."),
    ],
)
async def test_a_password_that_does_not_do_is_refused_with_a_reason(
    beate: Browser, entrance: Entrance, password: str, new: str, again: str, said: str
) -> None:
    refused = await beate.press("/console/me", do="password", password=password, new=new, again=again)
    assert (refused.status_code, said in refused.text) == (422, True)
    assert (await entrance().sign_in("beate", PASSWORD)).status_code == 303


async def test_another_site_changes_nothing(beate: Browser, store: SqliteStore) -> None:
    form = {"do": "password", "password": PASSWORD, "new": NEW, "again": NEW}
    assert (await beate.post("/console/me", data=form)).status_code == 403, "without the hidden token"
    assert audited(store) == []


async def test_strangers_are_led_to_the_sign_in_and_back(entrance: Entrance) -> None:
    window = entrance()
    for response in (await window.get("/console/me"), await window.post("/console/me", data={"do": "end"})):
        assert response.headers["location"] == "/console/sign-in?next=/console/me"


async def test_a_form_that_is_none_is_not_found(beate: Browser) -> None:
    assert (await beate.press("/console/me", do="fly")).status_code == 404
