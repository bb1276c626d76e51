"""The page of one case, and everything that can be done with it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from inspect import isawaitable

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web import case_booking, casework
from bot.adapters.web.auth import SignedIn
from bot.adapters.web.cases import Wording
from bot.adapters.web.history import reasons_to_close
from bot.adapters.web.messages import attachment_of, download, line_number, picture, whole_number
from bot.adapters.web.parts import WebParts
from bot.adapters.web.previews import mark
from bot.adapters.web.searches import Searches
from bot.adapters.web.security import Once
from bot.adapters.web.sendables import Sendables
from bot.adapters.web.staff import SIGN_IN, Staff, check, mark_of
from bot.adapters.web.uploads import read_form, sent_file
from bot.core.attachments import LARGEST, UnfitFile, is_picture
from bot.core.cases import CLOSE_REASONS, CaseError, CloseReason
from bot.core.locales import clock, local, plain_date
from bot.core.messages import Attachment
from bot.services.bookings import NotBooked
from bot.services.desk import MAX_REPLY, CaseView, Doubtful, Forbidden
from bot.services.translation import Preview
from bot.services.visibility import names

Action = Callable[[SignedIn, str, FormData], Awaitable[None] | None]
FIND = 200
"""Characters of what is searched for."""


_REPEATED = ("draft", "preview", "seen")
_TYPED = {"reply": "reply", "preview": "reply", "note": "note"}
"""Which field of the page holds what was typed for an action."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why something was not done, in one sentence; or what its translation looks like, to look at before it is."""

    text: str
    status: int
    preview: Preview | None = None


class NoFile(Exception):
    """The form for a file was sent without one."""


