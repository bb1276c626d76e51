"""Signing in at a provider with OpenID Connect: authorisation code, PKCE, and a token whose signature and claims are checked."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from bot.services.ports import Clock, Errand, ProviderError

SECONDS = 10.0
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures with a provider's own key; a token that is not signed, or with our secret, does not count."""
_LEEWAY = 60
"""Seconds that the provider's clock may be ahead or behind."""


@dataclass(frozen=True, slots=True)
class _Places:
    authorization: str
    token: str
    keys: str


class Provider:
    """One provider, asked for its addresses when somebody signs in first, and for its keys whenever somebody does."""

    def __init__(
        self, issuer: str, client_id: str, secret: str, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._secret = secret
        self._clock = clock
        self._transport = transport
        self._places: _Places | None = None

    async def address(self, errand: Errand) -> str:
        """Return where a browser goes to sign in.

        Raises:
            ProviderError: the provider cannot be asked.
        """
        async with self._client() as client:
            places = await self._find(client)
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": errand.back,
            "scope": "openid email",
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": _unpadded(hashlib.sha256(errand.verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        return f"{places.authorization}{'&' if '?' in places.authorization else '?'}{urlencode(asked)}"

    async def identities(self, errand: Errand, code: str) -> list[str]:
        """Return what somebody who came back with a code is known by: the provider's number, and a verified e-mail address.

        Raises:
            ProviderError: the provider cannot be asked, or its answer is not for this errand.
        """
        async with self._client() as client:
            places = await self._find(client)
            form = {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": errand.back,
                "code_verifier": errand.verifier,
            }
            given = await _ask(
                client, "POST", places.token, data=form, auth=httpx.BasicAuth(quote(self._client_id, ""), quote(self._secret, ""))
            )
            keys = await _ask(client, "GET", places.keys)
        claims = self._claims(given.get("id_token"), keys)
        if claims.get("nonce") != errand.nonce:
            raise ProviderError("the token was made for another visit")
        known, email = [claims["sub"]], claims.get("email")
        if claims.get("email_verified") is True and isinstance(email, str) and "@" in email:
            known.append(email.casefold())
        return known

    def _claims(self, token: object, keys: Mapping[str, Any]) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            found = jwt.decode(str(token), KeySet.import_key_set(dict(keys)), algorithms=_ALGORITHMS)  # type: ignore[arg-type]
            known = jwt.ClaimsOption(essential=True)
            registry = jwt.JWTClaimsRegistry(
                now=int(self._clock.now().timestamp()),
                leeway=_LEEWAY,
                iss=jwt.ClaimsOption(essential=True, value=self._issuer),
                aud=jwt.ClaimsOption(essential=True, value=self._client_id),
                exp=known,
                iat=known,
                sub=known,
            )
            registry.validate(found.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderError(f"the token does not hold ({type(error).__name__})") from None
        audience = found.claims["aud"]
        if not isinstance(found.claims["sub"], str) or found.claims["iss"] != self._issuer:
            raise ProviderError("the token does not say whose it is")
        if isinstance(audience, list) and len(audience) > 1 and found.claims.get("azp") != self._client_id:
            raise ProviderError("the token was made for another program")
        return dict(found.claims)

    async def _find(self, client: httpx.AsyncClient) -> _Places:
        if self._places is None:
            said = await _ask(client, "GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if said.get("issuer") != self._issuer:
                raise ProviderError("the provider calls itself by another name than oidc_issuer")
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            self._places = _Places(*(_safe(said.get(name), self._issuer) for name in names))
        return self._places

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self._transport, timeout=SECONDS, follow_redirects=False)


async def _ask(client: httpx.AsyncClient, method: str, address: str, **more: Any) -> dict[str, Any]:
    try:
        response = await client.request(method, address, headers={"Accept": "application/json"}, **more)
        said = response.json() if response.status_code == 200 else None
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderError(f"the provider cannot be reached ({type(error).__name__})") from None
    if not isinstance(said, dict):
        raise ProviderError(f"the provider refused ({response.status_code})")
    return said


def _safe(address: object, issuer: str) -> str:
    """Return an address that is at least as safe as the issuer's."""
    if (
        not isinstance(address, str)
        or not re.match(r"https?://\S+\Z", address)
        or urlsplit(address).scheme < urlsplit(issuer).scheme
    ):
        raise ProviderError("the provider names no safe address")
    return address


def _unpadded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
