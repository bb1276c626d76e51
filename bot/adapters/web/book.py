"""Booking without a chat, for posters and websites: the same conversation, of which only what belongs to booking is shown."""

import secrets
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web.messages import bubble, names_of
from bot.adapters.web.offers import STANDING, Row, newest
from bot.adapters.web.pages import Pages
from bot.adapters.web.parts import WebParts
from bot.adapters.web.security import arrives_from_elsewhere, foreign, form_token, set_cookie
from bot.adapters.web.visitors import COOKIE, COOKIE_LIFETIME, MAX_CHOICE, Visitor, Visitors, form_id, language_of
from bot.core.contacts import AskingPlace, ChoosingAppointment, Conversation
from bot.core.language import LANGUAGES
from bot.core.locales import day, local
from bot.core.messages import Choice
from bot.core.network import Site
from bot.services.ports import TranscriptLine

PAGE = "/book"
STEPS = ("language", "consent", "topic", "site", "day", "time", "check", "done")
_PLACE = 200
"""Characters of the name of a place."""
_ON_THE_WAY = ("book:", "place:", "consent:", "nav:back")
_AT_A_SITE = ("consent:", "book:topic:", "book:site:", "book:day:", "book:time:")
"""What is pressed at a site's own address without leaving it."""
_START = "book:start"
_BOOKED = ("book:yes:", "book:take:", "book:accept:")
_REMINDERS = ("consent:yes:reminders", "consent:no:reminders")
_NOT_HERE = ("location", "nav:language", "nav:menu")


class BookPage:
    """Plain forms and no script; what is pressed goes through the inbox like everything that newcomers do."""

    def __init__(self, parts: WebParts, people: Visitors, pages: Pages) -> None:
        self._parts = parts
        self._people = people
        self._pages = pages
        self._names = names_of(parts.store)

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PAGE, self.show),
            Route(f"{PAGE}/language", self.choose_language, methods=["POST"]),
            Route(f"{PAGE}/choose", self.choose, methods=["POST"]),
            Route(f"{PAGE}/write", self.write, methods=["POST"]),
            Route(f"{PAGE}/{{site}}", self.show),
        ]

    async def show(self, request: Request) -> Response:
        """Show where somebody is on the way to an appointment; at a site's own address the beginning of the way there."""
        site = self._site(request)
        visitor = self._people.by_cookie(request)
        if visitor is None:
            return arrives_from_elsewhere(request) or self._languages(request, None, site)
        if visitor.conversation.language is None or "language" in request.query_params:
            return self._languages(request, visitor, site)
        lines = self._parts.inbox.transcript(visitor.address)
        if lines and lines[-1].author == "newcomer" and visitor.conversation.owner == "bot":
            return self._page(visitor, "wait")
        said = _said(lines, visitor.conversation)
        if site and not _on_the_way(visitor.conversation, site):
            said = []
        return self._page(visitor, "said" if said else "start", said, site)

    async def choose_language(self, request: Request) -> Response:
        """Begin with the wish for an appointment; somebody who is on the way already reads the same step again."""
        form = await request.form()
        language, site = str(form.get("language", "")), self._parts.content().network.sites.get(str(form.get("site", "")))
        if foreign(request):
            raise HTTPException(403)
        response = _to(site)
        if language not in LANGUAGES:
            return response
        known = self._people.by_cookie(request)
        token = known.token if known else await self._people.begin(request)
        new = known is None or known.conversation.language is None
        then = "" if known is None else _same_step(known.conversation)
        # The wish comes before the language: then the bot knows it when it asks its first question.
        for choice in (_START, f"lang:{language}") if new else (f"lang:{language}", then):
            if choice:
                await self._people.act(request, token, f"book:{secrets.token_urlsafe(9)}", choice=choice)
        set_cookie(request, response, COOKIE, token, COOKIE_LIFETIME, secure=self._parts.secure_cookies)
        return response

    async def choose(self, request: Request) -> Response:
        """Take a pressed button; who wants a person goes on in the chat."""
        form = await request.form()
        visitor = self._people.author(request, form)
        choice = str(form.get("choice", ""))
        if visitor and 0 < len(choice) <= MAX_CHOICE:
            await self._people.act(request, visitor.token, form_id(form, choice), choice=choice)
        if choice == "nav:person":
            return RedirectResponse("/", 303)
        stays = choice.startswith(_AT_A_SITE) or (choice == _START and "begin" in form)
        site = self._parts.content().network.sites.get(str(form.get("site", ""))) if stays else None
        found = self._people.find(visitor.token) if visitor else None
        if site and found and _asks_where(found.conversation):
            # At a site's own address nobody has to say where.
            await self._people.act(request, found.token, form_id(form, f"at {site.id}"), choice=f"book:site:{site.id}")
        return _to(site)

    async def write(self, request: Request) -> Response:
        """Take the place where somebody lives."""
        form = await request.form()
        visitor = self._people.author(request, form)
        text = str(form.get("text", ""))[:_PLACE].strip()
        if visitor and text:
            await self._people.act(request, visitor.token, form_id(form, text), text=text)
        return RedirectResponse(PAGE, 303)

    def _site(self, request: Request) -> Site | None:
        """Return the site that an address names.

        Raises:
            HTTPException: there is no such site, or it offers no appointments.
        """
        name = request.path_params.get("site")
        site = self._parts.content().network.sites.get(str(name))
        if name is not None and (site is None or not site.appointments):
            raise HTTPException(404)
        return site

    def _languages(self, request: Request, visitor: Visitor | None, site: Site | None) -> Response:
        language = language_of(request, visitor)
        return self._pages.speak(
            "book.html", language, state="languages", site=site, step=1 if visitor is None else 0, steps=len(STEPS), page=PAGE
        )

    def _page(self, visitor: Visitor, state: str, said: Sequence[TranscriptLine] = (), site: Site | None = None) -> Response:
        names, now, step = self._names(), self._parts.clock.now(), _step(visitor.conversation) if said else 0
        return self._pages.speak(
            "book.html",
            visitor.language,
            state=state,
            site=site,
            step=step,
            steps=len(STEPS),
            page=PAGE,
            wish=_START,
            said=[(bubble(line, names, visitor.language, now), _rows(line, done=step == len(STEPS))) for line in said],
            changes=self._changes(visitor) if step == len(STEPS) else [],
            back=STEPS.index("topic") < step < len(STEPS),
            asks_place=_asks_place(visitor.conversation),
            csrf=form_token(self._parts.secret, visitor.token),
            form=secrets.token_urlsafe(9),
        )

    def _changes(self, visitor: Visitor) -> list[Row]:
        """Return the buttons that move and cancel the appointments ahead."""
        content, now = self._parts.content(), self._parts.clock.now()
        with self._parts.store.transaction() as tx:
            ahead = [each for each in tx.appointments(visitor.conversation.contact_id) if each.ahead(now)]

        def change(action: str, phrase: str, id: str, when: str) -> Choice:
            return Choice(f"book:{action}:{id}", content.phrases.say(phrase, visitor.language, day=when))

        dated = [(each.id, day(local(each.slot.start).date(), visitor.language)) for each in ahead]
        return [(change("move", "move_it", *each), change("off", "cancel_it", *each)) for each in dated]


