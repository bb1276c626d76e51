"""What the check says about the times of counselling sites."""

import pytest

from tests.adapters.content.folder import SITE, Folder

OLD = 'appointments: {hours: {mon: ["09:00-12:00"]}, length: 30, seats: 2, lead_hours: 24, horizon_days: 28}\n'
PLACE = "sites/example-elmshorn.yaml: appointments → Nr. 1"


def rule(folder: Folder, text: str, more: str = "") -> None:
    """Let the site have one rule, and another if there is more."""
    rules = "".join(f"  - {{{each}}}\n" for each in (text, more) if each)
    folder.change(SITE, OLD, f"appointments:\n{rules}")


def said(folder: Folder) -> list[str]:
    return [each for each in (*folder.errors(), *folder.warnings()) if "appointments" in each or "walk_in" in each]


MONDAY = 'hours: {mon: ["09:00-12:00"]}'
GOOD = [
    f"{MONDAY}, length: 30",
    f"{MONDAY}, length: 30, every_weeks: 2, first_week: 2026-11-23",
    f"{MONDAY}, length: 30, nth_of_month: [1, 3, last], valid_from: 2026-01-01, valid_until: 2026-11-22",
    f'{MONDAY}, length: 30, exceptions: {{2026-12-08: ["14:00-16:00"], 2026-12-15: []}}',
    f"{MONDAY}, length: 30, seats: 3, online: 0, buffer: 15, topics: [housing], lengths: {{housing: 60}}, kinds: [home]",
]
WRONG = [
    (f"{MONDAY}, length: 30, every_weeks: 2", "Ergänzen Sie first_week"),
    (f"{MONDAY}, length: 30, valid_from: 2027-01-01, valid_until: 2026-01-01", "Vertauschen Sie die beiden Tage"),
    (f"{MONDAY}, length: 30, seats: 2, online: 3", "online ist größer als seats"),
    (f"{MONDAY}, length: 30, nth_of_month: [6]", "'6' ist nicht erlaubt"),
    (f"{MONDAY}, length: 30, kinds: [letter]", "'letter' ist nicht erlaubt"),
    (f"{MONDAY}, length: 30, buffer: 10", "Vielfaches von 15"),
    (f'{MONDAY}, length: 30, exceptions: {{morgen: ["14:00-16:00"]}}', "'morgen' ist kein Datum"),
    (f"{MONDAY}, length: 30, topics: [houses]", "Das Thema 'houses'"),
    (f"{MONDAY}, length: 30, lengths: {{houses: 30}}", "Das Thema 'houses'"),
    (f"{MONDAY}, length: 30, seat: 2", "Meinten Sie 'seats'?"),
    ('hours: {mon: ["09:00-09:30"]}, length: 45', "In die Zeit 09:00-09:30 passt kein Termin von 45 Minuten"),
    (f"{MONDAY}, length: 30, lengths: {{housing: 240}}", "passt kein Termin von 240 Minuten"),
    (f'{MONDAY}, length: 60, exceptions: {{2026-12-08: ["14:00-14:30"]}}', "In die Zeit 14:00-14:30"),
]
DOUBTFUL = [
    (f"{MONDAY}, length: 30, valid_until: 2026-11-21", "Diese Zeiten galten bis 21.11.2026"),
    (f"{MONDAY}, length: 30, exceptions: {{2026-11-21: [], 2026-12-24: []}}", "Der Tag 21.11.2026 unter exceptions ist vorbei"),
    ('hours: {mon: ["09:10-12:00"]}, length: 30', "09:10-12:00 beginnt nicht zur Viertelstunde"),
]


@pytest.mark.parametrize("text", GOOD)
def test_good_rules_are_not_complained_of(text: str, folder: Folder) -> None:
    rule(folder, text)
    assert said(folder) == []


def test_rules_may_overlap(folder: Folder) -> None:
    rule(folder, f"{MONDAY}, length: 30", f"{MONDAY}, length: 60, topics: [housing]")
    assert said(folder) == []


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_cannot_be_meant_is_an_error(text: str, message: str, folder: Folder) -> None:
    rule(folder, text)
    assert [each for each in folder.errors() if PLACE in each and message in each]


@pytest.mark.parametrize(("text", "message"), DOUBTFUL)
def test_what_is_over_or_wastes_time_is_a_hint(text: str, message: str, folder: Folder) -> None:
    rule(folder, text)
    assert [each for each in folder.warnings() if PLACE in each and message in each]


def test_the_second_rule_is_named_as_such(folder: Folder) -> None:
    rule(folder, f"{MONDAY}, length: 30", 'hours: {mon: ["09:00-09:15"]}, length: 30')
    assert [each for each in folder.errors() if "appointments → Nr. 2: In die Zeit 09:00-09:15" in each]


def test_open_hours_that_are_over_are_a_hint(folder: Folder) -> None:
    folder.add(SITE, f"walk_in: {{{MONDAY}, waiting: 30, valid_until: 2026-11-01}}\n")
    assert [each for each in folder.warnings() if "walk_in → Nr. 1: Diese Zeiten galten bis 01.11.2026" in each]
