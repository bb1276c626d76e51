"""How full the times of a site are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.appointments import Appointment
from bot.core.network import AppointmentRule, Site


@dataclass(frozen=True, slots=True)
class Opening:
    """A span of a day in which a site, or one advisor there, has appointments: how many are booked, of how many places."""

    site: str
    advisor: str
    start: datetime
    end: datetime
    booked: int
    places: int


def openings(site: Site, day: date, holidays: Mapping[date, str], booked: Iterable[Appointment]) -> list[Opening]:
    """Return the spans of a day at a site, soonest first; rules that share a span and its seats count once."""
    here = [each for each in booked if each.slot.site == site.id]
    found: dict[tuple[datetime, datetime, str], int] = {}
    for rule in site.appointments:
        for opens, closes in rule.hours.moments(day, holidays):
            key = opens, closes, rule.advisor
            found[key] = max(found.get(key, 0), _places(rule, closes - opens))
    return [
        Opening(site.id, advisor, opens, closes, _within(here, advisor, opens, closes), places)
        for (opens, closes, advisor), places in sorted(found.items())
    ]


def _places(rule: AppointmentRule, span: timedelta) -> int:
    """Return how many appointments of the usual length fit into a span; a last one needs no break after it."""
    length, step = timedelta(minutes=rule.minutes), timedelta(minutes=rule.minutes + rule.buffer)
    return max(0, (span - length) // step + 1) * rule.seats


def _within(booked: Iterable[Appointment], advisor: str, opens: datetime, closes: datetime) -> int:
    return sum(each.slot.advisor == advisor and opens <= each.slot.start < closes for each in booked)
