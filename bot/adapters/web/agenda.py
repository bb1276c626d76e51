"""The appointments of an agency in the console: who comes when, and what can be done about it."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web import trail
from bot.adapters.web.auth import SignedIn
from bot.adapters.web.cases import language_name
from bot.adapters.web.parts import WebParts
from bot.adapters.web.security import arrives_from_elsewhere
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core.appointments import Appointment
from bot.core.cases import CaseError
from bot.core.locales import clock, full_day, local
from bot.services.agenda import DAYS
from bot.services.desk import Forbidden

PAGE = "/console/appointments"


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment in words."""

    id: str
    start: str
    time: str
    site: str
    topic: str
    language: str
    moved: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The appointments of a day."""

    date: str
    title: str
    entries: list[Entry]


class AgendaPages:
    """The page of the appointments; who may see and do what is decided by the agenda."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PAGE, self.appointments),
            Route(f"{PAGE}/{{appointment}}/cancel", self.cancel, methods=["POST"]),
            Route(f"{PAGE}/{{appointment}}/write", self.write, methods=["POST"]),
        ]

    async def appointments(self, request: Request) -> Response:
        """Show what is booked, by day."""
        who = self._staff.present(request)
        if who is None:
            return arrives_from_elsewhere(request) or RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        return self._page(request, who)

    async def cancel(self, request: Request) -> Response:
        """Cancel an appointment."""

        def act(who: SignedIn, appointment: str) -> str:
            self._parts.agenda.cancel(who.advisor, appointment)
            return PAGE

        return await self._act(request, act)

    async def write(self, request: Request) -> Response:
        """Go to the case in which the person can be written to."""

        def act(who: SignedIn, appointment: str) -> str:
            return f"/console/cases/{self._parts.agenda.write_to(who.advisor, appointment).id}"

        return await self._act(request, act)

    async def _act(self, request: Request, act: Callable[[SignedIn, str], str]) -> Response:
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        # Pressing twice needs no brake here: the second time nothing is left to cancel, and the case is open already.
        try:
            return RedirectResponse(act(who, str(request.path_params["appointment"])), 303)
        except Forbidden:
            raise HTTPException(404) from None
        except CaseError:
            _ = self._staff.texts(request, who)
            refusal = _(
                "Diese Person spricht gerade mit einer anderen Beratungsstelle. Bitte versuchen Sie es später noch einmal."
            )
            return self._page(request, who, refusal, 409)

    def _page(self, request: Request, who: SignedIn, refusal: str = "", status: int = 200) -> Response:
        try:
            coming = self._parts.agenda.coming(who.advisor)
        except Forbidden:
            raise HTTPException(404) from None
        days = self._days(request, who, coming)
        today = local(self._parts.clock.now()).date()
        agency = self._parts.content().network.agencies.get(who.advisor.agency)
        return self._staff.page(
            request,
            "appointments.html",
            who,
            status,
            agency=agency.name if agency else who.advisor.agency,
            tab="appointments",
            today=sum(local(each.slot.start).date() == today for each in coming),
            days=days,
            horizon=DAYS,
            refusal=refusal,
        )

    def _days(self, request: Request, who: SignedIn, coming: list[Appointment]) -> list[Day]:
        _, language = self._staff.texts(request, who), self._staff.language(request, who)
        today, today_in_words = local(self._parts.clock.now()).date(), _("Heute")
        days = []
        for date, booked in groupby(coming, key=lambda each: local(each.slot.start).date()):
            title = full_day(date, language)
            entries = [self._entry(each, language) for each in booked]
            days.append(Day(date.isoformat(), f"{today_in_words}, {title}" if date == today else title, entries))
        return days

    def _entry(self, appointment: Appointment, language: str) -> Entry:
        content, slot = self._parts.content(), appointment.slot
        site = content.network.sites.get(slot.site)
        return Entry(
            id=appointment.id,
            start=slot.start.isoformat(),
            time=f"{clock(slot.start)}–{clock(slot.end)}",
            site=site.name if site else slot.site,
            topic=trail.topic(content, appointment.topic, language),
            language=language_name(appointment.language, language),
            moved=appointment.sequence > 0,
            over=not appointment.ahead(self._parts.clock.now()),
        )
