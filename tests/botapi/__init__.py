"""A strict local Telegram Bot API for tests: real sockets, Telegram's own refusals, invented people."""

from tests.botapi.chats import Bot, Group, Topic
from tests.botapi.clock import ManualClock
from tests.botapi.faults import Fault
from tests.botapi.model import PICTURE, Button, Message
from tests.botapi.people import Answer, Person, Press
from tests.botapi.server import BotApi, Record

__all__ = [
    "PICTURE",
    "Answer",
    "Bot",
    "BotApi",
    "Button",
    "Fault",
    "Group",
    "ManualClock",
    "Message",
    "Person",
    "Press",
    "Record",
    "Topic",
]
