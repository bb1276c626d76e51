"""kill -9 in the middle of three people's chats over Telegram: everybody is answered, in order, at most once too often."""

import random
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from bot.core.content import Content
from tests.botapi import BotApi, Message, Person
from tests.faults.service import Service, until

CRASHES = 2
"""Each costs the seconds that aiogram takes to import."""
SITE = "example-elmshorn"
COMMANDS = {"/help": "help", "/language": "choose_language", "/emergency": "emergency", "/privacy": "consent_details"}


class Chat:
    """One person's side: what was done, and which answers are to come."""

    def __init__(self, api: BotApi, person: Person, content: Content) -> None:
        self.api, self.person, self.bot = api, person, next(iter(api.bots.values()))
        self.content = content
        self.expected = [_line(content.phrases.say("choose_language", "de"))]
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
        self.person.press(message, next(each for each in _data(message) if each.startswith(data)))

    async def sees(self, data: str) -> Message:
        """Wait for a message with such a button."""
        message = await self.api.wait(lambda: self._newest(data), timeout=20)
        assert message is not None
        return message

    def _newest(self, data: str) -> Message | None:
        return next((m for m in reversed(self.said()) if any(each.startswith(data) for each in _data(m))), None)

    def ask_two(self, seeded: random.Random) -> None:
        """Write two commands, or press their buttons; none twice on end, its answer could not be told from a copy."""
        for command in seeded.sample([each for each in COMMANDS if each != self.last], 2):
            self._ask(command)
            self.last = command

    def _ask(self, command: str) -> None:
        key = COMMANDS[command]
        self.expected.append(_line(self.content.phrases.say(key, "de")))
        if command in ("/help", "/emergency"):
            self.person.text(self.bot, command)
        else:
            self.person.press(self.said()[0], f"nav:{command[1:]}", stale=True)

    def said(self) -> list[Message]:
        """Return what the bot said so far."""
        return self.api.messages(self.person)

    def answers(self) -> list[str]:
        """Return which of the expected answers came, in order."""
        known = {_line(self.content.phrases.say(key, "de")) for key in COMMANDS.values()}
        return [line for message in self.said() if (line := _line(message.text)) in known]

    def complete(self) -> bool:
        """Tell whether every answer is there."""
        return _without_copies(self.answers()) == self.expected


def _data(message: Message) -> list[str]:
    return [button.data or "" for row in message.rows for button in row]


def _line(text: str) -> str:
    return text.replace("*", "").strip().split("\n")[0]


def _without_copies(lines: Sequence[str]) -> list[str]:
    return [line for line, _ in groupby(lines)]


async def test_whoever_writes_while_the_process_is_killed_is_answered_in_order(tmp_path: Path, content: Content) -> None:
    seeded = random.Random(20261122)
    async with BotApi() as api:
        token = api.bot("100:the-newcomers-token", "wegweiser_bot").token
        amina, oksana, carl = (Chat(api, api.person(name), content) for name in ("Amina", "Oksana", "Carl"))
        async with Service(tmp_path, telegram_token=token, telegram_api=api.url) as service:
            for chat in (amina, oksana, carl):
                await chat.settle()
            carl.person.press(carl.said()[0], f"book:site:{SITE}", stale=True)
            await carl.press("book:day:")
            await carl.press("book:time:")
            confirm = await carl.sees("book:yes:")
            for crash in range(CRASHES):
                carl.person.press(confirm, next(each for each in _data(confirm) if each.startswith("book:yes:")))
                for chat in (amina, oksana, carl):
                    chat.ask_two(seeded)
                sent = len(api.calls("sendMessage")) + seeded.randint(0, 6)
                await api.wait(lambda sent=sent: len(api.calls("sendMessage")) >= sent, timeout=20)  # type: ignore[misc]
                service.kill()
                if crash == 0:
                    assert not all(chat.complete() for chat in (amina, oksana, carl)), "killed too late to prove anything"
                await service.start()
            await api.wait(lambda: all(chat.complete() for chat in (amina, oksana, carl)), timeout=30)
            await api.wait_taken(api.bots[token])
            for chat in (amina, oksana, carl):
                assert len(chat.answers()) - len(chat.expected) <= CRASHES
            booked = _line(content.phrases.say("appointment_booked", "de"))
            assert await api.wait(lambda: any(booked in message.text for message in carl.said()), timeout=10)
            await until(service.at_rest)
            assert service.stop() == 0
        with service.store() as store, store.transaction() as tx:
            assert tx.unhandled() == []
            assert [row[0] for row in tx.db.execute("SELECT DISTINCT status FROM outbox")] == ["sent"]
            assert [row[0] for row in tx.db.execute("SELECT status FROM appointment")] == ["booked"]
            assert tx.db.execute("SELECT count(*) FROM hold").fetchone()[0] == 0
            holders = {row[0] for row in tx.db.execute("SELECT holder FROM slot_cell")}
            assert holders == {row[0] for row in tx.db.execute("SELECT id FROM appointment")}
