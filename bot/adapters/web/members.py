"""The admins' page: the people of the agency, who may do what, and how they sign in. It shows no conversation."""

import secrets
from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.auth import SignedIn, token_hash
from bot.adapters.web.cases import language_name
from bot.adapters.web.parts import Gettext, WebParts
from bot.adapters.web.staff import CONSOLE_LANGUAGES, SIGN_IN, Staff, check
from bot.core.language import LANGUAGES
from bot.core.roles import ROLES, StaffRole
from bot.services.access import Forbidden
from bot.services.members import IdentityTaken
from bot.services.ports import Advisor, Invite

PAGE = "/console/staff"
_LONGEST = 80
"""Characters of a name, and of an identity."""


class MembersPage:
    """What admins do is done by the service, which keeps them to their own agency."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff
        members = parts.members
        self._acts: dict[str, Callable[[Advisor, str], None]] = {
            "disable": members.disable,
            "enable": members.enable,
            "end": members.end_sign_ins,
            "reset": members.reset_second_step,
        }

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route(PAGE, self._staff.signed_in(self.show)), Route(PAGE, self.act, methods=["POST"])]

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Show the people."""
        return self._page(request, who)

    async def act(self, request: Request) -> Response:
        """Invite somebody, or change how a member of staff comes in and what they may do."""
        who, form = self._staff.present(request), await request.form()
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next={PAGE}", 303)
        check(who, form, request)
        try:
            if form.get("do") == "invite":
                return self._invite(request, who, form)
            self._change(who.advisor, form)
        except Forbidden:
            raise HTTPException(404) from None
        except IdentityTaken:
            _ = self._staff.texts(request, who)
            return self._page(request, who, _("Mit dieser Kennung meldet sich schon jemand anderes an."))
        return RedirectResponse(PAGE, 303)

    def _change(self, admin: Advisor, form: FormData) -> None:
        what, member = str(form.get("do", "")), str(form.get("member", ""))
        if what == "role":
            self._parts.members.give_role(admin, member, _role(form))
        elif what == "identity":
            self._parts.members.identify(admin, member, str(form.get("identity", "")).strip()[:_LONGEST])
        elif what in self._acts:
            self._acts[what](admin, member)
        else:
            raise HTTPException(404)

    def _invite(self, request: Request, who: SignedIn, form: FormData) -> Response:
        _, name = self._staff.texts(request, who), " ".join(str(form.get("name", "")).split())
        if not 0 < len(name) <= _LONGEST:
            return self._page(request, who, _("Wen laden Sie ein? Bitte schreiben Sie den Namen."))
        sites = {site.id for site in self._parts.content().network.sites.values() if site.agency == who.advisor.agency}
        invite = Invite(
            name=name,
            agency=who.advisor.agency,
            role=_role(form),
            language=next((code for code in CONSOLE_LANGUAGES if code == form.get("language")), "de"),
            sites=tuple(str(each) for each in form.getlist("site") if each in sites),
            languages=tuple(str(each) for each in form.getlist("speaks") if each in LANGUAGES),
        )
        token = secrets.token_urlsafe(32)
        self._parts.members.invite(who.advisor, token_hash(token), invite)
        return self._page(request, who, invited=name, link=str(request.base_url.replace(path=f"/console/invite/{token}")))

    def _page(self, request: Request, who: SignedIn, refusal: str = "", invited: str = "", link: str = "") -> Response:
        _, language = self._staff.texts(request, who), self._staff.language(request, who)
        agency, network = who.advisor.agency, self._parts.content().network
        named = network.agencies.get(agency)
        return self._staff.page(
            request,
            "members.html",
            who,
            422 if refusal else 200,
            agency=named.name if named else agency,
            members=self._parts.members.all(who.advisor),
            roles=role_names(_),
            sites=[site for site in network.sites.values() if site.agency == agency],
            spoken={code: language_name(code, language) for code in LANGUAGES if code != "de"},
            console_languages=CONSOLE_LANGUAGES,
            identities=self._parts.provider is not None,
            refusal=refusal,
            invited=invited,
            link=link,
        )


def role_names(_: Gettext) -> dict[StaffRole, tuple[str, str]]:
    """Return what each role is called, and what it opens."""
    return {
        "advisor": (_("Beratung"), _("Fälle, Termine und Team der eigenen Stelle")),
        "coordinator": (_("Koordination"), _("dasselbe, und Fälle an andere geben")),
        "editor": (_("Redaktion"), _("Zustand der Inhalte, offene Fragen; keine Fälle")),
        "translator": (_("Übersetzung"), _("Stand der eigenen Sprachen; keine Fälle")),
        "admin": (_("Verwaltung"), _("diese Seite; keine Fälle")),
    }


def _role(form: FormData) -> StaffRole:
    found = next((each for each in ROLES if each == form.get("role")), None)
    if found is None:
        raise HTTPException(404)
    return found
