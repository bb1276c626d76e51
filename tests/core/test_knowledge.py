"""Articles fall back visibly, and a number that does not hold today is never shown."""

from datetime import date

import pytest

from bot.core.knowledge import Article, Fact, FactKind, KnowledgeBase, Source, Topic, Wording
from bot.core.text import FSI, PDI

TODAY = date(2026, 11, 24)


def wording(language: str, of: int = 2) -> Wording:
    return Wording(language, f"Titel {language}", "Höchstens {kita_cap}.", (), "draft", of)


def article(id: str = "kita-fees", topic: str = "kita", **wordings: Wording) -> Article:
    return Article(
        id=id,
        topic=topic,
        risk="green",
        audience=("all",),
        jurisdiction="SH",
        sources=(Source("a", "https://a", date(2026, 8, 19)), Source("b", "https://b", date(2026, 3, 1))),
        review_by=date(2027, 2, 1),
        related=(),
        revision=2,
        wordings={"de": wording("de"), **wordings},
    )


def fact(kind: FactKind = "money", value: str = "5.80", first: date | None = None, last: date | None = None) -> Fact:
    return Fact("kita_cap", kind, value, first, last, "KiTaG", date(2026, 8, 19))


def test_an_article_is_read_in_the_readers_language_then_english_then_german() -> None:
    assert article(ar=wording("ar"), en=wording("en")).wording("ar").language == "ar"
    assert article(en=wording("en")).wording("uk").language == "en"
    assert article().wording("uk").language == "de"


def test_a_translation_is_outdated_when_it_follows_an_older_german_revision() -> None:
    translated = article(ar=wording("ar", of=1), uk=wording("uk", of=2))
    assert [translated.outdated(language) for language in ("ar", "uk", "de", "tr")] == [True, False, False, False]


def test_an_article_is_as_old_as_its_oldest_source() -> None:
    assert article().checked == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_a_fact_holds_from_its_first_to_its_last_day(day: str, holds: bool) -> None:
    yearly = fact(first=date(2026, 1, 1), last=date(2026, 12, 31))
    assert yearly.holds(date.fromisoformat(day)) is holds


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("money", "5.80", "5,80\u00a0€"),
        ("number", "1500.5", "1.500,5"),
        ("percent", "7.5", "7,5 %"),
        ("date", "2026-08-01", "1. August 2026"),
        ("text", "bis zum dritten Geburtstag", "bis zum dritten Geburtstag"),
    ],
)
def test_a_fact_is_written_as_the_language_does(kind: FactKind, value: str, shown: str) -> None:
    assert fact(kind, value).show("de") == shown


def test_a_number_is_isolated_inside_right_to_left_text() -> None:
    assert fact().show("ar") == f"{FSI}5.80\u00a0€{PDI}"


def test_facts_are_filled_in_and_other_placeholders_stay() -> None:
    base = KnowledgeBase({}, {}, {"kita_cap": fact()})
    assert base.with_facts("Höchstens {kita_cap}, {name}.", "de", TODAY, "?") == "Höchstens 5,80\u00a0€, {name}."


def test_a_number_that_ran_out_is_never_shown() -> None:
    base = KnowledgeBase({}, {}, {"kita_cap": fact(last=date(2026, 11, 23))})
    assert base.with_facts("Höchstens {kita_cap}.", "de", TODAY, "(wird geprüft)") == "Höchstens (wird geprüft)."


def test_the_menu_has_the_topics_in_their_order() -> None:
    topics = {id: Topic(id, "", order) for id, order in (("work", 3), ("kita", 1), ("papers", 2))}
    assert [topic.id for topic in KnowledgeBase(topics, {}, {}).menu()] == ["kita", "papers", "work"]


def test_the_articles_of_a_topic_are_listed_by_id() -> None:
    articles = {id: article(id, topic) for id, topic in (("b", "kita"), ("a", "kita"), ("c", "work"))}
    assert [each.id for each in KnowledgeBase({}, articles, {}).on("kita")] == ["a", "b"]
