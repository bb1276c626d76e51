"""The shape of every knowledge and network file. Unknown fields are refused, since most of them are spelling mistakes."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, StringConstraints, model_validator

from bot.adapters.content.values import (
    CrisisWords,
    Day,
    DaySpans,
    IsoLanguage,
    Land,
    Name,
    Postcode,
    Slug,
    SomeDay,
    Url,
    Week,
    Words,
    YesOrUnknown,
    check_day,
    check_decimal,
    in_germany,
)
from bot.core.knowledge import FactKind, Risk, Status
from bot.core.network import Kind, Remote

Length = Annotated[int, Field(ge=15, le=240, multiple_of=15)]


def _one_or_more(entries: object) -> object:
    return [entries] if isinstance(entries, dict) else entries


class Entry(BaseModel):
    """A part of a file; a field that is not listed is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TopicEntry(Entry):
    """A topic of the menu."""

    icon: Words
    order: int


class SourceEntry(Entry):
    """Where a statement comes from."""

    title: Words
    url: Url
    checked: Day


class ArticleFile(Entry):
    """article.yaml: what holds for the article in every language."""

    topic: Slug
    risk: Risk
    audience: Annotated[tuple[Slug, ...], Field(min_length=1)]
    jurisdiction: Literal["DE", "SH", "district", "municipality"]
    sources: Annotated[tuple[SourceEntry, ...], Field(min_length=1)]
    review_by: Day
    related: Annotated[tuple[Slug, ...], Field(max_length=4)] = ()
    contacts: tuple[Slug, ...] = ()


class GermanHead(Entry):
    """The head of de.md."""

    revision: Annotated[int, Field(ge=1)]
    phrasings: Annotated[tuple[Words, ...], Field(min_length=1)]


class TranslationHead(Entry):
    """The head of a translated article; `reviewed` needs a person and a day, `machine` names the one that wrote it."""

    of: Annotated[int, Field(ge=1)]
    status: Status
    phrasings: tuple[Words, ...] = ()
    machine: str = ""
    reviewer: str = ""
    reviewed_on: SomeDay = None

    @model_validator(mode="after")
    def _reviewed_by_somebody(self) -> Self:
        if self.status == "reviewed" and not (self.reviewer and self.reviewed_on):
            raise ValueError("Bei 'status: reviewed' fehlt, wer wann geprüft hat. Ergänzen Sie reviewer und reviewed_on.")
        return self


class FactEntry(Entry):
    """An amount or a date that changes."""

    kind: FactKind
    value: Words
    valid_from: SomeDay = None
    valid_until: SomeDay = None
    source: Words
    checked: Day

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        if self.kind in ("money", "number", "percent"):
            check_decimal(self.value)
        elif self.kind == "date":
            check_day(self.value)
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError("valid_until liegt vor valid_from. Vertauschen Sie die beiden Tage.")
        return self


class TermEntry(Entry):
    """A word of German authorities, explained."""

    term: Words
    also: tuple[Words, ...] = ()
    text: Words
    article: Slug | None = None


class SubjectEntry(RootModel[dict[IsoLanguage, Annotated[tuple[Words, ...], Field(min_length=1)]]]):
    """A subject without an article: phrasings by language."""


class EmergencyNumberEntry(Entry):
    """A telephone number for an emergency, and when somebody last called it."""

    id: Name
    number: Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ]+$")]
    name: Words
    hours: str = ""
    checked: Day
    source: Words


class CrisisEntry(Entry):
    """A kind of emergency with its words per language."""

    id: Name
    numbers: Annotated[tuple[Name, ...], Field(min_length=1)]
    words: CrisisWords
    unless: CrisisWords = Field(default_factory=dict)


class EmergencyFile(Entry):
    """emergency.yaml; the order of numbers and crises counts."""

    numbers: Annotated[tuple[EmergencyNumberEntry, ...], Field(min_length=1)]
    crises: Annotated[tuple[CrisisEntry, ...], Field(min_length=1)]


class DistrictFile(Entry):
    """district.yaml: the district's name and its Land, whose public holidays count."""

    name: Words
    state: Land = "SH"


class AgencyFile(Entry):
    """An organisation that advises."""

    name: Words
    answers_within_days: Annotated[int, Field(ge=1, le=30)]
    example: bool = False


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
    verified_on: SomeDay = None
    verified_by: str = ""
    source: str = ""
