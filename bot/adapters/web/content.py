"""The editors' page: the state of the content. Translators see of it what is translated to their languages."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.adapters.web import trail
from bot.adapters.web.auth import SignedIn
from bot.adapters.web.cases import language_name
from bot.adapters.web.parts import Gettext, WebParts
from bot.adapters.web.staff import Staff
from bot.core.anonymous import Reason
from bot.core.coverage import STATES, State, translated_to
from bot.core.locales import clock, local, plain_date
from bot.core.roles import opens

PAGE = "/console/content"
SHOWN = 200
"""Findings, and groups of questions, on the page; who has more sees all of them at the command line."""


class ContentPage:
    """There is nothing to change here: files are edited where they lie, and taken up when they are right."""

    def __init__(self, parts: WebParts, staff: Staff) -> None:
        self._parts = parts
        self._staff = staff

    def routes(self) -> list[Route]:
        """Return the route."""
        return [Route(PAGE, self._staff.signed_in(self.show))]

    async def show(self, request: Request, who: SignedIn) -> Response:
        """Show what was refused, what is wrong, what is translated and what nobody could answer."""
        editorial, me, content = self._parts.editorial, who.advisor, self._parts.content()
        _, language = self._staff.texts(request, who), self._staff.language(request, who)
        edits, coverage = opens(me.role, "articles"), editorial.coverage(me)
        refusal = editorial.refusal(me) if edits else None
        codes = [code for code in translated_to() if edits or not me.languages or code in me.languages]
        return self._staff.page(
            request,
            "content.html",
            who,
            edits=edits,
            refusal=refusal,
            since=_moment(refusal.since) if refusal else "",
            findings=await editorial.findings(me) if edits else (),
            groups=await editorial.questions(me) if edits else (),
            shown=SHOWN,
            coverage=coverage,
            topics={topic: trail.topic(content, topic, language) for topic in coverage.topics},
            spoken={code: language_name(code, language) for code in codes},
            name_of=lambda code: language_name(code, language),
            behind=any(coverage.todo(code) for code in codes),
            states=list(STATES),
            words=_states(_),
            reasons=_reasons(_),
        )


def _states(_: Gettext) -> dict[State, str]:
    return {
        "reviewed": _("geprüft"),
        "draft": _("Entwurf"),
        "machine": _("Maschine"),
        "outdated": _("veraltet"),
        "missing": _("fehlt"),
    }


def _reasons(_: Gettext) -> dict[Reason, str]:
    return {
        "unanswered": _("keine Antwort gefunden"),
        "none_of_these": _("keiner der Vorschläge passte"),
        "not_helpful": _("die Antwort half nicht"),
    }


def _moment(at: datetime) -> str:
    here = local(at)
    return f"{plain_date(here.date())}, {clock(here)}"
