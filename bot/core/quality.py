"""How good translations are, beyond scores: what was lost or invented, and whether a pair of languages will do for live chat."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.core import signs

LEAST_CHRF = 45.0
"""Under this score a pair is off for live chat: readers get half of the sentences wrong."""
MOST_LOST = 5.0
"""Percent of the negations that may get lost: "you may not work" becomes "you may work"."""
FEWEST = 50
"""Sentences below which figures are too uncertain to switch a pair on or off."""

FAULTS = (
    "lost_negations",
    "invented_negations",
    "lost_modals",
    "lost_numbers",
    "invented_numbers",
    "lost_dates",
    "invented_dates",
)
"""What is counted; an invented modal verb is none, since "is to be paid" may well become "must be paid"."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sentence of a test set, how a person would translate it, and what the models made of it (else why nothing)."""

    source: str
    reference: str
    said: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures of a pair, of the packages they were measured with, and the verdict; scores are those of what was translated."""

    chrf: float
    bleu: float
    sentences: int
    untranslated: int
    negations: int
    lost_negations: int
    invented_negations: int
    modals: int
    lost_modals: int
    numbers: int
    lost_numbers: int
    invented_numbers: int
    dates: int
    lost_dates: int
    invented_dates: int
    at: str
    route: tuple[str, ...]
    live: bool


@dataclass
class Findings:
    """What a comparison brought: how many sentences have a sign, which faults occurred and where, why sentences were left."""

    having: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[Outcome]] = field(default_factory=lambda: {fault: [] for fault in FAULTS})
    reasons: Counter[str] = field(default_factory=Counter)

    def note(self, fault: str, outcome: Outcome, true: bool) -> None:
        """Remember where a fault occurred, if it is one that counts."""
        if true and fault in self.faults:
            self.faults[fault].append(outcome)


def compare(outcomes: Iterable[Outcome], source: str, target: str) -> Findings:
    """Look for what was lost or invented.

    A sentence counts as one with a negation (a modal verb, …) when the source and the person's translation both have it, so that
    a "not" that is said otherwise in the other language is nobody's fault.
    """
    found = Findings()
    for outcome in outcomes:
        if outcome.said is None:
            found.reasons[outcome.reason] += 1
            continue
        for sign, has in (("negations", signs.negated), ("modals", signs.modal)):
            here, there, said = has(outcome.source, source), has(outcome.reference, target), has(outcome.said, target)
            found.having[sign] += here and there
            found.note(f"lost_{sign}", outcome, here and there and not said)
            found.note(f"invented_{sign}", outcome, said and signs.known(source) and not here and not there)
        for sign, read in (("numbers", signs.numbers), ("dates", signs.dates)):
            before, wanted, after = read(outcome.source, source), read(outcome.reference, target), read(outcome.said, target)
            found.having[sign] += bool(before & wanted)
            found.note(f"lost_{sign}", outcome, bool((before & wanted) - after))
            found.note(f"invented_{sign}", outcome, bool(after - (before | wanted)))
    return found


def judge(
    found: Findings,
    scores: tuple[float, float],
    sentences: int,
    route: Sequence[str],
    at: str,
    limits: tuple[float, float] = (LEAST_CHRF, MOST_LOST),
) -> Quality:
    """Return the figures (`scores` are chrF and BLEU) with the verdict: on for live chat unless a limit is passed."""
    chrf, bleu = scores
    least, most = limits
    counts = {fault: len(where) for fault, where in found.faults.items()}
    return Quality(
        chrf=round(chrf, 1),
        bleu=round(bleu, 1),
        sentences=sentences,
        untranslated=found.reasons.total(),
        **{sign: found.having[sign] for sign in ("negations", "modals", "numbers", "dates")},
        **counts,
        at=at,
        route=tuple(route),
        live=chrf >= least and percent(counts["lost_negations"], found.having["negations"]) <= most,
    )


def percent(part: int, of: int) -> float:
    """Return a share in percent, 0 of nothing."""
    return 100 * part / of if of else 0.0
