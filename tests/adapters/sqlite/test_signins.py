from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag

from bot.adapters.sqlite import SqliteStore
from bot.services.ports import Invite, Passkey, SecondFactor, StaffSession
from tests.adapters.sqlite.people import BEATE, HOUR, JENS, NOW, PERIODS

FACTOR = SecondFactor("beate", "JBSWY3DPEHPK3PXP")


@pytest.fixture
def staffed(store: SqliteStore) -> SqliteStore:
    with store.transaction() as tx:
        tx.add_advisor(BEATE)
        tx.add_advisor(JENS)
    return store


def test_somebodys_open_sign_ins_come_newest_first(staffed: SqliteStore) -> None:
    first, second = (StaffSession(f"token {n}", "beate", "csrf", NOW + n * HOUR, "Firefox, Windows") for n in (1, 2))
    with staffed.transaction() as tx:
        for session in (first, second, StaffSession("other", "jens", "csrf", NOW + HOUR)):
            tx.add_session(session)
        assert tx.sessions("beate", NOW) == [second, first]
        assert tx.sessions("beate", NOW + HOUR) == [second]


def test_a_second_factor_is_kept_sealed_replaced_and_forgotten(staffed: SqliteStore) -> None:
    confirmed = replace(FACTOR, confirmed=True, last_step=58_000_000)
    with staffed.transaction() as tx:
        assert tx.second_factor("beate") is None
        tx.keep_second_factor(FACTOR)
        tx.keep_second_factor(confirmed)
        tx.add_advisor(replace(BEATE, name="Beate Jensen"))
    with staffed.transaction() as tx:
        assert tx.second_factor("beate") == confirmed
        assert tx.second_factor("jens") is None
        assert (tx.drop_second_factor("beate"), tx.drop_second_factor("beate")) == (True, False)
        assert tx.second_factor("beate") is None
    assert FACTOR.secret not in repr(confirmed)


def test_a_second_factor_moved_to_somebody_else_does_not_open(staffed: SqliteStore) -> None:
    with staffed.transaction() as tx:
        tx.keep_second_factor(FACTOR)
        tx.db.execute("UPDATE second_factor SET advisor_id = 'jens'")
        with pytest.raises(InvalidTag):
            tx.second_factor("jens")


def test_a_recovery_code_counts_once_and_for_its_owner_only(staffed: SqliteStore) -> None:
    with staffed.transaction() as tx:
        tx.keep_recovery_codes("beate", ["one", "two"])
        tx.keep_recovery_codes("jens", ["three"])
        assert not tx.use_recovery_code("jens", "one")
        assert (tx.use_recovery_code("beate", "one"), tx.use_recovery_code("beate", "one")) == (True, False)
        assert (tx.recovery_codes("beate"), tx.recovery_codes("jens")) == (1, 1)
        tx.keep_recovery_codes("beate", ["four"])
        assert not tx.use_recovery_code("beate", "two")
        tx.keep_recovery_codes("beate", ())
        assert (tx.recovery_codes("beate"), tx.recovery_codes("jens")) == (0, 1)


def test_an_invitation_ends_by_time_and_by_use_and_is_cleared_away(staffed: SqliteStore) -> None:
    invite = Invite("Carl", "north", "advisor", "en", 7, ("north-elmshorn",), ("uk", "ar"), 80)
    with staffed.transaction() as tx:
        for token in ("one", "two"):
            tx.add_invite(token, invite, NOW + HOUR)
        assert tx.invite("one", NOW) == invite
        assert tx.invite("one", NOW + HOUR) is None
        tx.drop_invite("one")
        assert tx.invite("one", NOW) is None
        tx.purge(NOW + HOUR, PERIODS)
        assert tx.db.execute("SELECT count(*) FROM invite").fetchone()[0] == 0


def test_a_passkey_is_kept_sealed_changed_and_forgotten(staffed: SqliteStore) -> None:
    key = Passkey("key-1", "beate", "Beates Diensthandy", b"\x00\xffpublic", 3, NOW)
    other = replace(key, id="key-2", added_at=NOW + HOUR)
    with staffed.transaction() as tx:
        for each in (other, key):
            tx.keep_passkey(each)
        tx.keep_passkey(replace(key, uses=4))
    with staffed.transaction() as tx:
        assert tx.passkeys("beate") == [replace(key, uses=4), other]
        assert (tx.passkeys("jens"), tx.passkey("key-2"), tx.passkey("none")) == ([], other, None)
        tx.drop_passkey("key-1")
        assert tx.passkeys("beate") == [other]
    assert "Diensthandy" not in "\n".join(staffed.db.conn.iterdump())


def test_what_lets_nobody_in_any_more_is_marked_beside_the_database(staffed: SqliteStore) -> None:
    with staffed.transaction() as tx:
        tx.keep_recovery_codes("beate", ["one", "two"])
        tx.keep_passkey(Passkey("key", "beate", "Handy", b"public", 0, NOW))
        tx.add_invite("token", Invite("Carl", "north"), NOW + HOUR)
    assert staffed.spent.lines() == frozenset()
    with staffed.transaction() as tx:
        tx.use_recovery_code("beate", "one")
        tx.use_recovery_code("beate", "never one")
        tx.drop_passkey("key")
        tx.drop_invite("token")
    assert len(staffed.spent.lines()) == 3
    with staffed.transaction() as tx:
        tx.keep_recovery_codes("beate", ["three"])
    assert len(staffed.spent.lines()) == 4, "the code that was replaced, too"
    for word in ("one", "two", "key", "beate"):
        assert word not in staffed.spent.path.read_text("ascii")
