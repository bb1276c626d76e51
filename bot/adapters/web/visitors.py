"""Who is chatting: from cookie or bearer token to address, conversation and language."""

import hashlib
import math
import secrets
from dataclasses import dataclass
from datetime import timedelta

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.adapters.web.origins import Gates, Stream, origin
from bot.adapters.web.parts import WebParts
from bot.adapters.web.security import Pace, foreign, form_token, same
from bot.core.contacts import Conversation
from bot.core.language import SOURCE, parse_language
from bot.core.messages import Address, Attachment, Coordinates, InboundMessage
from bot.core.text import strip_controls
from bot.services.inbox import Receipt

COOKIE = "chat"
COOKIE_LIFETIME = timedelta(days=180)
MAX_TEXT = 20_000
MAX_CHOICE = 200


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a chat token."""

    token: str
    address: Address
    conversation: Conversation

    @property
    def language(self) -> str:
        """The language of the chat."""
        return self.conversation.language or SOURCE


def address_of(token: str) -> Address:
    """Return the address of a token's chat; the token itself is kept nowhere."""
    return Address("web", hashlib.sha256(token.encode(errors="replace")).hexdigest())


def language_of(request: Request, visitor: Visitor | None = None) -> str:
    """Return the language to answer in: the chat's, else the browser's, else German."""
    if visitor is not None:
        return visitor.language
    wishes = request.headers.get("accept-language", "")[:200].split(",")
    known = (parse_language(wish.split(";")[0]) for wish in wishes)
    return next((code for code in known if code), SOURCE)


class Visitors:
    """Finds visitors and passes on what they do."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self._pace = Pace(parts.clock, parts.pause)
        self._starts = Stream(parts.clock, parts.pause, rush=30, per_minute=30)
        self._messages = Stream(parts.clock, parts.pause, rush=300, per_minute=600)
        self._gates = Gates()

    def find(self, token: str) -> Visitor | None:
        """Return the visitor a token belongs to, if their conversation (still) exists."""
        if not token:
            return None
        address = address_of(token)
        conversation = self._parts.inbox.find(address)
        return Visitor(token, address, conversation) if conversation else None

    def by_cookie(self, request: Request) -> Visitor | None:
        """Return the visitor whose cookie a request carries."""
        return self.find(request.cookies.get(COOKIE, ""))

    def author(self, request: Request, form: FormData) -> Visitor | None:
        """Return the visitor who sent a form of our own; nobody when the chat is gone."""
        visitor = self.by_cookie(request)
        if visitor is None:
            return None
        if foreign(request) or not same(form_token(self._parts.secret, visitor.token), form.get("csrf")):
            raise HTTPException(403)
        return visitor

    def by_bearer(self, request: Request) -> Visitor | None:
        """Return the visitor whose token stands in the Authorization header."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self.find(token.strip()) if scheme.casefold() == "bearer" else None

    async def begin(self, request: Request) -> str:
        """Return a token for a new chat, later for an origin that begins many."""
        await self._starts.wait(origin(request))
        return secrets.token_urlsafe(16)

    async def act(
        self,
        request: Request,
        token: str,
        external_id: str,
        *,
        text: str = "",
        choice: str | None = None,
        place: Coordinates | None = None,
        attachment: Attachment | None = None,
    ) -> Receipt:
        """Hand something a visitor did to the inbox and wait until it is answered, or for a few seconds."""
        address, where = address_of(token), origin(request)
        await self._messages.wait(where)
        await self._pace.wait(address.id)
        async with self._gates.through(where):
            receipt = await self._parts.inbox.receive(
                InboundMessage(
                    source="web",
                    external_id=f"{address.id[:24]}:{strip_controls(external_id)}",
                    address=address,
                    sent_at=self._parts.clock.now(),
                    text=strip_controls(text).strip(),
                    choice=strip_controls(choice) if choice is not None else None,
                    place=place,
                    attachment=attachment,
                )
            )
            await self._parts.inbox.settled(receipt.conversation_id)
        return receipt


def form_id(form: FormData, content: str) -> str:
    """Return what makes a form unique: the mark it was rendered with and what was sent, so that a resend counts once."""
    mark = hashlib.sha256(content.encode(errors="replace")).hexdigest()[:16]
    return f"form:{str(form.get('form', ''))[:40]}:{mark}"


def coordinates(lat: object, lon: object) -> Coordinates | None:
    """Return a point on earth from two numbers (or their texts), or None."""
    if isinstance(lat, bool) or isinstance(lon, bool):
        return None
    try:
        north, east = float(lat), float(lon)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    if not (math.isfinite(north) and math.isfinite(east) and abs(north) <= 90 and abs(east) <= 180):
        return None
    return Coordinates(north, east)
