"""Methods about the bot itself, its texts, chats, members and files."""

import re
from typing import Any

from tests.botapi.calls import Call
from tests.botapi.chats import Group, Membership, Private
from tests.botapi.errors import bad_request

Json = dict[str, Any]

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMANDS = 100
DOWNLOAD_BYTES = 20 << 20
LINK_LIFETIME = 3600
DESCRIPTION_LENGTH = 512
SHORT_DESCRIPTION_LENGTH = 120


def get_me(call: Call) -> Json:
    """Say who the bot is."""
    return call.bot.me()


def agree(call: Call) -> bool:
    """Answer logOut and close, which mean nothing here."""
    return True


def set_my_commands(call: Call) -> bool:
    """Keep the menu of commands, for one language or for all."""
    commands = call.params.data("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array")
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command)
    call.bot.settings[_key(call, "commands")] = commands
    return True


def _check_command(command: Json) -> None:
    if not COMMAND.fullmatch(str(command.get("command")).removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(str(command.get("description", ""))) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def get_my_commands(call: Call) -> list[Json]:
    """Return the menu of commands."""
    return list(call.bot.settings.get(_key(call, "commands"), []))


def set_my_description(call: Call) -> bool:
    """Keep the text shown in an empty chat."""
    return _set_text(call, "description", DESCRIPTION_LENGTH)


def set_my_short_description(call: Call) -> bool:
    """Keep the text of the profile page."""
    return _set_text(call, "short_description", SHORT_DESCRIPTION_LENGTH)


def _set_text(call: Call, name: str, longest: int) -> bool:
    text = call.params.text(name)
    if len(text) > longest:
        raise bad_request(f"bot {name.replace('_', ' ')} is too long")
    call.bot.settings[_key(call, name)] = text
    return True


def _key(call: Call, name: str) -> str:
    return f"{name} {call.params.text('language_code')}".strip()


def get_chat(call: Call) -> Json:
    """Describe a chat."""
    chat = call.chat()
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    pinned = chat.pinned()
    return chat.json() | full | ({"pinned_message": pinned[-1].bare_json(call.bot.id)} if pinned else {})


def get_chat_member(call: Call) -> Json:
    """Say what somebody is in a chat."""
    chat, user_id = call.chat(), call.params.integer("user_id")
    if isinstance(chat, Group) and user_id in chat.members:
        return chat.members[user_id].json()
    account = call.world.people.get(user_id) or next((b for b in call.world.bots.values() if b.id == user_id), None)
    if account is None:
        raise bad_request("user not found")
    if isinstance(chat, Private):
        return Membership(account, "member").json()
    return Membership(account, "left").json()


def get_chat_administrators(call: Call) -> list[Json]:
    """List the people who run a group; other bots are left out, as at Telegram."""
    chat = call.chat()
    if not isinstance(chat, Group):
        raise bad_request("there are no administrators in the private chat")
    admins = [member for member in chat.members.values() if member.admin]
    return [member.json() for member in admins if member.account is call.bot or not member.account.is_bot]


def get_file(call: Call) -> Json:
    """Offer a file for download; the link works for an hour."""
    for file in call.world.files.values():
        if file.id_for(call.bot.id) == call.params.text("file_id"):
            break
    else:
        raise bad_request("invalid file_id")
    if len(file.data) > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    call.bot.links[file.path] = call.world.clock() + LINK_LIFETIME
    return file.json(call.bot.id) | {"file_path": file.path}
