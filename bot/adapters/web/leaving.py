"""Leaving quickly: one tap, and neither the page nor the way back shows that somebody asked for help here."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.pages import Pages
from bot.adapters.web.parts import WebParts
from bot.adapters.web.security import foreign, set_cookie
from bot.adapters.web.visitors import COOKIE, COOKIE_LIFETIME, Visitors, language_of
from bot.core.locales import local, month, weeks

LEFT = "left"
LEFT_LIFETIME = timedelta(days=7)
"""So long a chat that was left can be gone back to, from the first screen and on purpose; then this browser knows it no more."""


class Leaving:
    """Hides the chat from this browser and leads to a page that could be anybody's."""

    def __init__(self, parts: WebParts, people: Visitors, pages: Pages) -> None:
        self._parts = parts
        self._people = people
        self._pages = pages

    def routes(self) -> list[Route]:
        """Return the routes of leaving and of coming back."""
        return [
            Route("/chat/leave", self.leave, methods=["POST"]),
            Route("/chat/return", self.go_back, methods=["POST"]),
            Route("/calendar", self.calendar),
        ]

    async def leave(self, request: Request) -> Response:
        """Put the chat's cookie away, under another name; a form from elsewhere brings no cookie and does nothing."""
        return self._renamed(request, COOKIE, LEFT, LEFT_LIFETIME, "/calendar")

    async def go_back(self, request: Request) -> Response:
        """Open the chat that was left."""
        return self._renamed(request, LEFT, COOKIE, COOKIE_LIFETIME, "/")

    async def calendar(self, request: Request) -> Response:
        """Show this month, or lead on to the page the operator has chosen; only who taps comes here."""
        today, language = local(self._parts.clock.now()).date(), language_of(request)
        return self._pages.speak(
            "calendar.html",
            language,
            elsewhere=self._parts.quick_exit_url,
            title=month(today, language),
            weeks=weeks(today),
            today=today,
        )

    def _renamed(self, request: Request, name: str, other: str, lifetime: timedelta, to: str) -> Response:
        response = RedirectResponse(to, 303)
        token = request.cookies.get(name, "")
        if self._people.find(token) and not foreign(request):
            set_cookie(request, response, other, token, lifetime, secure=self._parts.secure_cookies)
            response.delete_cookie(name)
        return response
