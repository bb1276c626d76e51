"""A newcomer's chat with the bot, as they see it."""

from tests.botapi import Bot, BotApi, Message, Person


class Chat:
    """One newcomer's side of the chat: presses the newest message that has the button."""

    def __init__(self, api: BotApi, person: Person, bot: Bot) -> None:
        self.api, self.person, self.bot = api, person, bot

    async def press(self, data: str, *, then: str) -> Message:
        """Press a button as soon as it is there; wait for the button or text that follows."""
        message = await self.sees(data)
        self.person.press(message, next(b.data for row in message.rows for b in row if (b.data or "").startswith(data)) or "")
        return await self.sees(then, after=message)

    async def sees(self, wanted: str, after: Message | None = None) -> Message:
        """Wait for a message that has the words or a button whose data begins so."""
        found = await self.api.wait(lambda: self._with(wanted, after), timeout=15)
        assert found is not None
        return found

    def _with(self, wanted: str, after: Message | None = None) -> Message | None:
        for message in reversed(self.api.messages(self.person)):
            if after is not None and message.id <= after.id:
                return None
            buttons = [button.data or "" for row in message.rows for button in row]
            if wanted in (message.text or "") or any(data.startswith(wanted) for data in buttons):
                return message
        return None
