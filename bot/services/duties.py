"""The timers of a case: when it queues itself, is about to be late, is late, or has been quiet for too long."""

from datetime import datetime, timedelta

from bot.core.cases import Case
from bot.services.ports import Timer, Transaction

WARN_BEFORE = timedelta(hours=3)
"""How long before a promise is broken the coordination hears of it."""
IDLE_AFTER = timedelta(days=30)
"""How long the newcomer may be silent after an answer until the case closes by itself."""


def schedule(tx: Transaction, case: Case, now: datetime) -> None:
    """Set the timers that a case needs as it is now, and drop the others; one that climbs keeps its own."""
    for kind, due, fence in (
        ("queue", case.queues_at if case.status == "deferred" else None, ""),
        ("idle", _idle_at(case), str(case.answered_at)),
    ):
        _set(tx, kind, case, due, fence)
    if case.level == 0 or case.due_at is None:
        due = case.due_at
        _set(tx, "due", case, due, due_fence(case))
        _set(tx, "warn", case, due - WARN_BEFORE if due and due - WARN_BEFORE > now else None, due_fence(case))
    if not case.open:
        tx.drop_timer(f"alert:{case.id}")


def alert(tx: Transaction, case: Case, now: datetime) -> None:
    """Let staff be told of a case."""
    tx.add_timer(Timer(f"alert:{case.id}", "alert", case.id, "", now))


def due_fence(case: Case) -> str:
    """Return what a timer of lateness is about: another promise or another level silences it.

    A case that climbs already goes on climbing until somebody answers, whatever is heard meanwhile.
    """
    return f"{case.level} {case.due_at.timestamp() if case.due_at and not case.level else ''}"


def _set(tx: Transaction, kind: str, case: Case, due: datetime | None, fence: str) -> None:
    if due is None:
        tx.drop_timer(f"{kind}:{case.id}")
    else:
        tx.add_timer(Timer(f"{kind}:{case.id}", kind, case.id, fence, due))


def _idle_at(case: Case) -> datetime | None:
    return case.answered_at + IDLE_AFTER if case.waits_for_newcomer and case.answered_at else None


def fits(case: Case, timer: Timer) -> bool:
    """Tell whether a timer is still about the case as it is now."""
    match timer.kind:
        case "queue":
            return case.status == "deferred"
        case "warn":
            return case.level == 0 and due_fence(case) == timer.fence
        case "due":
            return case.due_at is not None and due_fence(case) == timer.fence
        case "overdue":  # as it was kept before cases climbed
            return case.status == "queued" and case.level == 0
    return case.waits_for_newcomer and timer.fence == str(case.answered_at)
