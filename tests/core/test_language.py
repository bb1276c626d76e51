"""Twelve languages, found by code or by their own names."""

import pytest

from bot.core.language import LANGUAGES, direction, fallback_chain, parse_language


def test_there_are_twelve_languages_with_names_of_their_own() -> None:
    assert len(LANGUAGES) == 12
    assert len({language.name for language in LANGUAGES.values()}) == 12


@pytest.mark.parametrize(
    ("text", "code"),
    [("ar", "ar"), ("ar-SY", "ar"), ("AR_sy", "ar"), ("prs", "fa"), ("ua", "uk"), ("kmr", "ku"), (" українська ", "uk"),
     ("العربية", "ar"), ("Kurmanji", "ku"), ("xx", None), ("", None)],
)  # fmt: skip
def test_a_language_is_known_by_its_tag_or_name(text: str, code: str | None) -> None:
    assert parse_language(text) == code


def test_the_fallback_goes_over_english_to_german() -> None:
    assert fallback_chain("uk") == ("uk", "en", "de")
    assert fallback_chain("en") == ("en", "de")
    assert fallback_chain("de") == ("de", "en")


def test_arabic_and_persian_are_written_from_right_to_left() -> None:
    assert {code for code in LANGUAGES if direction(code) == "rtl"} == {"ar", "fa"}
    assert direction("xx") == "ltr"
