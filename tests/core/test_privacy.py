"""A notice says what its agency has said, and shows a gap where it has said nothing."""

from dataclasses import replace
from datetime import timedelta

from bot.core.network import Controller
from bot.core.privacy import Papers, Template, full_text, lacking, notice
from bot.core.retention import Periods, Retention
from bot.core.text import isolate
from tests.core.examples import network, site

GERMAN = Template("# Datenschutz\n\n{name}, {officer}. {case_days} Tage.", "[{fact}: fehlt]", {"officer": "Beauftragte"})
ARABIC = Template("# خصوصية\n\n{name}", "[{fact}]")
PAPERS = Papers({"de": GERMAN, "ar": ARABIC})
PLAIN = network(site("elmshorn"))
NAMED = replace(
    PLAIN,
    agencies={
        "example-a": replace(
            PLAIN.agencies["example-a"],
            retention=Retention(timedelta(days=30)),
            privacy=Controller(name="Beispiel e. V.", officer="Erika Beispiel"),
        )
    },
)


def test_a_template_is_filled_with_what_is_known() -> None:
    assert full_text(GERMAN, {"name": "Beispiel e. V.", "officer": "Erika", "case_days": "30"}) == (
        "# Datenschutz\n\nBeispiel e. V., Erika. 30 Tage."
    )


def test_what_is_missing_is_a_gap_that_names_it() -> None:
    assert full_text(GERMAN, {"name": "", "case_days": "30"}) == "# Datenschutz\n\n[name: fehlt], [Beauftragte: fehlt]. 30 Tage."


def test_a_value_is_not_taken_for_a_template_itself() -> None:
    assert "{name}" in full_text(GERMAN, {"name": "{name}", "officer": "{officer}"})


def test_a_notice_has_its_agencys_words_and_periods() -> None:
    found = notice(PAPERS, NAMED, NAMED.periods(Periods()), "example-a", "de")
    assert found is not None
    assert found.text.endswith("Beispiel e. V., Erika Beispiel. 30 Tage.")


def test_german_names_are_isolated_within_text_from_right_to_left() -> None:
    found = notice(PAPERS, NAMED, Periods(), "example-a", "ar")
    assert found is not None
    assert isolate("Beispiel e. V.") in found.text


def test_a_language_without_a_template_gets_the_next_one_and_says_which() -> None:
    found = notice(PAPERS, NAMED, Periods(), "example-a", "uk")
    assert found is not None
    assert found.language == "de"


def test_without_any_template_there_is_no_notice() -> None:
    assert notice(Papers(), NAMED, Periods(), "example-a", "de") is None


def test_without_an_agency_everything_about_it_is_a_gap() -> None:
    found = notice(PAPERS, PLAIN, Periods(), "", "de")
    assert found is not None
    assert "[name: fehlt]" in found.text


def test_what_an_agency_has_not_said_is_listed() -> None:
    missing = lacking(NAMED, "example-a")
    assert "authority" in missing
    assert "name" not in missing
