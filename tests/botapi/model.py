"""What Telegram stores: accounts, files and messages, each written as JSON for the bot that asks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.botapi.chats import Chat

Json = dict[str, Any]

FILE_KINDS = {"photo": "photos", "document": "documents", "voice": "voice", "sticker": "stickers"}

# The least that passes for a picture here. Telegram refuses photos that are none (IMAGE_PROCESS_FAILED).
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(8) + b"\xff\xd9"
PICTURE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")


@dataclass(eq=False)
class Account:
    """A person or a bot."""

    id: int
    first_name: str
    username: str | None = None
    last_name: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    def user(self) -> Json:
        """Return the account as a User object."""
        optional = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        known = {key: value for key, value in optional.items() if value is not None}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | known


@dataclass(eq=False)
class File:
    """Stored bytes; every bot knows them under an id of its own."""

    number: int
    folder: str
    name: str
    mime: str
    data: bytes

    @property
    def unique_id(self) -> str:
        """The id that all bots share but that no bot can use."""
        return f"unique{self.number}"

    def id_for(self, bot_id: int) -> str:
        """The id that only this bot can use."""
        return f"file{self.number}-of-{bot_id}"

    @property
    def path(self) -> str:
        """Where the file server offers it."""
        extension = self.name.rpartition(".")[2] if "." in self.name else "bin"
        return f"{self.folder}/file_{self.number}.{extension}"

    def json(self, bot_id: int) -> Json:
        """Return what all file objects have in common."""
        return {"file_id": self.id_for(bot_id), "file_unique_id": self.unique_id, "file_size": len(self.data)}


@dataclass(eq=False)
class Attachment:
    """What a message carries besides text."""

    kind: str
    fields: Json = field(default_factory=dict)
    file: File | None = None
    preview: File | None = None

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        if self.file is None:
            raise ValueError(f"A {self.kind} has no file")
        return self.file.data

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.file.name if self.file else ""

    def json(self, bot_id: int) -> Json | list[Json]:
        """Return the content under the message's key for this kind."""
        if self.file is None:
            return self.fields
        if self.kind == "photo" and self.preview is not None:
            small, large = self.preview.json(bot_id), self.file.json(bot_id)
            return [small | {"width": 90, "height": 67}, large | {"width": 1280, "height": 960}]
        return self.file.json(bot_id) | self.fields


@dataclass(frozen=True)
class Button:
    """One button as the person sees it."""

    label: str
    data: str | None = None
    url: str | None = None
    asks_location: bool = False
    asks_contact: bool = False


@dataclass(eq=False)
class Message:
    """A message with everything that happened to it."""

    chat: "Chat"
    id: int
    sender: Account
    date: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    attachment: Attachment | None = None
    inline: Json | None = None
    reply_markup: Json | None = None
    topic: int | None = None
    reply_to: "Message | None" = None
    album: str | None = None
    service: Json = field(default_factory=dict)
    edit_date: int | None = None
    edits: list[str] = field(default_factory=list)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    protected: bool = False
    silent: bool = False
    pinned: bool = False
    deleted: bool = False

    @property
    def rows(self) -> list[list[Button]]:
        """Inline buttons, else those of the reply keyboard, row by row."""
        shown = (self.inline or {}).get("inline_keyboard") or (self.reply_markup or {}).get("keyboard") or []
        return [[_button(button) for button in row] for row in shown]

    @property
    def buttons(self) -> list[Button]:
        """All buttons in reading order."""
        return [button for row in self.rows for button in row]

    @property
    def labels(self) -> list[str]:
        """What is written on the buttons."""
        return [button.label for button in self.buttons]

    def button(self, label_or_data: str) -> Button:
        """Return the button with this label or, failing that, this data."""
        for found in (one for key in ("label", "data") for one in self.buttons if getattr(one, key) == label_or_data):
            return found
        raise ValueError(f"No button {label_or_data!r} under {self.text!r}, there is {self.labels}")

    def json(self, bot_id: int) -> Json:
        """Return the Message object for one bot."""
        json = self.bare_json(bot_id)
        if self.reply_to is not None and not self.reply_to.deleted:
            json["reply_to_message"] = self.reply_to.bare_json(bot_id)
        return json

    def bare_json(self, bot_id: int) -> Json:
        """Return the Message object without the message it replies to."""
        json: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.json(), "from": self.sender.user()}
        return json | dict(self._place()) | dict(self._content(bot_id)) | self.service

    def _place(self) -> Iterator[tuple[str, Any]]:
        if self.topic is not None:
            yield "message_thread_id", self.topic
            yield "is_topic_message", True
        if self.album is not None:
            yield "media_group_id", self.album
        if self.edit_date is not None:
            yield "edit_date", self.edit_date
        if self.protected:
            yield "has_protected_content", True
        if self.inline is not None:
            yield "reply_markup", self.inline

    def _content(self, bot_id: int) -> Iterator[tuple[str, Any]]:
        text, entities = ("caption", "caption_entities") if self.attachment else ("text", "entities")
        if self.attachment is not None:
            yield self.attachment.kind, self.attachment.json(bot_id)
        if self.text:
            yield text, self.text
        if self.entities:
            yield entities, self.entities


def _button(json: Json) -> Button:
    return Button(
        label=json["text"],
        data=json.get("callback_data"),
        url=json.get("url"),
        asks_location=bool(json.get("request_location")),
        asks_contact=bool(json.get("request_contact")),
    )
