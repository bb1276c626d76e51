"""Trouble on request: refused, late and lost answers, and Telegram's flood limits."""

import math
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from tests.botapi.clock import Clock
from tests.botapi.errors import ApiError, too_many_requests

Rule = tuple[str, int, float]


@dataclass
class Fault:
    """Something that goes wrong with the next `left` calls of a method.

    `retry_after` and `status` refuse the call. `delay` and `drop` perform it, then answer late or cut the
    connection: the caller cannot know that it worked.
    """

    method: str
    retry_after: int | None = None
    status: int | None = None
    description: str | None = None
    delay: float = 0
    drop: bool = False
    left: int = 1
    chat_id: int | None = None

    def refuse(self) -> None:
        """Raise the refusal, if this fault is one."""
        if self.retry_after is not None:
            raise too_many_requests(self.retry_after)
        if self.status is not None:
            raise ApiError(self.status, self.description or HTTPStatus(self.status).phrase)


class Faults:
    """Planned faults; each is used up by the calls it hits, the oldest first."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def take(self, method: str, chat_id: str) -> Fault | None:
        """Return the fault for this call, if one is planned."""
        for fault in self.planned:
            if fault.method.lower() == method.lower() and str(fault.chat_id or chat_id) == chat_id:
                fault.left -= 1
                if not fault.left:
                    self.planned.remove(fault)
                return fault
        return None


class Limits:
    """Telegram's flood limits: per chat 1/s, per group 20/min, per bot 30/s, setWebhook 1/s."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    def check(self, bot_id: int, method: str, chat_id: str) -> None:
        """Count a call, or refuse it; a refused call does not count."""
        rules = list(_rules(bot_id, method.lower(), chat_id))
        wait = max((self._wait(*rule) for rule in rules), default=0.0)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for key, _, _ in rules:
            self._times[key].append(self.clock())

    def _wait(self, key: str, count: int, seconds: float) -> float:
        times = self._times[key]
        while times and times[0] <= self.clock() - seconds:
            times.popleft()
        return times[0] + seconds - self.clock() if len(times) >= count else 0.0


def _rules(bot_id: int, method: str, chat_id: str) -> Iterator[Rule]:
    sends = method == "copymessage" or (method.startswith("send") and method != "sendchataction")
    edits = method.startswith("editmessage")
    if method == "setwebhook":
        yield f"{bot_id} setwebhook", 1, 1
    if sends:
        yield f"{bot_id} all", 30, 1
        yield f"{bot_id} {chat_id}", 1, 1
    # Edits in groups are reported to share the group's budget.
    if (sends or edits) and chat_id.startswith("-"):
        yield f"{bot_id} {chat_id} per minute", 20, 60
