"""What a question names becomes German words, in every language, with slips, and typed in Latin letters."""

import pytest

from bot.core.content import Content
from bot.core.language import LANGUAGES
from bot.core.matching import Matcher
from bot.core.variants import Variant
from bot.core.vocabulary import Vocabulary, consonants, expressions

VOCABULARY = Vocabulary(
    [
        {"de": "Kita; Kindergarten", "tr": "kreş; anaokulu", "uk": "садок", "ar": "روضة أطفال; حضانة", "fa": "مهدکودک"},
        {"de": "Wohnung", "tr": "ev; daire", "uk": "квартира", "ar": "شقة", "fa": "خانه; آپارتمان"},
        {"de": "Haus", "tr": "ev", "uk": "будинок", "ar": "بيت", "fa": "خانه"},
        {"de": "Kinder", "tr": "çocuk", "uk": "діти", "ar": "أطفال", "fa": "بچه"},
        {"de": "Termin", "tr": "randevu"},
    ]
)


def best(question: str, language: str) -> str:
    found = VOCABULARY.german(question, language)
    return max(found, key=found.__getitem__)


def test_a_word_becomes_the_german_ones_for_it_the_most_usual_counts_most() -> None:
    assert VOCABULARY.german("kreş", "tr") == {"kita": 1.0, "kindergarten": 0.5}


@pytest.mark.parametrize("question", ["квартиру", "у квартирі"])
def test_endings_do_not_matter(question: str) -> None:
    assert best(question, "uk") == "wohnung"


@pytest.mark.parametrize("word", ["الشقة", "بالشقة", "والشقة", "للشقة", "شقة"])
def test_what_arabic_writes_together_with_a_word_does_not_matter(word: str) -> None:
    assert best(word, "ar") == "wohnung"


def test_the_longest_expression_counts_not_its_words() -> None:
    assert VOCABULARY.german("روضة أطفال", "ar").keys() == {"kita", "kindergarten"}
    assert best("أطفال", "ar") == "kinder"


def test_a_word_for_several_things_is_less_certain_of_each() -> None:
    found = VOCABULARY.german("ev", "tr")
    assert found.keys() == {"wohnung", "haus"}
    assert max(found.values()) < 1


def test_a_slip_is_forgiven_but_counts_less() -> None:
    found = VOCABULARY.german("anaoklu", "tr")
    assert 0 < found["kita"] < VOCABULARY.german("anaokulu", "tr")["kita"]


def test_a_short_word_is_not_taken_for_another() -> None:
    assert VOCABULARY.german("eve", "tr") == {"eve": 0.5}


@pytest.mark.parametrize(
    ("question", "language", "meant"),
    [
        ("shukayu kvartyru", "uk", "wohnung"),
        ("wen el 7adane", "ar", "kita"),
        ("mahde koodak", "fa", None),
        ("aparteman", "fa", "wohnung"),
    ],
)
def test_words_typed_in_latin_letters_are_found_by_their_consonants(question: str, language: str, meant: str | None) -> None:
    assert (meant in VOCABULARY.german(question, language)) == (meant is not None)


def test_consonants_are_the_same_whoever_spells_them() -> None:
    assert consonants("7adane") == consonants("hadaneh"[:-1]) == "hdn"
    assert consonants("квартира") == consonants("kvartyra") == consonants("kwartira".replace("w", "v")) == "kvrtr"


def test_names_stay_as_they_are() -> None:
    assert VOCABULARY.german("daire Elmshorn", "tr") == {"wohnung": 1.0, "elmshorn": 0.5}


def test_german_words_are_understood_in_every_language() -> None:
    assert "termin" in VOCABULARY.german("Termin لازم", "ar")


def test_a_german_question_keeps_its_words_and_others_count_less() -> None:
    assert VOCABULARY.german("Kindergarten in Uetersen", "de") == {"kita": 0.5, "kindergarten": 1.0, "in": 1.0, "uetersen": 1.0}


def test_without_concepts_or_in_a_language_without_words_nothing_is_made_up() -> None:
    assert Vocabulary().german("kreş", "tr") == {}
    assert VOCABULARY.german("زه کور غواړم", "ps").keys() == {"زه", "كور", "غواړم"}


def test_articles_are_found_by_what_is_named_though_no_letter_is_the_same() -> None:
    variants = [Variant("kita", "de", "Einen Kita-Platz finden"), Variant("flat", "de", "Eine Wohnung finden")]
    with_words, without = Matcher(variants, vocabulary=VOCABULARY), Matcher(variants)
    assert with_words.rank("anaokulu arıyorum", language="tr").matches[0].article == "kita"
    assert with_words.rank("шукаю квартиру", language="uk").matches[0].article == "flat"
    assert without.rank("шукаю квартиру", language="uk").matches[0].words is None


def test_ours_is_complete_but_for_rows_that_volunteers_have_begun(content: Content) -> None:
    complete = [each for each in content.knowledge.vocabulary if all(expressions(each, language) for language in LANGUAGES)]
    assert len(complete) > 2_500


@pytest.mark.parametrize(
    ("asked", "meant"), [("Hartz IV", "burgergeld"), ("Arbeitsamt", "agentur"), ("Ausländeramt", "auslanderbehorde")]
)
def test_old_and_everyday_names_of_ours_lead_to_the_official_ones(content: Content, asked: str, meant: str) -> None:
    assert meant in content.knowledge.vocabulary.german(asked, "de")
