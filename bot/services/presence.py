"""Who looks at a case and who is typing: only in memory, gone with the process, stored nowhere."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from bot.core.messages import Address
from bot.services.live import Live

Side = Literal["newcomer", "advisor"]


class Presence:
    """Lets people at a case know of each other.

    `typing` tells newcomers over channels of their own, by the channel's name; open pages hear it from `Live`.
    """

    def __init__(self, live: Live) -> None:
        self._live = live
        self._looking: dict[str, Counter[str]] = defaultdict(Counter)
        self.typing: dict[str, Callable[[Address], None]] = {}

    @contextmanager
    def looking(self, case_id: str, advisor_id: str) -> Iterator[None]:
        """Count an advisor as looking at a case until the block is left."""
        here = self._looking[case_id]
        here[advisor_id] += 1
        self._live.touch(f"case:{case_id}")
        try:
            yield
        finally:
            here[advisor_id] -= 1
            if not +here:
                self._looking.pop(case_id, None)
            self._live.touch(f"case:{case_id}")

    def others(self, case_id: str, advisor_id: str) -> list[str]:
        """Return the ids of everybody else who looks at a case."""
        here = +self._looking[case_id] if case_id in self._looking else Counter[str]()
        return sorted(each for each in here if each != advisor_id)

    def newcomer_types(self, conversation_id: str) -> None:
        """Let advisors know that the newcomer is typing."""
        self._live.touch(typing(conversation_id, "newcomer"))

    def advisor_types(self, conversation_id: str, address: Address) -> None:
        """Let the newcomer know that the advisor is typing."""
        self._live.touch(typing(conversation_id, "advisor"))
        tell = self.typing.get(address.channel)
        if tell is not None:
            tell(address)


def typing(conversation_id: str, side: Side) -> str:
    """Return the subject under which open pages hear that somebody is typing."""
    return f"typing:{conversation_id}:{side}"
