"""The web as a channel of the outbox."""

from bot.services.ports import Delivered, OutboxItem


class WebChannel:
    """Pages read the transcript themselves: what is stored has arrived."""

    name = "web"

    async def deliver(self, item: OutboxItem) -> Delivered:
        """Confirm a message."""
        return Delivered()
