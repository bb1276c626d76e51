"""Where an invitation leads: somebody new chooses login and password, and is in."""

import asyncio
import re
import secrets

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.adapters.web.auth import hash_password, token_hash
from bot.adapters.web.me import password_refusal
from bot.adapters.web.parts import Gettext, WebParts
from bot.adapters.web.security import foreign
from bot.adapters.web.staff import ME, Staff
from bot.services.ports import Advisor, Invite

_LOGIN = re.compile(r"[\w.@-]{2,40}")


class InvitePage:
    """Looking at an invitation does not use it up: mail scanners open every link."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/console/invite/{token}", self.show), Route("/console/invite/{token}", self.accept, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """Ask for login and password, or say that the invitation is over."""
        invite = self._find(_mark(request))
        return self._page(request, invite, status=200 if invite else 404)

    async def accept(self, request: Request) -> Response:
        """Make the account and let its owner in."""
        form = await request.form()
        if foreign(request):
            raise HTTPException(403)
        mark, _ = _mark(request), self._staff.texts(request)
        invite = self._find(mark)
        if invite is None:
            return self._page(request, None, status=404)
        login, new = str(form.get("login", "")).strip(), str(form.get("new", ""))
        refusal = password_refusal(_, new, str(form.get("again", "")), login)
        if not _LOGIN.fullmatch(login):
            refusal = _("Der Anmeldename braucht 2 bis 40 Buchstaben oder Ziffern, ohne Leerzeichen.")
        if refusal:
            return self._page(request, invite, refusal, login, 422)
        return self._join(request, mark, login, await asyncio.to_thread(hash_password, new), _)

    def _join(self, request: Request, mark: str, login: str, password_hash: str, _: Gettext) -> Response:
        now = self._parts.clock.now()
        with self._parts.store.transaction() as tx:
            invite = tx.invite(mark, now)
            if invite is None:
                return self._page(request, None, status=404)
            if any(each.login.casefold() == login.casefold() for each in tx.advisors()):
                taken = _("Diesen Anmeldenamen gibt es schon. Bitte wählen Sie einen anderen.")
                return self._page(request, invite, taken, login, 422)
            advisor = _advisor(invite, login, password_hash)
            tx.add_advisor(advisor)
            tx.drop_invite(mark)
            tx.audit(advisor.id, "joined", advisor.login, now)
        return self._staff.let_in(request, advisor, ME)

    def _find(self, mark: str) -> Invite | None:
        with self._parts.store.transaction() as tx:
            return tx.invite(mark, self._parts.clock.now())

    def _page(self, request: Request, invite: Invite | None, refusal: str = "", login: str = "", status: int = 200) -> Response:
        return self._staff.page(request, "invite.html", None, status, invite=invite, refusal=refusal, login=login)


def _mark(request: Request) -> str:
    return token_hash(str(request.path_params["token"]))


def _advisor(invite: Invite, login: str, password_hash: str) -> Advisor:
    return Advisor(
        id=secrets.token_hex(12),
        login=login,
        name=invite.name,
        agency=invite.agency,
        role=invite.role,
        language=invite.language,
        password_hash=password_hash,
        telegram_id=invite.telegram_id,
        sites=invite.sites,
        languages=invite.languages,
        capacity=invite.capacity,
    )
