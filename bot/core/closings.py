"""Closings that staff enter: days, or a part of them, on which a site is closed or an advisor there has no time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from bot.core.hours import Closure, Hours
from bot.core.network import Network, Site

KEPT = timedelta(days=90)
"""How long a closing is kept after its last day."""
_YEAR = timedelta(days=366)
Mistake = Literal["order", "past", "year", "part"]
"""The last day before the first; all days over; too long or too far away; a part of the day that ends before it begins."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What is closed and when: no `site` means all of the agency's, no `advisor` everybody there.

    `reason` is for colleagues; newcomers never read it. One without an id is an absence that was entered on the team's page.
    """

    id: str
    agency: str
    site: str
    advisor: str
    when: Closure
    reason: str = ""
    by: str = ""
    at: datetime | None = None

    def shuts(self, site: Site) -> bool:
        """Tell whether it closes a site, or somebody there."""
        return site.agency == self.agency and self.site in ("", site.id)

    def over(self, today: date) -> bool:
        """Tell whether all of its days have passed."""
        return self.when.last < today


def mistake(when: Closure, today: date) -> Mistake | None:
    """Return why days cannot be entered."""
    if when.last < when.first:
        return "order"
    if when.last < today:
        return "past"
    if when.last - when.first >= _YEAR or when.first - today >= _YEAR:
        return "year"
    return "part" if when.part and when.part.start >= when.part.end else None


def closed(network: Network, closings: Sequence[Closing]) -> Network:
    """Return a network in which these are closed: opening hours, appointments, and coming by without one."""
    return network.only(
        {id: _closed(site, [each for each in closings if each.shuts(site)]) for id, site in network.sites.items()}
    )


def _closed(site: Site, closings: Sequence[Closing]) -> Site:
    if not closings:
        return site
    whole = [each.when for each in closings if not each.advisor]
    return replace(
        site,
        hours=_shut(site.hours, whole),
        walk_in=tuple(replace(each, hours=_shut(each.hours, whole)) for each in site.walk_in),
        appointments=tuple(
            replace(rule, hours=_shut(rule.hours, (each.when for each in closings if each.advisor in ("", rule.advisor))))
            for rule in site.appointments
        ),
    )


def _shut(hours: Hours, closures: Iterable[Closure]) -> Hours:
    return replace(hours, shut=(*hours.shut, *closures))
