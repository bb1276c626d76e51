"""Offering one certain time to somebody who waits for one: the free times, and pressing one."""

from collections.abc import Iterable
from itertools import groupby

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.agenda import PAGE as APPOINTMENTS
from bot.adapters.web.agenda_words import AgendaWords
from bot.adapters.web.auth import SignedIn
from bot.adapters.web.case_booking import Time, read_day
from bot.adapters.web.parts import Gettext, WebParts
from bot.adapters.web.security import Once
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core.appointments import Slot
from bot.core.diary import read_start
from bot.core.locales import clock, full_day, local
from bot.core.waiting import earlier
from bot.core.waitlist import Obstacle
from bot.services.desk import Forbidden
from bot.services.offering import NotOffered

PAGE = "/console/waiting"


class OfferingPage:
    """Who advises at an agency may offer; whether somebody can be asked is decided by the service."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff
        self._once = Once()

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(f"{PAGE}/{{waiting}}", self._staff.signed_in(self.show)),
            Route(f"{PAGE}/{{waiting}}", self.offer, methods=["POST"]),
        ]

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Show the free times for somebody who waits."""
        return self._page(request, who)

    async def offer(self, request: Request) -> Response:
        """Ask the person about the time whose button was pressed."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={APPOINTMENTS}", 303)
        check(who, form, request)
        _, start = self._staff.texts(request, who), read_start(str(form.get("time", "")))
        gone = _("Diese Zeit ist gerade nicht mehr frei. Bitte wählen Sie eine andere.")
        if start is None:
            return self._page(request, who, gone)
        try:
            with self._once.acting(f"{who.session.token_hash}:{form.get('form')}:{request.url.path}") as first:
                if first:
                    self._parts.offering.offer(who.advisor, str(request.path_params["waiting"]), start)
        except Forbidden:
            return self._over(request, who)
        except NotOffered as error:
            return self._page(request, who, gone if error.reason == "gone" else _why(error.reason, _))
        return RedirectResponse(request.url.path, 303)

    def _page(self, request: Request, who: SignedIn, refusal: str = "") -> Response:
        _, language = self._staff.texts(request, who), self._staff.language(request, who)
        since = read_day(request.query_params.get("from", ""))
        try:
            found = self._parts.offering.choice(who.advisor, str(request.path_params["waiting"]), since)
        except Forbidden:
            return self._over(request, who)
        words = AgendaWords(self._parts.content(), (), who.advisor.agency, _, language, self._parts.clock.now())
        in_time = [slot for slot in found.slots if earlier(found.waiting, slot)]
        return self._render(
            request,
            who,
            409 if refusal else 200,
            entry=words.waiter(found.waiting, found.question),
            obstacle=_why(found.obstacle, _) if found.obstacle else "",
            days=_days(in_time, language),
            late=_days(found.slots[len(in_time) :], language),
            later=found.later,
            refusal=refusal,
        )

    def _over(self, request: Request, who: SignedIn) -> Response:
        """Say that nobody waits; whether they never did, do at another agency, or left meanwhile, looks the same."""
        _ = self._staff.texts(request, who)
        return self._render(request, who, 404, entry=None, refusal=_("Diese Person steht nicht mehr auf Ihrer Warteliste."))

    def _render(self, request: Request, who: SignedIn, status: int, **values: object) -> Response:
        agency = self._parts.content().network.agencies.get(who.advisor.agency)
        try:
            today = len(self._parts.agenda.today(who.advisor))
        except Forbidden:
            raise HTTPException(404) from None
        return self._staff.page(
            request,
            "offering.html",
            who,
            status,
            agency=agency.name if agency else who.advisor.agency,
            tab="appointments",
            today=today,
            page=APPOINTMENTS,
            **values,
        )


def _days(slots: Iterable[Slot], language: str) -> list[tuple[str, list[Time]]]:
    by_day = groupby(slots, key=lambda slot: local(slot.start).date())
    return [
        (full_day(day, language), [Time(f"{slot.start:%Y%m%d%H%M}", clock(slot.start), "") for slot in each])
        for day, each in by_day
    ]


def _why(obstacle: Obstacle, _: Gettext) -> str:
    return {
        "asked": _("Die Person wird schon nach einer Zeit gefragt. Eine andere geht erst, wenn sie geantwortet hat."),
        "choosing": _("Für die Person ist gerade eine andere Zeit frei gehalten. Bitte versuchen Sie es später noch einmal."),
        "full": _("Die Person hat schon drei Termine. Mehr geht nicht: Sagen Sie zuerst einen davon ab."),
        "away": _("Die Person ist im Chat gerade nicht erreichbar. Sie bleibt auf der Warteliste."),
        "night": _("Nachts fragt Wegweiser niemanden. Bitte bieten Sie die Zeit zwischen 8 und 21 Uhr an."),
    }[obstacle]
