"""The appointments of an agency in the console: who comes when, and what can be done about it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from urllib.parse import parse_qsl

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.agenda_view import View, read_view
from bot.adapters.web.agenda_words import AgendaWords, Waiter
from bot.adapters.web.auth import SignedIn
from bot.adapters.web.case_booking import refusal as why_not
from bot.adapters.web.parts import WebParts
from bot.adapters.web.security import Once, arrives_from_elsewhere
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core.appointments import Appointment
from bot.core.cases import CaseError
from bot.core.diary import read_start
from bot.core.locales import clock, local, plain_date
from bot.services.agenda import DAYS
from bot.services.bookings import NotBooked
from bot.services.desk import Forbidden
from bot.services.ports import Calendar

PAGE = "/console/appointments"
Act = Callable[[SignedIn, str, FormData], str | None]


class AgendaPages:
    """The pages of the appointments; who may see and do what is decided by the agenda."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff
        self._once = Once()

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PAGE, self.appointments),
            Route(f"{PAGE}/print", self._staff.signed_in(self.printable)),
            *(Route(f"{PAGE}/{{appointment}}/{name}", self._action(act), methods=["POST"]) for name, act in self._acts().items()),
        ]

    async def appointments(self, request: Request) -> Response:
        """Show what is booked: all that comes, a week, or a day."""
        who = self._staff.present(request)
        if who is None:
            return arrives_from_elsewhere(request) or RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        return self._page(request, who, self._view(request.query_params))

    async def printable(self, request: Request, who: SignedIn) -> Response:
        """Show a day for the printer: numbers instead of names."""
        view = self._view({name: request.query_params.get(name, "") for name in ("day", "site", "advisor")})
        booked = self._booked(who, view)
        words, numbers = self._words(request, who), self._parts.agenda.case_numbers(who.advisor, booked)
        entries = [words.entry(each, numbers) for each in booked]
        day = words.day(view.first, [], view)
        return self._staff.page(
            request, "appointments_print.html", who, day=day, entries=entries, view=view, sites=words.sites(), page=PAGE
        )

    def _acts(self) -> dict[str, Act]:
        agenda = self._parts.agenda

        def cancel(who: SignedIn, appointment: str, form: FormData) -> None:
            agenda.cancel(who.advisor, appointment)

        def write(who: SignedIn, appointment: str, form: FormData) -> str:
            return f"/console/cases/{agenda.write_to(who.advisor, appointment).id}"

        def miss(who: SignedIn, appointment: str, form: FormData) -> None:
            agenda.miss(who.advisor, appointment)

        def came(who: SignedIn, appointment: str, form: FormData) -> None:
            agenda.miss(who.advisor, appointment, missed=False)

        def propose(who: SignedIn, appointment: str, form: FormData) -> None:
            agenda.propose(who.advisor, appointment)

        def move(who: SignedIn, appointment: str, form: FormData) -> None:
            self._parts.counter.move(who.advisor, appointment, read_start(str(form.get("time", ""))))

        return {act.__name__: act for act in (cancel, write, miss, came, propose, move)}

    def _action(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        """Return what a form does; then its page is shown again, or the one that the act names."""

        async def action(request: Request) -> Response:
            who, form = self._staff.present(request), await request.form()
            if who is None:
                return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
            check(who, form, request)
            view, then = self._view(dict(parse_qsl(str(form.get("view", ""))[:300]))), None
            try:
                with self._once.acting(f"{who.session.token_hash}:{form.get('form')}:{request.url.path}") as first:
                    then = act(who, str(request.path_params["appointment"]), form) if first else None
            except Forbidden:
                raise HTTPException(404) from None
            except CaseError:
                return self._page(request, who, view, self._talks_elsewhere(request, who), 409)
            except NotBooked as error:
                return self._page(request, who, view, why_not(error, self._staff.texts(request, who)), 409)
            return RedirectResponse(then or _address(view), 303)

        return action

    def _talks_elsewhere(self, request: Request, who: SignedIn) -> str:
        _ = self._staff.texts(request, who)
        return _("Diese Person spricht gerade mit einer anderen Beratungsstelle. Bitte versuchen Sie es später noch einmal.")

    def _page(self, request: Request, who: SignedIn, view: View, refusal: str = "", status: int = 200) -> Response:
        booked, words = self._booked(who, view), self._words(request, who)
        agency = self._parts.content().network.agencies.get(who.advisor.agency)
        today = local(self._parts.clock.now()).date()
        return self._staff.page(
            request,
            "appointments.html",
            who,
            status,
            agency=agency.name if agency else who.advisor.agency,
            tab="appointments",
            page=PAGE,
            today=len(self._parts.agenda.today(who.advisor)),
            view=view,
            now=today,
            step=timedelta(days=view.length),
            days=words.coming(view, booked) if view.span == "list" else words.days(view, booked),
            sites=words.sites(),
            advisors=words.advisors(),
            changes=[words.change(each) for each in self._parts.agenda.misfits(who.advisor)],
            waiting=self._waiting(who, view, words),
            horizon=DAYS,
            failing=[_since(each) for each in self._parts.failing_calendars(who.advisor)],
            refusal=refusal,
        )

    def _waiting(self, who: SignedIn, view: View, words: AgendaWords) -> list[Waiter]:
        waiting, questions = self._parts.agenda.waiting(who.advisor), self._parts.offering.questions(who.advisor)
        return [words.waiter(each, questions.get(each.id)) for each in waiting if view.site in ("", each.site)]

    def _booked(self, who: SignedIn, view: View) -> list[Appointment]:
        agenda = self._parts.agenda
        try:
            found = agenda.coming(who.advisor) if view.span == "list" else agenda.period(who.advisor, view.first, view.length)
        except Forbidden:
            raise HTTPException(404) from None
        return [each for each in found if view.shows(each)]

    def _view(self, asked: Mapping[str, str]) -> View:
        return read_view(asked, local(self._parts.clock.now()).date())

    def _words(self, request: Request, who: SignedIn) -> AgendaWords:
        texts, language = self._staff.texts(request, who), self._staff.language(request, who)
        with self._parts.store.transaction() as tx:
            staff, interpreters = tx.advisors(), tx.interpreters()
        now = self._parts.clock.now()
        closings = self._parts.closings.known(who.advisor)
        return AgendaWords(self._parts.content(), staff, who.advisor.agency, texts, language, now, interpreters, closings)


def _address(view: View) -> str:
    return f"{PAGE}?{view.query}" if view.query else PAGE


def _since(calendar: Calendar) -> str:
    """Return since when a calendar has not been in step; a dash when it never was."""
    at = calendar.synced_at
    return f"{plain_date(local(at).date())}, {clock(at)}" if at else "–"
