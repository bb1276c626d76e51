"""A word of the authorities reaches the reader as the glossary says, in every form, whatever the translator does."""

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.content import Content
from bot.core.knowledge import Term, TermWording
from bot.core.protection import Wordings
from bot.core.segments import protected
from tests.core.test_segments import by_mark, through


def term(id: str, german: str, *also: str, **wordings: str) -> Term:
    return Term(id, german, also, "…", None, {code: TermWording(code, text, "…") for code, text in wordings.items()})


TERMS = {
    each.id: each
    for each in (
        term("title", "Aufenthaltstitel", "Titel", en="Residence permit", ar="تصريح الإقامة (Aufenthaltstitel)"),
        term("duldung", "Duldung", "Duldungen", "geduldet", en="Tolerated stay (Duldung)", ar="وقف الترحيل"),
        term("jobcenter", "Jobcenter", en="Jobcenter", ar="الجوب سنتر"),
        term("agency", "Agentur für Arbeit", "BA", en="Employment agency", ar="وكالة العمل"),
        term("money", "Bürgergeld", "ALG 2", "BuT"),
    )
}
ENGLISH, ARABIC, GERMAN = Wordings("de", "en", TERMS), Wordings("de", "ar", TERMS), Wordings("ar", "de", TERMS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Der Aufenthaltstitel läuft ab.", ["Aufenthaltstitel"]),
        ("wegen Ihres Aufenthaltstitels", ["Aufenthaltstitels"]),
        ("beim Jobcenter, des Jobcenters", ["Jobcenter", "Jobcenters"]),
        ("Ihr Jobcenter-Termin", ["Jobcenter-"]),
        ("ein EU-Aufenthaltstitel", ["EU-Aufenthaltstitel"]),
        ("die Ausbildungsduldung", ["Ausbildungsduldung"]),
        ("Ihr Jobcentertermin", ["Jobcentertermin"]),
        ("Die Agentur  für Arbeit hilft", ["Agentur  für Arbeit"]),
        ("ich habe duldung", ["duldung"]),
        ("ALG 2 und BuT, but not ba", ["ALG 2", "BuT"]),
        ("Sie sind geduldet. Untertitel lesen: gut", []),
    ],
)
def test_a_term_is_found_in_every_form_and_no_other_word_for_it(text: str, words: list[str]) -> None:
    assert [text[use.start : use.stop] for use in ENGLISH.uses(text, set())] == words


def test_the_first_time_a_term_is_explained_in_the_readers_language() -> None:
    text = "Das Jobcenter will den Aufenthaltstitel sehen. Ohne Aufenthaltstitel geht es nicht. Bürgergeld?"
    explained: set[str] = set()
    assert [use.shown for use in ENGLISH.uses(text, explained)] == [
        "Jobcenter",
        "Aufenthaltstitel (Residence permit)",
        "Aufenthaltstitel",
        "Bürgergeld",
    ]
    assert explained == {"title"}


def test_between_two_foreign_languages_there_are_no_german_terms() -> None:
    assert Wordings("en", "ar", TERMS).uses("My Duldung ends.", set()) == []


def told(text: str, said: dict[str, str], wordings: Wordings = ENGLISH) -> str | None:
    """Translate with what an engine says to each text; it leaves all others out."""
    return through(text, lambda each: said.get(each, ""), wordings=wordings)


def test_a_translation_in_the_glossarys_own_words_is_taken_as_it_is() -> None:
    said = {"Ihr Aufenthaltstitel ist da.": "Your residence permit is here."}
    assert told("Ihr Aufenthaltstitel ist da.", said) == "Your residence permit is here."


def test_a_term_that_was_mistranslated_is_marked_and_stays_german() -> None:
    said = {"Ihre Duldung endet.": "Your patience ends.", "Ihre X0X endet.": "Your X0X ends."}
    assert told("Ihre Duldung endet.", said) == "Your Duldung (Tolerated stay) ends."


@pytest.mark.parametrize("answer", ["Your ends.", "Your X0X ends X0X.", "Your X1X ends."])
def test_a_lost_or_doubled_mark_is_translated_around(answer: str) -> None:
    said = {"Ihre Duldung endet.": "Patience!", "Ihre X0X endet.": answer, "Ihre": "Your", "endet.": "ends."}
    assert told("Ihre Duldung endet.", said) == "Your Duldung (Tolerated stay) ends."


