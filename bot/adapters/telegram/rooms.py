"""The staff's groups: which agency reads in which, and how each fares at the moment."""

import asyncio
import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.services.outbox import Pace
from bot.services.ports import Store

log = logging.getLogger(__name__)
_MOVED = "staff_group_moved:"


def group_pace() -> Pace:
    """Return how fast a bot may write into a group: Telegram lets 20 messages a minute pass (3 at once, then 17)."""
    return Pace(per_chat=timedelta(seconds=3.6), burst=3)


@dataclass(eq=False)
class Room:
    """A group where cases have topics. What is remembered here is only how to go about it; the truth is in the store.

    `seen` are the marks of cases whose topic shows everything, `again_at` when a case that made trouble is tried again. While the
    bot may not do its work in the group (`broken`), that is until `paused_until` as well.
    """

    chat: int
    agencies: tuple[str, ...]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    seen: dict[str, str] = field(default_factory=dict)
    again_at: dict[str, datetime] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    paused_until: datetime | None = None
    broken: bool = False

    def pause(self, now: datetime, seconds: float, *, broken: bool = False) -> None:
        """Leave the group alone for a while."""
        self.paused_until, self.broken = now + timedelta(seconds=seconds), broken

    def ready(self, now: datetime) -> bool:
        """Tell whether the pause is over."""
        if self.paused_until is not None and self.paused_until <= now:
            self.paused_until, self.broken = None, False
        return self.paused_until is None

    def wake(self) -> None:
        """Forget all trouble: something about the group has changed."""
        self.paused_until, self.broken = None, False
        self.again_at.clear()


class Groups:
    """Each agency's group; those of `relay` have topics for their cases. Follows a group that gets another number."""

    def __init__(self, chats: Mapping[str, int], store: Store, relay: Collection[str] = ()) -> None:
        self._store = store
        with store.transaction() as tx:
            moved = {chat: tx.get_value(f"{_MOVED}{chat}") for chat in chats.values()}
        self._chats = {agency: int(moved[chat] or chat) for agency, chat in chats.items()}
        shared = {self._chats[agency] for agency in relay if agency in self._chats}
        self.rooms = [Room(chat, tuple(each for each in relay if self._chats.get(each) == chat)) for chat in sorted(shared)]

    def chat(self, agency: str) -> int | None:
        """Return an agency's group."""
        return self._chats.get(agency)

    def all(self) -> list[str]:
        """Return the agencies that have a group."""
        return list(self._chats)

    def agencies(self, chat: int) -> list[str]:
        """Return the agencies that read in a group."""
        return [agency for agency, each in self._chats.items() if each == chat]

    def room(self, agency: str) -> Room | None:
        """Return the group where an agency's cases have topics."""
        return next((room for room in self.rooms if agency in room.agencies), None)

    def room_at(self, chat: int) -> Room | None:
        """Return the group with this number if cases have topics there."""
        return next((room for room in self.rooms if room.chat == chat), None)

    def move(self, chat: int, new: int) -> None:
        """Follow a group to its new number, after a restart as well."""
        log.error("staff: change the group %d to %d in the settings", chat, new)
        for agency in self.agencies(chat):
            self._chats[agency] = new
        for room in self._moving(chat):
            room.chat = new
            room.wake()
        with self._store.transaction() as tx:
            tx.set_value(f"{_MOVED}{chat}", str(new))

    def _moving(self, chat: int) -> Iterator[Room]:
        return (room for room in self.rooms if room.chat == chat)
