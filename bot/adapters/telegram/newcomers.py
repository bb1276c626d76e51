"""The newcomers' bot, by aiogram: what people do becomes inbound messages, stored messages become Telegram's."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    LeaveChat,
    SendChatAction,
    SetMyCommands,
    TelegramMethod,
)
from aiogram.types import (
    BotCommand,
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientError

from bot.adapters.telegram.receiver import InvalidToken
from bot.adapters.telegram.sending import calls, edit, failure, send
from bot.core.content import Content
from bot.core.language import LANGUAGES
from bot.core.messages import Address, Attachment, Coordinates, InboundKind, InboundMessage
from bot.services.inbox import Inbox
from bot.services.ports import Clock, Delivered, DeliveryError, OutboxItem

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
COMMANDS = ("menu", "language", "person", "site", "appointments", "word", "emergency", "privacy", "mydata", "erase", "help")
LARGEST_FILE = 10 << 20
CALL_SECONDS = 30
ASIDE_SECONDS = 10

# What a message can carry: kinds with a file (and what it is called if the sender's client does not say), kinds without.
_FILES = {
    "photo": ("photo.jpg", "image/jpeg"),
    "live_photo": ("photo.mp4", "video/mp4"),
    "animation": ("animation.mp4", "video/mp4"),
    "document": ("document", "application/octet-stream"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "video": ("video.mp4", "video/mp4"),
    "video_note": ("video.mp4", "video/mp4"),
    "voice": ("voice.oga", "audio/ogg"),
}
_OTHERS = ("sticker", "contact", "poll", "dice", "game", "story", "checklist", "paid_media", "rich_message")

_log = logging.getLogger(__name__)


class NewcomersBot:
    """Channel to the newcomers and translator of what they do. aiogram parses and sends; it keeps no state."""

    name = "telegram"

    def __init__(self, token: str, inbox: Inbox, content: Callable[[], Content], clock: Clock, api_url: str) -> None:
        session = AiohttpSession(api=TelegramAPIServer.from_base(api_url), timeout=CALL_SECONDS)
        looks = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
        try:
            self._bot = Bot(token, session=session, default=looks)
        except TokenValidationError:
            raise InvalidToken(self.name) from None
        self._inbox = inbox
        self._content = content
        self._clock = clock
        self._source = f"telegram:{self._bot.id}"
        self._key = blake2b(token.encode()).digest()
        self._aside: set[asyncio.Task[None]] = set()
        self._sent: dict[int, list[str]] = {}
        # One handler per kind and no filters: aiogram would run every synchronous filter in a thread.
        self._dispatcher = Dispatcher(disable_fsm=True)
        self._dispatcher.message.register(self._on_message)
        self._dispatcher.edited_message.register(self._on_edit)
        self._dispatcher.callback_query.register(self._on_press)
        self._dispatcher.my_chat_member.register(self._on_membership)

    async def start(self) -> None:
        """Check the token and offer the commands; without a connection the bot starts all the same.

        Raises:
            InvalidToken: Telegram does not know the token.
        """
        try:
            await self._bot.get_me()
            for call in self._menus():
                await self._bot(call)
        except (TelegramUnauthorizedError, TelegramNotFound):
            await self.close()
            raise InvalidToken(self.name) from None
        except AiogramError as error:
            _log.warning("%s: the commands are not set (%s)", self.name, type(error).__name__)

    async def close(self) -> None:
        """Finish what is going on aside and close the connections."""
        await asyncio.gather(*self._aside)
        await self._bot.session.close()

    async def accept(self, update: dict[str, Any]) -> None:
        """Take an update; when this returns, what it means is stored."""
        # Not feed_raw_update: that logs the texts of exceptions.
        await self._dispatcher.feed_update(self._bot, Update.model_validate(update, context={"bot": self._bot}))

    async def deliver(self, item: OutboxItem) -> Delivered:
        """Deliver a message; a retry goes on with the part that failed.

        Raises:
            DeliveryError: it did not arrive, or nobody knows.
        """
        if item.status == "uncertain":
            await self._knock()
        sent = self._sent.pop(item.n, [])
        try:
            for n, call in list(enumerate(calls(int(item.address.id), item.message)))[len(sent) :]:
                sent.append(
                    await edit(self._bot, item.sent_as[n], call) if n < len(item.sent_as) else await send(self._bot, call)
                )
            return Delivered(tuple(sent))
        except (AiogramError, ValueError) as error:
            trouble = failure(error)
        if sent and not trouble.permanent:
            self._sent[item.n] = sent
        raise trouble

    async def _knock(self) -> None:
        """Look whether somebody answers: what may have arrived is sent only once more, hence not into a silence.

        Raises:
            DeliveryError: nobody answers; nothing was sent.
        """
        try:
            await self._bot.get_me()
        except AiogramError as error:
            silence = DeliveryError(type(error).__name__, retry_after=failure(error).retry_after)
        else:
            return
        raise silence

    def typing(self, address: Address) -> None:
        """Show for a few seconds that somebody is writing an answer."""
        self._do_aside(SendChatAction(chat_id=int(address.id), action="typing"))

    async def _on_message(self, message: Message) -> None:
        if message.chat.type != "private":
            self._leave(message.chat)
            return
        text = message.text or message.caption or ""
        place, attachment = _place(message), await self._attachment(message)
        if text or place or attachment:
            arrived = self._inbound("message", self._message_id(message), message.chat.id, message.date, message.from_user)
            album = self._id("g", message.chat.id, message.media_group_id) if message.media_group_id else None
            await self._inbox.receive(replace(arrived, text=text, place=place, attachment=attachment, album=album))

    async def _on_edit(self, message: Message) -> None:
        text = message.text or message.caption
        if message.chat.type != "private" or not text or message.edit_date is None:
            return
        external_id = self._id("e", message.chat.id, message.message_id, message.edit_date)
        edited_at = datetime.fromtimestamp(message.edit_date, UTC)
        arrived = self._inbound("edit", external_id, message.chat.id, edited_at, message.from_user)
        await self._inbox.receive(replace(arrived, text=text, edits=self._message_id(message)))

    async def _on_press(self, query: CallbackQuery) -> None:
        chat = query.message.chat if query.message else None
        if query.data and chat and chat.type == "private":
            arrived = self._inbound("message", self._id("c", query.id), chat.id, self._clock.now(), query.from_user)
            await self._inbox.receive(replace(arrived, choice=query.data))
        self._do_aside(AnswerCallbackQuery(callback_query_id=query.id))

    async def _on_membership(self, change: ChatMemberUpdated) -> None:
        status = change.new_chat_member.status
        if change.chat.type != "private":
            if status in ("member", "administrator", "restricted"):
                self._leave(change.chat)
            return
        kind: InboundKind = "blocked" if status == "kicked" else "unblocked"
        external_id = self._id("b", change.chat.id, change.date.timestamp(), status)
        await self._inbox.receive(self._inbound(kind, external_id, change.chat.id, change.date, change.from_user))

    def _inbound(self, kind: InboundKind, external_id: str, chat_id: int, at: datetime, user: User | None) -> InboundMessage:
        hint = user.language_code if user else None
        address = Address(self.name, str(chat_id))
        return InboundMessage(self._source, external_id, address, at, kind, language_hint=hint)

    def _message_id(self, message: Message) -> str:
        return self._id("m", message.chat.id, message.message_id)

    def _id(self, kind: str, *parts: object) -> str:
        """Return an id that is the same at a redelivery and from which nobody can tell the chat."""
        return kind + blake2b(":".join(map(str, parts)).encode(), key=self._key, digest_size=16).hexdigest()

    async def _attachment(self, message: Message) -> Attachment | None:
        for kind, (name, media_type) in _FILES.items():
            file = getattr(message, kind)
            if file:
                file = file[-1] if kind == "photo" else file
                name = getattr(file, "file_name", None) or name
                media_type = getattr(file, "mime_type", None) or media_type
                return Attachment(kind, name, media_type, await self._bytes(message.chat.id, file))
        other = next((kind for kind in _OTHERS if getattr(message, kind)), None)
        # Only the kind is kept: a contact's number is somebody else's secret.
        return Attachment(other, "", "") if other else None

    async def _bytes(self, chat_id: int, file: Any) -> bytes:
        """Return a file's bytes if they are kept at all; one that cannot be had must not stop the message."""
        too_large = (file.file_size or 0) > LARGEST_FILE
        if too_large or not self._inbox.keeps_files(Address(self.name, str(chat_id))):
            return b""
        try:
            stream = await self._bot.download(file, timeout=CALL_SECONDS)
        except (AiogramError, ClientError, TimeoutError) as error:
            _log.warning("%s: a file could not be fetched (%s)", self.name, type(error).__name__)
            return b""
        data = stream.read() if stream else b""
        return data if len(data) <= LARGEST_FILE else b""

    def _leave(self, chat: Chat) -> None:
        self._do_aside(LeaveChat(chat_id=chat.id))

    def _do_aside(self, call: TelegramMethod[bool]) -> None:
        """Make a call that nothing depends on, such as the answer to a button that may be too old for one."""
        task = asyncio.create_task(self._try(call))
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def _try(self, call: TelegramMethod[bool]) -> None:
        with suppress(AiogramError):
            await self._bot(call, request_timeout=ASIDE_SECONDS)

    def _menus(self) -> Iterator[SetMyCommands]:
        """Yield the command menu for everybody, then the one of each language that has texts of its own."""
        phrases = self._content().phrases
        yield SetMyCommands(commands=self._commands("en"))
        for code in LANGUAGES:
            if phrases.find(f"command_{COMMANDS[0]}", code).language == code:
                yield SetMyCommands(commands=self._commands(code), language_code=code)

    def _commands(self, language: str) -> list[BotCommand]:
        phrases = self._content().phrases
        return [BotCommand(command=name, description=phrases.say(f"command_{name}", language)) for name in COMMANDS]


def _place(message: Message) -> Coordinates | None:
    location = message.location or (message.venue.location if message.venue else None)
    return Coordinates(location.latitude, location.longitude) if location else None
