"""What must survive a translation survives it, whatever the translator does; lines, lists and blank lines stay."""

import random
import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.protection import Wordings
from bot.core.segments import LONGEST, NO_WORDINGS, plain_digits, protected, translation_of

PRECIOUS = [
    "112", "10:30", "03.05.2026", "2026-11-22", "1.200,50 €", "€ 300", "+49 4101 123456", "04101 / 12 34 56", "50%", "A1", "12a",
    "https://www.beispiel.de/a_b?c=1", "jobcenter-pinneberg.de", "info@beispiel.de", "§ 24", "§ 12 Abs. 3", "🙂", "👩‍👧", "🇩🇪",
    "{kita_cap_u3}", "@beate_p", "X0X",
]  # fmt: skip
WORDS = ["Guten", "Tag", "bitte", "kommen", "Sie", "um", "ins", "Büro", "مرحبا", "أين", "und", "z. B.", "nicht."]


def by_mark(language: str, line: str) -> list[str]:
    """Split as simple as can be."""
    return re.split(r"(?<=[.!?؟])\s+", line)


def through(
    text: str,
    engine: Callable[[str], str],
    split: Callable[[str, str], Sequence[str]] = by_mark,
    wordings: Wordings = NO_WORDINGS,
    stays: Callable[[str], bool] = lambda sentence: False,
) -> str | None:
    """Translate with an engine that gets one text after the other."""
    rounds = translation_of(text, "de", split, wordings, stays)
    try:
        wanted = next(rounds)
        while True:
            wanted = rounds.send([engine(each) for each in wanted])
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def upper(text: str) -> str:
    """Translate into capitals, and everything that must survive with it."""
    return text.upper()


messages = st.lists(
    st.one_of(
        st.sampled_from(PRECIOUS), st.sampled_from(WORDS), st.sampled_from(["\n", "\n\n", "- ", "1. ", ", ", "("]), st.text()
    ),
    max_size=30,
).map(" ".join)


@settings(max_examples=400)
@given(messages, st.integers(), messages)
@example("Guten Tag 10:30", 0, "9")
def test_nothing_is_ever_lost_or_invented_even_by_a_hostile_engine(text: str, seed: int, junk: str) -> None:
    chance = random.Random(seed)
    tricks: list[Callable[[str], str]] = [
        lambda each: each,
        lambda each: "",
        lambda each: junk,
        lambda each: each + " " + junk,
        lambda each: each[::-1],
        lambda each: each * 2,
        lambda each: re.sub(r"\d", "7", each),
        lambda each: re.sub(r"X\d+X", "", each),
        lambda each: f"X0X {each} X99X",
        lambda each: "wort " + " ".join(chance.sample(each.split(), len(each.split()))),
    ]
    result = through(text, lambda each: chance.choice(tricks)(each))
    assert result is None or protected(result) == protected(text)


@given(messages)
def test_an_engine_that_changes_nothing_gives_back_the_very_text(text: str) -> None:
    result = through(text, lambda each: each)
    assert result is None or re.sub(r"\s+", " ", result) == re.sub(r"\s+", " ", text)


@given(messages, st.lists(st.text(max_size=5), max_size=5))
def test_a_splitter_that_errs_loses_nothing(text: str, sentences: list[str]) -> None:
    result = through(text, lambda each: each, lambda language, line: sentences)
    assert result is None or re.sub(r"\s+", " ", result) == re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("precious", [each for each in PRECIOUS if each != "X0X"])
@pytest.mark.parametrize("place", ["Kommen Sie {} ins Büro.", "{} ist richtig", "Das ist {}", "Siehe ({}), bitte!"])
def test_each_survives_at_every_place_though_the_engine_would_spoil_it(precious: str, place: str) -> None:
    text = place.replace("{}", precious)

    def spoil(each: str) -> str:
        return re.sub(r"[\w§@{}€%🙂🇩🇪👩👧]*[\d§@{}_€%🙂🇩🇪👩👧][\w.@:/§{}€%-]*", "quatsch", each)

    for engine in (upper, spoil):
        result = through(text, engine)
        assert result is not None
        assert precious in result
        assert protected(result) == protected(text)


def test_line_breaks_lists_and_blank_lines_stay() -> None:
    text = "Bitte mitbringen:\n\n- Ausweis\n  • Vertrag. Danke!\n1. zuerst\n2) dann\n\n12:30\n🙂\n"
    expected = "BITTE MITBRINGEN:\n\n- AUSWEIS\n  • VERTRAG. DANKE!\n1. ZUERST\n2) DANN\n\n12:30\n🙂\n"
    assert through(text, upper) == expected


def test_a_number_that_a_model_leaves_alone_is_translated_in_its_sentence() -> None:
    asked: list[str] = []

    def engine(each: str) -> str:
        asked.append(each)
        return "Ihr Termin: 9 Uhr."

    assert through("Your appointment is at 9 o'clock.", engine) == "Ihr Termin: 9 Uhr."
    assert asked == ["Your appointment is at 9 o'clock."]


def test_a_number_that_a_model_changes_is_marked_and_else_translated_around() -> None:
    asked: list[str] = []

    def engine(each: str) -> str:
        asked.append(each)
        return {"Um 16 Uhr im Büro": "At 4 p.m.", "Um X0X Uhr im Büro": "At X1X", "Um": "At", "Uhr im Büro": "o'clock"}[each]

    assert through("Um 16 Uhr im Büro", engine) == "At 16 o'clock"
    assert len(asked) == 4


def test_a_sentence_in_which_something_is_invented_stays_as_it_was_written() -> None:
    said = {"Um neun Uhr.": "At 4 p.m.", "Danke!": "Thanks!"}
    assert through("Um neun Uhr. Danke!", said.__getitem__) == "Um neun Uhr. Thanks!"
    assert through("Um neun Uhr.", said.__getitem__) is None


def test_what_is_without_words_never_reaches_the_engine() -> None:
    for text in ("", "   ", "112", "🙂🙂", "https://beispiel.de", "12:30 - 14:00\n\n+49 4101 1234567"):
        assert through(text, lambda each: pytest.fail(each)) == text


def test_a_long_sentence_is_cut_between_words() -> None:
    asked: list[int] = []

    def engine(each: str) -> str:
        asked.append(len(each))
        return each

    text = "Wort und 12 Wörter " * 100
    assert through(text.strip(), engine) == text.strip()
    assert max(asked) <= LONGEST


def test_arabic_and_persian_digits_become_plain_ones() -> None:
    assert plain_digits("الساعة ١٠:٣٠ و ۴۵") == "الساعة 10:30 و 45"


def test_a_sentence_that_is_in_the_readers_language_already_stays_as_it_is() -> None:
    text = "Guten Tag. I have an appointment. Danke!"
    assert through(text, upper, stays=lambda sentence: "appointment" in sentence) == "GUTEN TAG. I have an appointment. DANKE!"
    assert through(text, upper, stays=lambda sentence: True) == text
