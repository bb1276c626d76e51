"""Members of staff come in with an account they have elsewhere; only who was entered here before, nobody is added by it."""

import hashlib
import hmac
import logging
import secrets
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.parts import WebParts
from bot.adapters.web.security import arrives_from_elsewhere, same, set_cookie
from bot.adapters.web.sign_in import SignInPages
from bot.adapters.web.staff import CONSOLE, SIGN_IN
from bot.services.members import identified
from bot.services.ports import Errand, IdentityProvider, ProviderError

START = f"{SIGN_IN}/elsewhere"
BACK = f"{START}/back"
COOKIE = "staff_errand"
_LASTS = timedelta(minutes=10)
_log = logging.getLogger(__name__)


class ElsewherePages:
    """The browser keeps one random number; what the provider is told and has to return follows from it and our secret."""

    def __init__(self, parts: WebParts, sign_in: SignInPages) -> None:
        self._parts = parts
        self._sign_in = sign_in

    def routes(self) -> list[Route]:
        """Return the routes, if there is a provider."""
        return [Route(START, self.start), Route(BACK, self.back)] if self._parts.provider else []

    async def start(self, request: Request) -> Response:
        """Lead to the provider. It is a link, since pages may send forms to nobody else; nothing here changes by it."""
        number = secrets.token_urlsafe(32)
        try:
            address = await self._provider.address(self._errand(number))
        except ProviderError as error:
            return self._failed(request, error)
        response = RedirectResponse(address, 303)
        set_cookie(request, response, COOKIE, number, _LASTS, secure=self._parts.secure_cookies)
        return response

    async def back(self, request: Request) -> Response:
        """Let in who comes back from the provider and is known here."""
        again = arrives_from_elsewhere(request)  # the number in the cookie did not come along with a visit from there
        if again is not None:
            return again
        number, given = request.cookies.get(COOKIE, ""), request.query_params
        errand = self._errand(number)
        if not number or not same(errand.state, given.get("state")) or not given.get("code"):
            return self._forget(self._sign_in.ask(request, failed="elsewhere"))
        try:
            known = await self._provider.identities(errand, given["code"][:2000])
        except ProviderError as error:
            return self._forget(self._failed(request, error))
        with self._parts.store.transaction() as tx:
            advisor = identified(tx, known)
        if advisor is None:
            return self._forget(self._sign_in.ask(request, failed="unknown"))
        return self._forget(self._sign_in.go_on(request, advisor, CONSOLE))

    @property
    def _provider(self) -> IdentityProvider:
        if self._parts.provider is None:
            raise HTTPException(404)
        return self._parts.provider

    def _errand(self, number: str) -> Errand:
        def derived(what: str) -> str:
            return hmac.new(self._parts.secret, f"errand {what}:{number}".encode(errors="replace"), hashlib.sha256).hexdigest()

        return Errand(derived("state"), derived("nonce"), derived("verifier"), f"{self._parts.public_url.rstrip('/')}{BACK}")

    def _failed(self, request: Request, error: ProviderError) -> Response:
        _log.warning("signing in elsewhere: %s", error)
        return self._sign_in.ask(request, failed="elsewhere")

    def _forget(self, response: Response) -> Response:
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response
