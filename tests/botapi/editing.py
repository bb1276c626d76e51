"""Methods that change or remove what is already in a chat, and answers to pressed buttons."""

from typing import Any

from tests.botapi.calls import Call
from tests.botapi.chats import Chat, Group
from tests.botapi.entities import units
from tests.botapi.errors import NOT_MODIFIED, QUERY_GONE, bad_request
from tests.botapi.model import Message
from tests.botapi.people import Answer
from tests.botapi.updates import CALLBACK_LIFETIME

Json = dict[str, Any]

DELETABLE_FOR = 48 * 3600
ANSWER_UNITS = 200
EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 "
    "💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾"
    " 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
REACTIONS = frozenset(EMOJI.split())


def edit_message_text(call: Call) -> Json:
    """Replace the text; without markup in the call the buttons go, too."""
    message = _own_message(call)
    if message.attachment is not None:
        raise bad_request("there is no text in the message to edit")
    text, entities = call.text()
    return _edit(call, message, text, entities)


def edit_message_caption(call: Call) -> Json:
    """Replace the caption of a file."""
    message = _own_message(call)
    if message.attachment is None:
        raise bad_request("there is no caption in the message to edit")
    caption, entities = call.caption()
    return _edit(call, message, caption, entities)


def edit_message_reply_markup(call: Call) -> Json:
    """Replace or remove the buttons."""
    message = _own_message(call)
    return _edit(call, message, message.text, message.entities)


def _own_message(call: Call) -> Message:
    if call.params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    message = call.message(call.writable(), "message to edit not found")
    # Telegram edits neither other people's messages nor ones with a reply keyboard.
    if message.sender is not call.bot or message.service or message.reply_markup is not None:
        raise bad_request("message can't be edited")
    return message


def _edit(call: Call, message: Message, text: str, entities: list[Json]) -> Json:
    inline = call.inline(message.chat)
    if (text, entities, inline) == (message.text, message.entities, message.inline):
        raise bad_request(NOT_MODIFIED)
    message.edits.append(message.text)
    message.text, message.entities, message.inline = text, entities, inline
    message.edit_date = int(call.world.clock())
    return message.json(call.bot.id)


def delete_message(call: Call) -> bool:
    """Delete a message younger than two days: one's own, in private any, in groups as administrator any."""
    chat = call.chat()
    message = call.message(chat, "message to delete not found")
    if not _may_delete(call, chat, message):
        raise bad_request("message can't be deleted")
    if call.world.clock() - message.date > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    return True


def _may_delete(call: Call, chat: Chat, message: Message) -> bool:
    return message.sender is call.bot or not isinstance(chat, Group) or chat.admin(call.bot)


def pin_chat_message(call: Call) -> bool:
    """Pin a message; in groups only administrators may."""
    _pinnable(call, "message to pin not found").pinned = True
    return True


def unpin_chat_message(call: Call) -> bool:
    """Unpin a message, the newest pinned one unless it is said which."""
    if not call.params.integer("message_id"):
        pinned = call.chat().pinned()
        if pinned:
            pinned[-1].pinned = False
        return True
    _pinnable(call, "message to unpin not found").pinned = False
    return True


def _pinnable(call: Call, missing: str) -> Message:
    chat = call.writable()
    if isinstance(chat, Group) and not chat.admin(call.bot):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return call.message(chat, missing)


def set_message_reaction(call: Call) -> bool:
    """React to a message with one of Telegram's emoji, or take the reaction back."""
    message = call.message(call.writable(), "message to react not found")
    wishes = call.params.data("reaction") or []
    if not isinstance(wishes, list) or not all(isinstance(wish, dict) for wish in wishes):
        raise bad_request("can't parse reaction: expected an Array of Objects")
    if len(wishes) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    emoji = [str(wish.get("emoji")) for wish in wishes]
    if not REACTIONS.issuperset(one.replace("\N{VARIATION SELECTOR-16}", "") for one in emoji):
        raise bad_request("REACTION_INVALID")
    message.reactions[call.bot.id] = emoji
    return True


def answer_callback_query(call: Call) -> bool:
    """End the waiting of somebody who pressed a button; works once and not for long."""
    press = call.world.presses.get(call.params.text("callback_query_id"))
    if press is None or press.bot is not call.bot or press.answer is not None:
        raise bad_request(QUERY_GONE)
    if call.world.clock() - press.pressed_at > CALLBACK_LIFETIME:
        raise bad_request(QUERY_GONE)
    text = call.params.text("text")
    if units(text) > ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answer = Answer(text, call.params.flag("show_alert"), call.params.text("url"))
    return True
