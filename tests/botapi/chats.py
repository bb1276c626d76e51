"""Places where messages are written: private chats, supergroups and their topics."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.botapi.errors import bad_request, forbidden, migrated
from tests.botapi.model import Account, Message
from tests.botapi.updates import Queue

if TYPE_CHECKING:
    from tests.botapi.people import Person
    from tests.botapi.webhook import Webhook
    from tests.botapi.world import World

Json = dict[str, Any]

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_send_welcome_messages",
)


@dataclass(eq=False, kw_only=True)
class Bot(Account):
    """A bot known to the server, with its own updates, message numbers and files."""

    token: str
    updates: Queue
    privacy: bool = True
    webhook: "Webhook | None" = None
    chats: dict[int, "Private"] = field(default_factory=dict)
    links: dict[str, float] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    next_message_id: int = 1

    def me(self) -> Json:
        """Return what getMe answers."""
        answer = self.user() | {"can_join_groups": True, "can_read_all_group_messages": not self.privacy}
        never = ("supports_inline_queries", "can_connect_to_business", "has_main_web_app", "has_topics_enabled")
        return answer | dict.fromkeys(never, False)


class Chat:
    """Messages in the order they were written."""

    id: int

    def __init__(self) -> None:
        self.messages: dict[int, Message] = {}

    def json(self) -> Json:
        """Return the Chat object."""
        raise NotImplementedError

    def next_id(self) -> int:
        """Return the number of the next message."""
        raise NotImplementedError

    def find(self, message_id: int) -> Message | None:
        """Return a message that has not been deleted."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message

    def pinned(self) -> list[Message]:
        """Return the pinned messages."""
        return [message for message in self.messages.values() if message.pinned and not message.deleted]


class Private(Chat):
    """One person with one bot. Its id is the person's; messages are numbered per bot."""

    def __init__(self, bot: Bot, person: "Person") -> None:
        super().__init__()
        self.id = person.id
        self.bot = bot
        self.person = person
        self.started = False
        self.blocked = False
        self.keyboard: list[str] = []

    def json(self) -> Json:
        """Return the Chat object."""
        user = self.person.user()
        names = {key: user[key] for key in ("first_name", "last_name", "username") if key in user}
        return {"id": self.id, "type": "private"} | names

    def next_id(self) -> int:
        """Return the number of the next message."""
        self.bot.next_message_id += 1
        return self.bot.next_message_id - 1

    def check_writable(self) -> None:
        """Refuse what Telegram refuses in a private chat."""
        if self.person.deactivated:
            raise forbidden("user is deactivated")
        if not self.started:
            raise forbidden("bot can't initiate conversation with a user")
        if self.blocked:
            raise forbidden("bot was blocked by the user")


@dataclass(eq=False)
class Topic:
    """A forum topic; its id is the number of the message that opened it."""

    id: int
    name: str
    opened_by: Message
    closed: bool = False
    deleted: bool = False
    icon_color: int = 7322096


@dataclass(eq=False)
class Membership:
    """What an account is in a group."""

    account: Account
    status: str = "member"
    manage_topics: bool = False

    @property
    def inside(self) -> bool:
        """Whether the account is still in the group."""
        return self.status in {"member", "administrator", "creator"}

    @property
    def admin(self) -> bool:
        """Whether the account is an administrator."""
        return self.status in {"administrator", "creator"}

    def json(self) -> Json:
        """Return the ChatMember object."""
        json: Json = {"user": self.account.user(), "status": self.status}
        if self.status == "creator":
            return json | {"is_anonymous": False}
        if self.status == "administrator":
            rights = dict.fromkeys(ADMIN_RIGHTS, True) | {"can_manage_topics": self.manage_topics}
            return json | rights | {"can_be_edited": False, "is_anonymous": False}
        return json | ({"until_date": 0} if self.status == "kicked" else {})


class Group(Chat):
    """A supergroup, with topics if it is a forum."""

    def __init__(self, world: "World", group_id: int, title: str, *, forum: bool) -> None:
        super().__init__()
        self.world = world
        self.id = group_id
        self.title = title
        self.forum = forum
        self.members: dict[int, Membership] = {}
        self.topics: dict[int, Topic] = {}
        self.migrated_to: Group | None = None

    def json(self) -> Json:
        """Return the Chat object."""
        return {"id": self.id, "type": "supergroup", "title": self.title} | ({"is_forum": True} if self.forum else {})

    def next_id(self) -> int:
        """Return the number of the next message."""
        return max(self.messages, default=1) + 1

    def topic(self, name: str) -> Topic | None:
        """Return the topic with this name unless it was deleted."""
        return next((topic for topic in self.topics.values() if topic.name == name and not topic.deleted), None)

    def inside(self, account: Account) -> bool:
        """Whether the account is in the group."""
        return account.id in self.members and self.members[account.id].inside

    def admin(self, account: Account) -> bool:
        """Whether the account is an administrator of the group."""
        return account.id in self.members and self.members[account.id].admin

    def check_access(self, bot: Bot) -> None:
        """Refuse a bot that is not in the group, and everybody once the group has another number."""
        if self.migrated_to is not None:
            raise migrated(self.migrated_to.id)
        member = self.members.get(bot.id)
        if member is None:
            raise bad_request("chat not found")
        if member.status == "kicked":
            raise forbidden("bot was kicked from the supergroup chat")
        if not member.inside:
            raise forbidden("bot is not a member of the supergroup chat")

    def add(self, account: Account, *, admin: bool = False, manage_topics: bool | None = None) -> None:
        """Let somebody in, or change their rights; bots are told."""
        status = "administrator" if admin else "member"
        rights = admin if manage_topics is None else manage_topics
        self.world.change_membership(self, Membership(account, status, rights))

    def remove(self, account: Account) -> None:
        """Throw somebody out; bots are told."""
        self.world.change_membership(self, Membership(account, "kicked" if account.is_bot else "left"))

    def bots_that_see(self, message: Message) -> list[Bot]:
        """Return who is told: never a bot about a bot, and with privacy mode only what is meant for it."""
        if message.sender.is_bot:
            return []
        bots = [one.account for one in self.members.values() if one.inside and isinstance(one.account, Bot)]
        return [bot for bot in bots if self.admin(bot) or not bot.privacy or _is_meant_for(bot, message)]


def _is_meant_for(bot: Bot, message: Message) -> bool:
    if message.service or message.text.startswith("/") or f"@{bot.username}" in message.text:
        return True
    return message.reply_to is not None and message.reply_to.sender is bot
