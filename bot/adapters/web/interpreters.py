"""The volunteer interpreters of an agency in the console: who there is, what they speak, where and when; and their calendars."""

import secrets
from collections.abc import Container
from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web import times
from bot.adapters.web.auth import SignedIn
from bot.adapters.web.cases import language_name
from bot.adapters.web.parts import Gettext, WebParts
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core.hours import Hours
from bot.core.interpreters import WAYS, Interpreter, Way, served
from bot.core.language import LANGUAGES, SOURCE
from bot.core.locales import local, weekday
from bot.services.casework import coordinates
from bot.services.desk import Forbidden

PAGE = "/console/interpreters"
NEW = "new"
_NAME = 80
"""Characters of a name."""


class InterpreterPages:
    """Everybody of an agency sees who interprets; the coordination keeps the list."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PAGE, self._staff.signed_in(self.show)),
            Route(f"{PAGE}/{{id}}", self._staff.signed_in(self.edit)),
            Route(f"{PAGE}/{{id}}", self.save, methods=["POST"]),
            Route(f"{PAGE}/{{id}}/dismiss", self.dismiss, methods=["POST"]),
            Route(f"{PAGE}/{{id}}/address", self.address, methods=["POST"]),
        ]

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Show who interprets for the agency."""
        return self._list(request, who)

    async def edit(self, request: Request, who: SignedIn) -> Response:
        """Show the form of one interpreter, or an empty one."""
        known = self._own(who, str(request.path_params["id"]))
        return self._form(request, who, known, self._fields(known))

    async def save(self, request: Request) -> Response:
        """Keep what a form says; or show it again with what is missing."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        known, _ = self._own(who, str(request.path_params["id"])), self._staff.texts(request, who)
        fields = {name: tuple(map(str, form.getlist(name))) for name in form}
        try:
            interpreter = _read(known, who, fields, self._parts.content().network.sites)
            self._parts.interpreters.keep(who.advisor, interpreter)
        except times.NoTimes as error:
            return self._form(request, who, known, fields, _refusal(str(error), _))
        except Forbidden:
            raise HTTPException(404) from None
        return RedirectResponse(f"{PAGE}/{interpreter.id}#rules" if "more" in form else PAGE, 303)

    async def dismiss(self, request: Request) -> Response:
        """Forget an interpreter."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        try:
            self._parts.interpreters.dismiss(who.advisor, str(request.path_params["id"]))
        except Forbidden:
            raise HTTPException(404) from None
        return RedirectResponse(PAGE, 303)

    async def address(self, request: Request) -> Response:
        """Make a new address of an interpreter's calendar and show it; it is not shown again."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        known = self._own(who, str(request.path_params["id"]))
        if known is None:
            raise HTTPException(404)
        token = self._parts.interpreters.open_address(who.advisor, known.id)
        address = str(request.base_url.replace(path=f"/calendar/{token}.ics"))
        return self._form(request, who, known, self._fields(known), address=address)

    def _own(self, who: SignedIn, id: str) -> Interpreter | None:
        """Return an interpreter of the agency, for its coordination; None for a new one.

        Raises:
            HTTPException: there is none, or it is not theirs to change.
        """
        if not coordinates(who.advisor):
            raise HTTPException(404)
        own = [each for each in self._parts.interpreters.known(who.advisor) if each.agency == who.advisor.agency]
        known = next((each for each in own if each.id == id), None)
        if known is None and id != NEW:
            raise HTTPException(404)
        return known

    def _list(self, request: Request, who: SignedIn) -> Response:
        try:
            known = self._parts.interpreters.known(who.advisor)
        except Forbidden:
            raise HTTPException(404) from None
        language, agencies = self._staff.language(request, who), self._parts.content().network.agencies
        return self._page(
            request,
            "interpreters.html",
            who,
            known=[(each, ", ".join(language_name(code, language) for code in each.languages)) for each in known],
            lender=lambda each: "" if each.agency == who.advisor.agency else agencies[each.agency].name,
        )

    def _form(
        self,
        request: Request,
        who: SignedIn,
        known: Interpreter | None,
        fields: times.Fields,
        refusal: str = "",
        address: str = "",
    ) -> Response:
        network, language = self._parts.content().network, self._staff.language(request, who)
        agencies = served(Interpreter("", who.advisor.agency, "", (), Hours({}), shared=True), network)
        return self._page(
            request,
            "interpreter.html",
            who,
            status=422 if refusal else 200,
            known=known,
            fields=fields,
            spoken={code: language_name(code, language) for code in LANGUAGES if code != SOURCE},
            sites={site.id: site.name for site in network.sites.values() if site.agency in agencies},
            partners=sorted(network.agencies[each].name for each in agencies - {who.advisor.agency}),
            weekdays={f"day{day}": weekday(day, language) for day in range(7)},
            ruled=times.ruled(fields),
            absences=[*times.rows(fields, times.AWAY), ("", "", "")],
            others=[*times.rows(fields, times.OTHER), ("", "")],
            refusal=refusal,
            address=address,
        )

    def _fields(self, known: Interpreter | None) -> times.Fields:
        """Return the fields of the form; what is over is not among them, and is forgotten when it is saved."""
        if known is None:
            return {**times.show(None), "ways": WAYS}
        hours = known.hours.since(local(self._parts.clock.now()).date())
        chosen = {"name": (known.name,), "speaks": known.languages, "sites": known.sites, "ways": known.ways}
        return {**times.show(hours), **chosen, "shared": ("yes",) if known.shared else ()}

    def _page(self, request: Request, template: str, who: SignedIn, status: int = 200, **values: object) -> Response:
        agency = self._parts.content().network.agencies.get(who.advisor.agency)
        return self._staff.page(
            request,
            template,
            who,
            status,
            agency=agency.name if agency else who.advisor.agency,
            tab="appointments",
            today=len(self._parts.agenda.today(who.advisor)),
            page=PAGE,
            coordinates=coordinates(who.advisor),
            **values,
        )


def _read(known: Interpreter | None, who: SignedIn, fields: times.Fields, sites: Container[str]) -> Interpreter:
    """Return the interpreter that a form describes, who interprets at some of these sites.

    Raises:
        NoTimes: something is missing or cannot be understood; what, is its word.
    """
    name = times.value(fields, "name")[:_NAME]
    languages = tuple(code for code in fields.get("speaks", ()) if code in LANGUAGES)
    ways = cast(tuple[Way, ...], tuple(each for each in WAYS if each in fields.get("ways", ())))
    for missing, found in (("name", name), ("speaks", languages), ("ways", ways)):
        if not found:
            raise times.NoTimes(missing)
    id = known.id if known else secrets.token_hex(6)
    where = tuple(each for each in fields.get("sites", ()) if each in sites)
    return Interpreter(id, who.advisor.agency, name, languages, times.read(fields), ways, where, "shared" in fields)


def _refusal(what: str, _: Gettext) -> str:
    return {
        "name": _("Bitte schreiben Sie einen Namen."),
        "speaks": _("Bitte wählen Sie mindestens eine Sprache."),
        "ways": _("Bitte wählen Sie, ob vor Ort oder am Telefon gedolmetscht wird."),
        "none": _("Bitte schreiben Sie bei mindestens einem Tag, von wann bis wann gedolmetscht wird."),
        "spans": _("Diese Zeiten lassen sich nicht lesen. Bitte schreiben Sie sie so: 16:00-19:00, 20:00-21:00."),
        "backwards": _("Eine Zeit endet vor ihrem Anfang. Bitte schreiben Sie zuerst den Anfang, dann das Ende: 16:00-19:00."),
        "overlap": _("Zwei Zeiten eines Tages überschneiden sich. Bitte machen Sie eine daraus."),
        "every": _("Wenn nicht jede Woche gilt, nennen Sie bitte eine Zahl bis 12 und einen Tag in der ersten Woche."),
        "away": _("Bei einer Abwesenheit brauchen wir den ersten und den letzten Tag."),
        "other": _("Bei einem einzelnen anderen Tag fehlt das Datum."),
        "twice": _("Ein einzelner anderer Tag steht zweimal da. Bitte schreiben Sie alle seine Zeiten in eine Zeile."),
        "valid": _("„Gilt bis“ liegt vor „Gilt ab“. Bitte prüfen Sie beide Tage."),
        "day": _("Ein Datum lässt sich nicht lesen. Bitte schreiben Sie Tag, Monat und das Jahr mit vier Ziffern."),
    }[what]
