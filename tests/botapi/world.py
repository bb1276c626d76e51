"""Everything the server knows, and the test's view of it."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from tests.botapi.chats import Bot, Chat, Group, Membership, Private
from tests.botapi.clock import Clock, Signal
from tests.botapi.model import FILE_KINDS, PICTURE, Account, Attachment, File, Message
from tests.botapi.people import Person, Press
from tests.botapi.updates import DAY, Queue

Json = dict[str, Any]
T = TypeVar("T")
Place = Person | Chat


class World:
    """Accounts, chats and files of one small Telegram."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.signal = Signal()
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.files: dict[int, File] = {}
        self.presses: dict[str, Press] = {}

    def bot(self, token: str, username: str, *, name: str = "", privacy: bool = True) -> Bot:
        """Register a bot; the number before the colon is its id."""
        bot_id = int(token.partition(":")[0])
        if bot_id in (bot.id for bot in self.bots.values()):
            raise ValueError(f"There is a bot {bot_id} already")
        # Different bots count from different numbers, so nobody can mix them up unnoticed.
        queue = Queue(self.clock, 1000 * (len(self.bots) + 1), self.signal.notify)
        bot = Bot(bot_id, name or username, username, is_bot=True, token=token, updates=queue, privacy=privacy)
        bot.next_message_id = 100 * (len(self.bots) + 1)
        self.bots[token] = bot
        return bot

    def person(
        self,
        first_name: str,
        *,
        language_code: str | None = None,
        last_name: str | None = None,
        username: str | None = None,
    ) -> Person:
        """Invent a person with a Telegram account."""
        person = Person(self, 5_000_000_001 + len(self.people), first_name, username, last_name, language_code)
        self.people[person.id] = person
        return person

    def group(self, title: str, *, forum: bool = False, members: Iterable[Person] = (), bots: Iterable[Bot] = ()) -> Group:
        """Make a supergroup; the bots become administrators who may manage topics, and nobody is told."""
        group = Group(self, -1_001_000_000_001 - len(self.groups), title, forum=forum)
        self.groups[group.id] = group
        for member in members:
            group.members[member.id] = Membership(member)
        for bot in bots:
            group.members[bot.id] = Membership(bot, "administrator", manage_topics=True)
        return group

    def migrate(self, group: Group, *, forum: bool = False) -> Group:
        """Turn a group into a supergroup with another number; its messages stay behind, and its bots are told."""
        moved = self.group(group.title, forum=forum)
        moved.members = dict(group.members)
        mover = next(one.account for one in group.members.values() if not one.account.is_bot)
        self.write(group, mover, service={"migrate_to_chat_id": moved.id})
        group.migrated_to = moved
        return moved

    def private(self, bot: Bot, person: Person) -> Private:
        """Return the chat of a person with a bot."""
        return bot.chats.setdefault(person.id, Private(bot, person))

    def store(self, kind: str, data: bytes, name: str, mime: str, fields: Json | None = None) -> Attachment:
        """Store a file and return it as an attachment."""
        file = self._file(FILE_KINDS[kind], name, mime, data)
        preview = self._file("photos", "preview.jpg", "image/jpeg", PICTURE) if kind == "photo" else None
        named = {"file_name": name, "mime_type": mime} if kind == "document" else {}
        return Attachment(kind, named | (fields or {}), file, preview)

    def _file(self, folder: str, name: str, mime: str, data: bytes) -> File:
        file = File(len(self.files) + 1, folder, name, mime, data)
        self.files[file.number] = file
        return file

    def write(self, chat: Chat, sender: Account, **content: Any) -> Message:
        """Put a message into a chat and tell the bots that see it."""
        message = Message(chat, chat.next_id(), sender, int(self.clock()), **content)
        chat.messages[message.id] = message
        self.publish("message", message)
        return message

    def publish(self, kind: str, message: Message) -> None:
        """Tell every bot that sees the chat about a person's message."""
        for bot in self.audience(message):
            bot.updates.add(kind, message.json(bot.id), f"chat {message.chat.id}")
        self.signal.notify()

    def audience(self, message: Message) -> list[Bot]:
        """Return the bots that receive this message."""
        if isinstance(message.chat, Group):
            return message.chat.bots_that_see(message)
        if isinstance(message.chat, Private) and not message.sender.is_bot:
            return [message.chat.bot]
        return []

    def change_membership(self, group: Group, member: Membership) -> None:
        """Change what an account is in a group; the bot itself and the administrators learn of it."""
        old = group.members.get(member.account.id, Membership(member.account, "left"))
        group.members[member.account.id] = member
        bots = [one.account for one in group.members.values() if one.admin and isinstance(one.account, Bot)]
        for bot in bots:
            if bot is not member.account:
                self.tell_membership(bot, "chat_member", group, old, member)
        if isinstance(member.account, Bot):
            self.tell_membership(member.account, "my_chat_member", group, old, member)
        self.signal.notify()

    def tell_membership(self, bot: Bot, kind: str, chat: Chat, old: Membership, new: Membership) -> None:
        """Queue a ChatMemberUpdated; in groups the first person is taken to have caused it."""
        cause = next((one.account for one in _people(chat)), new.account)
        content = {"chat": chat.json(), "from": cause.user(), "date": int(self.clock())}
        states = {"old_chat_member": old.json(), "new_chat_member": new.json()}
        bot.updates.add(kind, content | states, f"chat {chat.id}", DAY)

    def messages(self, place: Place, *, bot: Bot | None = None, topic: int | None = None) -> list[Message]:
        """Return what bots sent to a person or a group, oldest first, deleted messages included."""
        found = [message for chat in self._chats(place) for message in chat.messages.values()]
        sent = [message for message in found if isinstance(message.sender, Bot) and not message.service]
        by_bot = [message for message in sent if bot is None or message.sender is bot]
        return [message for message in by_bot if topic is None or message.topic == topic]

    def _chats(self, place: Place) -> list[Chat]:
        if isinstance(place, Chat):
            return [place]
        return [bot.chats[place.id] for bot in self.bots.values() if place.id in bot.chats]

    async def wait_message(
        self,
        place: Place,
        *,
        contains: str = "",
        bot: Bot | None = None,
        topic: int | None = None,
        after: Message | None = None,
        timeout: float = 5,
    ) -> Message:
        """Wait for a message from a bot; `after` skips it and everything older in its chat."""

        def probe() -> Message | None:
            for message in self.messages(place, bot=bot, topic=topic):
                new = after is None or message.chat is not after.chat or message.id > after.id
                if new and contains in message.text and not message.deleted:
                    return message
            return None

        def complaint() -> str:
            return f"no message with {contains!r} among {[one.text for one in self.messages(place)]}"

        message = await self.signal.wait(probe, timeout, complaint)
        assert message is not None
        return message

    async def wait(self, probe: Callable[[], T], timeout: float = 5) -> T:
        """Wait until `probe` returns something true; it is asked after every change."""
        return await self.signal.wait(probe, timeout, lambda: "the condition stayed false")

    def redeliver(self, bot: Bot, update_id: int) -> None:
        """Deliver an update once more, as Telegram does when a confirmation got lost."""
        bot.updates.repeat(update_id)


def _people(chat: Chat) -> list[Membership]:
    if isinstance(chat, Private):
        return [Membership(chat.person)]
    return [one for one in chat.members.values() if not one.account.is_bot] if isinstance(chat, Group) else []
