"""Each check with a folder that fails it and one that passes; `translated` itself has no error at all."""

import json

import pytest

from bot.adapters.content.catalogues import update
from bot.adapters.content.check import Problem, as_json, check
from tests.adapters.content.folder import BOT, DEPOSIT, EMERGENCY, FACTS, HOUSING, SITE, TODAY, Folder

GERMAN = f"{DEPOSIT}/de.md"
AR = "locales/ar/LC_MESSAGES/flows.po"


def test_a_good_folder_has_no_error(translated: Folder) -> None:
    assert translated.errors() == []


def test_problems_of_reading_and_checking_come_together(translated: Folder) -> None:
    translated.change(FACTS, '"5.80"', '"5,80"')
    translated.change(HOUSING, "      other: {say: Das habe ich nicht verstanden., retries: 2, goto: person}\n", "")
    assert translated.finds("facts.yaml: deposit_max", "ist keine Zahl")
    assert translated.finds("flows/housing.yaml: Schritt 'what'", "Ergänzen Sie 'other'")


def test_errors_come_before_warnings(folder: Folder) -> None:
    severities = [problem.severity for problem in check(folder.root, TODAY)]
    assert severities == sorted(severities)
    assert set(severities) == {"error", "warning"}


def test_problems_are_printed_and_exported_with_file_place_and_message() -> None:
    problem = Problem("flows/a.yaml", "Schritt 'b'", "Ändern Sie es.")
    assert str(problem) == "flows/a.yaml: Schritt 'b': Ändern Sie es."
    assert str(Problem("flows/a.yaml", "", "Ändern Sie es.")) == "flows/a.yaml: Ändern Sie es."
    assert json.loads(as_json([problem])) == [
        {"file": "flows/a.yaml", "place": "Schritt 'b'", "message": "Ändern Sie es.", "severity": "error"}
    ]


# How flows lead


def test_a_step_to_which_nothing_leads_is_an_error(translated: Folder) -> None:
    translated.add(HOUSING, "  lost: {article: flat-search, goto: helped}\n")
    assert translated.finds("Schritt 'lost'", "Kein Schritt führt hierher")
    translated.change(HOUSING, "{label: Frage zur Kaution, goto: deposit}", "{label: Frage zur Kaution, goto: lost}")
    assert not translated.finds("Schritt 'lost'", "Kein Schritt führt hierher")
    assert translated.finds("Schritt 'deposit'", "Kein Schritt führt hierher")


def test_a_step_with_no_way_out_is_an_error(translated: Folder) -> None:
    again = "  again: {say: Noch einmal?, ask: {save: again, type: text, goto: again}}\n"
    translated.add(HOUSING, again)
    translated.change(HOUSING, "goto: person}", "goto: again}")
    assert translated.finds("Schritt 'again'", "kein Weg zu einem Ende")
    translated.change(HOUSING, "type: text, goto: again", "type: text, goto: person")
    assert not translated.finds("kein Weg zu einem Ende")


def test_going_round_without_asking_is_an_error(translated: Folder) -> None:
    translated.change(
        HOUSING, "deposit: {article: rental-deposit, goto: helped}", "deposit: {article: rental-deposit, goto: search}"
    )
    assert not translated.finds("dreht sich hier im Kreis")
    translated.change(HOUSING, "article: flat-search, goto: helped", "article: flat-search, goto: deposit")
    assert translated.finds("Schritt 'deposit'", "dreht sich hier im Kreis")
    assert translated.finds("Schritt 'search'", "dreht sich hier im Kreis")


def test_a_choice_without_other_is_an_error(translated: Folder) -> None:
    translated.change("flows/helped.yaml", "      other: {say: Bitte wählen Sie., retries: 2, goto: done}\n", "")
    assert translated.finds("flows/helped.yaml: Schritt 'question'", "Ergänzen Sie 'other'")


@pytest.mark.parametrize(("number", "wrong"), [(8, False), (9, True)])
def test_more_than_eight_answers_are_an_error(translated: Folder, number: int, wrong: bool) -> None:
    more = "".join(f"        more-{each}: {{label: Antwort {each}, goto: person}}\n" for each in range(number - 2))
    translated.change(HOUSING, "      other:", f"{more}      other:")
    assert translated.finds("Schritt 'what'", "teilen Sie die Frage") is wrong


