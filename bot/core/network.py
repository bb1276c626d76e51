"""The counselling network: agencies, their sites, who is responsible and who is near."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from bot.core.hours import Hours
from bot.core.messages import Coordinates
from bot.core.places import Gazetteer, Place, kilometres
from bot.core.retention import DEFAULT, Periods, Retention

Remote = Literal["phone", "video"]
Kind = Literal["visit", "phone", "video", "home"]
"""How people meet at an appointment; at home is the newcomer's home."""
KINDS: tuple[Kind, ...] = get_args(Kind)
ANSWERED_A_DAY = 10
"""New cases that a site answers in a day, as a cautious guess for what is promised."""


@dataclass(frozen=True, slots=True)
class Controller:
    """What an organisation says in its data-protection notice about itself, in its own words; what it has not said is empty.

    `law` is the law it works under (churches have their own), `basis` on which ground of it, `officer` its data protection
    officer, `authority` where one complains, `processors` who runs the machine, `confirmed` who confirmed the text, and when.
    """

    name: str = ""
    address: str = ""
    contact: str = ""
    officer: str = ""
    authority: str = ""
    law: str = ""
    basis: str = ""
    processors: str = ""
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class Agency:
    """An independent organisation that advises; it promises an answer within so many working days.

    `partners` are agencies whose late cases it would take over, and to whom it lends its interpreters.
    """

    id: str
    name: str
    answers_within_days: int
    example: bool
    partners: tuple[str, ...] = ()
    retention: Retention = DEFAULT
    privacy: Controller = Controller()

    def helps(self, other: "Agency") -> bool:
        """Tell whether both agencies agreed to take over late cases of each other."""
        return other.id in self.partners and self.id in other.partners


@dataclass(frozen=True, slots=True)
class AppointmentRule:
    """When a site offers appointments: hours, minutes per appointment, parallel seats, hours of lead, days ahead.

    Rules of a site may overlap: they share its seats, of which newcomers book the first `online` themselves (None: all) and the
    desk the others. A rule with an `advisor` has the seats of that person instead, who may work at several sites. `lengths` are
    minutes for single topics, `buffer` is the minutes after each appointment; no `topics` means all, no `languages` the site's.
    """

    hours: Hours
    minutes: int
    seats: int
    lead_hours: int
    horizon_days: int
    online: int | None = None
    buffer: int = 0
    lengths: Mapping[str, int] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ("visit",)
    advisor: str = ""

    def offers(self, topic: str | None, kind: Kind | None) -> bool:
        """Tell whether it is for a topic and a kind of meeting; None is any."""
        return (not self.topics or topic is None or topic in self.topics) and (kind is None or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class WalkIn:
    """When people may come without an appointment, and how many minutes they wait, as a rule."""

    hours: Hours
    waiting: int


@dataclass(frozen=True, slots=True)
class Site:
    """A place where people are advised. An unverified address, phone or hour is never shown as fact.

    A chosen time is kept for `hold_for`; one that a newcomer gave up stays blocked for `cool_down`, so that times are not traded.
    A time that got free is kept for `offer_for` for whoever waits for one.
    Languages of `phone_interpreting` can be interpreted by a service on the telephone.
    """

    id: str
    agency: str
    name: str
    street: str
    postcode: str
    town: str
    position: Coordinates
    phone: str
    email: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    target_groups: tuple[str, ...]
    wheelchair: bool | None
    by_appointment_only: bool
    responsible_for: tuple[str, ...]
    remote: tuple[Remote, ...]
    hours: Hours
    appointments: tuple[AppointmentRule, ...]
    verified_on: date | None
    example: bool
    walk_in: tuple[WalkIn, ...] = ()
    hold_for: timedelta = timedelta(minutes=10)
    cool_down: timedelta = timedelta()
    offer_for: timedelta = timedelta(hours=2)
    phone_interpreting: tuple[str, ...] = ()

    @property
    def remote_only(self) -> bool:
        """Tell whether nobody can be visited there."""
        return bool(self.remote) and not self.street

    @property
    def route(self) -> str:
        """The address of a map with the way there."""
        return f"https://www.openstreetmap.org/directions?to={self.position.lat},{self.position.lon}"

    def advises(self, topic: str | None) -> bool:
        """Tell whether the site works on a topic."""
        return not self.topics or topic is None or topic in self.topics

    def has(self, advisor: str) -> bool:
        """Tell whether somebody has times of their own there."""
        return any(rule.advisor == advisor for rule in self.appointments)

    def serves(self, municipality: str | None) -> bool:
        """Tell whether the site may advise people from a municipality."""
        return not self.responsible_for or municipality in self.responsible_for


@dataclass(frozen=True, slots=True)
class Nearby:
    """A site, how far it is, whether it is responsible for the place by name, and whether it only helps from afar."""

    site: Site
    kilometres: float | None = None
    responsible: bool = False
    remote: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """Agencies, sites, places and the public holidays of the Land. `operator` is the agency that runs the machine."""

    agencies: Mapping[str, Agency]
    sites: Mapping[str, Site]
    gazetteer: Gazetteer
    holidays: Mapping[date, str]
    operator: str = ""

    def periods(self, own: Periods) -> Periods:
        """Return the operator's own periods with those of the agencies."""
        agencies = {agency.id: agency.retention for agency in self.agencies.values()}
        return replace(own, agencies=agencies, sites={site.id: site.agency for site in self.sites.values()})

    def only(self, sites: Mapping[str, Site]) -> "Network":
        """Return the network as if there were these sites alone."""
        return replace(self, sites=sites)

    def nearest(self, place: Place, topic: str | None = None, limit: int = 3) -> list[Nearby]:
        """Return the sites for somebody who lives in a place: responsible by name first, then by distance.

        An island has no way to drive to: people there get the sites that advise by phone or video.
        """
        fit = [site for site in self.sites.values() if site.serves(place.name) and site.advises(topic)]
        if is_island(place):
            near = [Nearby(site, remote=True) for site in fit if site.remote]
            return sorted(near, key=lambda each: (not each.site.remote_only, bool(each.site.target_groups), each.site.id))[:limit]
        visits = [site for site in fit if not site.remote_only]
        near = [Nearby(site, kilometres(place.position, site.position), place.name in site.responsible_for) for site in visits]
        return sorted(near, key=lambda each: (not each.responsible, each.kilometres, each.site.id))[:limit]

    def promise(self, site: Site, now: datetime, waiting: int = 0) -> datetime | None:
        """Return until when somebody answers: closing time of the last promised open day; None when no hours are known.

        Each full day's work of cases that wait there already (ANSWERED_A_DAY) moves it by a day.
        """
        days = self.agencies[site.agency].answers_within_days + waiting // ANSWERED_A_DAY
        return site.hours.end_of_open_day(now, days, self.holidays)


def is_island(place: Place) -> bool:
    """Tell whether distance means nothing from here: Helgoland (postcode 27498) lies in the open sea."""
    return place.postcode == "27498"
