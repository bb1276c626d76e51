"""The team's page: who is here, how much everybody carries, absences, and giving many cases to a colleague."""

from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.auth import SignedIn
from bot.adapters.web.parts import WebParts
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core.locales import local, plain_date
from bot.services.casework import coordinates
from bot.services.desk import Forbidden

PAGE = "/console/team"


class TeamPage:
    """Everybody sees the team of their agency; the coordination changes it, and everybody their own absence."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff

    def routes(self) -> list[Route]:
        """Return the routes of the team."""
        return [
            Route(PAGE, self._staff.signed_in(self.show)),
            Route(f"{PAGE}/away", self.away, methods=["POST"]),
            Route(f"{PAGE}/give", self.give, methods=["POST"]),
        ]

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Show the team."""
        return self._page(request, who)

    async def away(self, request: Request) -> Response:
        """Note until when somebody is away, or that they are back."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        _, written = self._staff.texts(request, who), str(form.get("until", ""))
        until = _day(written)
        if written and until is None:
            return self._page(request, who, _("Diesen Tag gibt es nicht. Bitte schreiben Sie ihn so: 2026-12-31."))
        if until is not None and until < local(self._parts.clock.now()).date():
            return self._page(request, who, _("Dieser Tag ist schon vorbei. Bitte nennen Sie den letzten Tag der Abwesenheit."))
        try:
            deputy = str(form.get("deputy", "")) or None
            self._parts.casework.away(who.advisor, str(form.get("member", "")), until, deputy)
        except Forbidden:
            raise HTTPException(404) from None
        except ValueError:
            return self._page(request, who, _("Die Vertretung muss selbst da sein. Bitte wählen Sie jemand anderen."))
        return RedirectResponse(PAGE, 303)

    async def give(self, request: Request) -> Response:
        """Give the chosen cases to a colleague."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        _ = self._staff.texts(request, who)
        try:
            self._parts.casework.reassign(who.advisor, map(str, form.getlist("case")), str(form.get("colleague", "")))
        except Forbidden:
            raise HTTPException(404) from None
        except ValueError:
            return self._page(request, who, _("Bitte wählen Sie, wer die Fälle bekommt."))
        return RedirectResponse("/console?view=team", 303)

    def _page(self, request: Request, who: SignedIn, refusal: str = "") -> Response:
        try:
            members = self._parts.casework.team(who.advisor)
        except Forbidden:
            raise HTTPException(404) from None
        network = self._parts.content().network
        agency = network.agencies.get(who.advisor.agency)
        return self._staff.page(
            request,
            "team.html",
            who,
            422 if refusal else 200,
            agency=agency.name if agency else who.advisor.agency,
            tab="team",
            today=len(self._parts.agenda.today(who.advisor)),
            members=members,
            site_names={site.id: site.name for site in network.sites.values()},
            earliest=local(self._parts.clock.now()).date().isoformat(),
            day=plain_date,
            coordinates=coordinates(who.advisor),
            own_times={rule.advisor for site in network.sites.values() for rule in site.appointments},
            refusal=refusal,
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