@pytest.mark.parametrize(("length", "wrong"), [(40, False), (41, True)])
def test_a_long_label_is_an_error(translated: Folder, length: int, wrong: bool) -> None:
    translated.change(HOUSING, "label: Frage zur Kaution", f"label: {'x' * length}")
    assert translated.finds(f"{HOUSING}: housing.what.deposit", "höchstens 40 passen") is wrong


@pytest.mark.parametrize(("length", "wrong"), [(40, False), (41, True)])
def test_a_long_translated_label_is_an_error(translated: Folder, length: int, wrong: bool) -> None:
    translated.change(AR, '"Frage zur Kaution ar"', f'"{"x" * length}"')
    assert translated.finds(f"{AR}: housing.what.deposit", "höchstens 40 passen") is wrong


@pytest.mark.parametrize(("length", "wrong"), [(40, False), (60, True)])
def test_ids_too_long_for_a_button_are_an_error(translated: Folder, length: int, wrong: bool) -> None:
    translated.change(HOUSING, "        deposit: {", f"        {'x' * length}: {{")
    assert translated.finds("zu lang für einen Knopf") is wrong


def test_a_keyword_of_two_flows_is_an_error_even_if_written_differently(translated: Folder) -> None:
    translated.change("flows/helped.yaml", "keywords: []", "keywords: [Hilfe]")
    assert not translated.finds("startet auch den Ablauf")
    translated.change("flows/helped.yaml", "keywords: [Hilfe]", "keywords: [WOHNUNG]")
    assert translated.finds("flows/housing.yaml: keywords", "'wohnung' startet auch den Ablauf 'helped'")


def test_flows_that_call_each_other_in_a_circle_are_an_error(translated: Folder) -> None:
    assert not translated.finds("ruft sich selbst auf")
    translated.change("flows/helped.yaml", "near: {site: {}, goto: done}", "near: {call: housing, goto: done}")
    assert translated.finds("flows/helped.yaml: call", "ruft sich selbst auf")
    assert translated.finds("flows/housing.yaml: call", "ruft sich selbst auf")


def test_a_flow_may_name_facts_and_answers_of_its_own_and_of_its_callers(translated: Folder) -> None:
    translated.change("flows/helped.yaml", "Alles Gute.", "Alles Gute mit {need}, {helped} und {deposit_max}.")
    assert not translated.finds("weder ein Wert")
    translated.change(HOUSING, "Das dauert oft.", "Das dauert {duration}.")
    assert translated.finds("flows/housing.yaml: housing.search: {duration} ist weder ein Wert")


# Words


def test_a_missing_translation_is_an_error(translated: Folder) -> None:
    translated.change(AR, 'msgstr "Worum geht es? ar"', 'msgstr ""')
    assert translated.errors() == [f"{AR}: housing.what: Die Übersetzung von 'Worum geht es?' fehlt. Ergänzen Sie sie."]


def test_a_missing_catalogue_is_one_error(translated: Folder) -> None:
    (translated.root / AR).unlink()
    assert len(translated.errors()) == 1
    assert translated.finds(AR, "Die Datei fehlt")


def test_a_translation_of_a_changed_german_text_is_an_error_before_and_after_the_update(translated: Folder) -> None:
    translated.change(BOT, "Wohnen", "Wohnung")
    assert translated.finds(f"{AR}: bot.topic_housing", "Rufen Sie 'wegweiser messages' auf")
    update(translated.root)
    assert translated.finds(f"{AR}: bot.topic_housing", "Markierung 'fuzzy'")


def test_a_new_german_text_is_missing_everywhere(translated: Folder) -> None:
    translated.add(BOT, "  hello: Guten Tag\n")
    assert len(translated.errors()) == 11
    assert translated.finds("locales/ku/LC_MESSAGES/flows.po: bot.hello", "fehlt")


def test_other_placeholders_in_a_translation_are_an_error(translated: Folder) -> None:
    translated.change(AR, 'msgstr "Öffnet um {time}. ar"', 'msgstr "{Time} {zeit}"')
    assert translated.finds(AR, "bot.opens", "Der Platzhalter {time} aus dem deutschen Text fehlt")
    assert translated.finds(AR, "bot.opens", "Der Platzhalter {zeit} steht nicht im deutschen Text")


