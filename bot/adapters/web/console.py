"""The advisors' console: the queue, and what tells its pages that something changed."""

from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.auth import SignedIn
from bot.adapters.web.cases import Wording
from bot.adapters.web.events import agency_events, case_events, stream
from bot.adapters.web.messages import names_of
from bot.adapters.web.pages import Pages
from bot.adapters.web.parts import Gettext, WebParts
from bot.adapters.web.rows import Rows
from bot.adapters.web.searches import Searches
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core import queue
from bot.core.cases import Case
from bot.core.queue import Filter, View
from bot.services.casework import coordinates
from bot.services.desk import Forbidden

FIND = 200
"""Characters of what is searched for."""
PAGE = 50
"""Cases shown at once, most urgent first; the others are one tap away."""


class Console:
    """The page of all cases; what somebody may see is decided by the desk."""

    def __init__(self, parts: WebParts, staff: Staff, pages: Pages) -> None:
        self._parts = parts
        self._staff = staff
        self._rows = Rows(pages, parts.clock)
        self._names = names_of(parts.store)
        self._searches = Searches()

    def routes(self) -> list[Route]:
        """Return the routes of the queue."""
        return [
            Route("/console", self._staff.signed_in(self.queue)),
            Route("/console/find", self.find, methods=["POST"]),
            Route("/console/events", self.events),
            Route("/console/help", self._staff.signed_in(self.guide)),
        ]

    async def queue(self, request: Request, who: SignedIn) -> Response:
        """Show the cases of a view, narrowed down to what is looked for; most urgent first, of the closed ones the newest."""
        desk, me, now = self._parts.desk, who.advisor, self._parts.clock.now()
        asked = request.query_params
        words = self._searches.words(me.id, asked.get("found", ""))
        try:
            opened = desk.queue(me)
        except Forbidden:  # who only edits content has no cases
            raise HTTPException(404) from None
        views = queue.by_view(opened, me.id, now)
        view = next((each for each in queue.VIEWS if each == asked.get("view")), _first(views))
        shown = desk.queue(me, closed=True)[::-1] if view == "closed" else sorted(views[view], key=queue.urgency)
        if words:
            found = self._parts.casework.search(me, words)
            shown = [case for case in (*opened, *desk.queue(me, closed=True)) if case.id in found]
        wanted = Filter(*(asked.get(name, "") for name in ("topic", "language", "site")))
        wording, unread = self._wording(request, who), desk.unread(me)
        fitting = [case for case in shown if wanted.fits(case)]
        seen = fitting if asked.get("all") else fitting[:PAGE]
        gives = coordinates(me) and not words
        colleagues = [each.advisor for each in self._parts.casework.team(me) if each.here] if gives else []
        texts, language = self._staff.texts(request, who), self._staff.language(request, who)
        row = partial(self._rows.row, reader=me, texts=texts, language=language, pick=bool(colleagues))
        agency = self._parts.content().network.agencies.get(me.agency)
        return self._staff.page(
            request,
            "queue.html",
            who,
            agency=agency.name if agency else me.agency,
            tab="cases",
            today=len(self._parts.agenda.today(me)),
            view=view,
            views=_titles(texts),
            counts={name: len(cases) for name, cases in views.items()},
            rows=[row(wording.card(case, unread.get(case.id, 0))) for case in seen],
            hidden_cards=len(fitting) - len(seen),
            alarm=max((case.alarmed_at.isoformat() for case in opened if case.alarmed_at), default=""),
            wanted=wanted,
            choices=wording.choices(shown),
            find=words,
            searches_all=coordinates(me),
            found=asked.get("found", "") if words else "",
            colleagues=colleagues,
        )

    async def find(self, request: Request) -> Response:
        """Look for words in one's cases, and narrow down what is shown; the words may name somebody, so no address holds them."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next=/console", 303)
        check(who, form, request)
        words = str(form.get("find", "")).strip()[:FIND]
        fields = {name: str(form.get(name, ""))[:FIND] for name in ("view", "topic", "language", "site")}
        fields["found"] = self._searches.keep(who.advisor.id, words) if words else ""
        return RedirectResponse(f"/console?{urlencode({name: value for name, value in fields.items() if value})}", 303)

    async def guide(self, request: Request, who: SignedIn) -> Response:
        """Show the advisors' guide."""
        return self._staff.page(request, "help.html", who)

    async def events(self, request: Request) -> Response:
        """Tell an open page when something changed."""
        who = self._staff.present(request)
        if who is None:
            return Response(status_code=401)
        live, case_id = self._parts.live, request.query_params.get("case")
        if case_id is None:
            return stream(agency_events(live, who.advisor.agency, lambda: self._staff.present(request) is not None))
        try:
            case = self._parts.desk.case(who.advisor, case_id)
        except Forbidden:
            raise HTTPException(404) from None
        presence, me = self._parts.presence, who.advisor.id
        return stream(case_events(live, presence, case, me, lambda: self._staff.present(request) is not None))

    def _wording(self, request: Request, who: SignedIn) -> Wording:
        texts, language = self._staff.texts(request, who), self._staff.language(request, who)
        return Wording(self._parts.content(), self._names(), texts, language, self._parts.clock.now())


def _first(views: Mapping[View, Sequence[Case]]) -> View:
    """Return the view to begin with: one's own cases, or those that nobody has."""
    return "mine" if views["mine"] or not views["unassigned"] else "unassigned"


def _titles(_: Gettext) -> dict[View, tuple[str, str]]:
    """Return what each view is called, and what is said when it is empty."""
    return {
        "mine": (_("Meine"), _("Sie haben gerade keinen Fall.")),
        "unassigned": (_("Wartend"), _("Niemand wartet.")),
        "team": (_("Im Team"), _("Die anderen haben gerade keinen Fall.")),
        "newcomer": (_("Antwort der Person"), _("Gerade wird auf niemandes Antwort gewartet.")),
        "overdue": (_("Überfällig"), _("Nichts ist überfällig.")),
        "closed": (_("Geschlossen"), _("Noch kein Fall ist geschlossen.")),
    }
