"""The bot's words are looked up in the reader's language, then English, then German, and it shows which it was."""

import pytest

from bot.core.texts import Text, Texts, fill, placeholders

TEXTS = Texts(
    {
        "de": {"menu": "Menü", "hello": "Guten Tag {name}", "only": "Nur Deutsch"},
        "en": {"menu": "Menu", "hello": ""},
        "ar": {"menu": "القائمة"},
    }
)


@pytest.mark.parametrize(
    ("key", "language", "found"),
    [
        ("menu", "ar", Text("القائمة", "ar")),
        ("menu", "uk", Text("Menu", "en")),
        ("only", "ar", Text("Nur Deutsch", "de")),
        ("menu", "de", Text("Menü", "de")),
    ],
)
def test_a_text_comes_in_the_first_language_that_has_it_and_says_which(key: str, language: str, found: Text) -> None:
    assert TEXTS.find(key, language) == found


def test_an_empty_translation_is_none() -> None:
    assert TEXTS.find("hello", "en").language == "de"


def test_a_key_nobody_wrote_is_an_error() -> None:
    with pytest.raises(KeyError):
        TEXTS.find("missing", "ar")


def test_a_placeholder_is_filled() -> None:
    assert TEXTS.say("hello", "de", name="Amina") == "Guten Tag Amina"


def test_a_placeholder_without_a_value_stays_as_it_stands() -> None:
    assert fill("{day} um {time}", {"day": "Montag"}) == "Montag um {time}"


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    assert fill("{name}", {"name": "{time}", "time": "12:00"}) == "{time}"


def test_only_plain_names_in_braces_are_placeholders() -> None:
    assert placeholders("{name} {Name} {a.b} {0} {} {kita_cap_u3}") == {"name", "kita_cap_u3"}


def test_the_keys_are_those_of_the_source_language() -> None:
    assert TEXTS.keys() == {"menu", "hello", "only"}
