"""A case goes from the queue to one advisor to its end; every other step is refused and says why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.cases import (
    ALARM_AGAIN,
    REOPEN_DAYS,
    TOP_LEVEL,
    WITHOUT_PROMISE,
    Case,
    CaseError,
    alarm,
    answered,
    claim,
    climb,
    close,
    enqueue,
    entrust,
    flag,
    heard,
    join,
    propose,
    release,
    reopen,
    settle,
    transfer,
    unflag,
    worry,
)
from tests.clock import TUESDAY

LATER = TUESDAY + timedelta(hours=1)
QUEUED = Case("case-1", 1, "amina", "amina", "example-a", "elmshorn", "papers", "ar", "Elmshorn", "?", (), TUESDAY, None)
ACTIVE = claim(QUEUED, "beate", LATER)
CLOSED = close(ACTIVE, LATER, "beate")


def refused(act: Callable[[], Case]) -> tuple[str, str | None]:
    with pytest.raises(CaseError) as error:
        act()
    return error.value.reason, error.value.holder


def test_claiming_gives_the_case_to_the_advisor() -> None:
    assert replace(QUEUED, status="active", advisor="beate", claimed_at=LATER) == ACTIVE


def test_claiming_ones_own_case_again_changes_nothing() -> None:
    assert claim(ACTIVE, "beate", LATER + timedelta(hours=1)) is ACTIVE


def test_a_case_somebody_has_is_not_given_to_another_who_learns_who_has_it() -> None:
    assert refused(lambda: claim(ACTIVE, "jens", LATER)) == ("taken", "beate")


def test_a_closed_case_is_not_claimed_or_closed_again() -> None:
    assert refused(lambda: claim(CLOSED, "beate", LATER)) == ("closed", None)
    assert refused(lambda: close(CLOSED, LATER, "beate")) == ("closed", None)
    assert refused(lambda: close(CLOSED, LATER)) == ("closed", None)


def test_a_case_is_closed_by_its_advisor_by_the_newcomer_or_from_the_queue() -> None:
    for closed in (CLOSED, close(ACTIVE, LATER), close(QUEUED, LATER, "jens"), close(QUEUED, LATER)):
        assert (closed.status, closed.open, closed.closed_at) == ("closed", False, LATER)


def test_another_advisor_does_not_close_it() -> None:
    assert refused(lambda: close(ACTIVE, LATER, "jens")) == ("not_yours", "beate")


def test_a_case_is_flagged_once() -> None:
    flagged = flag(QUEUED, "crisis")
    assert flagged.flags == ("crisis",)
    assert flag(flagged, "crisis") is flagged
    assert flag(flagged, "unreachable").flags == ("crisis", "unreachable")


def test_transitions_leave_the_version_to_the_store() -> None:
    assert {case.version for case in (ACTIVE, CLOSED, flag(ACTIVE, "crisis"))} == {0}


PROMISE = TUESDAY + timedelta(days=2)
DEFERRED = replace(QUEUED, status="deferred", queues_at=TUESDAY + timedelta(hours=15))


def test_a_deferred_case_waits_for_the_opening_and_may_be_taken_before() -> None:
    assert (enqueue(DEFERRED).status, enqueue(DEFERRED).queues_at) == ("queued", None)
    assert enqueue(ACTIVE) is ACTIVE
    assert (claim(DEFERRED, "beate", LATER).status, claim(DEFERRED, "beate", LATER).queues_at) == ("active", None)


def test_an_answer_is_due_from_the_first_message_until_somebody_answers() -> None:
    asked = heard(heard(ACTIVE, LATER, PROMISE), LATER + timedelta(hours=1), PROMISE + timedelta(days=1))
    assert (asked.unanswered_since, asked.due_at) == (LATER, PROMISE)
    told = answered(flag(asked, "overdue"), LATER)
    assert (told.due_at, told.waits_for_newcomer, told.flags) == (None, True, ())


def test_without_a_promise_an_answer_is_due_after_days_all_the_same() -> None:
    assert QUEUED.due_at == TUESDAY + WITHOUT_PROMISE
    assert heard(answered(ACTIVE, LATER), LATER, None).due_at == LATER + WITHOUT_PROMISE


def test_a_case_is_late_only_while_it_is_open_and_promised() -> None:
    promised = replace(QUEUED, promised_until=PROMISE)
    assert [case.late(PROMISE + timedelta(hours=1)) for case in (promised, QUEUED, close(promised, LATER))] == [
        True,
        False,
        False,
    ]


def test_a_transferred_case_waits_elsewhere_without_its_advisor() -> None:
    moved = transfer(join(ACTIVE, "birte"), "example-b", "wedel", LATER, PROMISE, "beate")
    assert (moved.agency, moved.site, moved.status) == ("example-b", "wedel", "queued")
    assert (moved.advisor, moved.joined, moved.promised_until, moved.level) == (None, (), PROMISE, 0)
    assert refused(lambda: transfer(ACTIVE, "example-b", "wedel", LATER, PROMISE, "jens")) == ("not_yours", "beate")


def test_a_released_case_remembers_who_knows_the_person() -> None:
    released = release(ACTIVE, LATER, PROMISE)
    assert (released.status, released.advisor, released.preferred) == ("queued", None, "beate")
    assert claim(released, "birte", LATER).preferred is None


def test_an_agency_keeps_its_labels_questions_and_people_to_itself_when_a_case_goes_to_another() -> None:
    noted = replace(flag(flag(release(ACTIVE, LATER, None), "asked"), "callback"), labels=("schwierig",))
    inside = transfer(noted, "example-a", "wedel", LATER, PROMISE)
    assert (inside.labels, inside.preferred, inside.flags) == (("schwierig",), "beate", ("asked", "callback"))
    outside = transfer(noted, "example-b", "wedel", LATER, PROMISE)
    assert (outside.labels, outside.preferred, outside.flags) == ((), None, ("callback",))


@pytest.mark.parametrize("promise", [PROMISE, None])
def test_a_case_that_waits_for_somebody_new_is_not_late_from_the_start(promise: datetime | None) -> None:
    now = TUESDAY + timedelta(days=20)
    old = climb(answered(ACTIVE, LATER))
    for waiting in (transfer(old, "example-a", "wedel", now, promise), release(answered(ACTIVE, LATER), now, promise)):
        assert waiting.due_at == (promise or now + WITHOUT_PROMISE)
        assert waiting.flags == ()


def test_what_a_case_stood_out_by_is_over_when_it_is_reopened() -> None:
    alarmed = flag(flag(climb(ACTIVE), "unreachable"), "asked")
    assert reopen(close(alarmed, LATER), LATER, PROMISE).flags == ()


def test_who_joined_takes_a_case_that_nobody_has() -> None:
    waiting = join(QUEUED, "birte")
    claimed = claim(waiting, "birte", LATER)
    assert (claimed.status, claimed.advisor, claimed.joined) == ("active", "birte", ())


def test_a_question_to_the_newcomer_outlives_the_advisor_who_asked_it() -> None:
    asked = propose(ACTIVE, "wedel", "", "beate")
    assert release(asked, LATER, None).proposal == entrust(asked, "birte", LATER).proposal == asked.proposal


def test_a_closed_case_is_reopened_within_two_weeks_and_only_then() -> None:
    in_time, late = (LATER + timedelta(days=REOPEN_DAYS, hours=more) for more in (0, 1))
    again = reopen(CLOSED, in_time, PROMISE)
    assert (again.status, again.advisor, again.preferred, again.closed_at) == ("queued", None, "beate", None)
    assert (again.promised_until, again.unanswered_since) == (PROMISE, in_time)
    assert refused(lambda: reopen(CLOSED, late, PROMISE)) == ("closed", None)
    assert refused(lambda: reopen(ACTIVE, in_time, PROMISE)) == ("open", None)


def test_a_late_case_climbs_to_the_top_and_no_further() -> None:
    case = QUEUED
    for _ in range(TOP_LEVEL + 2):
        case = climb(case)
    assert (case.level, case.flags) == (TOP_LEVEL, ("overdue",))


def test_a_colleague_who_joined_has_the_case_as_well() -> None:
    together = join(ACTIVE, "birte")
    assert claim(together, "birte", LATER) is together
    assert close(together, LATER, "birte").joined == ()
    assert join(together, "birte") is together


def test_a_case_is_entrusted_to_somebody_whoever_had_it() -> None:
    given = entrust(join(ACTIVE, "birte"), "birte", LATER)
    assert (given.advisor, given.joined, given.status) == ("birte", (), "active")


def test_only_who_has_the_case_proposes_to_pass_it_on() -> None:
    assert refused(lambda: propose(ACTIVE, "wedel", "", "jens")) == ("not_yours", "beate")
    assert transfer(propose(ACTIVE, "wedel", "", "beate"), "b", "wedel", LATER, None).proposal is None


def test_a_flag_is_taken_away() -> None:
    assert unflag(flag(QUEUED, "asked"), "asked") == QUEUED
    assert unflag(QUEUED, "asked") is QUEUED


@pytest.mark.parametrize(
    "act",
    [
        lambda case: transfer(case, "example-b", "wedel", LATER, None),
        lambda case: release(case, LATER, None),
        lambda case: entrust(case, "birte", LATER),
        lambda case: join(case, "birte"),
        lambda case: propose(case, "wedel"),
    ],
    ids=["transfer", "release", "entrust", "join", "propose"],
)
def test_nothing_happens_to_a_closed_case_but_reopening(act: Callable[[Case], Case]) -> None:
    assert refused(lambda: act(CLOSED)) == ("closed", None)


def test_staff_is_alarmed_by_the_first_words_of_a_crisis_and_not_again_for_a_while() -> None:
    alarmed = alarm(ACTIVE, LATER)
    assert (alarmed.flags, alarmed.alarmed_at) == (("crisis",), LATER)
    assert alarm(alarmed, LATER + ALARM_AGAIN - timedelta(seconds=1)) is alarmed
    assert alarm(alarmed, LATER + ALARM_AGAIN).alarmed_at == LATER + ALARM_AGAIN


def test_an_emergency_that_is_dealt_with_loses_its_mark_and_the_next_one_alarms_at_once() -> None:
    settled = settle(alarm(ACTIVE, LATER), "crisis", "beate")
    assert settled == ACTIVE
    assert alarm(settled, LATER + timedelta(minutes=1)).alarmed_at == LATER + timedelta(minutes=1)


def test_what_may_be_an_emergency_is_marked_until_somebody_answers() -> None:
    worrying = worry(ACTIVE)
    assert (worrying.flags, worrying.alarmed_at) == (("concern",), None)
    assert answered(worrying, LATER).flags == ()
    assert worry(alarm(ACTIVE, LATER)).flags == ("crisis",)


def test_only_who_has_the_case_says_what_is_dealt_with() -> None:
    wanted = flag(ACTIVE, "callback")
    assert settle(wanted, "callback", "beate") == ACTIVE
    assert settle(ACTIVE, "callback", "beate") is ACTIVE
    assert refused(lambda: settle(wanted, "callback", "birte")) == ("not_yours", "beate")
    assert refused(lambda: settle(CLOSED, "crisis", "beate")) == ("closed", None)


def test_a_case_that_comes_back_alarms_and_is_rated_anew() -> None:
    closed = close(replace(alarm(ACTIVE, LATER), rated=True), LATER, "beate")
    again = reopen(closed, LATER, None)
    assert (again.flags, again.alarmed_at, again.rated) == ((), None, False)
