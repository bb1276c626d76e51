"""What the check says about the words of articles: plain German, real translations, useful questions, clean characters."""

from pathlib import Path

import pytest

from bot.adapters.content.loader import read
from bot.adapters.content.readability import LIX, measure
from bot.core.clarity import WORDS_PER_SENTENCE
from tests.adapters.content.folder import BOT, DEPOSIT, EMERGENCY, FACTS, HOUSING, Folder

GERMAN, TURKISH = f"{DEPOSIT}/de.md", f"{DEPOSIT}/tr.md"
AR = "locales/ar/LC_MESSAGES/flows.po"
SHORT = "Sie gehen zum Amt. "


# Plain German


def test_words_in_a_sentence_and_long_words_are_counted() -> None:
    measured = measure("Das ist gut. Die Beratungsstelle hilft!\n\n1. Rufen Sie an: 110\n2. **Gehen** Sie.")
    assert measured.words_per_sentence == 12 / 5
    assert measured.lix == 12 / 5 + 100 * 1 / 12


def test_addresses_of_pages_and_placeholders_do_not_make_a_text_hard() -> None:
    plain = measure("Sie zahlen wenig. Lesen Sie das Blatt.")
    linked = measure("Sie zahlen {contribution_maximum}. Lesen Sie das [Blatt](https://www.familienportal.example/beitrag).")
    assert linked.lix == plain.lix


def test_abbreviations_and_ordinals_do_not_end_a_sentence() -> None:
    assert measure("Am 1. Mai kommt z. B. die Kita dran.").words_per_sentence == 9


def test_the_articles_of_november_2026_are_plain_german() -> None:
    """The bounds come from these: 4 to 8 words in a sentence, a score from 19 to 38."""
    articles = read(Path(__file__).parents[3]).content.knowledge.articles
    measured = [measure(articles[id].wordings["de"].body) for id in ("kita-place", "counselling", "job-search", "kita-hamburg")]
    assert max(each.lix for each in measured) <= LIX
    assert max(each.words_per_sentence for each in measured) <= WORDS_PER_SENTENCE


@pytest.mark.parametrize(("words", "hard"), [(15, False), (16, True)])
def test_long_sentences_are_a_warning(translated: Folder, words: int, hard: bool) -> None:
    translated.change(f"{DEPOSIT}/de.md", "Sie zahlen **höchstens** {deposit_max}.", "{deposit_max}" + " wir" * (words - 1) + ".")
    for line in ("1. Lesen Sie den Vertrag.\n", "2. Zahlen Sie.\n"):
        translated.change(GERMAN, line, "")
    assert translated.warns(GERMAN, f"{words} Wörter. Höchstens 15") is hard


def test_long_words_are_a_warning(translated: Folder) -> None:
    assert not translated.warns(GERMAN, "lange Wörter")
    translated.add(GERMAN, "\nWohnberechtigungsbescheinigung Mietschuldenfreiheitsbescheinigung beantragen. " * 3)
    assert translated.warns(GERMAN, "schwer zu lesen", "lange Wörter")


def test_only_german_is_measured(translated: Folder) -> None:
    translated.translate_article("rental-deposit", "tr", "# Depozito\n{deposit_max} " + "sözleşmenizdekilerden " * 60)
    assert not translated.warns(TURKISH, "schwer zu lesen")


# Real translations


def test_a_translation_with_a_german_line_is_an_error(translated: Folder) -> None:
    translated.translate_article("rental-deposit", "tr", "# Depozito\nEn fazla {deposit_max}.\n\n1. Sözleşmeyi okuyun.")
    assert translated.errors() == []
    for path in (GERMAN, TURKISH):
        translated.add(path, "\n**Lange Straße 13, Elmshorn**\n")
    assert translated.errors() == []
    translated.change(TURKISH, "Sözleşmeyi okuyun.", "Lesen Sie den Vertrag.")
    assert translated.finds(TURKISH, "1 Zeile ist noch deutsch: 'Lesen Sie den Vertrag.'. Übersetzen Sie sie.")
    translated.change(TURKISH, "En fazla {deposit_max}.", "Sie zahlen **höchstens** {deposit_max}.")
    assert translated.finds(TURKISH, "2 Zeilen sind noch deutsch, zuerst 'Sie zahlen **höchstens**")


