from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.core.flows import Ask, Flow, Option, Other, Step, Target
from bot.core.texts import Texts
from bot.services.ports import StaffSession, Timer
from tests.adapters.sqlite.people import BEATE, HOUR, JENS, NOW

FLOW = Flow(
    id="housing",
    edition="e1",
    revision=2,
    topic="housing",
    menu=True,
    keywords=("wohnung", "سكن"),
    expires_after=timedelta(days=3),
    start="what",
    steps={
        "what": Step("what", True, ask=Ask("need", "choice", (Option("search", "end", ("1",)),), None, Other(2, "person"))),
        "person": Step("person", handoff=Target(None)),
        "end": Step("end", end=True),
    },
    texts=Texts({"de": {"housing.what": "Worum geht es?"}, "ar": {"housing.what": "ما الأمر؟"}}),
)


def test_an_edition_of_a_flow_is_kept_as_it_was_first(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.keep_edition(FLOW)
        tx.keep_edition(replace(FLOW, revision=3))
        tx.keep_edition(replace(FLOW, edition="e2", revision=3))
    with store.transaction() as tx:
        assert tx.edition("housing", "e1") == FLOW
        assert tx.edition("housing", "e3") is None


def test_counts_add_up_by_day(store: SqliteStore) -> None:
    with store.transaction() as tx:
        for day in ("2026-11-23", "2026-11-23", "2026-11-24"):
            tx.count("unanswered:ar", day)
        rows = tx.db.execute("SELECT day, value FROM daily_count ORDER BY day").fetchall()
    assert [tuple(row) for row in rows] == [("2026-11-23", 2), ("2026-11-24", 1)]


def test_timers_fire_oldest_first_and_the_same_id_replaces(store: SqliteStore) -> None:
    first, second, later = (Timer(id, "remind", "x", "1", NOW + n * HOUR) for n, id in enumerate(("b", "a", "c")))
    with store.transaction() as tx:
        for timer in (replace(second, fence="0"), later, first, second):
            tx.add_timer(timer)
        assert tx.due_timers(NOW + HOUR) == [first, second]
        tx.drop_timer("b")
        assert tx.due_timers(NOW + HOUR) == [second]


def test_settings_are_kept(store: SqliteStore) -> None:
    with store.transaction() as tx:
        assert tx.get_value("telegram.offset") is None
        tx.set_value("telegram.offset", "17")
        tx.set_value("telegram.offset", "18")
    with store.transaction() as tx:
        assert tx.get_value("telegram.offset") == "18"


def set_and_fail(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.set_value("telegram.offset", "17")
        raise ZeroDivisionError


def test_what_was_done_before_an_error_is_undone_and_the_error_passed_on(store: SqliteStore) -> None:
    with pytest.raises(ZeroDivisionError):
        set_and_fail(store)
    with store.transaction() as tx:
        assert tx.get_value("telegram.offset") is None


def test_staff_are_stored_and_replaced_without_ending_their_sign_ins(store: SqliteStore) -> None:
    session = StaffSession("token", "beate", "csrf", NOW + HOUR)
    with store.transaction() as tx:
        tx.add_advisor(BEATE)
        tx.add_advisor(JENS)
        tx.add_session(session)
        tx.add_advisor(replace(BEATE, name="Beate Jensen"))
        assert tx.advisors() == [JENS, replace(BEATE, name="Beate Jensen")]
        assert tx.session("token", NOW) == session


def test_a_sign_in_ends_by_time_by_leaving_and_for_all_at_once(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.add_advisor(BEATE)
        for token in ("one", "two", "three"):
            tx.add_session(StaffSession(token, "beate", "csrf", NOW + HOUR))
        assert tx.session("one", NOW + HOUR) is None
        tx.drop_session("one")
        assert [tx.session(token, NOW) is None for token in ("one", "two", "three")] == [True, False, False]
        tx.end_sessions("beate")
        assert tx.session("two", NOW) is None
