"""A case goes from the queue to one advisor to its end; every other step is refused and says why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.cases import Case, CaseError, claim, close, flag
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
