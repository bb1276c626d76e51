"""The newest turn of a chat: where reading begins, which buttons are big, and which hang at their own message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from bot.core.messages import UNCLEAR, Choice
from bot.services.ports import TranscriptLine

Row = tuple[Choice, ...]
STANDING = frozenset({"nav:back", "nav:menu", "nav:person", "case:end"})
"""The buttons that are always there; they stay in the background, and nobody ends a talk with a human by a slip."""


@dataclass(frozen=True, slots=True)
class Line:
    """Buttons side by side; a loose line breaks where labels are long, the others keep their columns."""

    choices: Row
    loose: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be pressed: the newest question's buttons, the standing ones, and quiet ones by the number of their message."""

    lines: tuple[Line, ...] = ()
    location: Choice | None = None
    standing: Row = ()
    quiet: Mapping[int, Row] = field(default_factory=dict)


def newest(lines: list[TranscriptLine], keeps: bool) -> int | None:
    """Return the number of the message to go on reading at: the first one after the newcomer's own.

    What newcomers say is not kept without their consent; then a turn is told by its one moment.
    """
    if not lines:
        return None
    if keeps and any(line.author == "newcomer" for line in lines):
        spoke = max(at for at, line in enumerate(lines) if line.author == "newcomer")
        return lines[min(spoke + 1, len(lines) - 1)].n
    together = [line for line in lines if line.at == lines[-1].at]
    return next((line.n for line in together if line.author != "newcomer"), lines[-1].n)


def offer(lines: list[TranscriptLine]) -> Offer:
    """Return the buttons that still mean something: those of the last turn that had any."""
    offering, unclear = _offering(lines), {line.n: _about(line) for line in lines}
    unclear = {n: row for n, row in unclear.items() if row}
    if not offering:
        return Offer(quiet=unclear)
    rows = [row for row in offering[-1][1] if row]
    standing = rows.pop() if rows and STANDING.issuperset(each.id for each in rows[-1]) else ()
    big = {each.id for row in rows for each in row}
    location = next((each for row in rows for each in row if each.id == "location"), None)
    quiet = {n: _small(choices, big) for n, choices in offering[:-1]}
    return Offer(tuple(_arranged(rows)), location, standing, unclear | {n: row for n, row in quiet.items() if row})


def _offering(lines: list[TranscriptLine]) -> list[tuple[int, tuple[Row, ...]]]:
    said = [(at, line, line.message) for at, line in enumerate(lines) if line.message and not _about(line)]
    offering = [(at, line, message.choices) for at, line, message in said if message.choices]
    spoke = max((at for at, line in enumerate(lines) if line.author == "newcomer"), default=-1)
    together = [(at, line.n, choices) for at, line, choices in offering if line.at == offering[-1][1].at]
    after = [each for each in together if each[0] > spoke]
    return [(n, choices) for _, n, choices in after or together]


def _about(line: TranscriptLine) -> Row:
    """Return the buttons about the message itself, such as "I do not understand": they stay with it, however old it is."""
    rows = line.message.choices if line.message else ()
    return tuple(each for row in rows for each in row if each.id.startswith(UNCLEAR))


def _small(choices: Iterable[Row], big: set[str]) -> Row:
    return tuple(each for row in choices for each in row if each.id not in big | STANDING | {"location"})


def _arranged(rows: list[Row]) -> Iterable[Line]:
    """Put buttons that stand alone, one below the other, into one loose line: short ones then share the width."""
    shown = [tuple(each for each in row if each.id != "location") for row in rows]
    for alone, group in groupby(filter(None, shown), key=lambda row: len(row) == 1):
        if alone:
            yield Line(tuple(row[0] for row in group), loose=True)
        else:
            yield from (Line(row, loose=False) for row in group)
