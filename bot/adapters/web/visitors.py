"""Who is chatting: from cookie or bearer token to address, conversation and language."""

import hashlib
import math
import secrets
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request

from bot.adapters.web.parts import WebParts
from bot.adapters.web.security import Pace
from bot.core.contacts import Conversation
from bot.core.language import SOURCE, parse_language
from bot.core.messages import Address, Coordinates, InboundMessage
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


def new_token() -> str:
    """Return a token for a new chat."""
    return secrets.token_urlsafe(16)


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

    def by_bearer(self, request: Request) -> Visitor | None:
        """Return the visitor whose token stands in the Authorization header."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self.find(token.strip()) if scheme.casefold() == "bearer" else None

    async def act(
        self,
        token: str,
        external_id: str,
        *,
        text: str = "",
        choice: str | None = None,
        place: Coordinates | None = None,
    ) -> Receipt:
        """Hand something a visitor did to the inbox and wait until it is answered, or for a few seconds."""
        address = address_of(token)
        await self._pace.wait(address.id)
        receipt = await self._parts.inbox.receive(
            InboundMessage(
                source="web",
                external_id=f"{address.id[:24]}:{strip_controls(external_id)}",
                address=address,
                sent_at=self._parts.clock.now(),
                text=strip_controls(text).strip(),
                choice=strip_controls(choice) if choice is not None else None,
                place=place,
            )
        )
        await self._parts.inbox.settled(receipt.conversation_id)
        return receipt


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
