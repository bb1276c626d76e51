"""Closings are kept sealed, open with the next master key too, and go 90 days after their last day."""

from contextlib import closing as closing_after
from dataclasses import replace
from datetime import date, time
from pathlib import Path

from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.sqlite.rotation import rotate
from bot.core.closings import Closing
from bot.core.hours import Closure, Span
from tests.adapters.sqlite.people import DAY, HOUR, NOW, PERIODS, everything_on_disk, open_store

ILL = Closing("c-1", "caritas", "heide", "beate", Closure(date(2026, 11, 23), date(2026, 11, 26)), "Zahn-OP", "beate", NOW)
SHUT = Closing("c-2", "caritas", "", "", Closure(date(2026, 11, 23), date(2026, 11, 24), Span(time(13), time(17, 30))))


def test_a_closing_is_kept_changed_and_dropped(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.put_closing(ILL)
        tx.put_closing(SHUT)
        assert tx.closings() == (SHUT, ILL)
        longer = replace(SHUT, when=replace(SHUT.when, last=date(2026, 11, 27)))
        tx.put_closing(longer)
        assert tx.closings() == (ILL, longer)
        tx.drop_closing(ILL.id)
        tx.drop_closing("c-3")
        assert tx.closings() == (longer,)


def test_who_is_ill_and_why_cannot_be_read_on_the_disk(directory: Path) -> None:
    with closing_after(open_store(directory)) as store:
        with store.transaction() as tx:
            tx.put_closing(ILL)
        on_disk = everything_on_disk(directory)
        assert b"closing" in on_disk
        assert not any(word in on_disk for word in (b"Zahn", b"beate", b"caritas"))
    with closing_after(open_store(directory)) as store, store.transaction() as tx:
        assert tx.closings() == (ILL,)


def test_the_next_master_key_opens_them(directory: Path, tmp_path: Path) -> None:
    key = tmp_path / "keys" / "key"
    with closing_after(SqliteStore(directory, Vault.open(key))) as store, store.transaction() as tx:
        tx.put_closing(ILL)
    rotate(directory, key)
    with closing_after(SqliteStore(directory, Vault.open(key))) as store, store.transaction() as tx:
        assert tx.closings() == (ILL,)


def test_what_ended_more_than_90_days_ago_goes(store: SqliteStore) -> None:
    end = NOW + 3 * DAY
    with store.transaction() as tx:
        tx.put_closing(ILL)
        tx.purge(end + 90 * DAY, PERIODS)
        assert tx.closings() == (ILL,)
        assert tx.effectless(end + 91 * DAY, PERIODS)["closing"] == 1
        tx.purge(end + 91 * DAY + HOUR, PERIODS)
        assert tx.closings() == ()
