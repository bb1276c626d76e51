"""The appointments as calendar programs read them, under an address that only its owner knows; and the page to get one."""

import hashlib
from datetime import datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.auth import SignedIn
from bot.adapters.web.entries import assignment, entry
from bot.adapters.web.parts import WebParts
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core.calendars import Entry
from bot.core.language import SOURCE
from bot.services.desk import Forbidden
from bot.services.ports import Clock

PAGE = "/console/calendar"
_MOST = 30
"""Readings of one address in a minute; programs ask every few minutes at most."""
_FRESH = timedelta(minutes=15)
_UNKNOWN = ""


class FeedPages:
    """Nobody signs in to read: the secret in the address is all there is, hence it is shown once and can be made invalid."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff
        self._brake = Brake(parts.clock)

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/calendar/{token}.ics", self.feed),
            Route(PAGE, self._staff.signed_in(self.show)),
            Route(PAGE, self.open, methods=["POST"]),
            Route(f"{PAGE}/close", self.close, methods=["POST"]),
        ]

    async def feed(self, request: Request) -> Response:
        """Give the appointments as a calendar."""
        found = self._entries(str(request.path_params["token"]))
        if self._brake.too_often(found[0] if found else _UNKNOWN):
            return Response(status_code=429, headers={"Retry-After": "60"})
        if found is None:
            return Response(status_code=404)
        body = self._parts.feed_file(found[1])
        mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": mark, "Cache-Control": f"private, max-age={_FRESH.seconds}"}
        if mark in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="wegweiser.ics"'
        return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")

    def _entries(self, token: str) -> tuple[str, list[Entry]] | None:
        """Return whose address it is, and what stands there: an advisor's appointments, or what an interpreter is assigned to."""
        content = self._parts.content()
        if found := self._parts.feeds.read(token):
            advisor, booked = found
            texts = self._parts.console_texts(advisor.language)
            return advisor.id, [entry(content, each, texts, advisor.language) for each in booked]
        if assigned := self._parts.interpreters.read(token):
            texts = self._parts.console_texts(SOURCE)
            return assigned[0].id, [assignment(content, each, texts, SOURCE) for each in assigned[1]]
        return None

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Tell what an address is for, and whether there is one."""
        return self._page(request, who)

    async def open(self, request: Request) -> Response:
        """Make a new address and show it; it is not shown again."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        try:
            token = self._parts.feeds.open(who.advisor)
        except Forbidden:
            raise HTTPException(404) from None
        return self._page(request, who, str(request.base_url.replace(path=f"/calendar/{token}.ics")))

    async def close(self, request: Request) -> Response:
        """Make the address invalid."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        self._parts.feeds.close(who.advisor)
        return RedirectResponse(PAGE, 303)

    def _page(self, request: Request, who: SignedIn, address: str = "") -> Response:
        try:
            today = len(self._parts.agenda.today(who.advisor))
        except Forbidden:
            raise HTTPException(404) from None
        agency = self._parts.content().network.agencies.get(who.advisor.agency)
        return self._staff.page(
            request,
            "calendar.html",
            who,
            agency=agency.name if agency else who.advisor.agency,
            tab="appointments",
            today=today,
            address=address,
            opened=self._parts.feeds.has(who.advisor),
        )


class Brake:
    """Counts who asks how often within a minute; all strangers count as one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: datetime | None = None
        self._counts: dict[str, int] = {}

    def too_often(self, who: str) -> bool:
        """Count a request, and tell whether it is one too many."""
        now = self._clock.now()
        if self._since is None or now - self._since >= timedelta(minutes=1):
            self._since, self._counts = now, {}
        self._counts[who] = self._counts.get(who, 0) + 1
        return self._counts[who] > _MOST
