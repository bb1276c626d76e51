"""The label follows from how a translation came to be; what a machine made is always called so."""

from typing import get_args

import pytest

from bot.core.by_people import ByPeople
from bot.core.content import Content
from bot.core.language import LANGUAGES
from bot.core.translations import NotTranslated, Reason, Remembered, Result, Reviewed, Translated, label


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (Reviewed("a"), ""),
        (Remembered("a", "b", 93.0), "similar"),
        (Translated("a", "argos"), "machine"),
        (Translated("a", "argos", confidence=1.0), "machine"),
        (NotTranslated("same_language"), ""),
        *((NotTranslated(reason), "untranslated") for reason in get_args(Reason) if reason != "same_language"),
    ],
)
def test_every_result_has_its_label(result: Result, kind: str) -> None:
    assert label(result).kind == kind
    assert bool(label(result).phrase) == bool(kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_consent_and_the_emergency_card_are_for_people_to_translate(language: str, content: Content) -> None:
    by_people = ByPeople(content)
    for key in ("consent", "consent_details", "emergency", "emergency_maybe", "crisis_suicide", "crisis_child", "emergency_end"):
        text = content.phrases.say(key, language)
        assert by_people.holds(text)
        assert by_people.holds(f"Guten Tag!\n{text.upper()}\nBis bald.")


def test_one_line_of_an_article_of_high_risk_is_enough(content: Content) -> None:
    by_people = ByPeople(content)
    red = [each for each in content.knowledge.articles.values() if each.risk == "red"]
    assert red
    for article in red:
        for wording in article.wordings.values():
            assert by_people.holds(f"Guten Tag.\n{max(wording.body.splitlines(), key=len)}\nAlles Gute!")


def test_what_advisors_write_is_not_mistaken_for_it(content: Content) -> None:
    by_people = ByPeople(content)
    for text in ("Guten Tag, wie kann ich Ihnen helfen?", "Bitte rufen Sie an: 112", "", "Notfall", "Ja, speichern"):
        assert not by_people.holds(text)
