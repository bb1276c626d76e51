"""A small, strict provider of OpenID Connect: every code counts once, and only with what was agreed on when it was asked for."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.services.ports import Clock

CLIENT, SECRET = "wegweiser", "a secret: with / and +"
Claims = dict[str, Any]


class StrictProvider:
    """Signs in whoever is there (`person`); `spoil` changes a token before it is signed, `key` is what it is signed with."""

    def __init__(self, issuer: str, back: str, clock: Clock) -> None:
        self.issuer = issuer
        self.person: Claims = {"sub": "248289761001", "email": "Beate@Example.org", "email_verified": True}
        self.spoil: Callable[[Claims], Claims] = dict
        self.key = self.known = ECKey.generate_key("P-256", {"kid": "one"})
        self.names: Claims = {}
        self.asked: list[str] = []
        self._back = back
        self._clock = clock
        self._codes: dict[str, dict[str, str]] = {}
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.configuration),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/keys", self.keys),
            ]
        )

    async def configuration(self, request: Request) -> Response:
        named = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        places = {name: f"{self.issuer}/{path}" for name, path in named.items()}
        return JSONResponse({"issuer": self.issuer, **places} | self.names)

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        wanted = {"response_type": "code", "client_id": CLIENT, "redirect_uri": self._back, "code_challenge_method": "S256"}
        if any(asked.get(name) != value for name, value in wanted.items()) or "openid" not in asked["scope"].split():
            return Response("not agreed", 400)
        if min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) < 43:
            return Response("easily guessed", 400)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return RedirectResponse(f"{self._back}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    async def token(self, request: Request) -> Response:
        form = await request.form()
        asked = self._codes.pop(str(form.get("code")), None)
        self.asked.append(str(form.get("code")))
        kind, _, given = request.headers["authorization"].partition(" ")
        name, _, secret = base64.b64decode(given).decode().partition(":")
        if (kind, unquote(name), unquote(secret)) != ("Basic", CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        challenge = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        fits = asked is not None and asked["code_challenge"] == base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        if asked is None or not fits or (form["grant_type"], form["redirect_uri"]) != ("authorization_code", self._back):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(self._clock.now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.person}
        token = jwt.encode({"alg": "ES256", "kid": "one"}, self.spoil(claims), self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})

    async def keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.known.as_dict(private=False)]})
