"""Where an advisor finds a case, and in which order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.cases import Case, answered, claim, close, flag, heard, join, release
from bot.core.queue import VIEWS, Filter, View, by_view, urgency, views_of
from tests.clock import TUESDAY

DUE = TUESDAY + timedelta(days=2)
QUEUED = Case("case-1", 1, "amina", "amina", "example-a", "elmshorn", "papers", "ar", "Elmshorn", "?", (), TUESDAY, DUE)
BEATES = claim(QUEUED, "beate", TUESDAY)


@pytest.mark.parametrize(
    ("case", "views"),
    [
        (QUEUED, {"unassigned"}),
        (replace(QUEUED, status="deferred"), {"unassigned"}),
        (BEATES, {"mine"}),
        (claim(QUEUED, "birte", TUESDAY), {"team"}),
        (join(claim(QUEUED, "birte", TUESDAY), "beate"), {"mine", "team"}),
        (answered(BEATES, TUESDAY), {"mine", "newcomer"}),
        (heard(answered(BEATES, TUESDAY), TUESDAY, DUE), {"mine"}),
        (release(BEATES, TUESDAY, DUE), {"mine", "unassigned"}),
        (replace(QUEUED, promised_until=TUESDAY - timedelta(minutes=1)), {"unassigned", "overdue"}),
        (flag(QUEUED, "at_risk"), {"unassigned", "overdue"}),
        (close(BEATES, TUESDAY), {"closed"}),
    ],
)
def test_a_case_is_found_where_an_advisor_looks_for_it(case: Case, views: set[View]) -> None:
    assert views_of(case, "beate", TUESDAY) == views


def test_every_view_has_its_cases_in_order() -> None:
    answer = answered(BEATES, TUESDAY)
    found = by_view([QUEUED, BEATES, answer], "beate", TUESDAY)
    assert found == {**{view: [] for view in VIEWS}, "mine": [BEATES, answer], "unassigned": [QUEUED], "newcomer": [answer]}


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [(Filter(), True), (Filter(topic="papers", language="ar", site="elmshorn"), True), (Filter(language="uk"), False)],
)
def test_a_filter_narrows_a_view_down(wanted: Filter, fits: bool) -> None:
    assert wanted.fits(QUEUED) is fits


def test_emergencies_come_first_and_what_may_be_one_then_what_is_due_soonest_and_last_what_waits_for_the_newcomer() -> None:
    later = replace(QUEUED, id="later", promised_until=DUE + timedelta(days=1))
    marked = [flag(replace(later, id="crisis"), "crisis"), flag(replace(later, id="concern"), "concern")]
    cases = [answered(replace(BEATES, id="theirs"), TUESDAY), later, QUEUED, *reversed(marked)]
    assert [case.id for case in sorted(cases, key=urgency)] == ["crisis", "concern", "case-1", "later", "theirs"]