def test_a_translation_that_is_almost_the_german_text_is_an_error(translated: Folder) -> None:
    almost = "Sie zahlt **höchstens** {deposit_max}!\n\n1. Lesen Sie die Verträge.\n2. Zahlt Sie."
    translated.translate_article("rental-deposit", "tr", f"# Depozito\n{almost}")
    assert translated.finds(TURKISH, "fast der deutsche Text")


def test_a_german_title_over_a_translation_is_a_warning(translated: Folder) -> None:
    translated.translate_article("rental-deposit", "tr", "# Die Kaution\nEn fazla {deposit_max}.")
    assert translated.warns(f"{TURKISH}: Titel", "Der Titel ist noch deutsch")
    translated.change(GERMAN, "# Die Kaution", "# Jobcenter")
    translated.change(TURKISH, "# Die Kaution", "# Jobcenter")
    assert not translated.warns(TURKISH, "noch deutsch")


# Links


@pytest.mark.parametrize("target", ["kita-place", "/notfall", "www.example.org", "../flat-search/de.md", "https://"])
def test_a_link_that_leads_nowhere_is_an_error(translated: Folder, target: str) -> None:
    translated.add(GERMAN, f"\n[Mehr]({target})\n")
    assert translated.finds(GERMAN, f"Der Link '{target}' führt nirgendwohin")


@pytest.mark.parametrize("target", ["https://example.org/", "tel:115", "mailto:hilfe@example.org"])
def test_a_link_that_leads_outside_is_fine(translated: Folder, target: str) -> None:
    translated.add(GERMAN, f"\n[Mehr]({target})\n")
    assert translated.errors() == []


# Questions


def test_a_phrasing_that_stands_twice_in_a_file_is_a_warning(translated: Folder) -> None:
    translated.change(GERMAN, "  - Wie hoch ist die Kaution?\n", "  - Wie hoch ist die Kaution?\n  - wie HOCH ist die kaution\n")
    assert translated.warns(f"{GERMAN}: phrasings", "'wie HOCH ist die kaution' steht zweimal da")


@pytest.mark.parametrize(("length", "wrong"), [(300, False), (301, True)])
def test_a_phrasing_longer_than_what_is_read_of_a_question_is_an_error(translated: Folder, length: int, wrong: bool) -> None:
    translated.change(GERMAN, "Wie hoch ist die Kaution?", "Kaution " + "x" * (length - 8))
    assert translated.finds(f"{GERMAN}: phrasings", "höchstens 300") is wrong


# Characters


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u061c", "\u202b", "\u202e", "\u2067", "\u2068", "\u2069"])
def test_a_direction_mark_in_an_article_is_an_error(translated: Folder, mark: str) -> None:
    translated.change(GERMAN, "Lesen Sie", f"Lesen {mark}Sie")
    assert translated.finds(f"{GERMAN}: Zeile 9", f"U+{ord(mark):04X}", "Löschen Sie")


@pytest.mark.parametrize("path", [AR, HOUSING, BOT, EMERGENCY, FACTS])
def test_a_direction_mark_is_found_wherever_it_hides(translated: Folder, path: str) -> None:
    translated.add(path, "# \u200f\n")
    assert translated.finds(f"{path}: Zeile", "U+200F")


def test_letters_that_join_words_in_persian_are_fine(translated: Folder) -> None:
    translated.translate_article("rental-deposit", "fa", "# ودیعه\nمی\u200cخوانید {deposit_max}.")
    assert translated.errors() == []


# Amounts


