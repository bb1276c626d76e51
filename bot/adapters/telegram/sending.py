"""What a stored message becomes at aiogram: the calls that say it, and what their errors mean for it."""

from collections.abc import Iterator

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import EditMessageText, SendDocument, SendMessage, SendPhoto, TelegramMethod
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.adapters.telegram.formatting import Post, posts
from bot.core.messages import OutboundMessage
from bot.services.ports import DeliveryError

_GONE = ("chat not found", "user is deactivated", "peer_id_invalid")


def calls(chat_id: int, message: OutboundMessage) -> Iterator[TelegramMethod[Message]]:
    """Yield the calls that say a message, in order.

    Raises:
        ValueError: a choice's id is empty or longer than Telegram allows.
    """
    for post in posts(message):
        yield SendMessage(chat_id=chat_id, text=post.html, reply_markup=_keyboard(post))
    if message.attachment is not None:
        file = BufferedInputFile(message.attachment.data, message.attachment.name)
        photo = message.attachment.kind == "photo"
        yield SendPhoto(chat_id=chat_id, photo=file) if photo else SendDocument(chat_id=chat_id, document=file)


async def send(bot: Bot, call: TelegramMethod[Message]) -> str:
    """Make a call; return the message's id."""
    try:
        return str((await bot(call)).message_id)
    except TelegramBadRequest:
        if not isinstance(call, SendPhoto):
            raise
    # Too long or too wide for a photo; as a file it still arrives.
    return str((await bot(SendDocument(chat_id=call.chat_id, document=call.photo))).message_id)


async def edit(bot: Bot, message_id: str, call: TelegramMethod[Message]) -> str:
    """Replace the words of a message that was sent already; its file stays. One that the person deleted is sent again."""
    if not isinstance(call, SendMessage) or isinstance(call.reply_markup, ReplyKeyboardMarkup):
        return message_id
    buttons = call.reply_markup if isinstance(call.reply_markup, InlineKeyboardMarkup) else None
    try:
        await bot(EditMessageText(text=call.text, chat_id=call.chat_id, message_id=int(message_id), reply_markup=buttons))
    except TelegramBadRequest as error:
        said = error.message.casefold()
        if "message to edit not found" in said:
            return await send(bot, call)
        if "not modified" not in said:
            raise
    return message_id


def failure(error: Exception) -> DeliveryError:
    """Say what an error of the library means for the message; its text is not kept, it may name the chat."""
    reason = type(error).__name__
    match error:
        case TelegramRetryAfter():
            return DeliveryError(reason, retry_after=error.retry_after)
        case TelegramForbiddenError():
            return DeliveryError(reason, permanent=True, unreachable=True)
        case TelegramBadRequest():
            gone = any(words in error.message.casefold() for words in _GONE)
            return DeliveryError(f"{reason}: {error.message}", permanent=True, unreachable=gone)
        case TelegramEntityTooLarge() | ValueError():
            return DeliveryError(reason, permanent=True)
        case TelegramNetworkError():
            unsent = isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
            return DeliveryError(reason, uncertain=not unsent)
        case ClientDecodeError():
            # Half of Telegram's own answer; anything else was said by something before it, which did not reach it.
            return DeliveryError(reason, uncertain=str(error.data).lstrip().startswith("{"))
    return DeliveryError(reason)


def _keyboard(post: Post) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    if post.asks_location:
        button = KeyboardButton(text=post.asks_location, request_location=True)
        return ReplyKeyboardMarkup(keyboard=[[button]], resize_keyboard=True, one_time_keyboard=True)
    rows = [[InlineKeyboardButton(text=one.label, callback_data=one.data) for one in row] for row in post.buttons]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
