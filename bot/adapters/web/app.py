"""Puts the web application together."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.adapters.web.agenda import AgendaPages
from bot.adapters.web.api import Api, ApiError
from bot.adapters.web.book import BookPage
from bot.adapters.web.case_page import CasePage
from bot.adapters.web.chat import Chat
from bot.adapters.web.closings import ClosingPages
from bot.adapters.web.console import Console
from bot.adapters.web.content import ContentPage
from bot.adapters.web.counter import CounterPages
from bot.adapters.web.elsewhere import ElsewherePages
from bot.adapters.web.feed import FeedPages
from bot.adapters.web.interpreters import InterpreterPages
from bot.adapters.web.interpreting import InterpretingPage
from bot.adapters.web.invites import InvitePage
from bot.adapters.web.leaving import Leaving
from bot.adapters.web.me import MePage
from bot.adapters.web.members import MembersPage
from bot.adapters.web.offering import OfferingPage
from bot.adapters.web.pages import STATIC, Pages
from bot.adapters.web.parts import WebParts
from bot.adapters.web.person_page import PersonPage
from bot.adapters.web.privacy_page import PrivacyPage
from bot.adapters.web.security import Guard, add_headers
from bot.adapters.web.sign_in import SignInPages
from bot.adapters.web.staff import Staff
from bot.adapters.web.team import TeamPage
from bot.adapters.web.uploads import typed
from bot.adapters.web.visitors import MAX_TEXT, Visitors, language_of

_PHRASES = {403: "web_error_form", 404: "web_error_not_found", 405: "web_error_not_found", 413: "web_error_too_long"}
_log = logging.getLogger(__name__)
SEEN_AS = "Seen-As"
"""The header of /healthz that says how a request came: the scheme, and from where."""
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
_CODES = {403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_long"}


def create_web(parts: WebParts) -> Starlette:
    """Return the application: chat, its interface, the console, and what operators ask for."""
    pages, people = Pages(parts.content), Visitors(parts)
    api, staff = Api(parts, people), Staff(parts, pages)
    sign_in = SignInPages(parts, staff)
    problems = Problems(parts, people, pages, api, staff)
    return Starlette(
        routes=[
            *Chat(parts, people, pages).routes(),
            *BookPage(parts, people, pages).routes(),
            *PrivacyPage(parts, people, pages).routes(),
            *Leaving(parts, people, pages).routes(),
            *api.routes(),
            *sign_in.routes(),
            *ElsewherePages(parts, sign_in).routes(),
            *staff.within("cases", Console(parts, staff, pages).routes()),
            *staff.within("cases", CasePage(parts, staff).routes()),
            *staff.within("coordination", PersonPage(parts, staff).routes()),
            *staff.within("cases", AgendaPages(parts, staff).routes()),
            *staff.within("cases", FeedPages(parts, staff).routes()),
            *staff.within("cases", OfferingPage(parts, staff).routes()),
            *staff.within("cases", CounterPages(parts, staff).routes()),
            *staff.within("cases", InterpretingPage(parts, staff).routes()),
            *staff.within("cases", InterpreterPages(parts, staff).routes()),
            *staff.within("cases", ClosingPages(parts, staff).routes()),
            *staff.within("cases", TeamPage(parts, staff).routes()),
            *staff.within("translations", ContentPage(parts, staff).routes()),
            *staff.within("staff", MembersPage(parts, staff).routes()),
            *MePage(parts, staff).routes(),
            *InvitePage(parts, staff).routes(),
            *_operating(parts),
            Mount("/static", _Static(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, parts.store.durable)],
        exception_handlers={
            ApiError: api.on_error,
            HTTPException: problems.known,
            Exception: problems.unknown,
            **dict.fromkeys(parts.outages, problems.outage),
        },
    )


class Problems:
    """Turns what went wrong into a page, or into JSON for programs."""

    def __init__(self, parts: WebParts, people: Visitors, pages: Pages, api: Api, staff: Staff) -> None:
        self._parts = parts
        self._people = people
        self._pages = pages
        self._api = api
        self._staff = staff

    async def known(self, request: Request, error: Exception) -> Response:
        """Answer what cannot be found, is not allowed or is too long."""
        assert isinstance(error, HTTPException)
        status = error.status_code
        return self._answer(request, status, _CODES.get(status, "bad_request"), _PHRASES.get(status, "web_error_request"))

    async def outage(self, request: Request, error: Exception) -> Response:
        """Answer while nothing can be stored: it is nobody's mistake, and the same request works later, by a button."""
        _log.error("web: %s", error)
        try:
            response = self._answer(request, 503, "unavailable", "web_error_server")
        except Exception:  # not even read, hence in the browser's language instead of the chat's
            response = self._blindly(request, 503, "unavailable", "web_error_server")
        response.headers["Retry-After"] = "30"
        return response

    async def unknown(self, request: Request, error: Exception) -> Response:
        """Answer an error of ours; Starlette raises it again for the log."""
        try:
            response = self._answer(request, 500, "server_error", "web_error_server")
        except Exception:  # the store itself may be what is broken
            response = PlainTextResponse("500", 500)
        add_headers(MutableHeaders(raw=response.raw_headers))
        return response

    def _blindly(self, request: Request, status: int, code: str, phrase: str) -> Response:
        """Answer without looking anything up."""
        language = language_of(request)
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": code, "message": self._parts.content().phrases.say(phrase, language)}, status)
        return self._pages.problem(language, status, phrase, typed(request))

    def _answer(self, request: Request, status: int, code: str, phrase: str) -> Response:
        path = request.url.path
        if path.startswith("/api/"):
            return self._api.problem(request, status, code, phrase, limit=f"{MAX_TEXT}")
        if path.startswith("/console"):
            again = typed(request) if status == 503 else []
            return self._staff.page(
                request, "problem.html", self._staff.present(request), status, status_code=status, again=again
            )
        visitor = self._people.by_cookie(request)
        again = typed(request) if status == 503 else []
        return self._pages.problem(language_of(request, visitor), status, phrase, again, limit=f"{MAX_TEXT}")


