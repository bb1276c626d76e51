"""Nothing is allowed without a yes to the text as it is now; a yes is taken back at any time, and stays as proof of both."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.consents import MOST, VERSIONS, Consent, Consents, Purpose, allows, answered, last, origin, standing
from tests.clock import TUESDAY

PURPOSES: list[Purpose] = list(VERSIONS)
LATER = TUESDAY + timedelta(days=3)


def answer(purpose: Purpose = "reminders", given: bool = True) -> Consent:
    return Consent(purpose, given, VERSIONS[purpose], "ar", TUESDAY)


def passing(recipient: str, origin: str) -> Consent:
    return Consent("partner", True, VERSIONS["partner"], "ar", TUESDAY, recipient, "17", origin)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_without_an_answer_and_after_a_no_nothing_is_allowed(purpose: Purpose) -> None:
    assert not allows((), purpose)
    assert not allows(answered((), answer(purpose, given=False)), purpose)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_yes_allows_its_own_purpose_alone(purpose: Purpose) -> None:
    given = answered((), answer(purpose))
    assert [each for each in PURPOSES if allows(given, each)] == [purpose]


def test_a_yes_that_is_taken_back_stays_with_the_moment() -> None:
    given = answered(answered((), answer()), replace(answer(given=False), at=LATER))
    assert not allows(given, "reminders")
    assert [(each.given, each.at, each.withdrawn_at) for each in given] == [(True, TUESDAY, LATER)]


def test_whoever_changes_their_mind_again_has_two_answers() -> None:
    given: Consents = ()
    for yes in (True, False, True):
        given = answered(given, answer(given=yes))
    assert allows(given, "reminders")
    assert [each.stands for each in given] == [False, True]


@pytest.mark.parametrize("given", [True, False])
def test_the_same_answer_once_more_changes_nothing(given: bool) -> None:
    once = answered((), answer(given=given))
    assert answered(once, replace(answer(given=given), at=LATER)) == once


def test_a_new_version_of_the_text_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    old = answered((), answer("keep"))
    monkeypatch.setitem(VERSIONS, "keep", VERSIONS["keep"] + 1)
    assert not allows(old, "keep")
    assert last(old, "keep") is None
    refused = answered(old, answer("keep", given=False))
    assert last(refused, "keep") is not None, "nobody is asked again and again"
    assert not any(each.stands for each in refused)
    assert allows(answered(old, answer("keep")), "keep")


def test_a_case_may_go_to_the_agency_that_was_named_and_no_other_case_may() -> None:
    given = answered((), passing("b", "site-a"))
    assert allows(given, "partner", "b", "17")
    assert not any(allows(given, "partner", *about) for about in (("c", "17"), ("b", "18"), ("b",), ()))
    assert standing(given, "partner") == given


def test_a_case_that_was_passed_on_twice_came_from_the_first_site() -> None:
    given = answered(answered((), passing("b", "site-a")), passing("c", "site-b"))
    assert (origin(given, "17"), origin(given, "18")) == ("site-a", "")


def test_of_somebody_who_cannot_decide_only_what_is_over_is_forgotten() -> None:
    given = answered((), answer("keep"))
    for number in range(2 * MOST):
        given = answered(given, answer(given=number % 2 == 0))
    assert len(given) == MOST
    assert allows(given, "keep")
