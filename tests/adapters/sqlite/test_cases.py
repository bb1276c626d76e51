import sqlite3
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.core.cases import claim, close
from bot.services.ports import HistoryLine, Note
from tests.adapters.sqlite.people import HOUR, MINUTE, NOW, amina, case_of, oksana, open_store


def test_a_case_comes_back_as_it_was_stored(store: SqliteStore) -> None:
    with store.transaction() as tx:
        case = replace(case_of(amina(tx)), status="active", advisor="beate", claimed_at=NOW, version=4)
        tx.add_case(case)
    with store.transaction() as tx:
        assert tx.case(case.id) == case == tx.open_case("amina")
        assert tx.case("unknown") is None


def test_a_contact_has_one_open_case_at_most(store: SqliteStore) -> None:
    with store.transaction() as tx:
        first = case_of(amina(tx), 1)
        tx.add_case(first)
        with pytest.raises(sqlite3.IntegrityError):
            tx.add_case(case_of(amina(tx), 2))
        assert tx.update_case(close(first, NOW))
        assert tx.open_case("amina") is None
        tx.add_case(case_of(amina(tx), 3))


def test_an_update_raises_the_version_and_a_stale_one_changes_nothing(store: SqliteStore) -> None:
    with store.transaction() as tx:
        case = case_of(amina(tx))
        tx.add_case(case)
        assert tx.update_case(claim(case, "beate", NOW))
        assert not tx.update_case(claim(case, "jens", NOW))
        stored = tx.case(case.id)
    assert stored == replace(claim(case, "beate", NOW), version=1)


def test_a_case_of_an_erased_contact_is_not_updated(store: SqliteStore) -> None:
    with store.transaction() as tx:
        case = case_of(amina(tx))
        tx.add_case(case)
        tx.erase("amina")
        assert not tx.update_case(claim(case, "beate", NOW))


def test_of_eight_advisors_who_claim_at_once_one_gets_the_case(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        case = case_of(amina(tx))
        tx.add_case(case)
    barrier, winners, errors = threading.Barrier(8), [], []

    def take(advisor: str) -> None:
        mine = open_store(directory, alone=False)
        try:
            barrier.wait()
            with mine.transaction() as tx:
                if tx.update_case(claim(case, advisor, NOW)):
                    winners.append(advisor)
        except Exception as error:
            errors.append(error)
        finally:
            mine.close()

    threads = [threading.Thread(target=take, args=(f"advisor-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with store.transaction() as tx:
        stored = tx.case(case.id)
    assert stored is not None
    assert [stored.advisor] == winners


def test_threads_that_share_a_store_wait_for_one_another(store: SqliteStore) -> None:
    def count() -> None:
        for _ in range(25):
            with store.transaction() as tx:
                tx.next_case_number()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.transaction() as tx:
        assert tx.next_case_number() == 101


def test_case_numbers_rise_and_an_undone_one_is_given_again(store: SqliteStore) -> None:
    with store.transaction() as tx:
        assert [tx.next_case_number(), tx.next_case_number()] == [1, 2]
    with suppress(ZeroDivisionError), store.transaction() as tx:
        assert tx.next_case_number() == 3
        raise ZeroDivisionError
    with store.transaction() as tx:
        assert tx.next_case_number() == 3


def test_an_agency_sees_its_own_open_cases_oldest_first(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.add_case(case_of(oksana(tx), 1, NOW))
        tx.add_case(case_of(amina(tx), 2, NOW - HOUR))
        tx.add_case(case_of(tx.conversation_at(replace(amina(tx).address, id="3"), NOW, "third"), 3, agency="awo"))
        assert [case.number for case in tx.cases("caritas")] == [2, 1]
        assert [case.number for case in tx.cases("awo")] == [3]


def test_an_agency_sees_the_last_hundred_closed_cases_oldest_first(store: SqliteStore) -> None:
    with store.transaction() as tx:
        for n in range(1, 104):
            tx.add_case(close(case_of(amina(tx), n), NOW + n * MINUTE))
        assert [case.number for case in tx.cases("caritas", closed=True)] == list(range(4, 104))


def test_notes_and_history_are_kept_in_order(store: SqliteStore) -> None:
    notes = [Note("case-1", "beate", NOW, "calls on Monday"), Note("case-1", "jens", NOW + HOUR, "has called")]
    history = [HistoryLine("case-1", NOW, "opened", None), HistoryLine("case-1", NOW, "claimed", "beate")]
    with store.transaction() as tx:
        tx.add_case(case_of(amina(tx)))
        for note in notes:
            tx.add_note(note)
        for line in history:
            tx.add_history(line)
    with store.transaction() as tx:
        assert tx.notes("case-1") == notes
        assert tx.history("case-1") == history
        assert tx.notes("case-2") == []
