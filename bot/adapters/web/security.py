"""What guards the pages: headers, a limit for bodies, cookies, form tokens, and brakes instead of locks."""

import hashlib
import hmac
import re
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.adapters.web.parts import Pause
from bot.services.ports import Clock

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
MAX_BODY = 1_000_000
MAX_UPLOAD = 64_000_000
"""More than a file may have: a form with too large a file is read to its end, or its text would be lost."""
_UPLOADS = re.compile(r"/chat/send|/console/cases/[^/]+/file")
_REMEMBERED = 10_000


class Guard:
    """Puts the security headers on every response and refuses bodies that are too long; what was sent is acknowledged only when
    it is `durable`."""

    def __init__(self, app: ASGIApp, durable: Callable[[], Awaitable[None]]) -> None:
        self._app = app
        self._durable = durable

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received, limit = 0, _limit(scope)

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413)
            return message

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message))
                if scope["method"] not in ("GET", "HEAD"):
                    await self._durable()
            await send(message)

        await self._app(scope, counted, guarded)


def _limit(scope: Scope) -> int:
    form = Headers(scope=scope).get("content-type", "").startswith("multipart/form-data")
    return MAX_UPLOAD if form and _UPLOADS.fullmatch(scope["path"]) else MAX_BODY


def add_headers(headers: MutableHeaders) -> None:
    """Add the security headers that a response does not set itself."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


def form_token(secret: bytes, token: str) -> str:
    """Return the hidden token that proves that a form came from our own page."""
    return _signature(secret, "form", token)


def signed(secret: bytes, purpose: str, text: str) -> str:
    """Return a text that nobody else can make, for one purpose."""
    return f"{text}.{_signature(secret, purpose, text)}"


def unsigned(secret: bytes, purpose: str, given: object) -> str:
    """Return the text that was signed for a purpose; nothing when it was not."""
    text, _, signature = str(given).rpartition(".")
    return text if same(_signature(secret, purpose, text), signature) else ""


def _signature(secret: bytes, purpose: str, text: str) -> str:
    return hmac.new(secret, f"{purpose}:{text}".encode(errors="replace"), hashlib.sha256).hexdigest()


def same(expected: str, given: object) -> bool:
    """Compare two secrets in constant time."""
    return isinstance(given, str) and hmac.compare_digest(expected.encode(), given.encode(errors="replace"))


def foreign(request: Request) -> bool:
    """Tell whether a request surely comes from another site's page."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    # Our own forms carry "Origin: null" where browsers send no Sec-Fetch-Site: Referrer-Policy no-referrer has it so.
    origin = request.headers.get("origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.headers.get("host")


def own_page(request: Request) -> bool:
    """Tell whether a request surely comes from our own page."""
    if "sec-fetch-site" in request.headers:
        return request.headers["sec-fetch-site"] == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")


def arrives_from_elsewhere(request: Request) -> Response | None:
    """Return a page that loads itself again when a link on another site led here.

    Strict cookies do not travel with such a visit; with the second one, which is our own, they do.
    """
    if request.headers.get("sec-fetch-site") not in ("cross-site", "same-site"):
        return None
    if request.headers.get("sec-fetch-mode") != "navigate":
        return None
    return HTMLResponse('<!doctype html><meta http-equiv="refresh" content="0"><title>Wegweiser</title>')


def set_cookie(request: Request, response: Response, name: str, value: str, lifetime: timedelta, *, secure: bool) -> None:
    """Set a cookie that scripts cannot read and other sites cannot use."""
    response.set_cookie(
        name,
        value,
        max_age=int(lifetime.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=secure or request.url.scheme == "https",
    )


class Pace:
    """Slows down whoever sends more than thirty messages in a minute; nothing is dropped."""

    def __init__(self, clock: Clock, pause: Pause) -> None:
        self._clock = clock
        self._pause = pause
        self._sent: OrderedDict[str, deque[datetime]] = OrderedDict()

    async def wait(self, who: str) -> None:
        """Return at once, or up to three seconds later for somebody in a hurry."""
        now = self._clock.now()
        recent = self._sent.setdefault(who, deque(maxlen=60))
        self._sent.move_to_end(who)
        if len(self._sent) > _REMEMBERED:
            self._sent.popitem(last=False)
        while recent and recent[0] <= now - timedelta(minutes=1):
            recent.popleft()
        recent.append(now)
        if len(recent) > 30:
            await self._pause(min(3.0, (len(recent) - 30) * 0.1))


class Once:
    """Remembers which forms were sent, so that a double click acts once."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    def first(self, form: str) -> bool:
        """Tell whether a form comes for the first time."""
        if form in self._seen:
            return False
        self._seen[form] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True

    @contextmanager
    def acting(self, form: str) -> Iterator[bool]:
        """Tell whether a form may act, which it may once; one that came to nothing may when it comes again."""
        first = self.first(form)
        try:
            yield first
        except BaseException:
            if first:
                self._seen.pop(form, None)
            raise
