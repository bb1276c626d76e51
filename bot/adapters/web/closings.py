"""Closings in the console: days on which a site is closed or an advisor has no time, entered when nobody knew before."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import time

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.agenda import PAGE as APPOINTMENTS
from bot.adapters.web.agenda_words import AgendaWords
from bot.adapters.web.auth import SignedIn
from bot.adapters.web.case_booking import read_day
from bot.adapters.web.closing_words import Shut
from bot.adapters.web.parts import Gettext, WebParts
from bot.adapters.web.security import Once
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core.appointments import Appointment
from bot.core.closings import Closing, mistake
from bot.core.hours import Closure, Span
from bot.core.locales import clock, local
from bot.services.casework import coordinates
from bot.services.desk import Forbidden

PAGE = "/console/closings"
NEW = "new"
REASON = 120
"""Characters of a reason."""


class _NotRead(ValueError):
    """A form does not say what it should; its word tells what is wrong."""


@dataclass(frozen=True, slots=True)
class Row:
    """A closing in words; `own`: whoever looks may change it."""

    id: str
    days: str
    shut: Shut
    by: str
    own: bool


class ClosingPages:
    """Everybody of an agency sees what is closed; who may close what is decided by the service."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff
        self._once = Once()

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PAGE, self._staff.signed_in(self.show)),
            Route(f"{PAGE}/{{id}}", self._staff.signed_in(self.edit)),
            Route(f"{PAGE}/{{id}}", self.save, methods=["POST"]),
            Route(f"{PAGE}/{{id}}/remove", self.remove, methods=["POST"]),
        ]

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Show what is closed from today on, and the form of a new closing."""
        first = read_day(request.query_params.get("first", ""))
        return self._page(request, who, None, {"first": first.isoformat()} if first else {})

    async def edit(self, request: Request, who: SignedIn) -> Response:
        """Show the form of one closing."""
        known = self._own(who, str(request.path_params["id"]))
        return self._page(request, who, known, _fields(known) if known else {})

    async def save(self, request: Request) -> Response:
        """Say which appointments a closing touches; keep it when that was said already."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        known, _ = self._own(who, str(request.path_params["id"])), self._staff.texts(request, who)
        fields = {name: str(value)[:REASON] for name, value in form.items() if isinstance(value, str)}
        try:
            closing = self._read(who, known, fields)
            touched = self._parts.closings.touched(who.advisor, closing)
            seen = _digest(closing, touched)
            if fields.get("seen") != seen:
                return self._page(request, who, known, fields | {"seen": seen}, touched=touched)
            with self._acting(request, who, form) as first:
                if first:
                    self._parts.closings.keep(who.advisor, closing)
        except _NotRead as error:
            return self._page(request, who, known, fields, _refusal(str(error), _))
        except Forbidden:
            raise HTTPException(404) from None
        return RedirectResponse(APPOINTMENTS if touched else PAGE, 303)

    async def remove(self, request: Request) -> Response:
        """Open again what is closed."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        try:
            with self._acting(request, who, form) as first:
                if first:
                    self._parts.closings.remove(who.advisor, str(request.path_params["id"]))
        except Forbidden:
            raise HTTPException(404) from None
        return RedirectResponse(PAGE, 303)

    def _acting(self, request: Request, who: SignedIn, form: FormData) -> AbstractContextManager[bool]:
        return self._once.acting(f"{who.session.token_hash}:{form.get('form')}:{request.url.path}")

    def _own(self, who: SignedIn, id: str) -> Closing | None:
        """Return a closing that somebody may change; None for a new one.

        Raises:
            HTTPException: there is none, or it is not theirs.
        """
        found = next((each for each in self._parts.closings.known(who.advisor) if each.id == id), None)
        if id != NEW and (found is None or not self._parts.closings.may(who.advisor, found)):
            raise HTTPException(404)
        return found

    def _read(self, who: SignedIn, known: Closing | None, fields: Mapping[str, str]) -> Closing:
        """Return the closing that a form describes.

        Raises:
            _NotRead: something is missing or cannot be.
            Forbidden: somebody is named who is not theirs to close, or a site that is not.
        """
        site, advisor = fields.get("site", ""), fields.get("advisor", "")
        places = self._parts.closings.places(who.advisor)
        if advisor not in places or not any(site in ("", *sites) for sites in places.values()):
            raise Forbidden(advisor)
        if site and site not in places[advisor]:
            raise _NotRead("place")
        when = _when(fields)
        wrong = mistake(when, local(self._parts.clock.now()).date())
        if wrong:
            raise _NotRead(wrong)
        id = known.id if known else secrets.token_hex(6)
        return Closing(id, who.advisor.agency, site, advisor, when, fields.get("reason", "").strip())

    def _page(
        self,
        request: Request,
        who: SignedIn,
        known: Closing | None,
        fields: Mapping[str, str],
        refusal: str = "",
        touched: Sequence[Appointment] | None = None,
    ) -> Response:
        words, agency = self._words(request, who), self._parts.content().network.agencies.get(who.advisor.agency)
        places, today = self._parts.closings.places(who.advisor), local(self._parts.clock.now()).date()
        sites = {id for each in places.values() for id in each}
        closings = [each for each in self._parts.closings.known(who.advisor) if not each.over(today)]
        return self._staff.page(
            request,
            "closings.html",
            who,
            422 if refusal else 200,
            agency=agency.name if agency else who.advisor.agency,
            tab="appointments",
            page=PAGE,
            today=len(self._parts.agenda.today(who.advisor)),
            earliest=today.isoformat(),
            known=known,
            fields=fields,
            reason_length=REASON,
            sites={id: name for id, name in words.all_sites().items() if id in sites},
            people={login: name for login, name in words.advisors().items() if login in places},
            whole="" in places,
            coordinates=coordinates(who.advisor),
            closings=[self._row(who, each, words) for each in closings],
            touched=None if touched is None else [words.entry(each) for each in touched],
            refusal=refusal,
        )

    def _row(self, who: SignedIn, closing: Closing, words: AgendaWords) -> Row:
        own = bool(closing.id) and self._parts.closings.may(who.advisor, closing)
        return Row(closing.id, words.closing.days(closing), words.closing.shut(closing), words.by(closing.by), own)

    def _words(self, request: Request, who: SignedIn) -> AgendaWords:
        texts, language = self._staff.texts(request, who), self._staff.language(request, who)
        with self._parts.store.transaction() as tx:
            staff = tx.advisors()
        return AgendaWords(self._parts.content(), staff, who.advisor.agency, texts, language, self._parts.clock.now())


def _fields(closing: Closing) -> dict[str, str]:
    when, part = closing.when, closing.when.part
    days = {"first": when.first.isoformat(), "last": when.last.isoformat()}
    times = {"begins": clock(part.start), "ends": clock(part.end)} if part else {}
    return {"site": closing.site, "advisor": closing.advisor, "reason": closing.reason, **days, **times}


def _when(fields: Mapping[str, str]) -> Closure:
    """Return the days of a form; without a last one it is the first alone.

    Raises:
        _NotRead: a day or a time is missing or none.
    """
    first = read_day(fields.get("first", ""))
    last = read_day(fields["last"]) if fields.get("last") else first
    if first is None or last is None:
        raise _NotRead("days")
    begins, ends = fields.get("begins", ""), fields.get("ends", "")
    try:
        part = Span(time.fromisoformat(begins), time.fromisoformat(ends)) if begins or ends else None
    except ValueError:
        raise _NotRead("part") from None
    if part and (part.start.tzinfo or part.end.tzinfo):
        raise _NotRead("part")
    return Closure(first, last, part)


def _digest(closing: Closing, touched: Sequence[Appointment]) -> str:
    """Return what changes when a closing touches others than was said."""
    said = (closing.site, closing.advisor, closing.when, sorted(each.id for each in touched))
    return hashlib.sha256(repr(said).encode(errors="replace")).hexdigest()[:16]


def _refusal(what: str, _: Gettext) -> str:
    return {
        "place": _("Dort gibt es keine eigenen Zeiten dieser Person. Bitte wählen Sie eine andere Beratungsstelle oder alle."),
        "days": _("Bitte nennen Sie den ersten Tag und, wenn es mehrere sind, den letzten, zum Beispiel 2026-12-31."),
        "order": _("Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie beide Tage."),
        "past": _("Diese Tage sind schon vorbei. Bitte nennen Sie Tage von heute an."),
        "year": _("Eine Schließzeit dauert höchstens ein Jahr und beginnt innerhalb eines Jahres. Bitte prüfen Sie die Tage."),
        "part": _("Für einen Teil des Tages brauchen wir zwei Uhrzeiten, die frühere zuerst, zum Beispiel 13:00 und 17:00."),
    }[what]