class CasePage:
    """What somebody may see and do is decided by the desk."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff
        self._once = Once()
        self._searches = Searches()

    def routes(self) -> list[Route]:
        """Return the routes of a case."""
        page, actions = "/console/cases/{case}", self._actions()
        return [
            Route(page, self._staff.signed_in(self.show)),
            Route(f"{page}/find", self.find, methods=["POST"]),
            Route(f"{page}/print", self._staff.signed_in(self.printable)),
            Route(f"{page}/files/{{n}}", self._staff.signed_in(self.file)),
            Route(f"{page}/pictures/{{n}}", self._staff.signed_in(self.picture)),
            *(Route(f"{page}/{name}", self._action(name, act), methods=["POST"]) for name, act in actions.items()),
        ]

    def _actions(self) -> dict[str, Action]:
        desk, sending = self._parts.desk, self._parts.sending
        return {
            "claim": lambda who, case, form: _done(desk.claim(who.advisor, case)),
            "reply": self._reply,
            "preview": self._preview,
            "later": self._send_later,
            "draft": lambda who, case, form: self._parts.drafts.keep(who.advisor, case, _text(form)),
            "canned": lambda who, case, form: sending.send_canned(
                who.advisor, case, str(form.get("key", "")), mark_of(who, form)
            ),
            "enclose": lambda who, case, form: sending.enclose(who.advisor, case, str(form.get("id", "")), mark_of(who, form)),
            "file": self._send_file,
            "seen": lambda who, case, form: self._parts.reading.advisor(who.advisor, case, whole_number(form.get("n"))),
            "note": lambda who, case, form: desk.note(who.advisor, case, _text(form), form=mark_of(who, form)),
            "close": lambda who, case, form: desk.close(who.advisor, case, _reason(form)),
            "book": lambda who, case, form: case_booking.book(self._parts, who.advisor, case, form),
            **casework.actions(self._parts),
        }

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Show a case."""
        return await self._page(request, who)

    async def find(self, request: Request) -> Response:
        """Look for an article or a site to send; the words may be the person's, so no address holds them."""
        who, case = self._staff.present(request), str(request.path_params["case"])
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next=/console/cases/{case}", 303)
        form = await request.form()
        check(who, form, request)
        try:
            self._parts.desk.case(who.advisor, case)
        except Forbidden:
            raise HTTPException(404) from None
        found = self._searches.keep(who.advisor.id, str(form.get("find", ""))[:FIND])
        return RedirectResponse(f"/console/cases/{case}?found={found}#enclosures", 303)

    async def printable(self, request: Request, who: SignedIn) -> Response:
        """Show a case for the printer: everything that was said in it, with the notes if they are wanted."""
        view, wording = self._view(request, who), self._wording(request, who)
        with_notes = "notes" in request.query_params
        return self._staff.page(
            request,
            "print.html",
            who,
            view=view,
            card=wording.card(view.case),
            promised=wording.promised(view.case),
            within=wording.speeches(view)[1],
            notes=[(wording.name(each.advisor), each.at, each.text) for each in view.notes] if with_notes else [],
            events=list(zip(view.history, wording.events(view), strict=True)),
            stamp=_stamp,
            now=self._parts.clock.now(),
            with_notes=with_notes,
        )

    async def file(self, request: Request, who: SignedIn) -> Response:
        """Give out a file of a case."""
        return download(self._attachment(request, who))

    async def picture(self, request: Request, who: SignedIn) -> Response:
        """Show a picture of a case."""
        attachment = self._attachment(request, who)
        if not is_picture(attachment):
            raise HTTPException(404)
        return picture(attachment)

    def _attachment(self, request: Request, who: SignedIn) -> Attachment:
        line = self._parts.files.of_case(who.advisor, str(request.path_params["case"]), line_number(request))
        attachment = attachment_of(line) if line else None
        if attachment is None or not attachment.data:
            raise HTTPException(404)
        return attachment

    def _action(self, name: str, act: Action) -> Callable[[Request], Awaitable[Response]]:
        async def action(request: Request) -> Response:
            async with read_form(request) as form:
                return await self._act(request, name, act, form)

        return action

    async def _act(self, request: Request, name: str, act: Action, form: FormData) -> Response:
        who, case = self._staff.present(request), str(request.path_params["case"])
        if who is None:
            return RedirectResponse(f"{SIGN_IN}?next=/console/cases/{case}", 303)
        check(who, form, request)
        # A draft may be kept, a translation looked at, a message read again and again from the same page.
        with self._once.acting(mark_of(who, form)) as first:
            refused = await self._try(request, who, act, case, form) if first or name in _REPEATED else None
        if refused:
            typed = {_TYPED[name]: _text(form)} if name in _TYPED else {}
            return await self._page(request, who, refused=refused, typed=typed)
        if name in ("draft", "seen") and form.get("quiet"):  # the script that sends it needs no page
            return Response(status_code=204)
        return RedirectResponse(f"/console/cases/{case}", 303)

    async def _try(self, request: Request, who: SignedIn, act: Action, case: str, form: FormData) -> Refused | None:
        _ = self._staff.texts(request, who)
        try:
            done = act(who, case, form)
            if isawaitable(done):
                await done
        except Forbidden:
            raise HTTPException(404) from None
        except CaseError as error:
            return Refused(self._wording(request, who).refusal(error), 409)
        except NotBooked as error:
            return Refused(case_booking.refusal(error, self._staff.texts(request, who)), 409)
        except Doubtful as doubt:
            return Refused("", 200, doubt.preview)
        except UnfitFile as error:
            return Refused(self._sendables(request, who).unfit(error), 422)
        except NoFile:
            return Refused(_("Bitte wählen Sie zuerst eine Datei aus."), 422)
        except ValueError:
            return Refused(_("Bitte schreiben Sie 1 bis {limit} Zeichen.").format(limit=MAX_REPLY), 422)
        return None

    async def _reply(self, who: SignedIn, case: str, form: FormData) -> None:
        desk = self._parts.desk
        # "Send anyway" is said about the words that were looked at; changed ones are looked at again.
        sure = form.get("sure") == mark(_text(form))
        await (desk.reply if sure else desk.reply_carefully)(who.advisor, case, _text(form), form=mark_of(who, form))
        self._parts.drafts.forget(who.advisor, case)

    async def _preview(self, who: SignedIn, case: str, form: FormData) -> None:
        raise Doubtful(await self._parts.desk.preview(who.advisor, case, _text(form)))

    def _send_later(self, who: SignedIn, case: str, form: FormData) -> None:
        self._parts.sending.later(who.advisor, case, whole_number(form.get("n")))

    async def _send_file(self, who: SignedIn, case: str, form: FormData) -> None:
        file = await sent_file(form)
        if file is None:
            raise NoFile
        self._parts.sending.file(who.advisor, case, *file, mark_of(who, form))

    def _view(self, request: Request, who: SignedIn) -> CaseView:
        try:
            return self._parts.desk.view(who.advisor, str(request.path_params["case"]))
        except Forbidden:
            raise HTTPException(404) from None

    async def _page(
        self,
        request: Request,
        who: SignedIn,
        *,
        refused: Refused | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        view, wording = self._view(request, who), self._wording(request, who)
        case, me, sendables = view.case, who.advisor, self._sendables(request, who)
        before, within = wording.speeches(view)
        asked = request.query_params if request.method == "GET" else QueryParams()
        find = self._searches.words(me.id, asked.get("found", ""))
        drafts = {"reply": self._parts.drafts.kept(me, case.id), "note": "", **(typed or {})}
        return self._staff.page(
            request,
            "case.html",
            who,
            refused.status if refused else 200,
            view=view,
            card=wording.card(case),
            promised=wording.promised(case),
            question=wording.question(view),
            closing=reasons_to_close(self._staff.texts(request, who)),
            trail=wording.trail(case),
            before=before,
            within=within,
            notes=wording.notes(view),
            events=wording.events(view),
            canned=sendables.ready(self._parts.sending.canned(me, case), case.language),
            enclosures=sendables.enclosures(await self._parts.sending.offers(case, find), case.language),
            find=find,
            translatable=self._parts.desk.translatable(case.language),
            others=[wording.name(each) for each in self._parts.presence.others(case.id, me.id)],
            booking=case_booking.offer(
                self._parts, me, case, asked, self._staff.texts(request, who), self._staff.language(request, who)
            ),
            work=casework.offers(self._parts, me, case),
            reasons=wording.reasons(case),
            mine=me.id in (case.advisor, *case.joined),
            free=case.advisor is None,
            refusal=refused.text if refused else "",
            preview=wording.preview(refused.preview, drafts["reply"]) if refused and refused.preview else None,
            drafts=drafts,
            limit=MAX_REPLY,
            largest=LARGEST,
        )

    def _wording(self, request: Request, who: SignedIn) -> Wording:
        texts, language = self._staff.texts(request, who), self._staff.language(request, who)
        content = self._parts.content()
        with self._parts.store.transaction() as tx:
            known = names(tx.advisors(), (who.advisor.agency,), content.network)
        return Wording(content, known, texts, language, self._parts.clock.now())

    def _sendables(self, request: Request, who: SignedIn) -> Sendables:
        return Sendables(self._staff.texts(request, who), self._staff.language(request, who))


def _reason(form: FormData) -> CloseReason | None:
    return next((each for each in CLOSE_REASONS if each == form.get("reason")), None)


def _text(form: FormData) -> str:
    return str(form.get("text", "")).replace("\r\n", "\n")


def _stamp(at: datetime) -> str:
    return f"{plain_date(local(at).date())}, {clock(at)}"


def _done(result: object) -> None:
    """Let go of what an action returns."""
