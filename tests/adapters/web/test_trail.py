"""The way so far, in words, with the real content."""

import pytest

from bot.adapters.web import trail
from bot.core.content import Content


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("topic:housing", ["Wohnung"]),
        ("article:rental-deposit", ["„Die Mietkaution“"]),
        ("f:housing:what:deposit", ["Frage zur Kaution"]),
        ("sites:Elmshorn", ["Beratungsstelle in der Nähe: Elmshorn"]),
        ("article:gone", []),
        ("f:housing:gone:deposit", []),
        ("f:gone", []),
        ("site:gone", []),
        ("unknown", []),
    ],
)
def test_every_mark_is_told_in_words_and_what_is_gone_is_left_out(content: Content, mark: str, words: list[str]) -> None:
    assert trail.in_words(content, [mark], "de") == words


def test_a_site_is_told_by_its_name_and_english_is_spoken_as_well(content: Content) -> None:
    site = next(iter(content.network.sites.values()))
    assert trail.in_words(content, [f"site:{site.id}"], "de") == [site.name]
    assert trail.in_words(content, ["topic:housing"], "en") == [content.phrases.say("topic_housing", "en")]
