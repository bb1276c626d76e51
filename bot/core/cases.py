"""A case: a request to a human, from queue to close, as pure transitions.

bot → deferred (nobody is on duty) → queued → active → closed → bot; from active back to queued by transfer or release, from
closed back to queued when the person comes back within REOPEN_DAYS. `promised_until` is by when the next word to the newcomer
is due; None means that the word is theirs, or that no opening hours are known.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from bot.core.routing import Reason

CaseStatus = Literal["deferred", "queued", "active", "closed"]
Flag = Literal["crisis", "concern", "unreachable", "overdue", "at_risk", "callback", "asked", "unclear"]
Mark = Literal["crisis", "callback"]
MARKS: tuple[Mark, ...] = get_args(Mark)
"""What an advisor deals with and then takes from the case."""
CloseReason = Literal["solved", "referred", "silent", "other"]
CLOSE_REASONS: tuple[CloseReason, ...] = get_args(CloseReason)
REOPEN_DAYS = 14
WITHOUT_PROMISE = timedelta(days=3)
"""After which a case counts as late when no opening hours are known to promise anything by."""
ALARM_AGAIN = timedelta(hours=1)
"""How long staff is not alarmed again about a case, whatever the newcomer writes."""
TOP_LEVEL = 3
"""How far a late case climbs: 1 the team of the site, 2 the coordination, 3 a partner who agreed to help."""


class CaseError(Exception):
    """A transition that the case's state does not allow; `holder` names the advisor who has it, if one does."""

    def __init__(self, reason: Literal["taken", "closed", "not_yours", "open"], holder: str | None = None) -> None:
        super().__init__(reason)
        self.reason: Literal["taken", "closed", "not_yours", "open"] = reason
        self.holder = holder


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wish to pass the case to another agency's site; the newcomer decides."""

    site: str
    note: str
    advisor: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """A request to a human. `version` rises with every stored change: of two who change it at once, one wins.

    `question`, `trail` and `reasons` are the hand-over card: the question in one sentence, the way so far, and why this site.
    `preferred` is the advisor who knows the person and is asked first; `joined` are colleagues who advise together with the one
    who has it; `unanswered_since` is since when somebody is to write: the newcomer did after the last answer, or the case
    came back or to another site. `alarmed_at` is when staff was alarmed by words of a crisis; `rated` says that the newcomer told
    how the conversation was, not what.
    """

    id: str
    number: int
    contact_id: str
    conversation_id: str
    agency: str
    site: str
    topic: str
    language: str
    place: str | None
    question: str
    trail: tuple[str, ...]
    opened_at: datetime
    promised_until: datetime | None
    status: CaseStatus = "queued"
    advisor: str | None = None
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    version: int = 0
    flags: tuple[str, ...] = ()
    young: bool = False
    reasons: tuple[Reason, ...] = ()
    labels: tuple[str, ...] = ()
    queues_at: datetime | None = None
    preferred: str | None = None
    joined: tuple[str, ...] = ()
    level: int = 0
    unanswered_since: datetime | None = None
    answered_at: datetime | None = None
    proposal: Proposal | None = None
    alarmed_at: datetime | None = None
    rated: bool = False

    @property
    def open(self) -> bool:
        """Tell whether the case still waits or is worked on."""
        return self.status != "closed"

    @property
    def waits_for_newcomer(self) -> bool:
        """Tell whether an advisor had the last word."""
        return self.status == "active" and self.answered_at is not None and self.unanswered_since is None

    @property
    def due_at(self) -> datetime | None:
        """Return when somebody must have answered: as promised, without a promise after days; None when the word is theirs."""
        if not self.open or self.waits_for_newcomer:
            return None
        return self.promised_until or (self.unanswered_since or self.opened_at) + WITHOUT_PROMISE

    def late(self, now: datetime) -> bool:
        """Tell whether an answer is later than it was promised."""
        return self.open and self.promised_until is not None and self.promised_until < now


def enqueue(case: Case) -> Case:
    """Let a deferred case wait for whoever is on duty now."""
    return replace(case, status="queued", queues_at=None) if case.status == "deferred" else case


def claim(case: Case, advisor: str, now: datetime) -> Case:
    """Give the case to an advisor; who advises together with its holder has it already.

    Raises:
        CaseError: somebody else has it, or it is closed.
    """
    if case.status == "closed":
        raise CaseError("closed")
    if case.advisor is None:
        joined = tuple(each for each in case.joined if each != advisor)
        return replace(case, status="active", advisor=advisor, claimed_at=now, queues_at=None, preferred=None, joined=joined)
    if advisor in (case.advisor, *case.joined):
        return case
    raise CaseError("taken", case.advisor)


def close(case: Case, now: datetime, advisor: str | None = None) -> Case:
    """Close the case; `advisor` is None when the newcomer ends it.

    Raises:
        CaseError: it is closed already, or another advisor has it.
    """
    _held_by(case, advisor)
    return replace(
        case, status="closed", closed_at=now, promised_until=None, queues_at=None, proposal=None, joined=(), preferred=None
    )


def heard(case: Case, now: datetime, promise: datetime | None) -> Case:
    """Note that the newcomer wrote; an answer is due by `promise` unless one is due already."""
    return replace(case, unanswered_since=case.unanswered_since or now, promised_until=case.promised_until or promise)


