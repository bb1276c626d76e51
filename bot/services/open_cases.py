"""The open cases of an agency, as everybody who looks at them gets them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.cases import Case
from bot.services.ports import Transaction


@dataclass(frozen=True, slots=True)
class Opened:
    """Open cases, oldest first; the lines of each that nobody has answered, and how far who has read, by reader."""

    cases: tuple[Case, ...]
    unanswered: Mapping[str, tuple[int, ...]]
    marks: Mapping[str, Mapping[str, int]]

    def unread(self, advisor: str) -> dict[str, int]:
        """Return how many messages are new to an advisor, by case: not answered by anybody, and not read by them."""
        marks = self.marks.get(advisor, {})
        counts = {id: sum(n > marks[id] for n in lines) if id in marks else len(lines) for id, lines in self.unanswered.items()}
        return {id: count for id, count in counts.items() if count}


class OpenCases:
    """Reads and unseals them once while nothing changes, however many look."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[int, int], Opened]] = {}

    def of(self, tx: Transaction, agency: str) -> Opened:
        """Return an agency's open cases."""
        revision, known = tx.revision(), self._known.get(agency)
        if known is None or known[0] != revision:
            opened = Opened(tuple(tx.cases(agency)), tx.unanswered(agency), tx.read_marks(agency))
            known = self._known[agency] = revision, opened
        return known[1]
