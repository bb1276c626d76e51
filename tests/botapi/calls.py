"""One call of a bot, and the questions every method asks about it."""

from dataclasses import dataclass
from typing import Any

from tests.botapi import markup
from tests.botapi.chats import Bot, Chat, Group, Private
from tests.botapi.entities import formatted, units
from tests.botapi.errors import WRONG_FILE, bad_request
from tests.botapi.model import PICTURE_STARTS, Attachment, Message
from tests.botapi.params import Params, Upload
from tests.botapi.world import World

Json = dict[str, Any]

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
UPLOAD_BYTES = {"photo": 10 << 20}
LARGEST_UPLOAD = 50 << 20


@dataclass(eq=False)
class Call:
    """A call with its bot and parameters, as the methods see it."""

    world: World
    bot: Bot
    params: Params

    def chat(self, key: str = "chat_id") -> Chat:
        """Return the chat the call names; the bot must be able to see it."""
        name = self.params.text(key)
        if not name:
            raise bad_request(f"{key} is empty")
        try:
            chat_id = int(name)
        except ValueError:
            raise bad_request("chat not found") from None
        if chat_id in self.world.people:
            return self.world.private(self.bot, self.world.people[chat_id])
        if chat_id not in self.world.groups:
            raise bad_request("chat not found")
        group = self.world.groups[chat_id]
        group.check_access(self.bot)
        return group

    def writable(self) -> Chat:
        """Return the chat the call names; the bot must be able to write there."""
        chat = self.chat()
        if isinstance(chat, Private):
            chat.check_writable()
        return chat

    def forum(self) -> Group:
        """Return the forum the call names; the bot must be allowed to manage topics."""
        chat = self.chat()
        if not isinstance(chat, Group) or not chat.forum:
            raise bad_request("the chat is not a forum")
        if not chat.members[self.bot.id].manage_topics:
            raise bad_request("not enough rights to manage topics")
        return chat

    def topic(self, chat: Chat) -> int | None:
        """Return the topic to write into; refused if it is gone or closed."""
        number = self.params.integer("message_thread_id")
        if not number:
            return None
        topic = chat.topics.get(number) if isinstance(chat, Group) else None
        if topic is None or topic.deleted:
            raise bad_request("message thread not found")
        if topic.closed:
            # Administrators may write into closed topics in some clients; a bot should not count on it.
            raise bad_request("TOPIC_CLOSED")
        return number

    def message(self, chat: Chat, missing: str) -> Message:
        """Return the message the call names."""
        number = self.params.integer("message_id")
        if not number:
            raise bad_request("message identifier is not specified")
        message = chat.find(number)
        if message is None:
            raise bad_request(missing)
        return message

    def reply_to(self, chat: Chat) -> Message | None:
        """Return the message to reply to, in the old or the new spelling."""
        wish = self.params.data("reply_parameters") or {}
        number = int(wish.get("message_id") or self.params.integer("reply_to_message_id"))
        lenient = wish.get("allow_sending_without_reply") or self.params.flag("allow_sending_without_reply")
        message = chat.find(number)
        if number and message is None and not lenient:
            raise bad_request("message to be replied not found")
        return message

    def text(self) -> tuple[str, list[Json]]:
        """Return the text of a message; refused if it is empty or too long."""
        source = self.params.text("text")
        if not source:
            raise bad_request("message text is empty")
        text, entities = formatted(source, self.params.text("parse_mode"), self.params.data("entities"))
        if not text:
            raise bad_request("text must be non-empty")
        if units(text) > TEXT_UNITS:
            raise bad_request("message is too long")
        return text, entities

    def caption(self) -> tuple[str, list[Json]]:
        """Return the caption of a file, often empty; refused if it is too long."""
        source, entities = self.params.text("caption"), self.params.data("caption_entities")
        caption, found = formatted(source, self.params.text("parse_mode"), entities)
        if units(caption) > CAPTION_UNITS:
            raise bad_request("message caption is too long")
        return caption, found

    def markup(self, chat: Chat) -> tuple[Json | None, Json | None]:
        """Return the inline keyboard and the reply keyboard."""
        return markup.parse(self.params.data("reply_markup"), private=isinstance(chat, Private))

    def inline(self, chat: Chat) -> Json | None:
        """Return the inline keyboard; the only kind an edited message can have."""
        inline, other = self.markup(chat)
        if other is not None:
            raise bad_request("inline keyboard expected")
        return inline

    def attachment(self, kind: str, fields: Json) -> Attachment:
        """Return a file sent along, or one the bot knows by its id."""
        value = self.params.text(kind)
        upload = self.params.files.get(value.removeprefix("attach://") if value.startswith("attach://") else kind)
        if upload is not None:
            return self._stored(kind, upload, fields)
        if not value:
            raise bad_request(f"there is no {kind} in the request")
        if value.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        return self._known(kind, value, fields)

    def media(self, one: Json) -> Attachment:
        """Return one file of an album."""
        upload = self.params.files.get(str(one["media"]).removeprefix("attach://"))
        return self._stored(one["type"], upload, {}) if upload else self._known(one["type"], one["media"], {})

    def _stored(self, kind: str, upload: Upload, fields: Json) -> Attachment:
        largest = UPLOAD_BYTES.get(kind, LARGEST_UPLOAD)
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > largest:
            size = f"file of size {len(upload.data)} bytes is too big for a {kind}"
            raise bad_request(f"{size}; the maximum size is {largest} bytes")
        if kind == "photo" and not upload.data.startswith(PICTURE_STARTS):
            raise bad_request("IMAGE_PROCESS_FAILED")
        return self.world.store(kind, upload.data, upload.name, upload.mime, fields)

    def _known(self, kind: str, file_id: str, fields: Json) -> Attachment:
        for file in self.world.files.values():
            if file.id_for(self.bot.id) == file_id:
                return self.world.store(kind, file.data, file.name, file.mime, fields)
        raise bad_request(WRONG_FILE)
