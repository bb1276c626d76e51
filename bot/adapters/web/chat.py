"""The newcomers' pages: choose a language, chat, read about us."""

import secrets
from hashlib import sha256

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web import starts
from bot.adapters.web.leaving import LEFT
from bot.adapters.web.messages import Bubble, attachment_of, bubble, download, line_number, names_of, picture, whole_number
from bot.adapters.web.offers import newest, offer
from bot.adapters.web.pages import Pages
from bot.adapters.web.parts import WebParts
from bot.adapters.web.security import arrives_from_elsewhere, foreign, form_token, set_cookie
from bot.adapters.web.uploads import attachment, read_form, sent_file
from bot.adapters.web.visitors import (
    COOKIE,
    COOKIE_LIFETIME,
    MAX_CHOICE,
    MAX_TEXT,
    Visitor,
    Visitors,
    coordinates,
    form_id,
    language_of,
)
from bot.core.attachments import LARGEST, UnfitFile, is_picture
from bot.core.language import LANGUAGES
from bot.core.messages import Attachment
from bot.services.ports import TranscriptLine

_GREETINGS = ("de", "en", "ar", "uk")
_ONE_TURN = 30
"""Lines among which what is answered to somebody surely begins."""


class Chat:
    """Pages whose every action is a form that works without JavaScript."""

    def __init__(self, parts: WebParts, people: Visitors, pages: Pages) -> None:
        self._parts = parts
        self._people = people
        self._pages = pages
        self._names = names_of(parts.store)

    def routes(self) -> list[Route]:
        """Return the routes of the chat and of the pages about it."""
        return [
            Route("/", self.home),
            Route("/chat/language", self.choose_language, methods=["POST"]),
            Route("/chat/send", self.send, methods=["POST"]),
            Route("/chat/choose", self.choose, methods=["POST"]),
            Route("/chat/place", self.place, methods=["POST"]),
            Route("/chat/typing", self.typing, methods=["POST"]),
            Route("/chat/seen", self.seen, methods=["POST"]),
            Route("/chat/files/{n}", self.file),
            Route("/chat/pictures/{n}", self.picture),
            Route("/about", self.about),
        ]

    async def home(self, request: Request) -> Response:
        """Show the conversation, or the languages to begin one."""
        visitor = self._people.by_cookie(request)
        if visitor is None:
            return arrives_from_elsewhere(request) or self._languages(request)
        return self._conversation(request, visitor)

    def _conversation(self, request: Request, visitor: Visitor, notice: str = "", draft: str = "", status: int = 200) -> Response:
        """Show the conversation; `notice` says why what was just written (`draft`) is not in it."""
        lines = self._parts.inbox.transcript(visitor.address)
        start = request.query_params.get("start", "")
        return self._pages.speak(
            "chat.html",
            visitor.language,
            status,
            notice=notice,
            draft=draft,
            with_person=self._parts.inbox.keeps_files(visitor.address),
            largest=LARGEST,
            bubbles=self._bubbles(visitor, lines),
            offer=offer(lines),
            newest=newest(lines, visitor.conversation.keeps),
            waiting=bool(lines) and lines[-1].author == "newcomer" and visitor.conversation.owner == "bot",
            after=lines[-1].n if lines else 0,
            start=start,
            start_label=starts.label(self._parts.content(), start, visitor.language),
            csrf=form_token(self._parts.secret, visitor.token),
            form=secrets.token_urlsafe(9),
        )

    async def choose_language(self, request: Request) -> Response:
        """Begin a chat; somebody who has one already only changes its language."""
        form = await request.form()
        language, start = str(form.get("language", "")), str(form.get("start", ""))
        if foreign(request):
            raise HTTPException(403)
        if language not in LANGUAGES:
            return RedirectResponse("/", 303)
        known = self._people.by_cookie(request)
        token = known.token if known else await self._people.begin(request)
        if starts.label(self._parts.content(), start, language):
            # Before the language: then the wish is known when the bot asks its first question, and it asks only once.
            await self._people.act(request, token, f"start:{secrets.token_urlsafe(9)}", text=starts.command(start))
        await self._people.act(request, token, f"language:{secrets.token_urlsafe(9)}", choice=f"lang:{language}")
        response = self._to_newest(request, token)
        set_cookie(request, response, COOKIE, token, COOKIE_LIFETIME, secure=self._parts.secure_cookies)
        return response

    async def send(self, request: Request) -> Response:
        """Take a text, a file, or both; a file that does not fit is refused with its text kept."""
        async with read_form(request) as form:
            visitor = self._people.author(request, form)
            file = await sent_file(form)
        text = str(form.get("text", "")).replace("\r\n", "\n")
        if visitor and len(text) > MAX_TEXT:
            return self._pages.problem(visitor.language, 413, "web_error_too_long", limit=f"{MAX_TEXT}")
        if visitor and (text.strip() or file):
            try:
                enclosed = attachment(file, kept=self._parts.inbox.keeps_files(visitor.address))
            except UnfitFile as error:
                return self._refused(request, visitor, error, text)
            mark = text + (sha256(file[1]).hexdigest() if file else "")
            await self._people.act(request, visitor.token, form_id(form, mark), text=text, attachment=enclosed)
        return self._to_newest(request, visitor.token if visitor else "")

    async def typing(self, request: Request) -> Response:
        """Let the advisor know that somebody is typing; nothing of it is kept."""
        visitor = self._people.author(request, await request.form())
        if visitor:
            self._parts.presence.newcomer_types(visitor.conversation.id)
        return Response(status_code=204)

    async def seen(self, request: Request) -> Response:
        """Note how far somebody has read what advisors wrote."""
        form = await request.form()
        visitor = self._people.author(request, form)
        if visitor:
            self._parts.reading.newcomer(visitor.address, whole_number(form.get("n")))
        return Response(status_code=204)

    async def choose(self, request: Request) -> Response:
        """Take a pressed button."""
        form = await request.form()
        visitor = self._people.author(request, form)
        choice = str(form.get("choice", ""))
        if visitor and 0 < len(choice) <= MAX_CHOICE:
            await self._people.act(request, visitor.token, form_id(form, choice), choice=choice)
        return self._to_newest(request, visitor.token if visitor else "")

    async def place(self, request: Request) -> Response:
        """Take the place the browser told."""
        form = await request.form()
        visitor = self._people.author(request, form)
        place = coordinates(form.get("lat"), form.get("lon"))
        if visitor and place:
            await self._people.act(request, visitor.token, form_id(form, f"{place.lat},{place.lon}"), place=place)
        return self._to_newest(request, visitor.token if visitor else "")

    async def file(self, request: Request) -> Response:
        """Give out a file that belongs to the visitor's own chat."""
        line, found = self._file(request)
        return download(found, ours=line.author == "bot")

    async def picture(self, request: Request) -> Response:
        """Show a picture of the visitor's own chat."""
        _, found = self._file(request)
        if not is_picture(found):
            raise HTTPException(404)
        return picture(found)

    def _file(self, request: Request) -> tuple[TranscriptLine, Attachment]:
        visitor = self._people.by_cookie(request) or self._people.by_bearer(request)
        line = self._parts.files.of_newcomer(visitor.address, line_number(request)) if visitor else None
        found = attachment_of(line) if line else None
        if line is None or found is None or not found.data:
            raise HTTPException(404)
        return line, found

    async def about(self, request: Request) -> Response:
        """Say who makes this and whose work it stands on."""
        language = language_of(request, self._people.by_cookie(request))
        return self._pages.speak("about.html", language, source_url=self._parts.source_url)

    def _refused(self, request: Request, visitor: Visitor, error: UnfitFile, text: str) -> Response:
        key = "web_file_heic" if error.reason == "heic" else "file_not_received"
        notice = self._parts.content().phrases.say(key, visitor.language)
        return self._conversation(request, visitor, notice, text, status=422)

    def _bubbles(self, visitor: Visitor, lines: list[TranscriptLine]) -> list[Bubble]:
        content, now = self._parts.content(), self._parts.clock.now()
        names = self._names() if any(line.advisor for line in lines) else {}
        return [bubble(line, names, visitor.language, now, starts.said(content, line.text, visitor.language)) for line in lines]

    def _to_newest(self, request: Request, token: str) -> Response:
        """Lead back to the chat; a browser without JavaScript scrolls to where reading goes on, our script does it itself."""
        visitor = None if request.headers.get("sec-fetch-dest") == "empty" else self._people.find(token)
        lines = self._parts.inbox.transcript(visitor.address, limit=_ONE_TURN) if visitor else []
        n = newest(lines, visitor.conversation.keeps) if visitor else None
        return RedirectResponse("/" if n is None else f"/#m{n}", 303)

    def _languages(self, request: Request) -> Response:
        language = language_of(request)
        phrases = self._parts.content().phrases
        codes = list(dict.fromkeys((language, *_GREETINGS)))[: len(_GREETINGS)]
        greetings = list({each.language: each for each in (phrases.find("choose_language", code) for code in codes)}.values())
        start, left = request.query_params.get("start", ""), LEFT in request.cookies
        return self._pages.speak("languages.html", language, greetings=greetings, start=start, left=left)
