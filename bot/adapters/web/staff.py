"""Members of staff come in, choose the console's language, and go out."""

import secrets
from datetime import timedelta

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.auth import LIFETIME, Door, Sessions, SignedIn
from bot.adapters.web.pages import Pages
from bot.adapters.web.parts import Gettext, WebParts
from bot.adapters.web.security import foreign, same, set_cookie

COOKIE = "staff"
LANGUAGE_COOKIE = "staff_language"
CONSOLE_LANGUAGES = {"de": "Deutsch", "en": "English"}
SIGN_IN = "/console/sign-in"


class Staff:
    """Who is at the console, and in which language it speaks to them."""

    def __init__(self, parts: WebParts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages
        self._sessions = Sessions(parts.store, parts.clock)
        self._door = Door(parts.store, parts.pause)

    def routes(self) -> list[Route]:
        """Return the routes to come in and go out."""
        return [
            Route(SIGN_IN, self.sign_in_page),
            Route(SIGN_IN, self.sign_in, methods=["POST"]),
            Route("/console/sign-out", self.sign_out, methods=["POST"]),
            Route("/console/language", self.choose_language, methods=["POST"]),
        ]

    def present(self, request: Request) -> SignedIn | None:
        """Return who makes a request, if they are signed in."""
        return self._sessions.find(request.cookies.get(COOKIE, ""))

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
            "csrf": who.session.csrf if who else "",
            "here": request.url.path,
            "form": secrets.token_urlsafe(9),
        }
        return self._pages.render(f"console/{template}", status, **frame, **context)

    async def sign_in_page(self, request: Request) -> Response:
        """Ask for login and password."""
        return self._ask(request, _next(request.query_params.get("next")))

    async def sign_in(self, request: Request) -> Response:
        """Let somebody in."""
        form = await request.form()
        if foreign(request):
            raise HTTPException(403)
        host = request.client.host if request.client else ""
        login, then = str(form.get("login", ""))[:200], _next(form.get("next"))
        advisor = await self._door.check(login, str(form.get("password", "")), host)
        if advisor is None:
            return self._ask(request, then, login, status=401)
        response = RedirectResponse(then, 303)
        token = self._sessions.open(advisor)
        set_cookie(request, response, COOKIE, token, LIFETIME, secure=self._parts.secure_cookies)
        return response

    async def sign_out(self, request: Request) -> Response:
        """Let somebody out."""
        who, form = self.present(request), await request.form()
        if who is not None:
            check(who, form, request)
            self._sessions.close(request.cookies[COOKIE])
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    async def choose_language(self, request: Request) -> Response:
        """Remember the language of the console in this browser."""
        who, form = self.present(request), await request.form()
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


def check(who: SignedIn, form: FormData, request: Request) -> None:
    """Refuse a form that does not come from this session's own pages."""
    if foreign(request) or not same(who.session.csrf, form.get("csrf")):
        raise HTTPException(403)


def _next(given: object) -> str:
    """Return where to go on: a page of the console and nothing else."""
    fits = isinstance(given, str) and given.startswith("/console") and given.isprintable() and "\\" not in given
    return str(given) if fits else "/console"
