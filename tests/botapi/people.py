"""People: what a human does in a Telegram client, each act one method."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.botapi.chats import Bot, Chat, Group, Membership, Private, Topic
from tests.botapi.entities import clean, detect
from tests.botapi.model import PICTURE, PICTURE_STARTS, Account, Attachment, Message
from tests.botapi.updates import CALLBACK_LIFETIME

if TYPE_CHECKING:
    from tests.botapi.world import World

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True)
class Answer:
    """What the bot answered to a pressed button."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(eq=False)
class Press:
    """A pressed inline button and, once it came, the bot's answer."""

    world: "World"
    id: str
    bot: Bot
    person: "Person"
    message: Message
    data: str
    pressed_at: float
    answer: Answer | None = None

    async def answered(self, timeout: float = 5) -> Answer:
        """Wait for the bot's answer."""
        await self.world.signal.wait(lambda: self.answer, timeout, lambda: f"no answer to {self.data!r}")
        assert self.answer is not None
        return self.answer


class Person(Account):
    """A human with a client; writes to a bot in private or into a group."""

    def __init__(
        self,
        world: "World",
        person_id: int,
        first_name: str,
        username: str | None,
        last_name: str | None,
        language_code: str | None,
    ) -> None:
        super().__init__(person_id, first_name, username, last_name, language_code)
        self.world = world
        self.deactivated = False

    def text(self, to: Bot | Group, text: str, *, topic: Topic | int | None = None, reply_to: Message | None = None) -> Message:
        """Write a text."""
        return self._write(to, topic, reply_to, text=clean(text).strip())

    def start(self, bot: Bot, payload: str = "") -> Message:
        """Open the bot's chat, by a deep link if there is a payload; lifts a block as clients do."""
        if not PAYLOAD.fullmatch(payload):
            raise ValueError(f"No client sends this deep link: {payload!r}")
        if self.world.private(bot, self).blocked:
            self.unblock(bot)
        return self.text(bot, f"/start {payload}".strip())

    def photo(
        self, to: Bot | Group, data: bytes | None = None, *, caption: str = "", topic: Topic | int | None = None
    ) -> Message:
        """Send a photo, a tiny one if there are no bytes."""
        data = PICTURE if data is None else data
        if not data.startswith(PICTURE_STARTS):
            raise ValueError("Clients send only pictures as photos; begin the bytes with tests.botapi.PICTURE")
        attachment = self.world.store("photo", data, "photo.jpg", "image/jpeg")
        return self._write(to, topic, None, text=clean(caption), attachment=attachment)

    def document(
        self,
        to: Bot | Group,
        data: bytes = b"%PDF-1.4",
        *,
        name: str = "letter.pdf",
        mime: str = "application/pdf",
        caption: str = "",
        topic: Topic | int | None = None,
    ) -> Message:
        """Send a file."""
        attachment = self.world.store("document", data, name, mime)
        return self._write(to, topic, None, text=clean(caption), attachment=attachment)

    def album(self, to: Bot | Group, count: int = 2, *, caption: str = "", topic: Topic | int | None = None) -> list[Message]:
        """Send several photos at once: as many messages, the caption under the first."""
        number = str(13_000_000_000_000_000 + len(self.world.files))
        photos = [self.world.store("photo", PICTURE + bytes([n]), "photo.jpg", "image/jpeg") for n in range(count)]
        captions = [clean(caption), *[""] * count]
        return [
            self._write(to, topic, None, text=text, attachment=photo, album=number)
            for photo, text in zip(photos, captions, strict=False)
        ]

    def voice(self, to: Bot | Group, data: bytes = b"OggS", *, seconds: int = 3, topic: Topic | int | None = None) -> Message:
        """Send a voice message."""
        fields = {"duration": seconds, "mime_type": "audio/ogg"}
        return self._write(to, topic, None, attachment=self.world.store("voice", data, "voice.oga", "audio/ogg", fields))

    def sticker(self, to: Bot | Group, emoji: str = "👍", *, topic: Topic | int | None = None) -> Message:
        """Send a sticker."""
        fields = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        attachment = self.world.store("sticker", b"RIFF", "sticker.webp", "image/webp", fields | {"emoji": emoji})
        return self._write(to, topic, None, attachment=attachment)

    def location(self, to: Bot | Group, latitude: float, longitude: float, *, topic: Topic | int | None = None) -> Message:
        """Send a place."""
        attachment = Attachment("location", {"latitude": latitude, "longitude": longitude})
        return self._write(to, topic, None, attachment=attachment)

    def contact(self, to: Bot | Group, phone: str, *, of: "Person | None" = None, topic: Topic | int | None = None) -> Message:
        """Send a contact, one's own unless it is said whose."""
        who = of or self
        fields = {"phone_number": phone, "first_name": who.first_name, "user_id": who.id}
        return self._write(to, topic, None, attachment=Attachment("contact", fields))

    def choose(self, message: Message, label: str) -> Message:
        """Press a button of a reply keyboard, which writes its label."""
        button = message.button(label)
        if button.asks_location or button.asks_contact:
            raise ValueError(f"{label!r} asks for a place or a number: use location() or contact()")
        if message.inline is not None or not isinstance(message.sender, Bot):
            raise ValueError(f"{label!r} is an inline button: use press()")
        to = message.chat if isinstance(message.chat, Group) else message.sender
        return self.text(to, button.label, topic=message.topic)

    def press(self, message: Message, label_or_data: str, *, stale: bool = False) -> Press:
        """Press an inline button; `stale` presses data that a slow client still shows."""
        bot = message.sender
        if not isinstance(bot, Bot):
            raise ValueError("Only messages of bots have buttons")
        data = label_or_data if stale else self._data(message, label_or_data)
        number = str(4_000_000_000_000_000_000 + len(self.world.presses))
        press = Press(self.world, number, bot, self, message, data, self.world.clock())
        self.world.presses[press.id] = press
        bot.updates.add("callback_query", self._query(press), f"user {self.id}", CALLBACK_LIFETIME)
        self.world.signal.notify()
        return press

    def _data(self, message: Message, label_or_data: str) -> str:
        button = message.button(label_or_data)
        if message.deleted or button.data is None:
            raise ValueError(f"Nothing to press: {button}, deleted={message.deleted}")
        if isinstance(message.chat, Private) and message.chat.person is not self:
            raise ValueError(f"{self.first_name} does not see this message")
        if isinstance(message.chat, Group) and not message.chat.inside(self):
            raise ValueError(f"{self.first_name} is not in {message.chat.title}")
        return button.data

    def _query(self, press: Press) -> dict[str, Any]:
        message = press.message
        shown: dict[str, Any] = message.json(press.bot.id)
        if message.deleted:
            shown = {"chat": message.chat.json(), "message_id": message.id, "date": 0}
        instance = str(message.chat.id)
        return {"id": press.id, "from": self.user(), "message": shown, "chat_instance": instance, "data": press.data}

    def edit(self, message: Message, text: str) -> None:
        """Change one's own message."""
        self._check_own(message)
        message.edits.append(message.text)
        message.text = clean(text).strip()
        message.entities = detect(message.text)
        message.edit_date = int(self.world.clock())
        self.world.publish("edited_message", message)

    def delete(self, message: Message) -> None:
        """Delete one's own message; no bot learns of it."""
        self._check_own(message)
        message.deleted = True

    def _check_own(self, message: Message) -> None:
        if message.sender is not self or message.deleted:
            raise ValueError("Clients offer this only for one's own messages that still exist")

    def react(self, message: Message, emoji: str | None) -> None:
        """React to a message, or take the reaction back; only bots that asked for reactions learn of it."""
        old = message.reactions.get(self.id, [])
        new = message.reactions[self.id] = [emoji] if emoji else []
        content = {"chat": message.chat.json(), "message_id": message.id, "date": int(self.world.clock())}
        content |= {"user": self.user(), "old_reaction": _reactions(old), "new_reaction": _reactions(new)}
        bots = [message.chat.bot] if isinstance(message.chat, Private) else self._bots(message.chat)
        for bot in bots:
            bot.updates.add("message_reaction", content, f"chat {message.chat.id}")
        self.world.signal.notify()

    def _bots(self, chat: Chat) -> list[Bot]:
        return [bot for bot in self.world.bots.values() if isinstance(chat, Group) and chat.admin(bot)]

    def block(self, bot: Bot) -> None:
        """Block a bot; it is told and cannot write any more."""
        self._set_blocked(bot, blocked=True)

    def unblock(self, bot: Bot) -> None:
        """Unblock a bot; it is told and can write again."""
        self._set_blocked(bot, blocked=False)

    def _set_blocked(self, bot: Bot, *, blocked: bool) -> None:
        chat = self.world.private(bot, self)
        if chat.blocked == blocked:
            raise ValueError(f"{self.first_name} has {'blocked' if blocked else 'not blocked'} the bot already")
        chat.blocked = blocked
        member, kicked = Membership(bot, "member"), Membership(bot, "kicked")
        old, new = (member, kicked) if blocked else (kicked, member)
        self.world.tell_membership(bot, "my_chat_member", chat, old, new)
        self.world.signal.notify()

    def close_topic(self, group: Group, topic: Topic) -> None:
        """Close a topic by hand."""
        topic.closed = True
        self._write(group, None, None, service={"forum_topic_closed": {}}, topic_id=topic.id)

    def reopen_topic(self, group: Group, topic: Topic) -> None:
        """Reopen a topic by hand."""
        topic.closed = False
        self._write(group, None, None, service={"forum_topic_reopened": {}}, topic_id=topic.id)

    def delete_topic(self, group: Group, topic: Topic) -> None:
        """Delete a topic with all its messages; no bot learns of it."""
        topic.deleted = True
        for message in group.messages.values():
            message.deleted = message.deleted or message.topic == topic.id

    def _write(
        self,
        to: Bot | Group,
        topic: Topic | int | None,
        reply_to: Message | None,
        topic_id: int | None = None,
        **content: Any,
    ) -> Message:
        if isinstance(to, Bot):
            chat: Chat = self._open(to)
        else:
            chat = to
            place = self._topic(to, topic)
            topic_id = place.id if place else topic_id
            # In a forum every message replies to the one that opened its topic, unless it replies to another.
            reply_to = reply_to or (place.opened_by if place else None)
        entities = detect(content.get("text", ""))
        return self.world.write(chat, self, topic=topic_id, reply_to=reply_to, entities=entities, **content)

    def _open(self, bot: Bot) -> Private:
        chat = self.world.private(bot, self)
        if chat.blocked:
            raise ValueError(f"{self.first_name} has blocked the bot: unblock it first")
        chat.started = True
        return chat

    def _topic(self, group: Group, topic: Topic | int | None) -> Topic | None:
        if not group.inside(self):
            raise ValueError(f"{self.first_name} is not in {group.title}")
        found = group.topics[topic] if isinstance(topic, int) else topic
        if found is not None and (found.deleted or (found.closed and not group.admin(self))):
            raise ValueError(f"{self.first_name} cannot write into {found}")
        return found


def _reactions(emoji: list[str]) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": one} for one in emoji]
