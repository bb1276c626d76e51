"""What somebody agreed to: answers by purpose, to which version of the text, in which language; every use asks `allows`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

Purpose = Literal["keep", "partner", "reminders", "research"]
"""Keeping the chat; passing a case to another agency; reminding of appointments; research, which only some operators offer."""
VERSIONS: Mapping[Purpose, int] = {"keep": 1, "partner": 1, "reminders": 1, "research": 1}
"""Raised when the meaning of a purpose's text changes: answers to an older one allow nothing any more."""
QUESTIONS: Mapping[Purpose, str] = {
    "keep": "consent",
    "partner": "consent_partner",
    "reminders": "consent_reminders",
    "research": "consent_research",
}
"""The phrases that ask."""
MOST = 200
"""Answers that are kept of one person; beyond, the oldest one that allows nothing goes."""


@dataclass(frozen=True, slots=True)
class Consent:
    """An answer, kept as proof until the person is erased; taken back it stays, with the moment.

    Passing on names the agency that receives (`recipient`), the `case`, and the site it was at before (`origin`).
    """

    purpose: Purpose
    given: bool
    version: int
    language: str
    at: datetime
    recipient: str = ""
    case: str = ""
    origin: str = ""
    withdrawn_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Tell whether it is a yes that was not taken back."""
        return self.given and self.withdrawn_at is None

    @property
    def about(self) -> tuple[Purpose, str, str]:
        """Return what was asked, whatever the text's version."""
        return self.purpose, self.recipient, self.case


Consents = tuple[Consent, ...]
"""All answers of one person, oldest first."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator decides about consent: the address under which full texts are read, and whether research is offered."""

    address: str = ""
    research: bool = False


def last(consents: Consents, purpose: Purpose, recipient: str = "", case: str = "") -> Consent | None:
    """Return the last answer to the question as it is asked now; None when it was never answered."""
    asked = (purpose, recipient, case)
    return next((each for each in reversed(consents) if each.about == asked and each.version == VERSIONS[purpose]), None)


def allows(consents: Consents, purpose: Purpose, recipient: str = "", case: str = "") -> bool:
    """Tell whether something may be done for a purpose: only after a yes, never without an answer."""
    found = last(consents, purpose, recipient, case)
    return found is not None and found.stands


def standing(consents: Consents, purpose: Purpose) -> Consents:
    """Return every yes for a purpose that was not taken back, also to an older text."""
    return tuple(each for each in consents if each.purpose == purpose and each.stands)


def origin(consents: Consents, case: str) -> str:
    """Return the site at which a case was before it was passed on for the first time; "" when it never was."""
    return next((each.origin for each in consents if each.purpose == "partner" and each.case == case), "")


def answered(consents: Consents, answer: Consent) -> Consents:
    """Return the consents with one more answer: a no takes back the yes before it, the same once more changes nothing."""
    before = last(consents, *answer.about)
    if answer.given:
        return consents if before is not None and before.stands else _bounded((*consents, answer))
    ended = tuple(
        replace(each, withdrawn_at=answer.at) if each.stands and each.about == answer.about else each for each in consents
    )
    return ended if before is not None else _bounded((*ended, answer))


def _bounded(consents: Consents) -> Consents:
    ended = [each for each in consents[:-1] if not each.stands]
    return consents if len(consents) <= MOST or not ended else tuple(each for each in consents if each is not ended[0])
