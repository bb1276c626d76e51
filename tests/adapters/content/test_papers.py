"""Retention and data-protection notices as volunteers write them: what is read, and what the check finds."""

from datetime import timedelta

import pytest

from bot.adapters.content.loader import load
from bot.core.content import Content
from bot.core.privacy import facts, full_text, notice
from bot.core.retention import Periods, Retention
from tests.adapters.content.folder import Folder

AGENCY = "knowledge/network/agencies/example-a.yaml"
NOTICE = "knowledge/privacy/de.md"
REAL = "name: Träger\nanswers_within_days: 2\n"
TEMPLATE = '---\nmissing: "[{fact}: fehlt]"\nlabels: {name: Name}\n---\n# Datenschutz\n{name}, {case_days} Tage.\n'
DISTRICT = "knowledge/network/district.yaml"
ALL = ("name", "address", "contact", "officer", "authority", "law", "basis", "processors", "confirmed")


def said(folder: Folder) -> list[str]:
    return [each for each in folder.warnings() if "privacy" in each or "operator" in each]


def named(*facts: str) -> str:
    return "privacy:\n" + "".join(f"  {fact}: Beispiel\n" for fact in facts)


def test_an_agency_says_how_long_it_keeps_what(folder: Folder) -> None:
    folder.add(AGENCY, "retention: {case_days: 30, appointment_days: 2}\n")
    agency = load(folder.root).network.agencies["example-a"]
    assert agency.retention == Retention(timedelta(days=30), timedelta(days=2))


def test_without_a_word_the_usual_periods_hold(folder: Folder) -> None:
    assert load(folder.root).network.agencies["example-a"].retention == Retention()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{case_days: 6}", "6 ist zu klein. Die kleinste Zahl ist 7."),
        ("{case_days: 3651}", "3651 ist zu groß. Die größte Zahl ist 3650."),
        ("{appointment_days: 1}", "1 ist zu klein. Die kleinste Zahl ist 2."),
        ("{appointment_days: 366}", "366 ist zu groß. Die größte Zahl ist 365."),
        ("{case_day: 30}", "Meinten Sie 'case_days'?"),
    ],
)
def test_a_period_out_of_bounds_is_refused(folder: Folder, entry: str, said: str) -> None:
    folder.add(AGENCY, f"retention: {entry}\n")
    assert folder.finds("agencies/example-a.yaml", "retention", said)


def test_a_notice_is_filled_from_the_agencys_file(folder: Folder) -> None:
    folder.write(NOTICE, TEMPLATE)
    folder.add(AGENCY, "privacy: {name: Beispiel e. V.}\n")
    content = load(folder.root)
    found = notice(content.papers, content.network, content.network.periods(Periods()), "example-a", "de")
    assert found is not None
    assert found.text == "# Datenschutz\n\nBeispiel e. V., 90 Tage."


def test_a_real_agency_hears_what_its_notice_lacks_and_an_example_does_not(folder: Folder) -> None:
    folder.write(NOTICE, TEMPLATE)
    assert said(folder) == []
    folder.write(AGENCY, REAL + named("name", "address"))
    assert folder.warns("agencies/example-a.yaml: privacy", "contact, officer, authority, law, basis, processors, confirmed")
    assert folder.warns("district.yaml: operator", "welcher Träger das Gerät betreibt")
    folder.write(AGENCY, REAL + named(*ALL))
    folder.add(DISTRICT, "operator: example-a\n")
    assert said(folder) == []


def test_an_operator_that_is_no_agency_is_an_error(folder: Folder) -> None:
    folder.add(DISTRICT, "operator: example-x\n")
    assert folder.finds("district.yaml: operator", "Der Träger 'example-x' fehlt.")


def test_a_placeholder_that_nothing_fills_is_an_error(folder: Folder) -> None:
    folder.write(NOTICE, TEMPLATE.replace("{name},", "{nmae},"))
    assert folder.finds("knowledge/privacy/de.md", "Den Platzhalter {nmae} gibt es nicht.")
    folder.write("knowledge/privacy/record.de.md", TEMPLATE.replace("{name},", "{who},"))
    assert folder.finds("knowledge/privacy/record.de.md", "{who}")


def test_the_shipped_templates_fit_their_example_agencies_without_a_gap(content: Content) -> None:
    assert content.papers.record is not None
    assert {"de", "en"} <= set(content.papers.notices)
    for template in (*content.papers.notices.values(), content.papers.record):
        for agency in content.network.agencies:
            assert "[" not in full_text(template, facts(content.network, Periods(), agency))
    assert all("Beispiel" in agency.privacy.name for agency in content.network.agencies.values())
