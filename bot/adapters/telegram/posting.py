"""What the staff bot does in a group: opens and closes topics, posts and edits messages, and what its errors mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

import httpx
from telegram import Bot, InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto, LinkPreviewOptions, Message, ReplyParameters
from telegram import error as errors

from bot.adapters.telegram.topics import CARD, Entry
from bot.core.attachments import is_picture
from bot.core.messages import Attachment
from bot.services.ports import DeliveryError, Posted, Topic

CAPTION_UNITS = 1024
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("thread not found", "topic_id_invalid", "topic_deleted")
_BARRED = ("chat not found", "not enough rights", "not a forum", "no rights", "write_forbidden", "admin_required", "deactivated")

Refusal = Literal["gone", "closed", "barred", "same", "lost", "other"]


class Keep(Protocol):
    """Stores what was posted so far."""

    def __call__(self, posted: Posted) -> None:
        """Store it."""


class Buttons(Protocol):
    """Gives what stands under a card."""

    def __call__(self, case_id: str, *, waiting: bool) -> InlineKeyboardMarkup | None:
        """Return the buttons."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One message of an entry: a text, or a file with what stands under it."""

    html: str
    file: Attachment | None = None


class Poster:
    """Makes the calls; what they mean for a case is decided by the relay."""

    def __init__(self, bot: Bot, buttons: Buttons) -> None:
        self._bot = bot
        self._buttons = buttons

    async def open(self, case_id: str, chat: int, title: str) -> Topic:
        """Make a topic."""
        made = await self._bot.create_forum_topic(chat, title)
        return Topic(case_id, chat, made.message_thread_id, title)

    async def rename(self, topic: Topic, title: str) -> None:
        """Give a topic another title."""
        await _unless_same(self._bot.edit_forum_topic(topic.chat, topic.thread, name=title))

    async def set_closed(self, topic: Topic, *, closed: bool) -> None:
        """Close a topic, or open it again."""
        change = self._bot.close_forum_topic if closed else self._bot.reopen_forum_topic
        await _unless_same(change(topic.chat, topic.thread))

    async def delete(self, topic: Topic) -> None:
        """Delete a topic with all its messages; one that is gone already is deleted."""
        try:
            await self._bot.delete_forum_topic(topic.chat, topic.thread)
        except errors.BadRequest as error:
            if refusal(error) != "gone":
                raise

    async def post(self, topic: Topic, entry: Entry, german: str | None, before: Posted | None, keep: Keep) -> None:
        """Bring an entry into a topic; what stands there already is edited. Every message is kept at once."""
        if entry.reaction:
            return await self._react(topic, entry, keep)
        parts, messages = list(_parts(entry, german)), list(before.messages if before else ())
        album = await self._send_album(topic, parts[: len(entry.files)]) if len(entry.files) > 1 and not messages else []
        if album:
            messages = album
            keep(Posted(entry.item, tuple(messages), ""))
        for n, part in enumerate(parts[len(album) :], len(album)):
            card = entry.item == CARD and n == len(parts) - 1
            buttons = self._buttons(topic.case_id, waiting=entry.claimable) if card else None
            if n < len(messages) and await self._edit(topic, messages[n], part, buttons):
                continue
            messages[n : n + 1] = [(await self._send(topic, entry, part, buttons)).message_id]
            keep(Posted(entry.item, tuple(messages), ""))
        for left in messages[len(parts) :]:
            await _at_most_refused(self._bot.delete_message(topic.chat, left))
        keep(Posted(entry.item, tuple(messages[: len(parts)]), entry.digest))

    async def _react(self, topic: Topic, entry: Entry, keep: Keep) -> None:
        if entry.under is not None:
            # A message that is gone, or a group without reactions, is no reason to stop.
            await _at_most_refused(self._bot.set_message_reaction(topic.chat, entry.under, entry.reaction))
        keep(Posted(entry.item, (), entry.digest))

    async def _edit(self, topic: Topic, message: int, part: _Part, buttons: InlineKeyboardMarkup | None) -> bool:
        """Change a message; False if somebody has deleted it."""
        if part.file is not None:
            change = self._bot.edit_message_caption(
                topic.chat, message, caption=part.html, parse_mode="HTML", reply_markup=buttons
            )
        else:
            change = self._bot.edit_message_text(
                part.html, topic.chat, message, parse_mode="HTML", reply_markup=buttons, link_preview_options=_NO_PREVIEW
            )
        try:
            await _unless_same(change)
        except errors.BadRequest as error:
            if refusal(error) != "lost":
                raise
            return False
        return True

    async def _send(self, topic: Topic, entry: Entry, part: _Part, buttons: InlineKeyboardMarkup | None) -> Message:
        under = ReplyParameters(entry.under, allow_sending_without_reply=True) if entry.under is not None else None
        if part.file is not None:
            return await self._send_file(topic, part, part.file)
        return await self._bot.send_message(
            topic.chat,
            part.html,
            message_thread_id=topic.thread,
            parse_mode="HTML",
            reply_parameters=under,
            reply_markup=buttons,
            link_preview_options=_NO_PREVIEW,
            disable_notification=entry.silent,
        )

    async def _send_album(self, topic: Topic, parts: list[_Part]) -> list[int]:
        """Send files as one; nothing is sent if Telegram does not take them together, then each goes alone."""
        files = [(part.file, part.html or None) for part in parts if part.file is not None]
        kind = InputMediaPhoto if all(is_picture(file) for file, _ in files) else InputMediaDocument
        media = [kind(file.data, caption=caption, parse_mode="HTML", filename=file.name) for file, caption in files]
        try:
            sent = await self._bot.send_media_group(topic.chat, media, message_thread_id=topic.thread)
        except errors.BadRequest as error:
            if refusal(error) != "other":
                raise
            return []
        return [message.message_id for message in sent]

    async def _send_file(self, topic: Topic, part: _Part, file: Attachment) -> Message:
        caption = part.html or None
        if is_picture(file):
            try:
                return await self._bot.send_photo(
                    topic.chat, file.data, caption, message_thread_id=topic.thread, parse_mode="HTML", filename=file.name
                )
            except errors.BadRequest as error:
                if refusal(error) != "other":
                    raise
        # Also a picture that is too long or too wide for a photo: as a file it still arrives.
        return await self._bot.send_document(
            topic.chat, file.data, caption, message_thread_id=topic.thread, parse_mode="HTML", filename=file.name
        )


