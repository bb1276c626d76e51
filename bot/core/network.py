"""The counselling network: agencies, their sites, who is responsible and who is near."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zlib import crc32

from bot.core.hours import Hours
from bot.core.messages import Coordinates
from bot.core.places import Gazetteer, Place, kilometres

Remote = Literal["phone", "video"]


@dataclass(frozen=True, slots=True)
class Agency:
    """An independent organisation that advises; it promises an answer within so many working days."""

    id: str
    name: str
    answers_within_days: int
    example: bool


@dataclass(frozen=True, slots=True)
class AppointmentRule:
    """When a site offers appointments: hours, minutes per appointment, parallel seats, hours of lead, days ahead."""

    hours: Hours
    minutes: int
    seats: int
    lead_hours: int
    horizon_days: int


@dataclass(frozen=True, slots=True)
class Site:
    """A place where people are advised. An unverified address, phone or hour is never shown as fact."""

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
    appointments: AppointmentRule | None
    verified_on: date | None
    example: bool

    @property
    def remote_only(self) -> bool:
        """Tell whether nobody can be visited there."""
        return bool(self.remote) and not self.street

    def advises(self, topic: str | None) -> bool:
        """Tell whether the site works on a topic."""
        return not self.topics or topic is None or topic in self.topics

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
    """Agencies, sites, places and the public holidays of the Land."""

    agencies: Mapping[str, Agency]
    sites: Mapping[str, Site]
    gazetteer: Gazetteer
    holidays: Mapping[date, str]

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

    def desk_for(self, topic: str, language: str, place: Place | None, contact_id: str) -> Site:
        """Return the site whose team gets a case: responsible and near, speaking the language if one does; else shared evenly."""
        fit = [site for site in self.sites.values() if site.advises(topic) and not site.target_groups] or list(
            self.sites.values()
        )
        if place is not None:
            near = [each.site for each in self.nearest(place, topic, limit=len(self.sites)) if not each.site.target_groups]
            local_team = near[:3]
            return next((site for site in local_team if language in site.languages), (local_team or fit)[0])
        speaking = sorted((site for site in fit if language in site.languages), key=lambda site: site.id) or fit
        return speaking[crc32(contact_id.encode()) % len(speaking)]

    def promise(self, site: Site, now: datetime) -> datetime | None:
        """Return until when somebody answers: closing time of the last promised open day; None when no hours are known."""
        return site.hours.end_of_open_day(now, self.agencies[site.agency].answers_within_days, self.holidays)


def is_island(place: Place) -> bool:
    """Tell whether distance means nothing from here: Helgoland (postcode 27498) lies in the open sea."""
    return place.postcode == "27498"
