"""What the person of a case can ask for on paper: a file of what is kept about them, and having it erased."""

from collections.abc import Callable, Mapping

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.auth import SignedIn
from bot.adapters.web.messages import download
from bot.adapters.web.parts import WebParts
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core.locales import plain_date
from bot.services.access import Forbidden
from bot.services.requests import Elsewhere, Unconfirmed

_PAGE = "/console/cases/{case}/person"
_KINDS: Mapping[str, int] = {"page": 0, "data": 1}
_Act = Callable[[Request, SignedIn, str, FormData], Response]


class PersonPage:
    """For the coordination; what it may do is decided by `Requests`."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff

    def routes(self) -> list[Route]:
        """Return the routes; taking a file is noted, hence it is a form and no link."""
        return [
            Route(_PAGE, self._staff.signed_in(self.show)),
            Route(f"{_PAGE}/file", self._form(self._file), methods=["POST"]),
            Route(f"{_PAGE}/erase", self._form(self._erase), methods=["POST"]),
        ]

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Show how much there is, and the two forms."""
        try:
            return self._page(request, who)
        except Forbidden:
            raise HTTPException(404) from None

    def _form(self, act: _Act) -> Callable[..., object]:
        async def sent(request: Request) -> Response:
            who, form, case = self._staff.present(request), await request.form(), str(request.path_params["case"])
            if who is None:
                return RedirectResponse(f"{SIGN_IN}?next={_PAGE.format(case=case)}", 303)
            check(who, form, request)
            try:
                return act(request, who, case, form)
            except Forbidden:
                raise HTTPException(404) from None

        return sent

    def _file(self, request: Request, who: SignedIn, case: str, form: FormData) -> Response:
        kind = _KINDS.get(str(form.get("kind", "")))
        if kind is None:
            raise HTTPException(404)
        return download(self._parts.requests.files(who.advisor, case)[kind], ours=True)

    def _erase(self, request: Request, who: SignedIn, case: str, form: FormData) -> Response:
        _ = self._staff.texts(request, who)
        try:
            receipt = self._parts.requests.erase(who.advisor, case, str(form.get("number", ""))[:20])
        except Elsewhere:  # the page says so itself
            return self._page(request, who, status=409)
        except Unconfirmed:
            refusal = _("Das ist nicht die Nummer dieses Falls. Nichts wurde gelöscht.")
            return self._page(request, who, refusal, status=422)
        return self._staff.page(request, "erased.html", who, number=receipt.number, day=plain_date(receipt.day))

    def _page(self, request: Request, who: SignedIn, refusal: str = "", status: int = 200) -> Response:
        look = self._parts.requests.look(who.advisor, str(request.path_params["case"]))
        return self._staff.page(request, "person.html", who, status, look=look, case=look.case, kept=look.kept, refusal=refusal)