def _parts(entry: Entry, german: str | None) -> Iterator[_Part]:
    html = entry.html(german)
    if entry.files:
        fits = len(html) == 1 and len(html[0].encode("utf-16-le")) // 2 <= CAPTION_UNITS
        captions = [html.pop() if fits else "", *[""] * len(entry.files)]
        yield from map(_Part, captions, entry.files)
    yield from map(_Part, html)


async def _unless_same(call: object) -> None:
    """Wait for a change; that there is nothing to change is no error."""
    try:
        await call  # type: ignore[misc]
    except errors.BadRequest as error:
        if refusal(error) != "same":
            raise


async def _at_most_refused(call: object) -> None:
    """Wait for a call that nothing depends on."""
    try:
        await call  # type: ignore[misc]
    except errors.BadRequest:
        return


def refusal(error: errors.BadRequest) -> Refusal:
    """Return what it is that Telegram does not do."""
    said = error.message.casefold()
    if any(words in said for words in _GONE):
        return "gone"
    if "topic_closed" in said:
        return "closed"
    if "not modified" in said or "not_modified" in said:
        return "same"
    if "message to edit not found" in said:
        return "lost"
    return "barred" if any(words in said for words in _BARRED) else "other"


def seconds(error: errors.RetryAfter) -> float:
    """Return how long Telegram wants to be left alone."""
    period = error.retry_after
    return period.total_seconds() if isinstance(period, timedelta) else period


def failure(error: Exception) -> DeliveryError:
    """Say what an error of the library means for an alert."""
    reason = type(error).__name__
    match error:
        case errors.RetryAfter():
            return DeliveryError(reason, retry_after=seconds(error))
        case errors.Forbidden() | errors.BadRequest():
            return DeliveryError(f"{reason}: {error.message}", permanent=True)
        case errors.NetworkError():
            broken = isinstance(error.__cause__, httpx.HTTPError)
            unsent = isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
            return DeliveryError(reason, uncertain=broken and not unsent)
    return DeliveryError(reason)
