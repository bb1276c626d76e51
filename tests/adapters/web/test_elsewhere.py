"""Signing in with an account of the agency's own provider (OpenID Connect): who comes in, who does not, and what is forged."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey

from bot.adapters.oidc import Provider
from bot.adapters.sqlite import SqliteStore
from bot.adapters.web.app import create_web
from bot.services.ports import Advisor, SecondFactor
from tests.adapters.provider import CLIENT, SECRET, Claims, StrictProvider
from tests.adapters.web.conftest import Browser
from tests.adapters.web.fakes import World

HERE, THERE = "https://wegweiser.test", "https://accounts.example"
BACK = f"{HERE}/console/sign-in/elsewhere/back"


@dataclass
class Road:
    """From the sign-in page to the provider and back."""

    provider: StrictProvider
    browser: Browser
    there: httpx.AsyncClient

    async def leaves(self) -> str:
        """Press the button; return where the provider sends the browser."""
        left = await self.browser.get("/console/sign-in/elsewhere")
        assert left.headers["location"].startswith(f"{THERE}/authorize?")
        return (await self.there.get(left.headers["location"])).headers["location"]

    async def returns(self, address: str) -> httpx.Response:
        """Come back, as browsers do: first without cookies that travel only within our pages, then with them."""
        arrived = await self.browser.get(address, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
        assert 'http-equiv="refresh"' in arrived.text
        return await self.browser.look(address)

    async def inside(self) -> bool:
        return (await self.browser.get("/console")).status_code == 200


@pytest.fixture(autouse=True)
def _without_dear_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only unknown logins are compared with the hash that each application makes for them; there are none here."""
    monkeypatch.setattr("bot.adapters.web.auth.hash_password", str)


@pytest.fixture
async def road(world: World, store: SqliteStore, member: Advisor) -> AsyncIterator[Road]:
    with store.transaction() as tx:
        tx.add_advisor(replace(member, identity="beate@example.org"))
    strict = StrictProvider(THERE, BACK, world.clock)
    transport = httpx.ASGITransport(strict.app)
    provider = Provider(THERE, CLIENT, SECRET, world.clock, transport)
    app = create_web(replace(world.parts(), store=store, public_url=HERE, provider=provider))
    async with (
        Browser(transport=httpx.ASGITransport(app), base_url=HERE) as browser,
        httpx.AsyncClient(transport=transport) as there,
    ):
        yield Road(strict, browser, there)


async def test_beate_comes_in_by_her_verified_e_mail_address(road: Road) -> None:
    assert "Mit dem Konto Ihrer Organisation anmelden" in (await road.browser.look("/console/sign-in")).text
    came = await road.returns(await road.leaves())
    assert (came.status_code, came.headers["location"]) == (303, "/console")
    assert await road.inside()


async def test_or_by_the_providers_own_number(road: Road, store: SqliteStore, member: Advisor) -> None:
    with store.transaction() as tx:
        tx.add_advisor(replace(member, identity="248289761001"))
    road.provider.person = {"sub": "248289761001"}
    await road.returns(await road.leaves())
    assert await road.inside()


async def test_nobody_is_added_and_an_address_that_was_not_verified_tells_nothing(road: Road, store: SqliteStore) -> None:
    somebody_else = {"sub": "1", "email": "carl@example.org", "email_verified": True}
    hers = {"sub": "1", "email": "beate@example.org"}
    for person in (somebody_else, hers, hers | {"email_verified": False}, hers | {"email_verified": "true"}):
        road.provider.person = person
        came = await road.returns(await road.leaves())
        assert (came.status_code, "kennt Wegweiser niemanden" in came.text) == (401, True)
        assert not await road.inside()
    with store.transaction() as tx:
        assert len(tx.advisors()) == 1


async def test_who_was_disabled_or_has_no_identity_stays_out(road: Road, store: SqliteStore, member: Advisor) -> None:
    road.provider.person = {"sub": "", "email": "", "email_verified": True}
    for change in ({"identity": "beate@example.org", "disabled": True}, {"identity": ""}):
        with store.transaction() as tx:
            tx.add_advisor(replace(member, **change))
        await road.returns(await road.leaves())
        assert not await road.inside()


async def test_the_second_step_is_asked_for_all_the_same(road: Road, store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.keep_second_factor(SecondFactor("b1", "JBSWY3DPEHPK3PXP", confirmed=True))
    came = await road.returns(await road.leaves())
    assert "Code aus Ihrer App" in came.text
    assert not await road.inside()


SPOILT: tuple[Callable[[Claims], Claims], ...] = (
    lambda claims: claims | {"nonce": "another"},
    lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    lambda claims: claims | {"iss": "https://elsewhere.example"},
    lambda claims: claims | {"iss": [THERE]},
    lambda claims: claims | {"aud": "another program"},
    lambda claims: claims | {"aud": [CLIENT, "another program"]},
    lambda claims: claims | {"exp": claims["iat"] - 61},
    lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    lambda claims: {name: value for name, value in claims.items() if name != "sub"},
    lambda claims: claims | {"sub": ["248289761001"]},
)


async def test_a_token_that_is_not_for_this_visit_lets_nobody_in(road: Road) -> None:
    for spoil in SPOILT:
        road.provider.spoil = spoil
        came = await road.returns(await road.leaves())
        assert (came.status_code, "Das hat nicht geklappt" in came.text) == (401, True)
        assert not await road.inside()
    road.provider.spoil = dict
    await road.returns(await road.leaves())
    assert await road.inside(), "it was not for something else that they were refused"


async def test_a_token_signed_by_somebody_else_lets_nobody_in(road: Road) -> None:
    road.provider.key = ECKey.generate_key("P-256", {"kid": "one"})
    await road.returns(await road.leaves())
    assert not await road.inside()


async def test_a_link_that_somebody_else_began_lets_nobody_in(road: Road) -> None:
    """Else whoever begins could make others work under a strange name."""
    address = await road.leaves()
    road.browser.cookies.clear()
    assert (await road.returns(address)).status_code == 401
    own = parse_qs(urlsplit(await road.leaves()).query)
    mixed = f"{BACK}?code={own['code'][0]}&state={parse_qs(urlsplit(address).query)['state'][0]}"
    assert (await road.returns(mixed)).status_code == 401
    assert (await road.inside(), road.provider.asked) == (False, [])


async def test_a_way_back_counts_once(road: Road) -> None:
    address = await road.leaves()
    await road.returns(address)
    await road.browser.press("/console/sign-out", None)
    again = await road.browser.get(address)
    assert again.status_code == 401


async def test_a_provider_that_says_something_odd_about_itself_is_not_used(road: Road) -> None:
    odd: tuple[Claims, ...] = (
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://accounts.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    )
    for names in odd:
        road.provider.names = names
        left = await road.browser.get("/console/sign-in/elsewhere")
        assert (left.status_code, "Das hat nicht geklappt" in left.text) == (401, True)


async def test_while_the_provider_is_away_a_password_does(road: Road, caplog: pytest.LogCaptureFixture) -> None:
    address = await road.leaves()
    road.provider.app.router.routes.clear()
    assert (await road.returns(address)).status_code == 401
    assert "refused (404)" in caplog.text
    await road.browser.sign_in("beate")
    assert await road.inside()


async def test_without_a_provider_there_is_no_such_way(entrance: Callable[..., Browser]) -> None:
    window = entrance()
    assert "Organisation" not in (await window.look("/console/sign-in")).text
    assert (await window.get("/console/sign-in/elsewhere")).status_code == 404
