"""A case: a request to a human, from queue to close, as pure transitions."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

CaseStatus = Literal["queued", "active", "closed"]


class CaseError(Exception):
    """A transition that the case's state does not allow; `holder` names the advisor who has it, if one does."""

    def __init__(self, reason: Literal["taken", "closed", "not_yours"], holder: str | None = None) -> None:
        super().__init__(reason)
        self.reason: Literal["taken", "closed", "not_yours"] = reason
        self.holder = holder


@dataclass(frozen=True, slots=True)
class Case:
    """A request to a human. `version` rises with every stored change: of two who change it at once, one wins.

    `question` and `trail` are the hand-over card: the question in one sentence and the way so far.
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

    @property
    def open(self) -> bool:
        """Tell whether the case still waits or is worked on."""
        return self.status != "closed"


def claim(case: Case, advisor: str, now: datetime) -> Case:
    """Give the case to an advisor.

    Raises:
        CaseError: somebody else has it, or it is closed.
    """
    if case.status == "closed":
        raise CaseError("closed")
    if case.advisor == advisor:
        return case
    if case.advisor is not None:
        raise CaseError("taken", case.advisor)
    return replace(case, status="active", advisor=advisor, claimed_at=now)


def close(case: Case, now: datetime, advisor: str | None = None) -> Case:
    """Close the case; `advisor` is None when the newcomer ends it.

    Raises:
        CaseError: it is closed already, or another advisor has it.
    """
    if case.status == "closed":
        raise CaseError("closed")
    if advisor is not None and case.advisor not in (None, advisor):
        raise CaseError("not_yours", case.advisor)
    return replace(case, status="closed", closed_at=now)


def flag(case: Case, name: Literal["crisis", "unreachable"]) -> Case:
    """Mark the case so that it stands out on the desk."""
    return case if name in case.flags else replace(case, flags=(*case.flags, name))
