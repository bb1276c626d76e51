"""One's own page: the second step of signing in, where one is signed in, and the password."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.auth import LIFETIME, SignedIn, hash_password
from bot.adapters.web.parts import Gettext, WebParts
from bot.adapters.web.passkeys import LONGEST_NAME
from bot.adapters.web.staff import ME, SIGN_IN, Staff, check
from bot.core import passwords
from bot.core.locales import clock, local, plain_date
from bot.services.ports import StaffSession


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form: what was done, or why not, and what is shown this once."""

    done: str = ""
    refusal: str = ""
    codes: tuple[str, ...] = ()
    setting_up: bool = False


Act = Callable[[Request, SignedIn, FormData, Gettext], Awaitable[Outcome]]


class MePage:
    """What changes how one signs in asks for the password again: an open browser alone must not be enough."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff
        self._acts: dict[str, Act] = {
            "begin": self._begin,
            "confirm": self._confirm,
            "renew": self._renew,
            "drop": self._drop,
            "passkey": self._passkey,
            "forget": self._forget,
            "end": self._end,
            "password": self._password,
        }

    def routes(self) -> list[Route]:
        """Return the routes; every form goes to the page itself, so that it is what a reload shows."""
        return [Route(ME, self._staff.signed_in(self.show, owing=True)), Route(ME, self.act, methods=["POST"])]

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Show the page."""
        return self._page(request, who, Outcome())

    async def act(self, request: Request) -> Response:
        """Do what a form asks for."""
        who, form = self._staff.arrived(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={ME}", 303)
        check(who, form, request)
        act = self._acts.get(str(form.get("do", "")))
        if act is None:
            raise HTTPException(404)
        return self._page(request, who, await act(request, who, form, self._staff.texts(request, who)))

    async def _begin(self, request: Request, who: SignedIn, form: FormData, _: Gettext) -> Outcome:
        if not await self._sure(request, who, form):
            return _unsure(_)
        return Outcome(setting_up=self._staff.second.begin(who.advisor))

    async def _confirm(self, request: Request, who: SignedIn, form: FormData, _: Gettext) -> Outcome:
        codes = self._staff.second.confirm(who.advisor, str(form.get("code", "")))
        if not codes:
            return Outcome(refusal=_("Dieser Code stimmt nicht. Geht die Uhr Ihres Telefons richtig?"), setting_up=True)
        self._staff.sessions.end(who)
        return Outcome(_("Der zweite Schritt ist eingeschaltet."), codes=tuple(codes))

    async def _renew(self, request: Request, who: SignedIn, form: FormData, _: Gettext) -> Outcome:
        if not await self._sure(request, who, form):
            return _unsure(_)
        return Outcome(codes=tuple(self._staff.second.renew(who.advisor)))

    async def _drop(self, request: Request, who: SignedIn, form: FormData, _: Gettext) -> Outcome:
        if self._last(who):
            raise HTTPException(404)
        if not await self._sure(request, who, form):
            return _unsure(_)
        self._staff.second.drop(who.advisor)
        return Outcome(_("Die App ist ausgeschaltet."))

    async def _passkey(self, request: Request, who: SignedIn, form: FormData, _: Gettext) -> Outcome:
        if not self._staff.passkeys.here(request):
            raise HTTPException(404)
        if not await self._sure(request, who, form):
            return _unsure(_)
        name = " ".join(str(form.get("name", "")).split())[:LONGEST_NAME] or _("Passkey")
        codes = self._staff.passkeys.add(who, name, str(form.get("answer", "")))
        if codes is None:
            return Outcome(refusal=_("Dieser Passkey konnte nicht angelegt werden. Bitte versuchen Sie es noch einmal."))
        self._staff.sessions.end(who)
        return Outcome(_("Der Passkey ist angelegt."), codes=tuple(codes))

    async def _forget(self, request: Request, who: SignedIn, form: FormData, _: Gettext) -> Outcome:
        if self._last(who):
            raise HTTPException(404)
        if not await self._sure(request, who, form):
            return _unsure(_)
        if not self._staff.passkeys.drop(who.advisor, str(form.get("passkey", ""))):
            raise HTTPException(404)
        return Outcome(_("Der Passkey ist entfernt. Löschen Sie ihn auch auf dem Gerät."))

    def _last(self, who: SignedIn) -> bool:
        """Tell whether somebody has to keep the one thing that counts as their second step."""
        return self._parts.require_second_factor and self._staff.second.ways(who.advisor) == 1

    async def _end(self, request: Request, who: SignedIn, form: FormData, _: Gettext) -> Outcome:
        self._staff.sessions.end(who, str(form.get("session", "")))
        return Outcome(_("Dort ist niemand mehr angemeldet."))

    async def _password(self, request: Request, who: SignedIn, form: FormData, _: Gettext) -> Outcome:
        new = str(form.get("new", ""))
        refusal = password_refusal(_, new, str(form.get("again", "")), who.advisor.login)
        if refusal:
            return Outcome(refusal=refusal)
        if not await self._sure(request, who, form):
            return _unsure(_)
        hashed = await asyncio.to_thread(hash_password, new)
        with self._parts.store.transaction() as tx:
            present = next(each for each in tx.advisors() if each.id == who.advisor.id)
            tx.add_advisor(replace(present, password_hash=hashed))
            tx.audit(who.advisor.id, "password changed", who.advisor.login, self._parts.clock.now())
        self._staff.sessions.end(who)
        return Outcome(_("Ihr Passwort ist geändert."))

    async def _sure(self, request: Request, who: SignedIn, form: FormData) -> bool:
        return await self._staff.knows(request, who.advisor.login, str(form.get("password", ""))) is not None

    def _page(self, request: Request, who: SignedIn, outcome: Outcome) -> Response:
        second, keys = self._staff.second, self._staff.passkeys
        return self._staff.page(
            request,
            "me.html",
            who,
            422 if outcome.refusal else 200,
            done=outcome.done,
            refusal=outcome.refusal,
            codes=outcome.codes,
            picture=second.picture(who.advisor) if outcome.setting_up else None,
            active=second.active(who.advisor),
            left=second.left(who.advisor),
            required=self._parts.require_second_factor,
            ways=second.ways(who.advisor),
            passkeys=keys.of(who.advisor),
            options=keys.creation(who) if keys.here(request) else "",
            passkey_origin=keys.origin if keys.possible else "",
            day=lambda moment: plain_date(local(moment).date()),
            sessions=self._staff.sessions.all_of(who),
            here_hash=who.session.token_hash,
            since=_since,
        )


def password_refusal(_: Gettext, new: str, again: str, login: str) -> str:
    """Return what speaks against a new password, in words; nothing when it is fine."""
    if new != again:
        return _("Die beiden neuen Passwörter sind nicht gleich.")
    reasons = {
        "short": _("Das Passwort ist zu kurz: Es braucht mindestens 12 Zeichen."),
        "login": _("Das Passwort ist der Anmeldename. Bitte wählen Sie ein anderes."),
        "common": _("Dieses Passwort probieren alle zuerst. Bitte wählen Sie ein anderes."),
    }
    found = passwords.refusal(new, login)
    return reasons[found] if found else ""


def _unsure(_: Gettext) -> Outcome:
    return Outcome(refusal=_("Ihr jetziges Passwort stimmt nicht."))


def _since(session: StaffSession) -> str:
    began = local(session.expires_at - LIFETIME)
    return f"{plain_date(began.date())}, {clock(began)}"
