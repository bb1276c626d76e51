from datetime import date
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.core.anonymous import OpenQuestion, without_person
from tests.adapters.sqlite.people import DAY, MASTER, NOW, PERIODS, amina, everything_on_disk, lay_down, open_store

TODAY = date(2026, 11, 23)
ASKED = "Ich heiße Ahmad Khalil, 0176 1234567: Wie melde ich den Hund an?"


def question(text: str = "Hund?", day: date = TODAY, language: str = "de") -> OpenQuestion:
    return OpenQuestion(0, day, language, "unanswered", "dog-tax", text)


def test_questions_are_kept_under_numbers_that_are_never_given_again(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.keep_question(question("eins"))
        tx.keep_question(OpenQuestion(0, TODAY, "ar", "not_helpful", None, "واحد"))
    with store.transaction() as tx:
        assert [(each.n, each.text) for each in tx.open_questions()] == [(1, "eins"), (2, "واحد")]
        assert tx.open_questions()[1] == OpenQuestion(2, TODAY, "ar", "not_helpful", None, "واحد")
        tx.drop_questions([1, 2, 99])
        assert tx.open_questions() == []
    with store.transaction() as tx:
        tx.keep_question(question("drei"))
        assert [each.n for each in tx.open_questions()] == [3]


def test_nothing_personal_of_a_question_can_be_read_in_the_files(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        tx.keep_question(question(without_person(ASKED)))
        assert [each.text for each in tx.open_questions()] == ["Ich heiße …, #: Wie melde ich den Hund an?"]
    before = everything_on_disk(directory)
    store.close()
    for content in (before, everything_on_disk(directory)):
        assert b"dog-tax" in content  # the search finds what is not sealed
        for word in ("Ahmad", "Khalil", "0176", "1234567", "Hund"):
            assert word.encode() not in content


def test_a_question_knows_no_contact_no_conversation_and_no_time_of_day(store: SqliteStore) -> None:
    with store.transaction() as tx:
        columns = [row[1] for row in tx.db.execute("PRAGMA table_info(open_question)").fetchall()]
        assert columns == ["n", "day", "language", "reason", "article", "sealed"]
        tx.keep_question(question())
        assert tx.db.execute("SELECT day FROM open_question").fetchone()[0] == "2026-11-23"


def test_a_question_outlives_whoever_asked_it(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        tx.keep_question(question())
        tx.erase("amina")
    with store.transaction() as tx:
        assert [each.text for each in tx.open_questions()] == ["Hund?"]


def test_a_question_without_words_is_not_kept(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.keep_question(question(without_person("0176 1234567")))
        assert tx.open_questions() == []


def test_a_sealed_question_opens_only_in_its_own_row(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.keep_question(question("eins"))
        tx.keep_question(question("zwei"))
        tx.db.execute("UPDATE open_question SET sealed = (SELECT sealed FROM open_question WHERE n = 2) WHERE n = 1")
        with pytest.raises(Exception) as caught:
            tx.open_questions()
        assert type(caught.value).__name__ == "InvalidTag"


def test_a_question_waits_for_half_a_year(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.keep_question(question())
        tx.purge(NOW + 179 * DAY, PERIODS)
        assert len(tx.open_questions()) == 1
        tx.purge(NOW + 180 * DAY, PERIODS)
        assert tx.open_questions() == []


def test_a_database_of_the_first_version_gets_the_table(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_down(directory, 1, monkeypatch)
    store = open_store(directory)
    with store.transaction() as tx:
        tx.keep_question(question())
        assert len(tx.open_questions()) == 1
    store.close()
    assert MASTER not in everything_on_disk(directory)
