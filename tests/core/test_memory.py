"""What people have translated is used again: the same text, or one with the same words; never one that says something else."""

from dataclasses import replace
from datetime import date

import pytest

from bot.core.content import Content
from bot.core.knowledge import Article, Source, Status, Wording
from bot.core.memory import Memory, reviewed_pairs
from bot.core.translations import Remembered, Reviewed

COMING = "Danke für Ihre Nachricht. Ich lese sie und melde mich gleich."
MEMORY = Memory(
    [(COMING, "شكرا"), ("Haben Sie morgen um 10 Uhr Zeit?", "هل"), ("Sie dürfen arbeiten gehen, sobald der Brief da ist.", "نعم")]
)


@pytest.mark.parametrize("text", [COMING, COMING.upper(), f"  {COMING}  ", COMING.replace(".", " …")])
def test_a_text_that_people_translated_is_found_however_it_is_typed(text: str) -> None:
    assert MEMORY.find(text) == Reviewed("شكرا")


def test_one_with_a_typing_mistake_is_nearly_the_same_and_called_so() -> None:
    near = MEMORY.find("Danke für ihre Nachrichten. Ich lese sie und melde mich gleich")
    assert isinstance(near, Remembered)
    assert (near.text, near.of) == ("شكرا", COMING)
    assert 90 <= near.similarity < 100


@pytest.mark.parametrize(
    "text",
    [
        "Haben Sie morgen um 11 Uhr Zeit?",
        "Haben Sie morgen um 10 Uhr Zeit.",
        "Sie dürfen nicht arbeiten gehen, sobald der Brief da ist.",
        "Sie dürfen arbeiten gehen, sobald der Pass da ist.",
        "",
        "🙂",
        "?",
    ],
)
def test_what_differs_in_a_number_a_word_or_a_question_is_another_text(text: str) -> None:
    assert MEMORY.find(text) is None


def test_finished_replies_and_phrases_of_this_district_are_remembered_in_both_directions(content: Content) -> None:
    german, arabic = (content.phrases.say("canned_coming", code) for code in ("de", "ar"))
    assert Memory(reviewed_pairs(content, "de", "ar")).find(german) == Reviewed(arabic)
    assert Memory(reviewed_pairs(content, "ar", "de")).find(arabic) == Reviewed(german)


def test_only_reviewed_articles_are_remembered_line_by_line(content: Content) -> None:
    source = Source("a", "https://a", date(2026, 8, 19))
    german = Wording("de", "Titel", "- **Bringen** Sie den Pass mit.\n\nEs kostet {fee}.", (), "reviewed", 1)
    english = Wording("en", "Title", "- **Bring** your passport.\n\nIt costs {fee}.", (), "reviewed", 1)
    states: list[tuple[Status, int, bool]] = [
        ("reviewed", 1, True),
        ("machine", 1, False),
        ("draft", 1, False),
        ("reviewed", 2, False),
    ]
    for status, revision, known in states:
        wordings = {"de": german, "en": replace(english, status=status)}
        article = Article("a", "work", "green", ("all",), "SH", (source,), date(2027, 2, 1), (), revision, wordings)
        knowledge = replace(content.knowledge, articles={"a": article})
        pairs = dict(reviewed_pairs(replace(content, knowledge=knowledge), "de", "en"))
        assert (pairs.get("Bringen Sie den Pass mit.") == "Bring your passport.") is known
        assert "Es kostet {fee}." not in pairs
