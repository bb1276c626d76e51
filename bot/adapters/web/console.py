"""The advisors' console: the queue, a case, and everything that can be done with it."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.auth import SignedIn
from bot.adapters.web.cases import Wording
from bot.adapters.web.events import agency_events, stream
from bot.adapters.web.messages import attachment_of, download, names_of
from bot.adapters.web.parts import WebParts
from bot.adapters.web.security import Once, arrives_from_elsewhere
from bot.adapters.web.staff import SIGN_IN, Staff, check
from bot.core.cases import CaseError
from bot.services.desk import MAX_REPLY, CaseView, Forbidden

Page = Callable[[Request, SignedIn], Awaitable[Response]]
Action = Callable[[SignedIn, str, FormData], Awaitable[None]]


class Console:
    """Pages for members of staff; what they may see and do is decided by the desk."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff
        self._names = names_of(parts.store)
        self._once = Once()

    def routes(self) -> list[Route]:
        """Return the routes of the console beside those to sign in."""
        actions: dict[str, Action] = {
            "claim": self._claim,
            "reply": self._reply,
            "canned": self._canned,
            "note": self._note,
            "close": self._close,
        }
        return [
            Route("/console", self._page(self.queue)),
            Route("/console/events", self.events),
            Route("/console/cases/{case}", self._page(self.case)),
            Route("/console/cases/{case}/files/{n:int}", self._page(self.file)),
            *(
                Route(f"/console/cases/{{case}}/{name}", self._action(name, action), methods=["POST"])
                for name, action in actions.items()
            ),
        ]

    async def queue(self, request: Request, who: SignedIn) -> Response:
        """Show the open cases, or the last closed ones."""
        closed = request.query_params.get("show") == "closed"
        cases = self._parts.desk.queue(who.advisor, closed=closed)
        wording = self._wording(request, who)
        agency = self._parts.content().network.agencies.get(who.advisor.agency)
        return self._staff.page(
            request,
            "queue.html",
            who,
            agency=agency.name if agency else who.advisor.agency,
            tab="closed" if closed else "open",
            today=len(self._parts.agenda.today(who.advisor)),
            closed=[wording.card(case) for case in reversed(cases)] if closed else None,
            sections=wording.sections([] if closed else cases, who.advisor),
        )

    async def case(self, request: Request, who: SignedIn) -> Response:
        """Show a case."""
        return self._case(request, who, self._view(request, who))

    async def file(self, request: Request, who: SignedIn) -> Response:
        """Give out a file of a case."""
        n = request.path_params["n"]
        line = next((each for each in self._view(request, who).lines if each.n == n), None)
        attachment = attachment_of(line) if line else None
        if attachment is None or not attachment.data:
            raise HTTPException(404)
        return download(attachment)

    async def events(self, request: Request) -> Response:
        """Tell an open page when something changed."""
        who = self._staff.present(request)
        if who is None:
            return Response(status_code=401)
        agency = who.advisor.agency
        return stream(agency_events(self._parts.live, agency, lambda: self._staff.present(request) is not None))

    def _page(self, show: Page) -> Callable[[Request], Awaitable[Response]]:
        async def page(request: Request) -> Response:
            who = self._staff.present(request)
            if who is None:
                return arrives_from_elsewhere(request) or RedirectResponse(f"{SIGN_IN}?next={request.url.path}", 303)
            return await show(request, who)

        return page

    def _action(self, name: str, act: Action) -> Callable[[Request], Awaitable[Response]]:
        async def action(request: Request) -> Response:
            who, form = self._staff.present(request), await request.form()
            case = str(request.path_params["case"])
            if who is None:
                return RedirectResponse(f"{SIGN_IN}?next=/console/cases/{case}", 303)
            check(who, form, request)
            if self._once.first(f"{who.session.token_hash}:{form.get('form')}"):
                refusal = await self._try(request, who, act, case, form)
                if refusal:
                    text, status = refusal
                    drafts = {name: _text(form)}
                    return self._case(request, who, self._view(request, who), refusal=text, drafts=drafts, status=status)
            return RedirectResponse(f"/console/cases/{case}", 303)

        return action

    async def _try(self, request: Request, who: SignedIn, act: Action, case: str, form: FormData) -> tuple[str, int] | None:
        _ = self._staff.texts(request, who)
        try:
            await act(who, case, form)
        except Forbidden:
            raise HTTPException(404) from None
        except CaseError as error:
            return self._wording(request, who).refusal(error), 409
        except ValueError:
            return _("Bitte schreiben Sie 1 bis {limit} Zeichen.").format(limit=MAX_REPLY), 422
        return None

    async def _claim(self, who: SignedIn, case: str, form: FormData) -> None:
        self._parts.desk.claim(who.advisor, case)

    async def _reply(self, who: SignedIn, case: str, form: FormData) -> None:
        await self._parts.desk.reply(who.advisor, case, _text(form))

    async def _canned(self, who: SignedIn, case: str, form: FormData) -> None:
        self._parts.desk.reply_canned(who.advisor, case, str(form.get("key", "")))

    async def _note(self, who: SignedIn, case: str, form: FormData) -> None:
        self._parts.desk.note(who.advisor, case, _text(form))

    async def _close(self, who: SignedIn, case: str, form: FormData) -> None:
        self._parts.desk.close(who.advisor, case)

    def _view(self, request: Request, who: SignedIn) -> CaseView:
        try:
            return self._parts.desk.view(who.advisor, str(request.path_params["case"]))
        except Forbidden:
            raise HTTPException(404) from None

    def _case(
        self,
        request: Request,
        who: SignedIn,
        view: CaseView,
        *,
        refusal: str = "",
        drafts: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        wording = self._wording(request, who)
        before, within = wording.speeches(view)
        canned = [(each, wording.language(each.language)) for each in self._parts.desk.canned(view.case.language)]
        return self._staff.page(
            request,
            "case.html",
            who,
            status,
            view=view,
            card=wording.card(view.case),
            trail=wording.trail(view.case),
            before=before,
            within=within,
            notes=wording.notes(view),
            events=wording.events(view),
            canned=canned,
            mine=view.case.advisor == who.advisor.id,
            free=view.case.advisor is None,
            refusal=refusal,
            drafts={"reply": "", "note": "", **(drafts or {})},
            limit=MAX_REPLY,
        )

    def _wording(self, request: Request, who: SignedIn) -> Wording:
        texts, language = self._staff.texts(request, who), self._staff.language(request, who)
        return Wording(self._parts.content(), self._names(), texts, language, self._parts.clock.now())


def _text(form: FormData) -> str:
    return str(form.get("text", "")).replace("\r\n", "\n")
