"""Methods that put something new into a chat."""

from typing import Any

from tests.botapi.calls import Call
from tests.botapi.chats import Chat, Private
from tests.botapi.entities import formatted
from tests.botapi.errors import bad_request
from tests.botapi.model import Attachment, Message

Json = dict[str, Any]

ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def send_message(call: Call) -> Json:
    """Send a text."""
    text, entities = call.text()
    return _send(call, text=text, entities=entities).json(call.bot.id)


def send_photo(call: Call) -> Json:
    """Send a picture."""
    return _send_file(call, "photo", {})


def send_document(call: Call) -> Json:
    """Send any file."""
    return _send_file(call, "document", {})


def send_media_group(call: Call) -> list[Json]:
    """Send several pictures or files as an album."""
    call.writable()
    media = call.params.data("media") or []
    if not 2 <= len(media) <= 10:
        raise bad_request("there must be from 2 to 10 media to send")
    if len({each["type"] for each in media}) > 1:
        raise bad_request("document can't be mixed with other media types")
    number = str(14_000_000_000_000_000 + len(call.world.files))
    # All of them are looked at first: an album is sent whole or not at all.
    parts = [(call.media(each), formatted(each.get("caption", ""), each.get("parse_mode", ""), None)) for each in media]
    return [
        _send(call, text=text, entities=entities, attachment=attachment, album=number).json(call.bot.id)
        for attachment, (text, entities) in parts
    ]


def send_voice(call: Call) -> Json:
    """Send a voice message."""
    return _send_file(call, "voice", {"duration": call.params.integer("duration"), "mime_type": "audio/ogg"})


def _send_file(call: Call, kind: str, fields: Json) -> Json:
    call.writable()
    caption, entities = call.caption()
    attachment = call.attachment(kind, fields)
    return _send(call, text=caption, entities=entities, attachment=attachment).json(call.bot.id)


def send_location(call: Call) -> Json:
    """Send a place."""
    latitude, longitude = call.params.number("latitude"), call.params.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong latitude or longitude specified")
    attachment = Attachment("location", {"latitude": latitude, "longitude": longitude})
    return _send(call, attachment=attachment).json(call.bot.id)


def copy_message(call: Call) -> Json:
    """Send the content of another message without naming its author."""
    source = call.message(call.chat("from_chat_id"), "message to copy not found")
    if source.service:
        raise bad_request("message can't be copied")
    text, entities = source.text, source.entities
    if source.attachment is not None and "caption" in call.params.values:
        text, entities = call.caption()
    return {"message_id": _send(call, text=text, entities=entities, attachment=source.attachment).id}


def send_chat_action(call: Call) -> bool:
    """Show that the bot is busy."""
    chat = call.writable()
    call.topic(chat)
    if call.params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def _send(call: Call, **content: Any) -> Message:
    chat = call.writable()
    topic = call.topic(chat)
    inline, keyboard = call.markup(chat)
    reply_to = call.reply_to(chat)
    flags = {"protected": call.params.flag("protect_content"), "silent": call.params.flag("disable_notification")}
    places = {"topic": topic, "reply_to": reply_to, "inline": inline, "reply_markup": keyboard}
    message = call.world.write(chat, call.bot, **places, **flags, **content)
    _show_keyboard(chat, message)
    return message


def _show_keyboard(chat: Chat, message: Message) -> None:
    if isinstance(chat, Private) and message.reply_markup is not None:
        chat.keyboard = message.labels
