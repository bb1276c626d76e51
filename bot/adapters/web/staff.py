"""Members of staff come in, choose the console's language, and go out."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.auth import LIFETIME, Door, Sessions, SignedIn, browser_name
from bot.adapters.web.pages import Pages
from bot.adapters.web.parts import Gettext, WebParts
from bot.adapters.web.second_factor import SecondFactors
from bot.adapters.web.security import arrives_from_elsewhere, foreign, same, set_cookie, signed, unsigned
from bot.services.ports import Advisor

COOKIE = "staff"
KNOWN_COOKIE = "staff_browser"
"""Says whose browser this is: tries of others then do not slow down its owner."""
KNOWN_FOR = timedelta(days=180)
LANGUAGE_COOKIE = "staff_language"
CONSOLE_LANGUAGES = {"de": "Deutsch", "en": "English"}
SIGN_IN = "/console/sign-in"
ME = "/console/me"
Page = Callable[[Request, SignedIn], Awaitable[Response]]


class Staff:
    """Who is at the console, and in which language it speaks to them."""

    def __init__(self, parts: WebParts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages
        self.sessions = Sessions(parts.store, parts.clock, second_factor=parts.require_second_factor)
        self.second = SecondFactors(parts.store, parts.clock, parts.pause, parts.secret)
        self._door = Door(parts.store, parts.pause)

    def routes(self) -> list[Route]:
        """Return the routes to come in and go out."""
        return [
            Route(SIGN_IN, self.sign_in_page),
            Route(SIGN_IN, self.sign_in, methods=["POST"]),
            Route(f"{SIGN_IN}/code", self.second_step, methods=["POST"]),
            Route("/console/sign-out", self.sign_out, methods=["POST"]),
            Route("/console/language", self.choose_language, methods=["POST"]),
        ]

    def present(self, request: Request) -> SignedIn | None:
        """Return who makes a request, if they are signed in and may do more than set up their second factor."""
        who = self.arrived(request)
        return None if who is None or who.owes else who

    def arrived(self, request: Request) -> SignedIn | None:
        """Return who makes a request, if they are signed in."""
        return self.sessions.find(request.cookies.get(COOKIE, ""))

    async def knows(self, request: Request, login: str, password: str) -> Advisor | None:
        """Return the member of staff a login and password belong to, if they may come in."""
        host = request.client.host if request.client else ""
        return await self._door.check(login[:200], password, host, self._known(request))

    def let_in(self, request: Request, advisor: Advisor, then: str) -> Response:
        """Sign somebody in, and lead them on."""
        token = self.sessions.open(advisor, browser_name(request.headers.get("user-agent", "")[:500]))
        mark = signed(self._parts.secret, "browser", f"{advisor.id}:{secrets.token_urlsafe(9)}")
        response, secure = RedirectResponse(then, 303), self._parts.secure_cookies
        set_cookie(request, response, COOKIE, token, LIFETIME, secure=secure)
        set_cookie(request, response, KNOWN_COOKIE, mark, KNOWN_FOR, secure=secure)
        return response

    def _known(self, request: Request) -> str:
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
        frame = {
            "_": self._parts.console_texts(language),
            "language": language,
            "languages": CONSOLE_LANGUAGES,
            "who": who.advisor if who else None,
            "live": who is not None and not who.owes,
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

    async def sign_in_page(self, request: Request) -> Response:
        """Ask for login and password; who gave them and owes a second factor sets it up."""
        who = self.arrived(request)
        if who is not None and who.owes:
            return RedirectResponse(ME, 303)
        return self._ask(request, _next(request.query_params.get("next")))

    async def sign_in(self, request: Request) -> Response:
        """Let somebody in, or ask for the code of their app."""
        form = await request.form()
        if foreign(request):
            raise HTTPException(403)
        login, then = str(form.get("login", ""))[:200], _next(form.get("next"))
        advisor = await self.knows(request, login, str(form.get("password", "")))
        if advisor is None:
            return self._ask(request, then, login, status=401)
        if self.second.active(advisor):
            return self._ask_code(request, then, self.second.ticket(advisor))
        return self.let_in(request, advisor, then)

    async def second_step(self, request: Request) -> Response:
        """Let somebody in whose password was right, with a code of their app or a recovery code."""
        form = await request.form()
        if foreign(request):
            raise HTTPException(403)
        then, ticket = _next(form.get("next")), str(form.get("ticket", ""))[:500]
        advisor = self.second.holder(ticket)
        if advisor is None:
            return RedirectResponse(f"{SIGN_IN}?next={then}", 303)
        if await self.second.check(advisor, str(form.get("code", "")), self._known(request)):
            return self.let_in(request, advisor, then)
        return self._ask_code(request, then, ticket, status=401)

    async def sign_out(self, request: Request) -> Response:
        """Let somebody out."""
        who, form = self.arrived(request), await request.form()
        if who is not None:
            check(who, form, request)
            self.sessions.close(request.cookies[COOKIE])
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    async def choose_language(self, request: Request) -> Response:
        """Remember the language of the console in this browser."""
        who, form = self.arrived(request), await request.form()
        if foreign(request):
            raise HTTPException(403)
        if who is not None:
            check(who, form, request)
        response = RedirectResponse(_next(form.get("next")), 303)
        language = str(form.get("language", ""))
        if language in CONSOLE_LANGUAGES:
            year = timedelta(days=365)
            set_cookie(request, response, LANGUAGE_COOKIE, language, year, secure=self._parts.secure_cookies)
        return response

    def _ask(self, request: Request, then: str, login: str = "", status: int = 200) -> Response:
        context = {"then": then, "login": login, "failed": status != 200, "hint": self._parts.demo_hint}
        return self.page(request, "sign_in.html", None, status, **context)

    def _ask_code(self, request: Request, then: str, ticket: str, status: int = 200) -> Response:
        return self.page(request, "second_step.html", None, status, then=then, ticket=ticket, failed=status != 200)


def check(who: SignedIn, form: FormData, request: Request) -> None:
    """Refuse a form that does not come from this session's own pages."""
    if foreign(request) or not same(who.session.csrf, form.get("csrf")):
        raise HTTPException(403)


def _next(given: object) -> str:
    """Return where to go on: a page of the console and nothing else."""
    fits = isinstance(given, str) and given.startswith("/console") and given.isprintable() and "\\" not in given
    return str(given) if fits else "/console"