@pytest.mark.parametrize("key", ["topic_housing", "number_police", "crisis_medical", "group_under_27"])
def test_small_talk_that_other_files_count_on_must_be_there(translated: Folder, key: str) -> None:
    translated.change(BOT, f"  {key}:", f"  other_{key}:")
    assert translated.finds(f"{BOT}: {key}", "fehlt. Ergänzen Sie ihn.")


def test_missing_small_talk_is_one_error(translated: Folder) -> None:
    (translated.root / BOT).unlink()
    assert translated.errors() == [f"{BOT}: Die Datei fehlt. Legen Sie sie mit den Texten des Bots an."]


@pytest.mark.parametrize(("length", "wrong"), [(4096, False), (4097, True)])
def test_a_text_too_long_for_telegram_is_an_error(translated: Folder, length: int, wrong: bool) -> None:
    translated.change(BOT, "Bitte rufen Sie sofort Hilfe.", "😀" * 2000 + "x" * (length - 4000))
    assert translated.finds(f"{BOT}: bot.crisis_medical", "Telegram erlaubt 4096") is wrong


def test_an_amount_in_a_flow_is_an_error(translated: Folder) -> None:
    translated.change(HOUSING, "Das dauert oft.", "Das dauert oft 3 Monate.")
    assert not translated.finds("ist ein Betrag im Text")
    translated.change(HOUSING, "3 Monate", "3 Monate und kostet 20 Euro")
    assert translated.finds("housing.search: '20 Euro' ist ein Betrag im Text")


def test_untranslated_console_texts_are_an_error(translated: Folder) -> None:
    translated.write("bot/adapters/web/templates/console/queue.html", '{{ _("Fall {number}") }}')
    po = "locales/en/LC_MESSAGES/console.po"
    assert translated.finds(po, "Die Datei fehlt")
    update(translated.root)
    assert translated.finds(f"{po}: Fall {{number}}", "fehlt oder ist veraltet")
    translated.change(po, '"Fall {number}"\nmsgstr ""', '"Fall {number}"\nmsgstr "Case"')
    assert translated.finds(f"{po}: Fall {{number}}", "Platzhalter {number}")
    translated.change(po, '"Case"', '"Case {number}"')
    assert translated.errors() == []


# Articles


@pytest.mark.parametrize("amount", ["12,50 €", "33 %", "33%", "1.000 Euro", "€ 20", "20 EUR", "%33", "٣٣٪", "50 евро", "50 Cent"])
def test_an_amount_in_an_article_is_an_error(translated: Folder, amount: str) -> None:
    translated.change(GERMAN, "Zahlen Sie.", f"Zahlen Sie {amount}.")
    assert translated.finds(GERMAN, f"'{amount}' ist ein Betrag im Text")


@pytest.mark.parametrize("text", ["§ 24", "2 Wochen", "116 117", "{deposit_max}", "SGB II", "24/7", "3 Europäer", "12 Centren"])
def test_other_numbers_in_an_article_are_fine(translated: Folder, text: str) -> None:
    translated.change(GERMAN, "Zahlen Sie.", f"Zahlen Sie {text}.")
    assert translated.errors() == []


def test_a_unit_after_a_fact_is_an_error(translated: Folder) -> None:
    translated.change(GERMAN, "{deposit_max}.", "{deposit_max} €.")
    assert translated.finds(GERMAN, "Hinter {deposit_max} steht die Einheit noch einmal")


@pytest.mark.parametrize(
    ("markdown", "message"),
    [
        ("| a | b |\n| - | - |\n| 1 | 2 |", "Tabellen"),
        ("![Bild](https://example.org/a.png)", "Bilder"),
        ("Das ist <b>wichtig</b>.", "HTML"),
        ("<div>\nx\n</div>", "HTML"),
        ("## Unterlagen", "keine Überschriften"),
        ("# Noch ein Titel", "keine Überschriften"),
        ("Unterlagen\n---", "keine Überschriften"),
        ("***", "Trennlinien"),
        ("- a\n  - b", "Listen in Listen"),
    ],
)
def test_markdown_that_telegram_cannot_show_is_an_error(translated: Folder, markdown: str, message: str) -> None:
    translated.add(GERMAN, f"\n{markdown}\n")
    assert translated.finds(GERMAN, message)


