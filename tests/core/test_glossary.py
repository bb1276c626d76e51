"""A German word is explained in the reader's language; a misspelt one is found; of one that is not known the bot says so."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core import buttons, commands, labels
from bot.core.consents import VERSIONS, Consent
from bot.core.contacts import Conversation, InFlow
from bot.core.content import Content
from bot.core.flows import FlowSession, Frame
from bot.core.glossary import MAX_TERMS, Glossary
from bot.core.knowledge import Article, KnowledgeBase, Source, Term, TermWording, Wording
from bot.core.language import LANGUAGES, direction
from bot.core.messages import Address, OutboundMessage
from bot.core.talk import Situation, Talk
from bot.core.text import FSI, PDI
from tests.clock import TUESDAY

DULDUNG = Term(
    "duldung",
    "Duldung",
    ("Duldungen", "geduldet"),
    "Sie müssen gehen, aber jetzt nicht.",
    "work-permission",
    {
        "en": TermWording("en", "Tolerated stay (Duldung)", "You must leave, but not now."),
        "ar": TermWording("ar", "وقف الترحيل (دولدونغ)", "عليكم المغادرة."),
        "pl": TermWording("pl", "Termin", "…"),
    },
)
TERMS = (
    DULDUNG,
    Term("anmeldung", "Anmeldung", ("anmelden",), "…"),
    Term("recognition", "Anerkennung", (), "…"),
    Term("paternity", "Vaterschaftsanerkennung", ("Anerkennung der Vaterschaft",), "…"),
    Term("kita", "Kita", (), "…"),
    Term("bescheid", "Bescheid", ("Bescheide",), "…"),
)


def article(id: str, text: str) -> Article:
    source = Source("a", "https://a", date(2026, 8, 19))
    german = Wording("de", "Titel", text, (), "reviewed", 1)
    return Article(id, "work", "green", ("all",), "SH", (source,), date(2027, 2, 1), (), 1, {"de": german})


def glossary(*articles: Article) -> Glossary:
    return Glossary(KnowledgeBase({}, {each.id: each for each in articles}, {}, {term.id: term for term in TERMS}))


def found(text: str, language: str = "de") -> str | list[str]:
    """Return the id of the term that is meant, or the ids that are guessed."""
    result = glossary().find(text, language)
    return result.term.id if result.term else [term.id for term in result.guesses]


def used(*texts: str) -> list[str]:
    """Return the ids offered under the first of some articles."""
    articles = [article(f"article-{number}", text) for number, text in enumerate(texts)]
    return [term.id for term in glossary(*articles).used_in(articles[0])]


@pytest.mark.parametrize(
    "text", ["Duldung", "DULDUNG?", "duldungen", " geduldet ", "Was ist eine Duldung?", "Dultung", "duldunk"]
)
def test_a_word_is_found_by_its_forms_in_a_sentence_and_with_a_mistake(text: str) -> None:
    assert found(text) == "duldung"


def test_a_word_is_found_by_what_the_readers_language_calls_it() -> None:
    assert found("tolerated stay", "en") == "duldung"
    assert found("وقف الترحيل", "ar") == "duldung"


def test_what_only_another_language_calls_a_word_is_a_guess() -> None:
    assert found("Termin", "pl") == "duldung"
    assert found("Termin", "de") == ["duldung"]


def test_what_stands_in_brackets_is_a_guess() -> None:
    assert found("دولدونغ", "ar") == ["duldung"]


def test_a_word_that_begins_otherwise_is_never_taken_for_its_neighbour() -> None:
    assert found("Abmeldung") == ["anmeldung"]


def test_a_compound_offers_the_word_it_begins_or_ends_with() -> None:
    assert found("Duldungsausweis") == ["duldung"]
    assert found("Ablehnungsbescheid") == ["bescheid"]


def test_several_words_at_once_are_offered_at_most_three() -> None:
    assert found("Bescheid zur Duldung") == ["bescheid", "duldung"]
    assert len(found("Bescheid Duldung Kita Anmeldung")) == MAX_TERMS


def test_a_longer_word_is_not_taken_for_the_word_inside_it() -> None:
    assert found("Anerkennung der Vaterschaft") == "paternity"
    assert used("Die Anerkennung der Vaterschaft kostet nichts.") == ["paternity"]


@pytest.mark.parametrize("text", ["", "?!", "Qwertz uiop", "Pizza", "x" * 20_000])
def test_what_resembles_nothing_finds_nothing(text: str) -> None:
    assert found(text) == []


def test_an_article_offers_the_words_of_its_german_text_as_whole_words() -> None:
    assert used("Mit **geduldet** ist gemeint: Die KITA, nicht der Kitaplatz.") == ["duldung", "kita"]
    assert used("Kitaplatz, Bescheidenheit, [hier](https://kita.de/duldung), {kita_cap}") == []


def test_the_word_that_the_fewest_articles_use_stands_first() -> None:
    assert used("Bescheid, Kita", "Der Bescheid", "Bescheide") == ["kita", "bescheid"]


def test_an_article_offers_at_most_three_words_and_none_that_it_is_about_itself() -> None:
    assert len(used("Duldung, Kita, Bescheid, Anmeldung")) == MAX_TERMS
    about = article("work-permission", "Duldung und Kita")
    assert [term.id for term in glossary(about).used_in(about)] == ["kita"]


def talk(content: Content, language: str = "de", keeps: bool = True, **conversation: object) -> Talk:
    now = TUESDAY
    consent = Consent("keep", keeps, VERSIONS["keep"], language, now)
    here = Conversation("1", "1", Address("web", "amina"), language, (consent,))
    return Talk(Situation(content, replace(here, **conversation), now, lambda: "id"))  # type: ignore[arg-type]


def pressed(talk: Talk, choice: str) -> list[OutboundMessage]:
    buttons.press(talk, choice)
    return list(talk.turn().messages)


def ids(message: OutboundMessage) -> list[str]:
    return [choice.id for row in message.choices for choice in row]


def small(content: Content) -> Content:
    """Return the real content with the small glossary."""
    return replace(content, knowledge=replace(content.knowledge, terms={term.id: term for term in TERMS}))


def test_an_explanation_has_the_german_word_the_readers_word_and_the_way_on(content: Content) -> None:
    [message] = pressed(talk(small(content), "en"), "word:Duldung")
    assert message.text == "📖 **Duldung** · Tolerated stay (Duldung)\n\nYou must leave, but not now."
    assert ids(message) == ["article:work-permission", "nav:back", "nav:menu", "nav:person"]


def test_the_german_word_is_isolated_in_right_to_left_text(content: Content) -> None:
    [message] = pressed(talk(small(content), "ar"), "term:duldung")
    assert message.text.startswith(f"📖 **{FSI}Duldung{PDI}** · وقف")


def test_a_word_that_is_not_translated_is_explained_in_german_and_says_so(content: Content) -> None:
    [message] = pressed(talk(small(content), "uk"), "term:kita")
    assert (message.language, message.label) == ("de", "fallback")
    assert LANGUAGES["de"].name in message.note


def test_a_word_explained_within_questions_leads_back_to_the_question(content: Content) -> None:
    flow = content.flows["housing"]
    pending = InFlow(FlowSession((Frame(flow.id, flow.edition, flow.start),), flow.topic), TUESDAY)
    going_on = talk(content, pending=pending)
    explained, question = pressed(going_on, "term:duldung")
    assert "Duldung" in explained.text
    assert any(id.startswith("f:housing:") for id in ids(question))
    assert going_on.conversation.pending == pending


def test_a_question_that_waited_too_long_is_not_asked_again(content: Content) -> None:
    flow = content.flows["housing"]
    since = TUESDAY - flow.expires_after - timedelta(minutes=1)
    pending = InFlow(FlowSession((Frame(flow.id, flow.edition, flow.start),), flow.topic), since)
    assert len(pressed(talk(content, pending=pending), "term:duldung")) == 1


@pytest.mark.parametrize("keeps", [True, False])
def test_back_from_a_word_leads_to_the_article_whether_or_not_the_chat_is_kept(content: Content, keeps: bool) -> None:
    title = content.knowledge.articles["rental-deposit"].wording("de").title
    [message] = pressed(talk(content, keeps=keeps, last_choice="term:frist:rental-deposit"), "nav:back")
    assert message.text.startswith(f"# {title}\n")


@pytest.mark.parametrize("before", [None, "term:duldung", "term:duldung:gone", "article:rental-deposit", "nav:back"])
def test_back_from_anything_else_leads_to_the_menu(content: Content, before: str | None) -> None:
    [message] = pressed(talk(content, last_choice=before), "nav:back")
    assert message.text == content.phrases.say("menu", "de")


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("/word Duldung", "word:Duldung"),
        ("/WORD@Bot  Blaue Karte ", "word:Blaue Karte"),
        ("/word", "nav:word"),
        ("/word ", "nav:word"),
    ],
)
def test_the_command_carries_the_word(text: str, choice: str) -> None:
    assert commands.from_command(text) == choice


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_name_in_the_readers_language_works_too(content: Content, language: str) -> None:
    name = content.phrases.say("nav_word", language)
    assert commands.from_words(talk(content, language), name) == "nav:word"
    assert commands.from_words(talk(content, language), f"{name} Duldung") == "word:duldung"


def test_a_button_that_was_pressed_stands_in_the_transcript_by_its_word(content: Content) -> None:
    assert labels.label_of(talk(content), "term:duldung:work-permission") == "📖 Duldung"
    assert labels.label_of(talk(content), "term:gone") == "✓"
    assert labels.label_of(talk(content), "word:") == content.phrases.say("none_of_these", "de")


def test_every_term_is_explained_in_every_language(content: Content) -> None:
    for term in content.knowledge.terms.values():
        for language in LANGUAGES:
            [message] = pressed(talk(content, language), f"term:{term.id}")
            assert term.wording(language).text[:20] in message.text
            assert (FSI in message.text) == (direction(language) == "rtl")


def test_every_term_is_found_by_each_of_its_forms(content: Content) -> None:
    for term in content.knowledge.terms.values():
        for form in (term.term, *term.also):
            assert content.glossary.find(form, "de").term == term, form


def test_the_ids_of_the_buttons_under_articles_fit_telegram(content: Content) -> None:
    for article_id in content.knowledge.articles:
        [message] = pressed(talk(content), f"article:{article_id}")
        assert all(len(id.encode()) <= 64 for id in ids(message))
