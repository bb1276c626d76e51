"""The log of who looked at what is only added to, and whoever changes it anyway is found out."""

import sqlite3
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore, Transaction
from tests.adapters.sqlite.people import MINUTE, NOW, everything_on_disk


@pytest.fixture
def log(store: SqliteStore) -> SqliteStore:
    with store.transaction() as tx:
        for number, who in enumerate(("beate", "jens", "beate", "operator"), start=1):
            tx.audit(who, "read", f"case {number}", NOW + number * MINUTE)
    return store


def broken_at(store: SqliteStore) -> int | None:
    with store.transaction() as tx:
        return tx.audit_broken_at()


def tampered(store: SqliteStore, *statements: str) -> int | None:
    """Change the log as somebody could who has the file, and look where it breaks."""
    with store.transaction() as tx:
        for change in ("update", "delete"):
            tx.db.execute(f"DROP TRIGGER audit_no_{change}")
        for statement in statements:
            tx.db.execute(statement)
    return broken_at(store)


def test_it_says_who_did_what_when_and_is_whole(log: SqliteStore) -> None:
    with log.transaction() as tx:
        lines = tx.audited()
    assert [(line.n, line.who, line.what, line.subject) for line in lines][1] == (2, "jens", "read", "case 2")
    assert lines[1].at == NOW + 2 * MINUTE
    assert len({line.mark for line in lines}) == 4
    assert broken_at(log) is None


def test_an_empty_log_is_whole(store: SqliteStore) -> None:
    assert broken_at(store) is None


def test_nothing_can_be_changed_or_taken_out(log: SqliteStore) -> None:
    for statement in ("UPDATE audit SET who = 'jens'", "DELETE FROM audit WHERE n = 4"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"), log.transaction() as tx:
            tx.db.execute(statement)


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE audit SET who = 'jens' WHERE n = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE n = 1", 1),
        ("UPDATE audit SET subject = 'case 9' WHERE n = 4", 4),
        ("DELETE FROM audit WHERE n = 2", 2),
        ("DELETE FROM audit WHERE n = 1", 1),
        ("DELETE FROM audit WHERE n = 4", 4),
        ("INSERT INTO audit VALUES (5, 0, 'jens', 'read', 'case 1', zeroblob(32))", 5),
    ],
)
def test_where_it_was_tampered_with_is_found(log: SqliteStore, statement: str, line: int) -> None:
    assert tampered(log, statement) == line


def test_renumbering_what_is_left_does_not_help(log: SqliteStore) -> None:
    assert tampered(log, "DELETE FROM audit WHERE n = 2", "UPDATE audit SET n = n - 1 WHERE n > 2") == 2


def test_reading_the_same_case_again_at_once_is_one_reading(store: SqliteStore) -> None:
    def read(tx: Transaction, who: str, minutes: int) -> None:
        tx.audit(who, "read", "case 1", NOW + minutes * MINUTE, once_in=15 * MINUTE)

    with store.transaction() as tx:
        read(tx, "beate", 0)
        read(tx, "beate", 14)
        read(tx, "jens", 14)
        read(tx, "beate", 15)
        assert [line.who for line in tx.audited()] == ["beate", "jens", "beate"]


def test_erasing_somebody_leaves_the_log_whole_and_without_them(log: SqliteStore, directory: Path) -> None:
    with log.transaction() as tx:
        tx.audit("newcomer", "erase", "receipt 0123", NOW)
    assert broken_at(log) is None
    assert b"amina" not in everything_on_disk(directory)
