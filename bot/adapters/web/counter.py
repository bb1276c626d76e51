"""Booking for somebody without a chat, who phones or stands at the counter, and the slip of paper they take home."""

import hashlib
from collections.abc import Mapping

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web import trail
from bot.adapters.web.agenda import PAGE as APPOINTMENTS
from bot.adapters.web.agenda_words import AgendaWords
from bot.adapters.web.auth import SignedIn
from bot.adapters.web.case_booking import by_day, kinds, read_day, read_kind, read_time, refusal
from bot.adapters.web.cases import language_name
from bot.adapters.web.parts import WebParts
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core.appointments import Guest, Wish
from bot.core.language import LANGUAGES, SOURCE
from bot.services.bookings import NotBooked
from bot.services.counter import Slip
from bot.services.desk import Forbidden

PAGE = f"{APPOINTMENTS}/new"
NAME, PHONE = 60, 30
"""Characters of what somebody is called, and of their telephone number."""
_FIELDS = ("site", "topic", "language", "kind", "from", "name", "phone")


class CounterPages:
    """Who advises at an agency may book at its sites; what is free is decided by the service."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PAGE, self._staff.signed_in(self.show)),
            Route(PAGE, self.book, methods=["POST"]),
            Route(f"{APPOINTMENTS}/{{appointment}}/slip", self._staff.signed_in(self.slip)),
            Route(f"{APPOINTMENTS}/{{appointment}}/slip/termin.ics", self._staff.signed_in(self.file)),
        ]

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Show what can be asked for, and the free times once it is known."""
        return self._page(request, who, request.query_params)

    async def book(self, request: Request) -> Response:
        """Book the time whose button was pressed; without one, show the times of another day."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        fields = {name: str(form.get(name, "")) for name in _FIELDS}
        if "time" not in form:
            return self._page(request, who, fields | {"from": str(form.get("later") or fields["from"])})
        guest = Guest(fields["name"].strip()[:NAME], fields["phone"].strip()[:PHONE])
        try:
            site, start, kind = read_time(str(form["time"]))
            wish = self._wish(fields | {"kind": kind or ""})
            if not site or wish is None:
                raise NotBooked("gone")
            booked = self._parts.counter.book(who.advisor, wish, site, start, guest, _key(who, form))
        except Forbidden:
            raise HTTPException(404) from None
        except NotBooked as error:
            return self._page(request, who, fields, refusal(error, self._staff.texts(request, who)))
        return RedirectResponse(f"{APPOINTMENTS}/{booked.id}/slip", 303)

    async def slip(self, request: Request, who: SignedIn) -> Response:
        """Show what the person takes home, in their language."""
        found = self._found(request, who)
        words = AgendaWords(
            self._parts.content(), (), who.advisor.agency, self._parts.console_texts(SOURCE), SOURCE, self._parts.clock.now()
        )
        return self._staff.page(
            request,
            "slip.html",
            who,
            entry=words.entry(found.appointment),
            messages=found.messages,
            page=APPOINTMENTS,
            again=PAGE,
        )

    async def file(self, request: Request, who: SignedIn) -> Response:
        """Send the appointment's calendar file."""
        attachment = self._found(request, who).messages[0].attachment
        assert attachment is not None, "the card has the file"
        return Response(
            attachment.data,
            media_type=attachment.media_type,
            headers={"Content-Disposition": f'attachment; filename="{attachment.name}"'},
        )

    def _found(self, request: Request, who: SignedIn) -> Slip:
        try:
            return self._parts.counter.slip(who.advisor, str(request.path_params["appointment"]))
        except Forbidden:
            raise HTTPException(404) from None

    def _page(self, request: Request, who: SignedIn, asked: Mapping[str, str], refusal: str = "") -> Response:
        fields = {name: asked.get(name, "") for name in _FIELDS}
        _, language, wish = self._staff.texts(request, who), self._staff.language(request, who), self._wish(fields)
        try:
            sites = {site.id: site.name for site in self._parts.counter.sites(who.advisor)}
            times = self._parts.counter.times(who.advisor, wish, fields["site"], read_day(fields["from"])) if wish else None
            today = len(self._parts.agenda.today(who.advisor))
        except Forbidden:
            raise HTTPException(404) from None
        agency = self._parts.content().network.agencies.get(who.advisor.agency)
        return self._staff.page(
            request,
            "counter.html",
            who,
            409 if refusal else 200,
            agency=agency.name if agency else who.advisor.agency,
            tab="appointments",
            today=today,
            page=PAGE,
            appointments=APPOINTMENTS,
            fields=fields,
            sites=sites,
            topics=self._topics(language),
            spoken={code: language_name(code, language) for code in LANGUAGES},
            ways=kinds(_),
            days=by_day(times, sites, language) if times else None,
            later=times.later if times else None,
            longest={"name": NAME, "phone": PHONE},
            refusal=refusal,
        )

    def _topics(self, language: str) -> dict[str, str]:
        """Return the topics; an emergency is nothing to wait for an appointment with."""
        content = self._parts.content()
        return {each.id: trail.topic(content, each.id, language) for each in content.knowledge.menu() if each.id != "emergency"}

    def _wish(self, fields: Mapping[str, str]) -> Wish | None:
        """Return what is asked for, once topic and language are known."""
        topic, language = fields["topic"], fields["language"]
        known = topic in self._topics(SOURCE) and language in LANGUAGES
        return Wish(topic, language, read_kind(fields["kind"])) if known else None


def _key(who: SignedIn, form: FormData) -> str:
    """Return by what a form is known that comes again just as it was."""
    said = [who.session.token_hash, *(str(form.get(name, "")) for name in ("form", "time", *_FIELDS))]
    return hashlib.sha256(repr(said).encode(errors="replace")).hexdigest()
