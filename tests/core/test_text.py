"""Folding makes what people type comparable; splitting keeps messages within the messenger's limit."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.text import FSI, PDI, fold, isolate, split, strip_controls, units


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("WOHNUNG", "wohnung"),
        ("Straße", "strasse"),
        ("Kündigung", "kundigung"),
        ("KİRA", "kira"),
        ("kıra", "kira"),
        ("Żłobek", "zlobek"),
        ("إيجار", "ايجار"),
        ("مدرسة", "مدرسه"),
        ("روظة", "روضه"),
        ("کتابی", "كتابي"),
        ("сем’я", "семя"),
        ("ёлка", "елка"),
        ("ґанок", "ганок"),
        ("مهدِكودك", "مهدكودك"),
        ("مى‌خواهم", "ميخواهم"),
    ],
)
def test_what_people_type_for_one_another_folds_to_the_same(typed: str, meant: str) -> None:
    assert fold(typed) == meant


@pytest.mark.parametrize("digits", ["25335", "٢٥٣٣٥", "۲۵۳۳۵", "２５３３５"])
def test_every_script_of_digits_folds_to_latin_digits(digits: str) -> None:
    assert fold(digits) == "25335"


def test_signs_and_spaces_fold_to_single_spaces() -> None:
    assert fold("  Was?!\n\tKostet—das_hier…  ") == "was kostet das hier"


@given(st.text())
@example("ͅ")
@example("ﷺ ᾳ ŉ ǰ ẞ İ ϓ")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters()))
def test_folding_leaves_nothing_but_words_and_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == folded.strip()
    assert "  " not in folded
    assert all(c.isalnum() or c == " " for c in folded)


def test_bidi_marks_nul_and_lone_surrogates_are_stripped_and_line_breaks_stay() -> None:
    assert strip_controls("a\u202eb\u2068c\u2069\x00\x07\ud83d\nd\te\ufeff") == "abc\nd\te"


def test_isolated_text_stands_between_first_strong_isolate_and_its_end() -> None:
    assert isolate("Jobcenter") == f"{FSI}Jobcenter{PDI}"


def test_length_is_counted_as_telegram_counts_it() -> None:
    assert [units(text) for text in ("ab", "é", "👍", "👨‍👩‍👧")] == [2, 1, 2, 8]


def test_a_short_text_stays_whole() -> None:
    assert split("Guten Tag\n\nWie geht es?") == ["Guten Tag\n\nWie geht es?"]


def test_an_empty_text_is_one_empty_part() -> None:
    assert split("  ") == [""]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("eins zwei\n\ndrei vier", ["eins zwei", "drei vier"]),
        ("eins zwei\ndrei vier", ["eins zwei", "drei vier"]),
        ("Eins zwei. Drei vier", ["Eins zwei.", "Drei vier"]),
        ("einszwei dreivier", ["einszwei", "dreivier"]),
        ("einszweidreivier", ["einszweidrei", "vier"]),
    ],
)
def test_a_long_text_is_cut_at_the_largest_seam_there_is(text: str, parts: list[str]) -> None:
    assert split(text, 12) == parts


def test_an_emoji_is_never_cut_in_two() -> None:
    assert split("👍👍👍", 5) == ["👍👍", "👍"]


@given(st.text(alphabet=st.sampled_from("aé👍 .\nص\u2068"), max_size=400), st.integers(min_value=2, max_value=60))
def test_splitting_loses_no_text_and_keeps_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(units(part) <= limit for part in parts)
    assert all(parts) or parts == [""]


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=900), min_size=5, max_size=12).map("\n\n".join))
def test_no_part_exceeds_what_telegram_takes(text: str) -> None:
    parts = split(text * 2)
    assert all(units(part) <= 4096 for part in parts)
    assert "".join("".join(parts).split()) == "".join((text * 2).split())
