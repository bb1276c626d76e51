"""The agencies' own finished replies: what is read, and what the check says about mistakes."""

from datetime import date

import pytest

from bot.adapters.content.check import check
from bot.adapters.content.loader import load
from tests.adapters.content.folder import Folder

TODAY = date(2026, 11, 24)
FILE = "knowledge/canned/example-a.yaml"
GOOD = """\
visit:
  de: {text: "{name} von {site}: {hours}, {phone}"}
  ar: {status: reviewed, text: "{name} {site} {hours} {phone}"}
"""


def problems(folder: Folder, text: str, file: str = FILE) -> list[tuple[str, str]]:
    folder.write(file, text)
    return [(each.place, each.message) for each in check(folder.root, TODAY) if each.file == file]


def test_replies_are_read_by_agency_with_what_was_reviewed(folder: Folder) -> None:
    assert problems(folder, GOOD) == []
    (visit,) = load(folder.root).canned["example-a"]
    assert (visit.id, visit.wordings["ar"].status, visit.wordings["de"].status) == ("visit", "reviewed", "draft")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('visit: {de: {text: "Hallo {nmae}"}}', "visit → de", "Den Platzhalter {nmae} gibt es nicht. Möglich sind: {name}"),
        ('visit: {de: {text: "{phone}"}, ar: {text: "x"}}', "visit → ar", "andere als im deutschen Text"),
        ('visit: {de: {text: "x"}, xx: {text: "x"}}', "visit → xx", "keine Sprache des Bots"),
        ('visit: {ar: {text: "x"}}', "visit", "Der deutsche Text fehlt"),
        ('visit: {de: {text: "x", status: fertig}}', "visit", ""),
        ('Besuch!: {de: {text: "x"}}', "Besuch!", ""),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_to_do(folder: Folder, text: str, place: str, words: str) -> None:
    found = problems(folder, text)
    assert any(where.startswith(place) and words in message for where, message in found), found


def test_a_file_for_an_agency_that_is_not_there_is_named(folder: Folder) -> None:
    ((place, message),) = problems(folder, GOOD, "knowledge/canned/example-z.yaml")
    assert (place, message.startswith("Den Träger 'example-z' gibt es nicht.")) == ("", True)
