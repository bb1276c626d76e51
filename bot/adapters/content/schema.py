"""The shape of every knowledge file. Unknown fields are refused, since most of them are spelling mistakes."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, model_validator

from bot.adapters.content.values import (
    CrisisWords,
    Day,
    IsoLanguage,
    Name,
    Slug,
    SomeDay,
    Url,
    Words,
    check_day,
    check_decimal,
)
from bot.core.knowledge import FactKind, Risk, Status


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


class AlarmsFile(Entry):
    """A file of alarms/: messages of a language that tell of an emergency, and others that do not."""

    emergency: tuple[Words, ...] = ()
    harmless: tuple[Words, ...] = ()


class EmergencyFile(Entry):
    """emergency.yaml; the order of numbers and crises counts."""

    numbers: Annotated[tuple[EmergencyNumberEntry, ...], Field(min_length=1)]
    crises: Annotated[tuple[CrisisEntry, ...], Field(min_length=1)]


class NoticeHead(Entry):
    """The head of a privacy template: what stands in place of a missing fact, and what the facts are called."""

    missing: Words
    labels: dict[Name, Words] = Field(default_factory=dict)
