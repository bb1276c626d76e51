"""Who is at the console, what their role opens, and in which language it speaks to them."""

import secrets
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.auth import LIFETIME, Door, Sessions, SignedIn, browser_name
from bot.adapters.web.origins import origin
from bot.adapters.web.pages import Pages
from bot.adapters.web.parts import Gettext, WebParts
from bot.adapters.web.passkeys import Passkeys
from bot.adapters.web.second_factor import SecondFactors
from bot.adapters.web.security import arrives_from_elsewhere, foreign, same, set_cookie, signed, unsigned
from bot.core.roles import Area, opens
from bot.services.ports import Advisor

COOKIE = "staff"
KNOWN_COOKIE = "staff_browser"
"""Says whose browser this is: tries of others then do not slow down its owner."""
KNOWN_FOR = timedelta(days=180)
LANGUAGE_COOKIE = "staff_language"
CONSOLE_LANGUAGES = {"de": "Deutsch", "en": "English"}
CONSOLE = "/console"
SIGN_IN = "/console/sign-in"
ME = "/console/me"
HOMES: tuple[tuple[Area, str], ...] = (("cases", CONSOLE), ("translations", "/console/content"), ("staff", "/console/staff"))
"""Where somebody begins: at the first of these that their role opens."""
Page = Callable[[Request, SignedIn], Awaitable[Response]]


class Staff:
    """Members of staff at the console."""

    def __init__(self, parts: WebParts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages
        self.sessions = Sessions(parts.store, parts.clock, second_factor=parts.require_second_factor)
        self.second = SecondFactors(parts.store, parts.clock, parts.pause, parts.secret)
        self.passkeys = Passkeys(parts.store, parts.clock, parts.secret, parts.public_url)
        self._door = Door(parts.store, parts.pause)

    def present(self, request: Request) -> SignedIn | None:
        """Return who makes a request, if they are signed in and may do more than set up their second factor."""
        who = self.arrived(request)
        return None if who is None or who.owes else who

    def arrived(self, request: Request) -> SignedIn | None:
        """Return who makes a request, if they are signed in."""
        return self.sessions.find(request.cookies.get(COOKIE, ""))

    async def knows(self, request: Request, login: str, password: str) -> Advisor | None:
        """Return the member of staff a login and password belong to, if they may come in."""
        return await self._door.check(login[:200], password, origin(request), self.known(request))

    def let_in(self, request: Request, advisor: Advisor, then: str) -> Response:
        """Sign somebody in, and lead them on."""
        token = self.sessions.open(advisor, browser_name(request.headers.get("user-agent", "")[:500]))
        mark = signed(self._parts.secret, "browser", f"{advisor.id}:{secrets.token_urlsafe(9)}")
        response, secure = RedirectResponse(then, 303), self._parts.secure_cookies
        set_cookie(request, response, COOKIE, token, LIFETIME, secure=secure)
        set_cookie(request, response, KNOWN_COOKIE, mark, KNOWN_FOR, secure=secure)
        return response

    def known(self, request: Request) -> str:
        """Return what tells a browser that somebody came in with before."""
        return unsigned(self._parts.secret, "browser", request.cookies.get(KNOWN_COOKIE, ""))

    def language(self, request: Request, who: SignedIn | None = None) -> str:
        """Return the console's language: the chosen one, else the member's own, else German."""
        wishes = (request.cookies.get(LANGUAGE_COOKIE, ""), who.advisor.language if who else "")
        return next((code for code in wishes if code in CONSOLE_LANGUAGES), "de")

    def texts(self, request: Request, who: SignedIn | None = None) -> Gettext:
        """Return the function that translates the console's German texts."""
        return self._parts.console_texts(self.language(request, who))

    def page(self, request: Request, template: str, who: SignedIn | None, status: int = 200, **context: object) -> Response:
        """Return a page of the console."""
        language = self.language(request, who)
        advises = who is not None and not who.owes and opens(who.advisor.role, "cases")
        frame = {
            "_": self._parts.console_texts(language),
            "language": language,
            "languages": CONSOLE_LANGUAGES,
            "who": who.advisor if who else None,
            "live": advises,
            "csrf": who.session.csrf if who else "",
            "here": request.url.path,
            "form": secrets.token_urlsafe(9),
        }
        return self._pages.render(f"console/{template}", status, **frame, **context)

    def signed_in(self, show: Page, *, owing: bool = False) -> Callable[[Request], Awaitable[Response]]:
        """Return a page for members of staff; others are led to the sign-in and back, who owes a second factor to set it up."""

        async def page(request: Request) -> Response:
            who = self.arrived(request)
            if who is None:
                return arrives_from_elsewhere(request) or RedirectResponse(f"{SIGN_IN}?next={request.url.path}", 303)
            return RedirectResponse(ME, 303) if who.owes and not owing else await show(request, who)

        return page

    def within(self, area: Area, routes: Iterable[Route]) -> list[Route]:
        """Return routes of an area: for members of staff whose role does not open it, nothing is there."""
        return [Route(each.path, self._only(area, each.endpoint), methods=each.methods) for each in routes]

    def _only(self, area: Area, show: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def page(request: Request) -> Response:
            who = self.present(request)
            if who is None or opens(who.advisor.role, area):  # who is not signed in is led to the sign-in, not refused
                return await show(request)
            if request.url.path == CONSOLE:
                return RedirectResponse(next((home for each, home in HOMES if opens(who.advisor.role, each)), ME), 303)
            raise HTTPException(404)

        return page


def mark_of(who: SignedIn, form: FormData) -> str:
    """Return what a form is known by when it comes again."""
    return f"{who.session.token_hash}:{form.get('form')}"


def check(who: SignedIn, form: FormData, request: Request) -> None:
    """Refuse a form that does not come from this session's own pages."""
    if foreign(request) or not same(who.session.csrf, form.get("csrf")):
        raise HTTPException(403)