def _to(site: Site | None) -> Response:
    return RedirectResponse(f"{PAGE}/{site.id}" if site else PAGE, 303)


def _said(lines: list[TranscriptLine], conversation: Conversation) -> list[TranscriptLine]:
    """Return what the bot said last, if it belongs to booking."""
    first = newest(lines, conversation.keeps)
    said = [line for line in lines if first is not None and line.n >= first and line.author == "bot" and _asks_more(line)]
    return said if _belongs(conversation, said) else []


def _asks_more(line: TranscriptLine) -> bool:
    """Tell whether a line says more than the greeting, whose question for the language this page asks itself."""
    return line.message is not None and not any(each.id.startswith("lang:") for row in line.message.choices for each in row)


def _belongs(conversation: Conversation, said: Sequence[TranscriptLine]) -> bool:
    pressed, pending = conversation.last_choice, conversation.pending
    buttons = [choice.id for line in said if line.message for row in line.message.choices for choice in row]
    if "case:callback" in buttons:  # somebody was asked for; that an appointment is offered as well does not make it booking
        return False
    return (
        _done(conversation)
        or any(id.startswith("book:") for id in buttons)
        or (conversation.wish or "").startswith("book:")
        or _asks_place(conversation)
        or (isinstance(pending, ChoosingAppointment) and (pressed is None or pressed.startswith(_ON_THE_WAY)))
    )


def _on_the_way(conversation: Conversation, site: Site) -> bool:
    """Tell whether somebody is choosing, and at no other site; else a site's own address shows the beginning."""
    pending = conversation.pending
    elsewhere = isinstance(pending, ChoosingAppointment) and pending.site not in (None, site.id)
    return 0 < _step(conversation) < len(STEPS) and not elsewhere


def _asks_where(conversation: Conversation) -> bool:
    pending = conversation.pending
    return _asks_place(conversation) or (isinstance(pending, ChoosingAppointment) and pending.stage == "site")


def _asks_place(conversation: Conversation) -> bool:
    return isinstance(conversation.pending, AskingPlace) and conversation.pending.purpose == "book"


def _step(conversation: Conversation) -> int:
    """Return the number of the step somebody is at; 0 beside the way, as when an appointment is cancelled."""
    pending = conversation.pending
    if not conversation.keeps:
        # Asked, or to be asked as soon as an appointment is wanted.
        return STEPS.index("consent") + 1
    if isinstance(pending, ChoosingAppointment):
        return STEPS.index(pending.stage) + 1
    if _asks_place(conversation):
        return STEPS.index("site") + 1
    return len(STEPS) if _done(conversation) else 0


def _done(conversation: Conversation) -> bool:
    """Tell whether an appointment was just confirmed: then nothing is being chosen any more."""
    return conversation.pending is None and (conversation.last_choice or "").startswith(_BOOKED + _REMINDERS)


def _same_step(conversation: Conversation) -> str:
    """Return the button that leads to the step somebody is at; the question for the place is repeated by itself."""
    pending = conversation.pending
    if not isinstance(pending, ChoosingAppointment):
        return ""
    if pending.site and pending.day:
        return f"book:day:{pending.site}:{pending.day:%Y%m%d}"
    return f"book:site:{pending.site}" if pending.site else "book:start"


def _rows(line: TranscriptLine, *, done: bool) -> list[Row]:
    """Return a message's buttons without those that always stand there; once it is booked only those that answer a question."""
    rows = [row for row in (line.message.choices if line.message else ()) if row]
    if rows and STANDING.issuperset(each.id for each in rows[-1]):
        rows.pop()
    kept = [tuple(each for each in row if each.id not in _NOT_HERE and (each.id in _REMINDERS or not done)) for row in rows]
    return [row for row in kept if row]
