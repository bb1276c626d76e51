"""Members of staff come in, choose the console's language, and go out."""

import secrets
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.parts import WebParts
from bot.adapters.web.security import foreign, set_cookie
from bot.adapters.web.staff import CONSOLE, CONSOLE_LANGUAGES, COOKIE, LANGUAGE_COOKIE, ME, SIGN_IN, Staff, check
from bot.services.ports import Advisor

ASKED_COOKIE = "staff_asked"
"""Tells a browser that is not signed in yet: what a passkey is asked is for it alone."""
_ASKED_FOR = timedelta(days=1)


class SignInPages:
    """With password and second step, or with a passkey alone."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff

    def routes(self) -> list[Route]:
        """Return the routes to come in and go out."""
        return [
            Route(SIGN_IN, self.sign_in_page),
            Route(SIGN_IN, self.sign_in, methods=["POST"]),
            Route(f"{SIGN_IN}/code", self.second_step, methods=["POST"]),
            Route(f"{SIGN_IN}/passkey", self.passkey, methods=["POST"]),
            Route("/console/sign-out", self.sign_out, methods=["POST"]),
            Route("/console/language", self.choose_language, methods=["POST"]),
        ]

    async def sign_in_page(self, request: Request) -> Response:
        """Ask for login and password; who gave them and owes a second factor sets it up."""
        who = self._staff.arrived(request)
        if who is not None and who.owes:
            return RedirectResponse(ME, 303)
        return self.ask(request, _next(request.query_params.get("next")))

    async def sign_in(self, request: Request) -> Response:
        """Let somebody in, or ask for the second step."""
        form = await request.form()
        if foreign(request):
            raise HTTPException(403)
        login, then = str(form.get("login", ""))[:200], _next(form.get("next"))
        advisor = await self._staff.knows(request, login, str(form.get("password", "")))
        return self.go_on(request, advisor, then) if advisor else self.ask(request, then, login, failed="password")

    def go_on(self, request: Request, advisor: Advisor, then: str) -> Response:
        """Let somebody in who proved the first step, or ask for the second."""
        if self._staff.second.ways(advisor):
            return self._ask_more(request, then, self._staff.second.ticket(advisor), advisor)
        return self._staff.let_in(request, advisor, then)

    async def second_step(self, request: Request) -> Response:
        """Let somebody in whose password was right, with a code of their app or a recovery code."""
        form = await request.form()
        if foreign(request):
            raise HTTPException(403)
        then, ticket = _next(form.get("next")), str(form.get("ticket", ""))[:500]
        advisor = self._staff.second.holder(ticket)
        if advisor is None:
            return RedirectResponse(f"{SIGN_IN}?next={then}", 303)
        if await self._staff.second.check(advisor, str(form.get("code", "")), self._staff.known(request)):
            return self._staff.let_in(request, advisor, then)
        return self._ask_more(request, then, ticket, advisor, failed="code")

    async def passkey(self, request: Request) -> Response:
        """Let somebody in with a passkey: alone, or as the second step after the password."""
        form = await request.form()
        if foreign(request):
            raise HTTPException(403)
        then, ticket = _next(form.get("next")), str(form.get("ticket", ""))[:500]
        expected = self._staff.second.holder(ticket) if ticket else None
        if ticket and expected is None:
            return RedirectResponse(f"{SIGN_IN}?next={then}", 303)
        advisor = self._staff.passkeys.holder(_browser(request), str(form.get("answer", "")), expected)
        if advisor is not None:
            return self._staff.let_in(request, advisor, then)
        if expected is not None:
            return self._ask_more(request, then, ticket, expected, failed="passkey")
        return self.ask(request, then, failed="passkey")

    async def sign_out(self, request: Request) -> Response:
        """Let somebody out."""
        who, form = self._staff.arrived(request), await request.form()
        if who is not None:
            check(who, form, request)
            self._staff.sessions.close(request.cookies[COOKIE])
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    async def choose_language(self, request: Request) -> Response:
        """Remember the language of the console in this browser."""
        who, form = self._staff.arrived(request), await request.form()
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

    def ask(self, request: Request, then: str = CONSOLE, login: str = "", failed: str = "") -> Response:
        """Ask for login and password, with what failed before."""
        context = {"login": login, "hint": self._parts.demo_hint, "elsewhere": self._parts.provider is not None}
        return self._asking(request, "sign_in.html", then, failed, None, **context)

    def _ask_more(self, request: Request, then: str, ticket: str, advisor: Advisor, failed: str = "") -> Response:
        context = {"ticket": ticket, "app": self._staff.second.active(advisor)}
        return self._asking(request, "second_step.html", then, failed, advisor, **context)

    def _asking(
        self, request: Request, template: str, then: str, failed: str, advisor: Advisor | None, **context: object
    ) -> Response:
        """Return a page that asks for something; where that can be a passkey, with what the browser needs to use one."""
        keys, browser = self._staff.passkeys, _browser(request) or secrets.token_urlsafe(16)
        offered = keys.here(request) and (advisor is None or bool(keys.of(advisor)))
        options = keys.request(browser, advisor) if offered else ""
        status = 401 if failed else 200
        response = self._staff.page(request, template, None, status, then=then, failed=failed, options=options, **context)
        if options:
            set_cookie(request, response, ASKED_COOKIE, browser, _ASKED_FOR, secure=self._parts.secure_cookies)
        return response


def _browser(request: Request) -> str:
    return request.cookies.get(ASKED_COOKIE, "")[:100]


def _next(given: object) -> str:
    """Return where to go on: a page of the console and nothing else."""
    fits = isinstance(given, str) and given.startswith(CONSOLE) and given.isprintable() and "\\" not in given
    return str(given) if fits else CONSOLE
