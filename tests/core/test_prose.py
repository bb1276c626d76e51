"""Of a text in Markdown only sentences are sent through a translator; all around them stays, character by character."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.prose import Prose, keeps, plain


def split(language: str, line: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s", line)


def sentences(text: str) -> list[str]:
    return Prose(text, split).sentences


def shouted(text: str) -> str:
    prose = Prose(text, split)
    return prose.said([each.upper() for each in prose.sentences])


@given(st.text(alphabet="ab. *\n-1[](){}!?/", max_size=80))
def test_whatever_stands_in_a_text_comes_back_when_nothing_is_translated(text: str) -> None:
    prose = Prose(text, split)
    assert prose.said(prose.sentences) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kommen Sie. Bitte!", ["Kommen Sie.", "Bitte!"]),
        ("1. Lesen Sie.\n- Zahlen Sie.\n\n   12. Fertig", ["Lesen Sie.", "Zahlen Sie.", "Fertig"]),
        ("112\n\n{amount}\n/erase", []),
        ("**Das bringen Sie mit**", ["Das bringen Sie mit"]),
        ("**Wichtig:** Gehen Sie hin.", ["Wichtig:", "Gehen Sie hin."]),
        ("Jetzt. **Warten Sie. Nicht lange.** Gut.", ["Jetzt.", "Warten Sie.", "Nicht lange.", "Gut."]),
        ("Sie dürfen **nicht** gehen.", ["Sie dürfen **nicht** gehen."]),
        ("Es ist **sehr wichtig. Wirklich** immer.", ["Es ist **sehr wichtig. Wirklich** immer."]),
        ("Öffnen Sie [das Portal](https://a.de/x_y) und [Kita](https://b.de).", ["Öffnen Sie {1} und {2}."]),
        ("[Portal](https://a.de)", []),
    ],
)
def test_the_sentences_of_a_text(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_lists_bold_and_links_stand_where_they_stood() -> None:
    text = "**Wichtig:** Gehen Sie.  \n\n1. Zu [Kita](https://a.de/b).\n2. **Heute noch!**\n"
    assert shouted(text) == "**WICHTIG:** GEHEN SIE.  \n\n1. ZU [Kita](https://a.de/b).\n2. **HEUTE NOCH!**\n"


@pytest.mark.parametrize(
    ("sentence", "translation", "kept"),
    [
        ("Sie zahlen {amount}.", "You pay {amount}.", True),
        ("Sie zahlen {amount}.", "You pay.", False),
        ("Sie zahlen.", "You pay {amount}.", False),
        ("Schreiben Sie /erase.", "Write /erase.", True),
        ("Schreiben Sie /erase.", "Write / erase.", False),
        ("Ja **nicht** da.", "Do **not** there.", True),
        ("Ja **nicht** da.", "Do not there.", False),
        ("Ja **nicht** da.", "Do ** not ** there.", False),
        ("Ja **nicht** da.", "Do **not* there.", False),
        ("Ja nicht da.", "Do **not** there.", False),
    ],
)
def test_a_translation_keeps_placeholders_commands_and_bold(sentence: str, translation: str, kept: bool) -> None:
    assert keeps(sentence, translation) is kept


def test_plain_is_without_bold() -> None:
    assert plain("Sie dürfen **nicht** gehen.") == "Sie dürfen nicht gehen."