def answered(case: Case, now: datetime) -> Case:
    """Note that an advisor wrote: nothing is due until the newcomer writes again."""
    answer = replace(case, answered_at=now, unanswered_since=None, promised_until=None, level=0)
    return _without(answer, "overdue", "at_risk", "unclear", "concern")


def transfer(case: Case, agency: str, site: str, now: datetime, promise: datetime | None, advisor: str | None = None) -> Case:
    """Put the case into the queue of another site, where it is new; what an agency noted for itself stays behind.

    Raises:
        CaseError: it is closed, or another advisor has it.
    """
    _held_by(case, advisor)
    moved = replace(_waiting(case), site=site, promised_until=promise, level=0, unanswered_since=now, reasons=(), joined=())
    moved = _without(replace(moved, proposal=None), "overdue", "at_risk")
    if agency == case.agency:
        return moved
    return _without(replace(moved, agency=agency, labels=(), preferred=None), "asked")


def take_back(case: Case, agency: str, site: str, now: datetime, promise: datetime | None) -> Case:
    """Put the case back to the site of the agency that passed it on, since the newcomer wants that; a closed one stays closed."""
    if case.open:
        return transfer(case, agency, site, now, promise)
    return _without(replace(case, agency=agency, site=site, advisor=None, preferred=None, labels=()), "asked")


def put_away(case: Case, now: datetime) -> Case:
    """Close the case, if it is not, and take it from its agency: nobody is left who may read it."""
    closed = close(case, now) if case.open else case
    return replace(closed, agency="", advisor=None, labels=())


def release(case: Case, now: datetime, promise: datetime | None) -> Case:
    """Put the case back into the queue since its advisor is silent or away; they are asked first when they return.

    Somebody else is due to write by `promise`, even if the word was the newcomer's.

    Raises:
        CaseError: it is closed.
    """
    if case.status == "closed":
        raise CaseError("closed")
    return heard(replace(_waiting(case), preferred=case.advisor or case.preferred), now, promise)


def entrust(case: Case, advisor: str, now: datetime) -> Case:
    """Give an open case to an advisor, whoever had it before.

    Raises:
        CaseError: it is closed.
    """
    if case.status == "closed":
        raise CaseError("closed")
    return claim(_waiting(case), advisor, now)


def reopen(case: Case, now: datetime, promise: datetime | None) -> Case:
    """Put a closed case back into the queue, with the advisor who had it asked first; what it stood out by is over.

    Raises:
        CaseError: it is open, or was closed too long ago.
    """
    if not reopenable(case, now):
        raise CaseError("open" if case.open else "closed")
    again = replace(_waiting(case), closed_at=None, preferred=case.advisor, promised_until=promise)
    return replace(again, level=0, unanswered_since=now, flags=(), alarmed_at=None, rated=False)


def reopenable(case: Case, now: datetime) -> bool:
    """Tell whether somebody who comes back gets the same case."""
    return case.closed_at is not None and not case.open and now - case.closed_at <= timedelta(days=REOPEN_DAYS)


def propose(case: Case, site: str, note: str = "", advisor: str | None = None) -> Case:
    """Note that the newcomer is asked whether the case may go to another agency's site.

    Raises:
        CaseError: it is closed, or another advisor has it.
    """
    _held_by(case, advisor)
    return replace(case, proposal=Proposal(site, note, advisor))


def climb(case: Case) -> Case:
    """Let a late case be seen one level higher."""
    return flag(replace(case, level=min(case.level + 1, TOP_LEVEL)), "overdue")


def join(case: Case, advisor: str) -> Case:
    """Let a colleague advise together with the one who has the case.

    Raises:
        CaseError: it is closed.
    """
    if case.status == "closed":
        raise CaseError("closed")
    return case if advisor in (case.advisor, *case.joined) else replace(case, joined=(*case.joined, advisor))


def flag(case: Case, name: Flag) -> Case:
    """Mark the case so that it stands out on the desk."""
    return case if name in case.flags else replace(case, flags=(*case.flags, name))


def unflag(case: Case, name: Flag) -> Case:
    """Take a mark away."""
    return _without(case, name) if name in case.flags else case


def alarm(case: Case, now: datetime) -> Case:
    """Mark the case because of words of a crisis; staff is alarmed by the first, and again when they still come much later."""
    quiet = "crisis" in case.flags and case.alarmed_at is not None and now - case.alarmed_at < ALARM_AGAIN
    return case if quiet else replace(flag(case, "crisis"), alarmed_at=now)


def worry(case: Case) -> Case:
    """Mark the case because a message may tell of an emergency, until somebody answers; words of a crisis say more than that."""
    return case if "crisis" in case.flags else flag(case, "concern")


def settle(case: Case, mark: Mark, advisor: str) -> Case:
    """Take a mark from the case, since an advisor has dealt with what it stands for; new words of a crisis alarm again.

    Raises:
        CaseError: it is closed, or another advisor has it.
    """
    _held_by(case, advisor)
    settled = unflag(case, mark)
    return replace(settled, alarmed_at=None) if mark == "crisis" and settled is not case else settled


def _without(case: Case, *names: Flag) -> Case:
    return replace(case, flags=tuple(each for each in case.flags if each not in names))


def _waiting(case: Case) -> Case:
    return replace(case, status="queued", advisor=None, claimed_at=None, queues_at=None)


def _held_by(case: Case, advisor: str | None) -> None:
    if case.status == "closed":
        raise CaseError("closed")
    if advisor is not None and case.advisor is not None and advisor not in (case.advisor, *case.joined):
        raise CaseError("not_yours", case.advisor)
