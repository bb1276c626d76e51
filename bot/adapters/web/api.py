"""The chat's JSON interface; see README.md in this folder."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.adapters.web.events import chat_events, last_seen, stream
from bot.adapters.web.messages import as_json, names_of
from bot.adapters.web.parts import WebParts
from bot.adapters.web.security import own_page
from bot.adapters.web.visitors import MAX_CHOICE, MAX_TEXT, Visitor, Visitors, coordinates, language_of
from bot.core.language import LANGUAGES, parse_language
from bot.core.messages import Coordinates

MAX_ID = 100


class ApiError(Exception):
    """A request that cannot be fulfilled: status, a code for programs, and the phrase that says it to a person."""

    def __init__(self, status: int, code: str, phrase: str, **slots: str) -> None:
        super().__init__(code)
        self.status, self.code, self.phrase, self.slots = status, code, phrase, slots


class Api:
    """Starts chats, takes messages and gives them out."""

    def __init__(self, parts: WebParts, people: Visitors) -> None:
        self._parts = parts
        self._people = people
        self._names = names_of(parts.store)

    def routes(self) -> list[Route]:
        """Return the routes under /api/chat."""
        return [
            Route("/api/chat", self.start, methods=["POST"]),
            Route("/api/chat/messages", self.send, methods=["POST"]),
            Route("/api/chat/messages", self.read),
            Route("/api/chat/events", self.events),
        ]

    async def start(self, request: Request) -> Response:
        """Start a chat in a language, with the answer to the question whether it may be kept."""
        body = await _body(request)
        given, consent = body.get("language"), body.get("consent")
        language = parse_language(given) if isinstance(given, str) else None
        if language is None:
            raise ApiError(400, "unknown_language", "web_error_language", codes=", ".join(LANGUAGES))
        if not isinstance(consent, bool):
            raise ApiError(400, "consent_missing", "web_error_request")
        token = await self._people.begin(request)
        await self._people.act(request, token, "start:language", choice=f"lang:{language}")
        await self._people.act(request, token, "start:consent", choice="consent:yes" if consent else "consent:no")
        return JSONResponse({"token": token}, 201)

    async def send(self, request: Request) -> Response:
        """Take a text, a choice or a place; the client's id makes a repetition harmless."""
        visitor = self._visitor(request)
        body = await _body(request)
        given = body.get("id")
        if not isinstance(given, str) or not 0 < len(given) <= MAX_ID:
            raise ApiError(400, "id_missing", "web_error_request")
        if sum(body.get(kind) is not None for kind in ("text", "choice", "place")) != 1:
            raise ApiError(400, "one_of_text_choice_place", "web_error_request")
        receipt = await self._people.act(
            request,
            visitor.token,
            f"api:{given}",
            text=_text(body.get("text")),
            choice=_choice(body.get("choice")),
            place=_place(body.get("place")),
        )
        return JSONResponse({"received": True, "new": receipt.new})

    async def read(self, request: Request) -> Response:
        """Give out the messages after a number."""
        visitor = self._visitor(request)
        names = self._names()
        lines = self._parts.inbox.transcript(visitor.address, last_seen(request))
        return JSONResponse({"messages": [as_json(line, names) for line in lines]})

    async def events(self, request: Request) -> Response:
        """Give out messages as they come."""
        visitor = self._visitor(request)
        return stream(chat_events(self._parts.inbox, self._parts.live, visitor.address, last_seen(request), self._names))

    async def on_error(self, request: Request, error: Exception) -> Response:
        """Say what is wrong, in the language of the chat if there is one."""
        assert isinstance(error, ApiError)
        return self.problem(request, error.status, error.code, error.phrase, **error.slots)

    def problem(self, request: Request, status: int, code: str, phrase: str, **slots: str) -> Response:
        """Return an error as JSON."""
        visitor = self._people.by_bearer(request) or self._people.by_cookie(request)
        message = self._parts.content().phrases.say(phrase, language_of(request, visitor), **slots)
        return JSONResponse({"error": code, "message": message}, status)

    def _visitor(self, request: Request) -> Visitor:
        if "authorization" in request.headers:
            visitor = self._people.by_bearer(request)
        else:
            visitor = self._people.by_cookie(request)
            if visitor and request.method == "POST" and not own_page(request):
                raise ApiError(403, "foreign_origin", "web_error_form")
        if visitor is None:
            raise ApiError(401, "unknown_chat", "web_error_chat")
        return visitor


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "not_json", "web_error_request")
    return body


def _text(given: object) -> str:
    if given is None:
        return ""
    if not isinstance(given, str) or not given.strip():
        raise ApiError(400, "text_empty", "web_error_request")
    if len(given) > MAX_TEXT:
        raise ApiError(413, "text_too_long", "web_error_too_long", limit=f"{MAX_TEXT}")
    return given


def _choice(given: object) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str) or not 0 < len(given) <= MAX_CHOICE:
        raise ApiError(400, "bad_choice", "web_error_request")
    return given


def _place(given: object) -> Coordinates | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise ApiError(400, "bad_place", "web_error_request")
    place = coordinates(given.get("lat"), given.get("lon"))
    if place is None:
        raise ApiError(400, "bad_place", "web_error_request")
    return place
