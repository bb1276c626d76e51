"""One person's side of a chat with the bot on Telegram, who knows which answers are to come."""

import random
from collections.abc import Sequence
from itertools import groupby

from bot.core.content import Content
from tests.botapi import BotApi, Message, Person

COMMANDS = {"/help": "help", "/language": "choose_language", "/emergency": "emergency", "/privacy": "consent_overview"}


class Chat:
    """One person's side: what was done, and which answers are to come."""

    patience = 20.0

    def __init__(self, api: BotApi, person: Person, content: Content) -> None:
        self.api, self.person, self.bot = api, person, next(iter(api.bots.values()))
        self.content = content
        self.expected = [first_line(content.phrases.say("choose_language", "de"))]
        self.last = "/language"

    async def settle(self) -> None:
        """Choose a language and agree to everything."""
        self.person.start(self.bot)
        await self.press("lang:de")
        await self.press("consent:yes")
        await self.sees("topic:housing")

    async def press(self, data: str) -> None:
        """Press the newest button whose data begins so."""
        message = await self.sees(data)
        self.person.press(message, next(each for each in data_of(message) if each.startswith(data)))

    async def sees(self, data: str) -> Message:
        """Wait for a message with such a button."""
        message = await self.api.wait(lambda: self._newest(data), timeout=self.patience)
        assert message is not None
        return message

    def _newest(self, data: str) -> Message | None:
        return next((m for m in reversed(self.said()) if any(each.startswith(data) for each in data_of(m))), None)

    def ask_two(self, seeded: random.Random) -> None:
        """Write two commands, or press their buttons; none twice on end, its answer could not be told from a copy."""
        for command in seeded.sample([each for each in COMMANDS if each != self.last], 2):
            self._ask(command)
            self.last = command

    def _ask(self, command: str) -> None:
        key = COMMANDS[command]
        self.expected.append(first_line(self.content.phrases.say(key, "de")))
        if command in ("/help", "/emergency"):
            self.person.text(self.bot, command)
        else:
            self.person.press(self.said()[0], f"nav:{command[1:]}", stale=True)

    def said(self) -> list[Message]:
        """Return what the bot said so far."""
        return self.api.messages(self.person)

    def answers(self) -> list[str]:
        """Return which of the expected answers came, in order."""
        known = {first_line(self.content.phrases.say(key, "de")) for key in COMMANDS.values()}
        return [line for message in self.said() if (line := first_line(message.text)) in known]

    def complete(self) -> bool:
        """Tell whether every answer is there."""
        return _without_copies(self.answers()) == self.expected


def data_of(message: Message) -> list[str]:
    """Return what the buttons of a message say to the bot."""
    return [button.data or "" for row in message.rows for button in row]


def first_line(text: str) -> str:
    """Return by what an answer is recognised."""
    return text.replace("*", "").strip().split("\n")[0]


def _without_copies(lines: Sequence[str]) -> list[str]:
    return [line for line, _ in groupby(lines)]
