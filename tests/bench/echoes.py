"""The bare echo bots that a whole turn is compared with: one handler, no filter, no network, nothing stored."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, cast

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Message
from telegram import Update
from telegram.ext import Application, MessageHandler, filters
from telegram.request import BaseRequest, RequestData

TOKEN = "100:the-token-of-the-benchmark"
ANSWER = (
    '{"ok":true,"result":{"message_id":7,"date":1795500000,"chat":{"id":7,"type":"private","first_name":"Amina"},"text":"x"}}'
)
YES = '{"ok":true,"result":true}'
ME = b'{"ok":true,"result":{"id":100,"is_bot":true,"first_name":"Echo","username":"echo_bot"}}'

Json = dict[str, Any]


def message(update_id: int, person: int, text: str) -> bytes:
    """Return an update as Telegram sends it."""
    user = {"id": person, "is_bot": False, "first_name": "Amina", "language_code": "de"}
    chat = {"id": person, "type": "private", "first_name": "Amina"}
    update = {"message_id": update_id, "from": user, "chat": chat, "date": 1795500000, "text": text}
    return json.dumps({"update_id": update_id, "message": update}).encode()


def press(update_id: int, person: int, data: str) -> bytes:
    """Return the update of a pressed button."""
    user = {"id": person, "is_bot": False, "first_name": "Amina", "language_code": "de"}
    chat = {"id": person, "type": "private", "first_name": "Amina"}
    shown = {"message_id": 1, "chat": chat, "date": 1795500000, "text": "x"}
    query = {"id": str(update_id), "from": user, "message": shown, "chat_instance": "1", "data": data}
    return json.dumps({"update_id": update_id, "callback_query": query}).encode()


class StubSession(BaseSession):
    """Does what aiogram's own session does up to the socket: prepares the fields, parses the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self.arrived = asyncio.Event()

    async def make_request(self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None) -> TelegramType:
        files: dict[str, InputFile] = {}
        for value in method.model_dump(warnings=False).values():
            self.prepare_value(value, bot=bot, files=files)
        content = ANSWER if method.__returning__ is Message else YES
        response = self.check_response(bot=bot, method=method, status_code=200, content=content)
        if isinstance(method, SendMessage):
            self.sent += 1
            self.arrived.set()
        return cast(TelegramType, response.result)

    async def close(self) -> None:
        """There is nothing to close."""

    async def stream_content(
        self,
        url: str,
        headers: Json | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        yield b""


class AiogramEcho:
    """An aiogram bot that answers every text with itself."""

    name = "bare aiogram echo"

    def __init__(self) -> None:
        self._bot = Bot(TOKEN, session=StubSession(), default=DefaultBotProperties(parse_mode="HTML"))
        self._dispatcher = Dispatcher(disable_fsm=True)
        self._dispatcher.message.register(self._answer)

    async def turn(self, number: int) -> None:
        """Take one update and answer it."""
        await self._dispatcher.feed_raw_update(self._bot, json.loads(message(number, number % 100, "Guten Tag")))

    async def _answer(self, message: Message) -> None:
        await message.answer(message.text or "")


class AiogramMenu(AiogramEcho):
    """An aiogram bot that answers every text with our menu: a few lines and twenty buttons."""

    name = "bare aiogram, answering with a menu"

    async def _answer(self, message: Message) -> None:
        rows = [[InlineKeyboardButton(text=f"{name} {n}", callback_data=f"topic:{n}") for n in (1, 2)] for name in "abcdefgh"]
        await message.answer("Was brauchen Sie?\n" * 5, reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


class AiogramStored(AiogramMenu):
    """The same with one durable row per message: what keeping alone costs."""

    name = "the same, storing one row durably"

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.db = sqlite3.connect(file, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("CREATE TABLE said (n INTEGER PRIMARY KEY, text TEXT)")

    async def _answer(self, message: Message) -> None:
        self.db.execute("INSERT INTO said (text) VALUES (?)", (message.text,))
        await super()._answer(message)


class StubRequest(BaseRequest):
    """A network for python-telegram-bot that answers at once."""

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *more: Any, **others: Any
    ) -> tuple[int, bytes]:
        fields = request_data.json_parameters if request_data else {}
        return 200, ANSWER.encode() if fields else ME


class PtbEcho:
    """A python-telegram-bot application that answers every text with itself."""

    name = "bare python-telegram-bot echo"

    def __init__(self) -> None:
        builder = Application.builder().token(TOKEN).updater(None).request(StubRequest()).get_updates_request(StubRequest())
        self._application = builder.build()
        self._application.add_handler(MessageHandler(filters.ALL, self._answer))

    async def start(self) -> None:
        """Prepare the application."""
        await self._application.initialize()

    async def turn(self, number: int) -> None:
        """Take one update and answer it."""
        update = Update.de_json(json.loads(message(number, number % 100, "Guten Tag")), self._application.bot)
        await self._application.process_update(update)

    async def _answer(self, update: Update, _: Any) -> None:
        assert update.message is not None
        await update.message.reply_text(update.message.text or "")
