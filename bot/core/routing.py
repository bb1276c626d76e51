"""Which site gets a case, and why: one rule that explains itself.

Sites that may advise the person are compared by, in this order: made for their age group, speaking their language, with somebody
who has room, open now, responsible for the place by name, near, few who wait, and at last evenly by chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zlib import crc32

from bot.core.network import Network, Site
from bot.core.places import Place

YOUNG = "under-27"
"""The target group of the youth migration services (JMD); only who says that they are under 27 is sent there."""
_NEAR = 3
Why = Literal["young", "language", "room", "open", "responsible", "nearest", "remote", "shared", "only"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a site was chosen; `detail` is the language, the time it is open until (HH:MM) or the distance in kilometres."""

    why: Why
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a site is: cases that wait, and how many more its advisors on duty could take; None is not known."""

    waiting: int = 0
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known about somebody who asks for a human; `key` shares equal sites evenly and always alike for one person."""

    topic: str
    language: str
    place: Place | None
    key: str
    young: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """The site that gets the case, and why."""

    site: Site
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    site: Site
    kilometres: float | None = None
    responsible: bool = False


def route(network: Network, wanted: Wanted, now: datetime, loads: Mapping[str, Load] | None = None) -> Route:
    """Return the site for a case; nobody is refused: without any that fits it is one that passes the case on."""
    loads = loads or {}
    near = _candidates(network, wanted)

    def rank(each: _Candidate) -> tuple[object, ...]:
        load = loads.get(each.site.id, Load())
        return (
            wanted.young and YOUNG not in each.site.target_groups,
            wanted.language not in each.site.languages,
            load.room is not None and load.room <= 0,
            each.site.hours.open_until(now, network.holidays) is None,
            not each.responsible,
            each.kilometres or 0.0,
            load.waiting,
            crc32(f"{wanted.key} {each.site.id}".encode()),
        )

    best = min(near, key=rank)
    return Route(best.site, _reasons(network, wanted, best, near, now, loads))


def _candidates(network: Network, wanted: Wanted) -> list[_Candidate]:
    """Return the sites that come into question: for a place the responsible and the three nearest ones, else all that fit."""

    def fits(site: Site) -> bool:
        return not site.target_groups or (wanted.young and YOUNG in site.target_groups)

    if wanted.place is not None:
        near = [each for each in network.nearest(wanted.place, wanted.topic, limit=len(network.sites)) if fits(each.site)]
        young = [each for each in near if wanted.young and YOUNG in each.site.target_groups]
        chosen = near[:_NEAR] + [each for each in near[_NEAR:] if each.responsible or each in young]
        if chosen:
            return [_Candidate(each.site, each.kilometres, each.responsible) for each in chosen]
    fitting = [site for site in network.sites.values() if site.advises(wanted.topic) and fits(site)]
    return [_Candidate(site) for site in fitting or network.sites.values()]


def _reasons(
    network: Network,
    wanted: Wanted,
    best: _Candidate,
    near: list[_Candidate],
    now: datetime,
    loads: Mapping[str, Load],
) -> tuple[Reason, ...]:
    site = best.site
    found = [Reason("only")] if len(near) == 1 else []
    if wanted.young and YOUNG in site.target_groups:
        found.append(Reason("young"))
    if best.responsible:
        found.append(Reason("responsible"))
    elif best.kilometres is not None and best.kilometres == min(each.kilometres or 0.0 for each in near):
        found.append(Reason("nearest", f"{best.kilometres:.0f}"))
    if wanted.place is not None and best.kilometres is None:
        found.append(Reason("remote"))
    if wanted.language in site.languages and wanted.language != "de":
        found.append(Reason("language", wanted.language))
    until = site.hours.open_until(now, network.holidays)
    if until is not None:
        found.append(Reason("open", f"{until:%H:%M}"))
    room = loads.get(site.id, Load()).room
    if room is not None and room > 0:
        found.append(Reason("room"))
    return tuple(found or [Reason("shared")])
