"""An agency's cases as one advisor looks at them: views, filters, and what is most urgent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from bot.core.cases import Case

View = Literal["mine", "unassigned", "team", "newcomer", "overdue", "closed"]
VIEWS: tuple[View, ...] = get_args(View)
"""mine, nobody's, colleagues', those where the newcomer has the word, those whose answer is late, closed ones."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the cases of a view are narrowed down to; empty is everything."""

    topic: str = ""
    language: str = ""
    site: str = ""

    def fits(self, case: Case) -> bool:
        """Tell whether a case is wanted."""
        return self.topic in ("", case.topic) and self.language in ("", case.language) and self.site in ("", case.site)


def views_of(case: Case, advisor: str, now: datetime) -> set[View]:
    """Return where an advisor finds a case; one that waits is never in no view."""
    if not case.open:
        return {"closed"}
    found: set[View] = set()
    if advisor in (case.advisor, *case.joined) or (case.advisor is None and case.preferred == advisor):
        found.add("mine")
    if case.advisor is None:
        found.add("unassigned")
    elif case.advisor != advisor:
        found.add("team")
    if case.waits_for_newcomer:
        found.add("newcomer")
    if late(case, now):
        found.add("overdue")
    return found


def late(case: Case, now: datetime) -> bool:
    """Tell whether somebody should have answered by now, or is about to be too late."""
    due = case.due_at
    return "overdue" in case.flags or "at_risk" in case.flags or (due is not None and due < now)


def by_view(cases: Iterable[Case], advisor: str, now: datetime) -> dict[View, list[Case]]:
    """Return the cases of each view, in the order they came."""
    found: dict[View, list[Case]] = {view: [] for view in VIEWS}
    for case in cases:
        for view in views_of(case, advisor, now):
            found[view].append(case)
    return found


def urgency(case: Case) -> tuple[bool, bool, bool, bool, datetime]:
    """Order cases: emergencies, what may be one, colleagues' questions, by when an answer is due; what waits for nobody last."""
    marks = ("crisis" not in case.flags, "concern" not in case.flags, "asked" not in case.flags)
    return *marks, case.due_at is None, case.due_at or case.opened_at