def test_what_a_hyphen_joins_to_a_term_is_translated() -> None:
    said = {"Ihr Jobcenter-Termin": "Your job centre date", "Ihr X0X Termin": "Your X0X appointment"}
    assert told("Ihr Jobcenter-Termin", said) == "Your Jobcenter appointment"
    assert told("Ihr Jobcenter-Termin", {"Ihr": "Your", "Termin": "appointment"}) == "Your Jobcenter appointment"


def test_a_term_that_was_not_there_is_an_invention() -> None:
    assert told("Guten Tag.", {"Guten Tag.": "Duldung."}) is None


def test_a_german_term_in_an_arabic_message_reaches_the_advisor_unchanged() -> None:
    said = {"متى Duldung؟": "Wann ist die Geduld?", "متى X0X؟": "Wann ist die X0X?"}
    assert told("متى Duldung؟", said, GERMAN) == "Wann ist die Duldung?"


def test_into_german_a_term_may_translate_a_foreign_word() -> None:
    assert told("أين الإقامة؟", {"أين الإقامة؟": "Wo ist der Aufenthaltstitel?"}, GERMAN) == "Wo ist der Aufenthaltstitel?"


def test_an_address_is_no_term_and_a_number_in_a_term_is_kept_with_it() -> None:
    said = {"Siehe X0X: X1X": "See X0X: X1X", "Siehe X0X: ALG 2": "See X0X: dole 2"}
    assert told("Siehe https://jobcenter.de/Duldung: ALG 2", said) == "See https://jobcenter.de/Duldung: ALG 2"


PIECES = [
    "Aufenthaltstitel", "Aufenthaltstitels", "Duldung", "Jobcenter", "Jobcenter-Termin", "Agentur für Arbeit", "ALG 2", "BuT",
    "Ihr", "ist", "am", "10:30", "https://jobcenter.de", "§ 24", "und.", "\n", "-", "(", "geduldet", "X0X", "🙂", "1.200 €",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=20).map(" ".join)


@settings(max_examples=300)
@given(texts, st.integers(), st.sampled_from([ENGLISH, ARABIC, GERMAN]), texts)
def test_no_term_number_or_address_is_lost_or_invented_even_by_a_hostile_engine(
    text: str, seed: int, wordings: Wordings, junk: str
) -> None:
    chance = random.Random(seed)
    tricks: list[Callable[[str], str]] = [
        lambda each: each,
        lambda each: "",
        lambda each: junk,
        lambda each: f"{each} Duldung",
        lambda each: each * 2,
        lambda each: each.replace("Aufenthaltstitel", "residence permit"),
        lambda each: re.sub(r"X\d+X", "", each),
        lambda each: f"X0X {each} X9X",
        lambda each: " ".join(chance.sample(each.split(), len(each.split()))),
    ]
    result = through(text, lambda each: chance.choice(tricks)(each), wordings=wordings)
    if result is None:
        return
    assert protected(result) == protected(text)
    if wordings is GERMAN:  # there it may well have more
        assert wordings.count(text) <= wordings.count(result)
        return
    for id, count in wordings.count(text).items():
        named = len(re.findall("residence permit", result, re.IGNORECASE)) if id == "title" else 0
        assert wordings.count(result)[id] <= count <= wordings.count(result)[id] + named
    assert not wordings.count(result).keys() - wordings.count(text).keys()


def test_the_glossary_of_this_district_holds_in_every_language(content: Content) -> None:
    text = "Für den Aufenthaltstitel brauchen Sie vom Jobcenter einen Bescheid über das Wohngeld."
    for language in ("ar", "uk", "ru", "tr", "fa", "en", "pl", "ro", "bg", "ku", "fr"):
        wordings = Wordings("de", language, content.knowledge.terms)
        result = through(text, lambda each: re.sub(r"[A-Za-zäöüß]{4,}", "mot", each), by_mark, wordings)
        assert result is not None
        for word in ("Aufenthaltstitel", "Jobcenter", "Bescheid", "Wohngeld"):
            assert result.count(word) == 1