class _Static(StaticFiles):
    """Our own few files; their addresses change with their content."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """Let browsers keep a file."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response


def _operating(parts: WebParts) -> list[Route]:
    async def health(request: Request) -> Response:
        # The doctor learns from it whether the proxy says how people come.
        return PlainTextResponse("ok", headers={SEEN_AS: f"{request.url.scheme} {request.client.host if request.client else ''}"})

    async def ready(request: Request) -> Response:
        return PlainTextResponse("ok") if parts.ready() else PlainTextResponse("not ready", 503)

    async def metrics(request: Request) -> Response:
        return PlainTextResponse(
            exposition(parts.metrics()), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    return [
        Route("/healthz", health),
        Route("/readyz", ready),
        Route("/metrics", metrics),
        Route("/telegram/{name}", _webhook(parts), methods=["POST"]),
    ]


def _webhook(parts: WebParts) -> Callable[[Request], Awaitable[Response]]:
    async def webhook(request: Request) -> Response:
        take = parts.webhooks.get(str(request.path_params["name"]))
        if take is None:
            raise HTTPException(404)
        return Response(status_code=await take(request.headers, await request.body()))

    return webhook


def exposition(values: Mapping[str, float]) -> str:
    """Return counters in Prometheus' text format; a name may carry labels: `messages_total{channel="web"}`."""
    lines, described = [], set()
    for name, value in sorted(values.items()):
        plain = name.partition("{")[0]
        if plain not in described:
            described.add(plain)
            lines.append(f"# TYPE wegweiser_{plain} {'counter' if plain.endswith('_total') else 'gauge'}")
        lines.append(f"wegweiser_{name} {value}")
    return "\n".join([*lines, ""])


__all__ = ["WebParts", "create_web"]
