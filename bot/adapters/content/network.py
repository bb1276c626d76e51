"""Reads agencies, sites, places and the Land, whose public holidays count."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from bot.adapters.content.network_schema import AgencyFile, AppointmentsEntry, ClosureEntry, DistrictFile, SiteFile, TimesEntry
from bot.adapters.content.reading import Reader
from bot.adapters.content.values import WEEKDAYS, Slug, Week, in_germany
from bot.core.hours import Closure, Hours
from bot.core.messages import Coordinates
from bot.core.network import Agency, AppointmentRule, Controller, Kind, Network, Site, WalkIn
from bot.core.places import Gazetteer, Place
from bot.core.retention import Retention

_FIRST_YEAR, _LAST_YEAR = 2026, 2036
_COLUMNS = ("postcode", "name", "lat", "lon", "inside")


class LandHolidays(Mapping[date, str]):
    """The public holidays of a Land by day, with their German names.

    The library is loaded when the first day is asked for: it takes most of a second, more than all the content together.
    """

    def __init__(self, land: str) -> None:
        self.land = land

    @cached_property
    def _names(self) -> dict[date, str]:
        from holidays import country_holidays

        return dict(country_holidays("DE", subdiv=self.land, years=range(_FIRST_YEAR, _LAST_YEAR + 1), language="de"))

    def __getitem__(self, day: date) -> str:
        return self._names[day]

    def __iter__(self) -> Iterator[date]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def read_network(reader: Reader) -> tuple[Network, frozenset[str]]:
    """Return the network, and the ids of all agencies, those with mistakes included."""
    folder = reader.root / "knowledge" / "network"
    district = folder / "district.yaml"
    land = reader.yaml(district, DistrictFile) if district.exists() else None
    agencies = {path.stem: reader.yaml(path, AgencyFile) for path in _files(reader, folder / "agencies")}
    sites = {path.stem: reader.yaml(path, SiteFile) for path in _files(reader, folder / "sites")}
    network = Network(
        agencies={id: _agency(id, file) for id, file in agencies.items() if file},
        sites={id: _site(id, file) for id, file in sites.items() if file},
        gazetteer=Gazetteer(_places(reader, folder / "places.csv")),
        holidays=LandHolidays(land.state if land else "SH"),
        operator=land.operator if land else "",
    )
    return network, frozenset(agencies)


def _files(reader: Reader, folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.yaml")) if reader.fits(path, path.stem, Slug)]


def _agency(id: str, file: AgencyFile) -> Agency:
    return Agency(
        id=id,
        name=file.name,
        answers_within_days=file.answers_within_days,
        example=file.example,
        partners=file.partners,
        retention=Retention(timedelta(days=file.retention.case_days), timedelta(days=file.retention.appointment_days)),
        privacy=Controller(**file.privacy.model_dump()),
    )


def _site(id: str, file: SiteFile) -> Site:
    return Site(
        id=id,
        agency=file.agency,
        name=file.name,
        street=file.address.street,
        postcode=file.address.postcode,
        town=file.address.town,
        position=Coordinates(file.coordinates.lat, file.coordinates.lon),
        phone=file.phone,
        email=file.email,
        languages=file.languages,
        topics=file.topics,
        target_groups=file.target_groups,
        wheelchair=file.wheelchair,
        by_appointment_only=file.by_appointment_only,
        responsible_for=file.responsible_for,
        remote=file.remote,
        hours=_hours(file.hours, file.closures),
        appointments=tuple(_rule(each, file) for each in file.appointments),
        verified_on=file.verified_on,
        example=file.example,
        walk_in=tuple(WalkIn(_times(each, file), each.waiting) for each in file.walk_in),
        hold_for=timedelta(minutes=file.hold_minutes),
        cool_down=timedelta(minutes=file.cool_down_minutes),
        offer_for=timedelta(minutes=file.offer_minutes),
        phone_interpreting=file.phone_interpreting,
    )


def _rule(entry: AppointmentsEntry, file: SiteFile) -> AppointmentRule:
    visits: tuple[Kind, ...] = ("visit",) if file.address.street else ()
    return AppointmentRule(
        hours=_times(entry, file),
        minutes=entry.length,
        seats=entry.seats,
        lead_hours=entry.lead_hours,
        horizon_days=entry.horizon_days,
        online=entry.online,
        buffer=entry.buffer,
        lengths=entry.lengths,
        topics=entry.topics,
        languages=entry.languages,
        kinds=entry.kinds or (*visits, *file.remote) or ("visit",),
        advisor=entry.advisor,
    )


def _times(entry: TimesEntry, file: SiteFile) -> Hours:
    return replace(
        _hours(entry.hours, file.closures + entry.closures),
        exceptions=entry.exceptions,
        every=entry.every_weeks,
        anchor=entry.first_week or date.min,
        nth=tuple(-1 if each == "last" else int(each) for each in entry.nth_of_month),
        first=entry.valid_from or date.min,
        last=entry.valid_until or date.max,
    )


def _hours(week: Week, closures: tuple[ClosureEntry, ...]) -> Hours:
    spans = {WEEKDAYS.index(day): spans for day, spans in week.items() if spans}
    return Hours(spans, tuple(Closure(each.first, each.last) for each in closures))


def _places(reader: Reader, path: Path) -> tuple[Place, ...]:
    places: list[Place] = []
    for number, row in enumerate(reader.table(path, _COLUMNS), start=2):
        try:
            places.append(_place(row))
        except ValueError as error:
            reader.report(path, f"Zeile {number}", str(error))
    return tuple(sorted(places, key=lambda place: not place.inside))


def _place(row: Mapping[str, str | None]) -> Place:
    postcode, name, lat, lon, inside = (str(row[column] or "").strip() for column in _COLUMNS)
    if not (len(postcode) == 5 and postcode.isascii() and postcode.isdigit()):
        raise ValueError(f"'{postcode}' ist keine Postleitzahl. Schreiben Sie fünf Ziffern.")
    if not name:
        raise ValueError("Der Name des Ortes fehlt. Ergänzen Sie ihn.")
    if inside not in ("yes", "no"):
        raise ValueError(f"'{inside}' passt nicht in die Spalte inside. Schreiben Sie yes oder no.")
    return Place(name, postcode, _position(lat, lon), inside == "yes")


def _position(lat: str, lon: str) -> Coordinates:
    try:
        position = Coordinates(float(lat), float(lon))
    except ValueError:
        raise ValueError(f"'{lat}', '{lon}' sind keine Koordinaten. Schreiben Sie Zahlen mit Dezimalpunkt.") from None
    if not in_germany(position.lat, position.lon):
        raise ValueError(f"lat {lat}, lon {lon} liegt nicht in Deutschland. Sind die beiden Zahlen vertauscht?")
    return position
