"""Choosing who interprets at one appointment, and noting that they agreed."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.agenda import PAGE
from bot.adapters.web.agenda_words import AgendaWords
from bot.adapters.web.auth import SignedIn
from bot.adapters.web.interpreter_words import interpreted
from bot.adapters.web.parts import WebParts
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core.appointments import Interpreting
from bot.services.desk import Forbidden
from bot.services.interpreters import Busy


class InterpretingPage:
    """Who advises at an agency may choose; who has time is decided by the service."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(f"{PAGE}/{{appointment}}/interpreting", self._staff.signed_in(self.show)),
            Route(f"{PAGE}/{{appointment}}/interpreting", self.choose, methods=["POST"]),
        ]

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Show who could interpret."""
        return self._page(request, who)

    async def choose(self, request: Request) -> Response:
        """Take the button that was pressed."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        appointment, chosen, _ = (
            str(request.path_params["appointment"]),
            str(form.get("who", "")),
            self._staff.texts(request, who),
        )
        try:
            if chosen == "confirm":
                self._parts.interpreters.confirm(who.advisor, appointment)
            else:
                self._parts.interpreters.assign(who.advisor, appointment, "" if chosen == "nobody" else chosen)
        except Forbidden:
            raise HTTPException(404) from None
        except Busy:
            return self._page(request, who, _("Dafür ist gerade keine Zeit mehr frei. Bitte wählen Sie jemand anderen."))
        return RedirectResponse(f"{PAGE}/{appointment}/interpreting", 303)

    def _page(self, request: Request, who: SignedIn, refusal: str = "") -> Response:
        try:
            found = self._parts.interpreters.choices(who.advisor, str(request.path_params["appointment"]))
        except Forbidden:
            raise HTTPException(404) from None
        _, present = self._staff.texts(request, who), found.appointment.interpreting
        with self._parts.store.transaction() as tx:
            staff, known = tx.advisors(), tx.interpreters()
        names = {each.id: each.name for each in known}
        others = [each for each in found.able if present is None or each.interpreter != present.interpreter]
        choices = {each.interpreter: interpreted(each, names, _) for each in others}
        choices |= {"line": interpreted(Interpreting("line"), names, _)} if found.line else {}
        content, language = self._parts.content(), self._staff.language(request, who)
        words = AgendaWords(content, staff, who.advisor.agency, _, language, self._parts.clock.now(), known)
        agency = content.network.agencies.get(who.advisor.agency)
        return self._staff.page(
            request,
            "interpreting.html",
            who,
            409 if refusal else 200,
            agency=agency.name if agency else who.advisor.agency,
            tab="appointments",
            today=len(self._parts.agenda.today(who.advisor)),
            page=PAGE,
            entry=words.entry(found.appointment),
            asked=bool(present and present.interpreter and not present.confirmed),
            choices={**choices, "nobody": _("Noch niemand")},
            refusal=refusal,
        )
