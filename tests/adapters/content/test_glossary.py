"""The glossary: loading it with its translations, and what the check finds in it."""

import pytest

from bot.adapters.content.catalogues import GLOSSARY, catalogue_path, update
from bot.adapters.content.loader import load, load_knowledge
from bot.adapters.content.problems import ContentError
from bot.core.knowledge import TermWording
from bot.core.language import LANGUAGES
from tests.adapters.content.folder import Folder

FILE = "knowledge/glossary.yaml"
AR = "locales/ar/LC_MESSAGES/glossary.po"
TERMS = """\
jobcenter:
  term: Jobcenter
  also: [Job-Center, Arge]
  text: Das Amt zahlt Bürgergeld.
deposit:
  term: Kaution
  text: Geld als Sicherheit für die Vermieterin.
  article: rental-deposit
"""


@pytest.fixture
def glossary(translated: Folder) -> Folder:
    translated.write(FILE, TERMS)
    update(translated.root)
    return translated


def test_a_folder_without_a_glossary_has_no_terms(translated: Folder) -> None:
    assert load(translated.root).knowledge.terms == {}
    assert not list(translated.root.glob("locales/*/*/glossary.po"))


def test_terms_are_loaded_for_the_bot_and_for_questions(glossary: Folder) -> None:
    for content in (load(glossary.root), load_knowledge(glossary.root)):
        job, deposit = content.knowledge.terms.values()
        assert (job.id, job.term, job.also, job.article) == ("jobcenter", "Jobcenter", ("Job-Center", "Arge"), None)
        assert (deposit.text, deposit.article) == ("Geld als Sicherheit für die Vermieterin.", "rental-deposit")


def test_every_language_gets_a_catalogue_with_term_and_explanation(glossary: Folder) -> None:
    for language in set(LANGUAGES) - {"de"}:
        text = catalogue_path(glossary.root, language, GLOSSARY).read_text("utf-8")
        assert '#: knowledge/glossary.yaml\nmsgctxt "jobcenter.term"\nmsgid "Jobcenter"\nmsgstr ""' in text
        assert 'msgctxt "jobcenter.text"\nmsgid "Das Amt zahlt Bürgergeld."' in text
    assert update(glossary.root) == []


def test_a_term_is_worded_in_a_language_once_both_parts_are_translated(glossary: Folder) -> None:
    glossary.change(AR, 'msgid "Jobcenter"\nmsgstr ""', 'msgid "Jobcenter"\nmsgstr "مركز العمل (Jobcenter)"')
    assert load(glossary.root).knowledge.terms["jobcenter"].wordings == {}
    glossary.change(AR, 'msgid "Das Amt zahlt Bürgergeld."\nmsgstr ""', 'msgid "Das Amt zahlt Bürgergeld."\nmsgstr "يدفع"')
    term = load(glossary.root).knowledge.terms["jobcenter"]
    assert term.wordings == {"ar": TermWording("ar", "مركز العمل (Jobcenter)", "يدفع")}
    assert term.wording("ar").text == "يدفع"
    assert term.wording("tr") == TermWording("de", "Jobcenter", "Das Amt zahlt Bürgergeld.")


def test_a_term_whose_german_text_changed_is_not_worded_any_more(glossary: Folder) -> None:
    for german, arabic in (("Jobcenter", "مركز"), ("Das Amt zahlt Bürgergeld.", "يدفع")):
        glossary.change(AR, f'msgid "{german}"\nmsgstr ""', f'msgid "{german}"\nmsgstr "{arabic}"')
    glossary.change(FILE, "Das Amt zahlt", "Dieses Amt zahlt")
    assert load(glossary.root).knowledge.terms["jobcenter"].wordings == {}
    update(glossary.root)
    assert load(glossary.root).knowledge.terms["jobcenter"].wordings == {}
    assert glossary.warns(AR, "Von 4 Texten des Wörterbuchs fehlen 2, veraltet sind 1")


def test_missing_translations_are_one_warning_for_each_language(glossary: Folder) -> None:
    assert glossary.errors() == []
    found = [warning for warning in glossary.warnings() if "glossary.po" in warning]
    assert len(found) == len(LANGUAGES) - 1
    assert f"{AR}: Von 4 Texten des Wörterbuchs fehlen 4, veraltet sind 0. Übersetzen Sie sie." in found
    (glossary.root / AR).unlink()
    assert glossary.warns(AR, "Rufen Sie zuerst 'wegweiser messages' auf")


def test_a_term_that_is_not_spelt_as_it_must_be_is_an_error(glossary: Folder) -> None:
    glossary.add(FILE, "Bescheid: {term: Bescheid, text: Ein Brief., artikel: x}\n")
    assert glossary.finds(f"{FILE}: Bescheid", "ist keine Kennung")
    assert glossary.finds(f"{FILE}: Bescheid", "Meinten Sie 'article'?")


def test_a_term_of_two_entries_is_an_error_even_if_written_differently(glossary: Folder) -> None:
    glossary.add(FILE, "office: {term: Amt, also: [JOB CENTER], text: Ein Haus.}\n")
    assert glossary.finds(f"{FILE}: office", "'JOB CENTER' steht auch beim Eintrag 'jobcenter'")
    glossary.change(FILE, "JOB CENTER", "Amt")
    assert glossary.finds(f"{FILE}: office", "'Amt' steht zweimal da")


def test_the_bot_does_not_start_with_a_term_that_leads_to_no_article(glossary: Folder) -> None:
    glossary.change(FILE, "article: rental-deposit", "article: deposit")
    assert glossary.finds(f"{FILE}: deposit", "Der Artikel 'deposit' fehlt")
    for read in (load, load_knowledge):
        with pytest.raises(ContentError, match=r"glossary\.yaml: deposit"):
            read(glossary.root)


def test_an_explanation_is_checked_like_every_text(glossary: Folder) -> None:
    glossary.change(FILE, "Das Amt zahlt Bürgergeld.", "Das Amt zahlt 563 Euro und {nothing}.")
    assert glossary.finds(f"{FILE}: jobcenter.text", "'563 Euro' ist ein Betrag im Text")
    assert glossary.finds(f"{FILE}: jobcenter.text", "{nothing} steht nicht in facts.yaml")


def test_a_translated_explanation_is_checked_like_every_text(glossary: Folder) -> None:
    german = 'msgid "Das Amt zahlt Bürgergeld."\nmsgstr '
    glossary.change(AR, german + '""', german + '"٥٦٣ {nothing}"')
    assert glossary.finds(f"{AR}: jobcenter.text", "{nothing} steht nicht im deutschen Text")


def test_nothing_is_written_while_the_glossary_cannot_be_read(glossary: Folder) -> None:
    glossary.add(FILE, "broken: [\n")
    with pytest.raises(ContentError):
        update(glossary.root)
