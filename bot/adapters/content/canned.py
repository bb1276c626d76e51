"""Reads and checks the agencies' own finished replies: knowledge/canned/<agency>.yaml."""

from collections.abc import Iterator, Mapping
from typing import Self

from pydantic import RootModel, model_validator

from bot.adapters.content.problems import Problem
from bot.adapters.content.reading import Reader
from bot.adapters.content.references import Known
from bot.adapters.content.schema import Entry
from bot.adapters.content.values import IsoLanguage, Slug, Words
from bot.core.canned import PLACEHOLDERS, Canned, CannedWording
from bot.core.knowledge import Status
from bot.core.language import LANGUAGES, SOURCE
from bot.core.texts import placeholders


class CannedEntryWording(Entry):
    """A finished reply in one language."""

    text: Words
    status: Status = "draft"


class CannedEntry(RootModel[dict[IsoLanguage, CannedEntryWording]]):
    """A finished reply in all its languages."""

    @model_validator(mode="after")
    def _in_german(self) -> Self:
        if SOURCE not in self.root:
            raise ValueError("Der deutsche Text fehlt. Ergänzen Sie de: {text: …}.")
        return self


def read_canned(reader: Reader) -> Mapping[str, tuple[Canned, ...]]:
    """Return the finished replies by agency, in the order of their files."""
    found = {}
    for path in sorted((reader.root / "knowledge" / "canned").glob("*.yaml")):
        if reader.fits(path, path.stem, Slug):
            entries, _ = reader.entries(path, CannedEntry, Slug)
            found[path.stem] = tuple(Canned(id, _wordings(entry)) for id, entry in entries.items())
    return found


def check_canned(canned: Mapping[str, tuple[Canned, ...]], known: Known) -> Iterator[Problem]:
    """Yield replies of agencies that are not there, in languages that are not there, or with placeholders nobody fills."""
    for agency, replies in canned.items():
        file = f"knowledge/canned/{agency}.yaml"
        if agency not in known.agencies:
            yield Problem(file, "", f"Den Träger '{agency}' gibt es nicht. Die Datei heißt wie die Datei des Trägers.")
        for reply in replies:
            for place, message in _wrong(reply):
                yield Problem(file, place, message)


def _wrong(reply: Canned) -> Iterator[tuple[str, str]]:
    german = placeholders(reply.wordings[SOURCE].text)
    for language, wording in reply.wordings.items():
        place, used = f"{reply.id} → {language}", placeholders(wording.text)
        if language not in LANGUAGES:
            yield place, f"'{language}' ist keine Sprache des Bots. Möglich sind: {', '.join(LANGUAGES)}."
        for name in sorted(used - set(PLACEHOLDERS)):
            yield (
                place,
                f"Den Platzhalter {{{name}}} gibt es nicht. Möglich sind: {', '.join(f'{{{each}}}' for each in PLACEHOLDERS)}.",
            )
        if (used & set(PLACEHOLDERS)) != (german & set(PLACEHOLDERS)):
            yield place, "Die Platzhalter sind andere als im deutschen Text. Übernehmen Sie dieselben."


def _wordings(entry: CannedEntry) -> dict[str, CannedWording]:
    return {language: CannedWording(each.text, each.status) for language, each in entry.root.items()}
