import sqlite3
from collections.abc import Callable

import pytest

from bot.adapters.sqlite import SqliteStore, StoreUnavailable, Transaction
from bot.core.messages import OutboundMessage
from tests.adapters.sqlite.people import NOW, amina

LONG = OutboundMessage("x" * 20_000, "de")


def fill(store: SqliteStore) -> None:
    """Let the disk be full from now on."""
    pages = store.db.conn.execute("PRAGMA page_count").fetchone()[0]
    store.db.conn.execute(f"PRAGMA max_page_count = {pages}")


def make_space(store: SqliteStore) -> None:
    store.db.conn.execute("PRAGMA max_page_count = 1000000")


def said(tx: Transaction) -> int:
    return len(tx.transcript("amina"))


def say_much(tx: Transaction) -> None:
    tx.set_value("telegram.offset", "17")
    for _ in range(100):
        tx.say(LONG, "amina", NOW)


def do(store: SqliteStore, work: Callable[[Transaction], None]) -> None:
    with store.transaction() as tx:
        work(tx)


def test_a_full_disk_is_told_and_loses_nothing_that_was_stored(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.say(LONG, amina(tx).id, NOW)
    fill(store)
    with pytest.raises(StoreUnavailable, match="The disk is full"):
        do(store, say_much)
    with store.transaction() as tx:
        assert said(tx) == 1
        assert tx.get_value("telegram.offset") is None
    make_space(store)
    with store.transaction() as tx:
        tx.say(LONG, "amina", NOW)
        assert said(tx) == 2
    assert store.db.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_who_ignores_a_full_disk_within_a_transaction_cannot_store_half_of_it(store: SqliteStore) -> None:
    def ignore(tx: Transaction) -> None:
        with pytest.raises(sqlite3.OperationalError):
            say_much(tx)
        make_space(store)
        tx.set_value("telegram.webhook", "on")

    with store.transaction() as tx:
        amina(tx)
    fill(store)
    with pytest.raises(StoreUnavailable):
        do(store, ignore)
    with store.transaction() as tx:
        assert (tx.get_value("telegram.offset"), tx.get_value("telegram.webhook"), said(tx)) == (None, None, 0)


def test_a_database_that_cannot_be_written_is_told(store: SqliteStore) -> None:
    store.db.conn.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        do(store, lambda tx: tx.set_value("telegram.offset", "17"))
    store.db.conn.execute("PRAGMA query_only = OFF")
    with store.transaction() as tx:
        assert tx.get_value("telegram.offset") is None