@pytest.mark.parametrize(
    "markdown", ["- a\n- b", "**fett** und [Link](https://example.org)", "5 < 6", "<https://example.org>", "A\\\nB"]
)
def test_markdown_that_telegram_can_show_is_fine(translated: Folder, markdown: str) -> None:
    translated.add(GERMAN, f"\n{markdown}\n")
    assert translated.errors() == []


def test_an_unknown_fact_in_an_article_is_an_error(translated: Folder) -> None:
    translated.change(GERMAN, "{deposit_max}", "{deposit_maximum}")
    assert translated.finds(GERMAN, "{deposit_maximum} steht nicht in facts.yaml")


def test_a_translated_article_has_the_placeholders_of_the_german_one(translated: Folder) -> None:
    translated.translate_article("rental-deposit", "tr", "# Depozito\nEn fazla {deposit_max}.")
    assert translated.errors() == []
    translated.translate_article("rental-deposit", "tr", "# Depozito\nEn fazla.")
    assert translated.finds(f"{DEPOSIT}/tr.md", "Der Platzhalter {deposit_max} aus dem deutschen Text fehlt")


@pytest.mark.parametrize(("length", "wrong"), [(3900, False), (4100, True)])
def test_an_article_too_long_for_telegram_is_an_error(translated: Folder, length: int, wrong: bool) -> None:
    translated.add(GERMAN, "\n" + "x" * length)
    assert translated.finds(GERMAN, "Telegram erlaubt 4096") is wrong


def test_a_phrasing_of_two_articles_is_an_error_even_if_written_differently(translated: Folder) -> None:
    translated.change(GERMAN, "Wie hoch ist die Kaution?", "WIE FINDE ICH EINE WOHNUNG")
    assert translated.finds(GERMAN, "steht auch beim Artikel 'flat-search'")


def test_a_missing_or_outdated_article_translation_is_a_warning(translated: Folder) -> None:
    assert translated.warns(f"{DEPOSIT}/article.yaml", "Die Übersetzung fehlt: ar, uk")
    translated.translate_article("rental-deposit", "ar", "# عنوان\n{deposit_max}", of=1)
    assert translated.warns(f"{DEPOSIT}/article.yaml", "Die Übersetzung fehlt: uk")
    assert translated.warns(f"{DEPOSIT}/ar.md: of", "Der deutsche Text ist neuer")
    translated.translate_article("rental-deposit", "ar", "# عنوان\n{deposit_max}", of=2)
    assert not translated.warns(f"{DEPOSIT}/ar.md")
    assert translated.errors() == []


@pytest.mark.parametrize(("day", "late"), [("2026-11-22", False), ("2026-11-21", True)])
def test_a_passed_review_is_a_warning(translated: Folder, day: str, late: bool) -> None:
    translated.change(f"{DEPOSIT}/article.yaml", "2027-02-01", day)
    assert translated.warns("review_by", "21.11.2026") is late


@pytest.mark.parametrize(("day", "late"), [("2026-11-22", False), ("2026-11-21", True)])
def test_an_expired_fact_is_a_warning(translated: Folder, day: str, late: bool) -> None:
    translated.change(FACTS, "2026-12-31", day)
    assert translated.warns("facts.yaml: deposit_max", "galt bis 21.11.2026") is late


def test_a_long_title_is_a_warning(translated: Folder) -> None:
    translated.change(GERMAN, "# Die Kaution", "# " + "x" * 60)
    assert not translated.warns("Titel")
    translated.change(GERMAN, "# x", "# xx")
    assert translated.warns(GERMAN, "Der Titel hat mehr als 60 Zeichen")


# Network and emergencies


def test_an_unverified_site_is_a_warning_unless_it_is_an_example(translated: Folder) -> None:
    assert not translated.warns("verified_on")
    translated.change(SITE, "example: true\n", "")
    assert translated.warns(f"{SITE}: verified_on", "nicht geprüft")
    translated.add(SITE, "verified_on: 2026-11-01\n")
    assert not translated.warns("verified_on")


def test_a_language_without_crisis_words_is_an_error(translated: Folder) -> None:
    translated.change(EMERGENCY, "      ku: [not ku]\n", "")
    assert translated.finds(f"{EMERGENCY}: crises → medical", "in der Sprache 'ku'")
