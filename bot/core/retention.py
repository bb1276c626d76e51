"""How long is kept what belongs to somebody: the operator's and each agency's periods, and how they are stated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Retention:
    """An agency's periods: of a case after it was closed (people come back with a letter), of an appointment after it."""

    case: timedelta = timedelta(days=90)
    appointment: timedelta = timedelta(days=7)


DEFAULT = Retention()
"""What holds for an agency that says nothing, and for one that is not in the network any more."""


@dataclass(frozen=True, slots=True)
class Periods:
    """All periods of a system. They are never kept beside what they are about: a change holds for what is there already.

    `chat` is after the last message of somebody without a case or appointment, `question` for a question without its person that
    waits for an editor. `sites` tells whose each site is.
    """

    chat: timedelta = timedelta(hours=48)
    question: timedelta = timedelta(days=180)
    agencies: Mapping[str, Retention] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)

    def of(self, agency: str) -> Retention:
        """Return an agency's periods."""
        return self.agencies.get(agency, DEFAULT)

    @property
    def longest(self) -> Retention:
        """Return the longest period of any agency: what is true before one is concerned."""
        known = tuple(self.agencies.values()) or (DEFAULT,)
        return Retention(max(each.case for each in known), max(each.appointment for each in known))

    def stated(self, agency: str = "") -> dict[str, str]:
        """Return the periods as numbers for a text: those of an agency, or the longest of all."""
        kept = self.of(agency) if agency else self.longest
        return {
            "chat_hours": f"{self.chat // timedelta(hours=1)}",
            "question_days": f"{self.question.days}",
            "case_days": f"{kept.case.days}",
            "appointment_days": f"{kept.appointment.days}",
        }


Rule = Literal["chat", "case", "appointment"]


@dataclass(frozen=True, slots=True)
class Outlived:
    """Something of a person whose period was over at `due`; the period is an agency's, or nobody's ("").

    `name` tells it apart without telling whose it is: a case's number, an appointment's site, the beginning of a chat's id.
    `at` is when the last message came, the case was closed, the appointment began.
    """

    rule: Rule
    id: str
    contact_id: str
    agency: str
    name: str
    at: datetime
    due: datetime