@pytest.mark.parametrize(
    "amount",
    ["zwanzig Euro", "Hundert Euro", "fünfzig Prozent", "1.063", "12,50", "50 центов", "33 درصد", "yüzde 33", "20 avroya"],
)
def test_an_amount_in_words_or_without_its_unit_is_an_error(translated: Folder, amount: str) -> None:
    translated.change(GERMAN, "Zahlen Sie.", f"Zahlen Sie {amount} sofort.")
    assert translated.finds(GERMAN, f"'{amount}' ist ein Betrag im Text")


@pytest.mark.parametrize(
    "text",
    [
        "Am 24.11.2026.",
        "Um 09.30 Uhr.",
        "Ein Ein-Euro-Job.",
        "Der Euro.",
        "Zimmer 1.06",
        "50 центров",
        "[x](https://example.org/12,50)",
    ],
)
def test_days_times_and_addresses_are_no_amounts(translated: Folder, text: str) -> None:
    translated.change(GERMAN, "Zahlen Sie.", text)
    assert translated.errors() == []


@pytest.mark.parametrize("digits", ["٢٥٩", "۲۵۹"])
def test_digits_of_another_script_are_an_error(translated: Folder, digits: str) -> None:
    translated.translate_article("rental-deposit", "ar", f"# عنوان\n{{deposit_max}} {digits}")
    assert translated.finds(f"{DEPOSIT}/ar.md", f"Schreiben Sie 259 statt {digits}")


def test_a_question_may_hold_any_digits(translated: Folder) -> None:
    translated.translate_article("rental-deposit", "ar", "# عنوان\n{deposit_max}")
    translated.change(f"{DEPOSIT}/ar.md", "phrasings: []", "phrasings: [٢٥٩ يورو]")
    assert translated.errors() == []


# Words that start a conversation


def test_a_keyword_that_is_a_button_of_the_menu_in_any_language_is_an_error(translated: Folder) -> None:
    translated.add(BOT, "  nav_person: Mensch\n")
    translated.translate()
    translated.change("flows/helped.yaml", "keywords: []", "keywords: [Hilfe]")
    assert translated.errors() == []
    translated.change("flows/helped.yaml", "[Hilfe]", "[mensch]")
    assert translated.finds("flows/helped.yaml: keywords", "'mensch' ist schon der Knopf 'nav_person' (Sprache de)")
    translated.change("flows/helped.yaml", "[mensch]", "[Mensch TR]")
    assert translated.finds("flows/helped.yaml: keywords", "'Mensch TR' ist schon der Knopf 'nav_person' (Sprache tr)")


def test_a_keyword_that_is_a_command_is_an_error(translated: Folder) -> None:
    translated.add(BOT, "  command_erase: Alles löschen\n")
    translated.translate()
    translated.change(HOUSING, "keywords: [wohnung", "keywords: [erase")
    assert translated.finds(f"{HOUSING}: keywords", "'erase' ist schon der Befehl /erase")


def test_a_keyword_that_names_another_topic_is_an_error(translated: Folder) -> None:
    translated.add("knowledge/topics.yaml", 'kita: {icon: "🏠", order: 2}\n')
    translated.add(BOT, "  topic_kita: Kita\n")
    translated.translate()
    translated.change(HOUSING, "keywords: [wohnung", "keywords: [wohnen, wohnung")
    assert translated.errors() == []
    translated.change(HOUSING, "keywords: [wohnen", "keywords: [kita")
    assert translated.finds(f"{HOUSING}: keywords", "'kita' ist schon der Name des Themas 'kita'")


@pytest.mark.parametrize(("key", "limit"), [("nav_menu", 40), ("topic_housing", 40), ("command_menu", 256)])
def test_words_of_the_menu_too_long_for_telegram_are_an_error(translated: Folder, key: str, limit: int) -> None:
    if key == "topic_housing":
        translated.change(BOT, "  topic_housing: Wohnen\n", "")
    translated.add(BOT, f"  {key}: {'x' * limit}\n")
    assert not translated.finds(f"{BOT}: bot.{key}")
    translated.change(BOT, f"  {key}: x", f"  {key}: xx")
    assert translated.finds(f"{BOT}: bot.{key}", f"höchstens {limit}")
