"""The shape of the network's files: the district, agencies and sites."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.adapters.content.schema import Entry
from bot.adapters.content.values import (
    Day,
    DaySpans,
    IsoLanguage,
    Land,
    Postcode,
    Slug,
    SomeDay,
    Week,
    Words,
    YesOrUnknown,
    in_germany,
)
from bot.core.network import Kind, Remote

Length = Annotated[int, Field(ge=15, le=240, multiple_of=15)]


def _one_or_more(entries: object) -> object:
    return [entries] if isinstance(entries, dict) else entries


class DistrictFile(Entry):
    """district.yaml: the district's name, its Land, whose public holidays count, and the agency that runs the machine."""

    name: Words
    state: Land = "SH"
    operator: Slug | Literal[""] = ""


class RetentionEntry(Entry):
    """How many days are kept: a case after it was closed, an appointment after its day."""

    case_days: Annotated[int, Field(ge=7, le=3650)] = 90
    appointment_days: Annotated[int, Field(ge=2, le=365)] = 7


class ControllerEntry(Entry):
    """What stands about an organisation in its data-protection notice; what is missing is a visible gap there."""

    name: str = ""
    address: str = ""
    contact: str = ""
    officer: str = ""
    authority: str = ""
    law: str = ""
    basis: str = ""
    processors: str = ""
    confirmed: str = ""


class AgencyFile(Entry):
    """An organisation that advises."""

    name: Words
    answers_within_days: Annotated[int, Field(ge=1, le=30)]
    example: bool = False
    partners: tuple[Slug, ...] = ()
    retention: RetentionEntry = RetentionEntry()
    privacy: ControllerEntry = ControllerEntry()


class AddressEntry(Entry):
    """Where a site is; no street means that nobody can be visited."""

    street: str = ""
    postcode: Postcode
    town: Words


class CoordinatesEntry(Entry):
    """A point in Germany, in degrees."""

    lat: float
    lon: float

    @model_validator(mode="after")
    def _in_germany(self) -> Self:
        if not in_germany(self.lat, self.lon):
            raise ValueError(f"lat {self.lat}, lon {self.lon} liegt nicht in Deutschland. Sind die beiden Zahlen vertauscht?")
        return self


class ClosureEntry(Entry):
    """Days on which a site is closed, both included."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.first > self.last:
            raise ValueError("'to' liegt vor 'from'. Vertauschen Sie die beiden Tage.")
        return self


class TimesEntry(Entry):
    """When something takes place: weekly hours, not every week perhaps, and single days on which it is different."""

    hours: Annotated[Week, Field(min_length=1)]
    every_weeks: Annotated[int, Field(ge=1, le=12)] = 1
    first_week: SomeDay = None
    nth_of_month: tuple[Literal["1", "2", "3", "4", "5", "last"], ...] = ()
    valid_from: SomeDay = None
    valid_until: SomeDay = None
    exceptions: dict[Day, DaySpans] = Field(default_factory=dict)
    closures: tuple[ClosureEntry, ...] = ()

    @model_validator(mode="after")
    def _counted_and_forwards(self) -> Self:
        if self.every_weeks > 1 and not self.first_week:
            raise ValueError("Bei every_weeks fehlt, ab welcher Woche gezählt wird. Ergänzen Sie first_week mit einem Tag darin.")
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError("valid_until liegt vor valid_from. Vertauschen Sie die beiden Tage.")
        return self


class AppointmentsEntry(TimesEntry):
    """When a site offers appointments, and what kind; without `advisor` the seats are the site's."""

    length: Length
    lengths: dict[Slug, Length] = Field(default_factory=dict)
    buffer: Annotated[int, Field(ge=0, le=120, multiple_of=15)] = 0
    seats: Annotated[int, Field(ge=1, le=20)] = 1
    online: Annotated[int | None, Field(ge=0, le=20)] = None
    lead_hours: Annotated[int, Field(ge=0, le=336)] = 24
    horizon_days: Annotated[int, Field(ge=1, le=180)] = 28
    topics: tuple[Slug, ...] = ()
    languages: tuple[IsoLanguage, ...] = ()
    kinds: tuple[Kind, ...] = ()
    advisor: Slug | Literal[""] = ""

    @model_validator(mode="after")
    def _online_at_most_all(self) -> Self:
        if self.online is not None and self.online > self.seats:
            raise ValueError("online ist größer als seats. Höchstens alle Plätze können selbst gebucht werden.")
        return self


class WalkInEntry(TimesEntry):
    """When people may come without an appointment, and how many minutes they wait, as a rule."""

    waiting: Annotated[int, Field(ge=0, le=240)]


class SiteFile(Entry):
    """A place where people are advised."""

    agency: Slug
    name: Words
    example: bool = False
    address: AddressEntry
    coordinates: CoordinatesEntry
    phone: str = ""
    email: str = ""
    languages: Annotated[tuple[IsoLanguage, ...], Field(min_length=1)]
    topics: tuple[Slug, ...] = ()
    target_groups: tuple[Slug, ...] = ()
    wheelchair: YesOrUnknown = None
    by_appointment_only: bool = False
    responsible_for: tuple[Words, ...] = ()
    remote: tuple[Remote, ...] = ()
    hours: Week = Field(default_factory=dict)
    closures: tuple[ClosureEntry, ...] = ()
    appointments: Annotated[tuple[AppointmentsEntry, ...], BeforeValidator(_one_or_more)] = ()
    walk_in: Annotated[tuple[WalkInEntry, ...], BeforeValidator(_one_or_more)] = ()
    hold_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    cool_down_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    offer_minutes: Annotated[int, Field(ge=15, le=720)] = 120
    phone_interpreting: tuple[IsoLanguage, ...] = ()
    verified_on: SomeDay = None
    verified_by: str = ""
    source: str = ""
