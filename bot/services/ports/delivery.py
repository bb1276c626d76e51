"""Ways to newcomers, and what becomes of a message on such a way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.core.messages import Address, Author, OutboundMessage

DeliveryStatus = Literal["queued", "sending", "sent", "uncertain", "failed", "asked"]
"""`asked`: restored from a backup; it may have been delivered before, so somebody decides."""


class DeliveryError(Exception):
    """A message was not delivered: never again (`permanent`), or after a while (`retry_after` seconds).

    `uncertain` means that it may have arrived: the connection broke after it was sent.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        unreachable: bool = False,
        uncertain: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.unreachable = unreachable
        self.uncertain = uncertain
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a channel knows after a delivery: the platform's own ids of the messages it became."""

    platform_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A message on its way to an address; one conversation's items are delivered in the order of `n`.

    `sent_as` are the platform's ids of what was sent before its words were changed: that is to be edited.
    """

    n: int
    conversation_id: str
    address: Address
    message: OutboundMessage
    attempts: int
    status: DeliveryStatus
    sent_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A message that somebody has to decide about, without the person: its number, from when, on which way, by whom."""

    n: int
    at: datetime
    channel: str
    author: Author


class Channel(Protocol):
    """A way to a newcomer's address."""

    name: str

    async def deliver(self, item: OutboxItem) -> Delivered:
        """Deliver a message.

        Raises:
            DeliveryError: it did not arrive, or nobody knows.
        """
