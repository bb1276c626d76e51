"""`wegweiser talk`: the same conversation in a terminal or through a pipe."""

import re
from collections.abc import Iterable
from typing import TextIO

from bot.core.messages import Address, Choice, InboundMessage, OutboundMessage
from bot.core.text import FSI, PDI
from bot.services.inbox import Inbox
from bot.services.ports import Clock

_LINK = re.compile(r"\[([^\]]*)\]\((?:tel:)?([^)]*)\)")
_MARKS = re.compile(r"(\*\*|^# )", re.MULTILINE)


class Terminal:
    """One person at the keyboard; numbers stand for buttons."""

    def __init__(self, inbox: Inbox, clock: Clock, out: TextIO, name: str = "terminal") -> None:
        self._inbox = inbox
        self._clock = clock
        self._out = out
        self._address = Address("terminal", name)
        self._count = 0
        self._run = clock.now().isoformat()
        self._seen = 0
        self._choices: list[Choice] = []

    async def talk(self, lines: Iterable[str]) -> None:
        """Read lines until there are no more; write what the bot says to each."""
        for line in lines:
            await self.send(line.rstrip("\n"))

    async def send(self, line: str) -> None:
        """Send one line: a number presses that button, everything else is text."""
        number = line.strip()
        if number.isascii() and number.isdigit() and 1 <= int(number) <= len(self._choices):
            await self.press(self._choices[int(number) - 1].id)
        else:
            await self._receive(text=line)

    async def press(self, choice: str) -> None:
        """Press a button by its id."""
        await self._receive(choice=choice)

    async def _receive(self, text: str = "", choice: str | None = None) -> None:
        self._count += 1
        external_id = f"{self._run}-{self._count}"
        message = InboundMessage("terminal", external_id, self._address, self._clock.now(), text=text, choice=choice)
        receipt = await self._inbox.receive(message)
        await self._inbox.settled(receipt.conversation_id, 30)
        self.show_new()

    def show_new(self) -> None:
        """Write the lines that are new since the last time."""
        for line in self._inbox.transcript(self._address, self._seen):
            self._seen = line.n
            if line.message is not None:
                self._write(line.message)

    def _write(self, message: OutboundMessage) -> None:
        who = "🙋" if message.author == "advisor" else "🤖"
        self._out.write(f"{who} {plain(message.text) if message.format == 'markdown' else message.text}\n")
        if message.note:
            self._out.write(f"   ({message.note})\n")
        if message.attachment is not None:
            self._out.write(f"   📎 {message.attachment.name}\n")
        self._choices = [choice for row in message.choices for choice in row] or self._choices
        for number, choice in enumerate(self._choices if message.choices else (), 1):
            self._out.write(f"   {number}. {choice.label}\n")
        self._out.write("\n")
        self._out.flush()


def plain(markdown: str) -> str:
    """Return Markdown as a terminal shows it: no marks, links as text and address."""

    def link(found: re.Match[str]) -> str:
        label, target = found[1], found[2]
        bare = label.strip(FSI + PDI).replace(" ", "")
        return label if bare == target.replace(" ", "") else f"{label} ({target})"

    return _MARKS.sub("", _LINK.sub(link, markdown))
