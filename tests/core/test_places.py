"""A place is found by name or postcode, with typing mistakes, in Latin or Arabic digits."""

import pytest

from bot.core.content import Content
from bot.core.messages import Coordinates
from bot.core.places import Gazetteer, Place, kilometres
from bot.core.text import fold
from tests.core.examples import ELMSHORN, HAMBURG, HELGOLAND, PLACES, PRISDORF, TORNESCH

NOWHERE = Coordinates(0.0, 0.0)
GAZETTEER = Gazetteer(PLACES)


@pytest.mark.parametrize("text", ["Elmshorn", "elmshorn", " ELMSHORN! ", "Elmshron", "25335", "25335 Elmshorn", "٢٥٣٣٥", "۲۵۳۳۵"])
def test_a_place_is_found_however_it_is_written(text: str) -> None:
    assert GAZETTEER.find(text) == [ELMSHORN]


def test_a_place_is_found_inside_a_sentence() -> None:
    assert GAZETTEER.find("Ich wohne in Tornesch seit Mai") == [TORNESCH]


@pytest.mark.parametrize("text", ["", "xy", "99999", "Buxtehude an der Este"])
def test_an_unknown_place_is_not_guessed(text: str) -> None:
    assert GAZETTEER.find(text) == []


def test_a_postcode_gives_every_municipality_that_has_it() -> None:
    places = Gazetteer((ELMSHORN, Place("Raa-Besenbek", "25335", NOWHERE, True), HAMBURG))
    assert [place.name for place in places.find("25335")] == ["Elmshorn", "Raa-Besenbek"]


def test_a_name_with_several_postcodes_is_one_place() -> None:
    assert Gazetteer((ELMSHORN, Place("Elmshorn", "25336", NOWHERE, True))).find("Elmshorn") == [ELMSHORN]


def test_several_names_that_are_alike_are_given_to_choose_from() -> None:
    alike = (Place("Hetlingen", "25491", NOWHERE, True), Place("Rellingen", "25462", NOWHERE, True))
    assert {place.name for place in Gazetteer(alike).find("Hellingen")} == {"Hetlingen", "Rellingen"}


def test_a_place_of_the_district_comes_before_one_of_the_same_name_outside() -> None:
    inside, outside = Place("Holm", "25488", NOWHERE, True), Place("Holm", "24963", NOWHERE, False)
    assert Gazetteer((inside, outside)).find("Holm") == [inside]


def test_the_exact_name_of_a_neighbour_is_not_taken_for_a_similar_one_of_the_district() -> None:
    inside, outside = Place("Haseldorf", "25489", NOWHERE, True), Place("Asendorf", "21271", NOWHERE, False)
    assert Gazetteer((inside, outside)).find("Asendorf") == [outside]


def test_every_municipality_is_found_by_its_own_name_and_postcode(content: Content) -> None:
    gazetteer = content.network.gazetteer
    for place in gazetteer.places:
        for text in (place.name, place.postcode):
            assert fold(place.name) in [fold(found.name) for found in gazetteer.find(text)], text


def test_a_position_belongs_to_the_nearest_place() -> None:
    assert GAZETTEER.nearest(Coordinates(54.2, 7.8)) == HELGOLAND
    assert GAZETTEER.nearest(Coordinates(53.69, 9.75)) == PRISDORF


def test_the_distance_is_that_of_the_great_circle() -> None:
    assert kilometres(ELMSHORN.position, HAMBURG.position) == pytest.approx(33, abs=1)
    assert kilometres(ELMSHORN.position, ELMSHORN.position) == 0


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *((written, "Pinneberg") for written in ("Піннеберг", "пинеберг", "بينبرغ", "بنبرج", "بينيبرغ", "پینبرگ")),
        *((written, "Elmshorn") for written in ("Ельмсгорн", "Елмсхорн", "إلمسهورن", "المزهورن")),
        *((written, "Uetersen") for written in ("Итерзен", "أوترسن", "يوترسن")),
        *((written, "Wedel") for written in ("Ведель", "فيدل", "ودل")),
        *(("كويكبورن", "Quickborn"), ("Квікборн", "Quickborn"), ("بارمشتيت", "Barmstedt"), ("هامبورغ", "Hamburg")),
    ],
)
def test_a_place_may_be_written_in_other_letters(content: Content, written: str, name: str) -> None:
    assert [place.name for place in content.network.gazetteer.find(written)] == [name]


@pytest.mark.parametrize(
    "said",
    [
        *("mieszkam w Pinnebergu", "Pinneberg'de oturuyorum", "ich wohne in Pineberg", "живу в Пиннеберге"),
        *("я живу у Піннеберзі", "أنا ساكن ببينبرغ", "در پینبرگ زندگی می‌کنم"),
    ],
)
def test_a_place_is_found_in_a_sentence_with_the_endings_of_its_language(content: Content, said: str) -> None:
    assert [place.name for place in content.network.gazetteer.find(said)] == ["Pinneberg"]


@pytest.mark.parametrize(
    "said", ["لا أعرف", "مش عارف", "وين بدي روح", "مدرسة", "сам не знаю", "bilmiyorum", "nu știu", "برلين", "دمشق"]
)
def test_what_is_no_place_here_is_not_taken_for_one_that_sounds_like_it(content: Content, said: str) -> None:
    assert content.network.gazetteer.find(said) == []


def test_a_place_is_found_behind_the_arabic_word_for_in(content: Content) -> None:
    assert [place.name for place in content.network.gazetteer.find("أنا ساكنة بالمسهورن")] == ["Elmshorn"]


def test_of_a_very_long_text_only_the_beginning_is_looked_at_since_every_word_costs_time() -> None:
    assert GAZETTEER.find(f"Elmshorn {'weit weg ' * 400}") == [ELMSHORN]
    assert GAZETTEER.find(f"{'weit weg ' * 400} Elmshorn") == []
