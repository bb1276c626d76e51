"""Who waits for a time: one place for each contact, in the order in which they came, sealed, and gone with the contact."""

from dataclasses import replace
from pathlib import Path

from bot.adapters.sqlite import SqliteStore
from bot.core.waiting import Waiting
from tests.adapters.sqlite.people import DAY, MINUTE, NOW, amina, everything_on_disk, oksana, open_store, slot

AMINA_WAITS = Waiting(
    "w-1", "amina", "amina", "heide", "debts-and-dunning", "ar", NOW, NOW + DAY, asked=(slot().start,), open="h-1"
)
OKSANA_WAITS = replace(AMINA_WAITS, id="w-2", contact_id="oksana", conversation_id="oksana", since=NOW - MINUTE, open=None)


def test_who_came_first_stands_first_at_each_site(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        oksana(tx)
        for each in (AMINA_WAITS, OKSANA_WAITS):
            tx.put_waiting(each)
        assert tx.waiting_at(["heide", "husum"]) == [OKSANA_WAITS, AMINA_WAITS]
        assert tx.waiting_at(["husum"]) == tx.waiting_at([]) == []


def test_each_contact_waits_in_one_place(store: SqliteStore) -> None:
    elsewhere = replace(AMINA_WAITS, id="w-3", site="husum")
    with store.transaction() as tx:
        amina(tx)
        tx.put_waiting(AMINA_WAITS)
        tx.put_waiting(elsewhere)
        assert tx.waiting_of("amina") == elsewhere
        assert tx.waiting_at(["heide"]) == []
        tx.drop_waiting("amina")
        assert tx.waiting_of("amina") is None


def test_erasing_a_contact_takes_them_off_the_list(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        tx.put_waiting(AMINA_WAITS)
        tx.erase("amina")
        assert tx.waiting_at(["heide"]) == []


def test_what_somebody_waits_for_is_sealed_and_outlives_the_process(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.transaction() as tx:
        amina(tx)
        tx.put_waiting(AMINA_WAITS)
    store.close()
    assert b"debts-and-dunning" not in everything_on_disk(tmp_path)
    store = open_store(tmp_path)
    with store.transaction() as tx:
        assert tx.waiting_of("amina") == AMINA_WAITS
    store.close()
