"""Who interprets: nobody where the language is spoken, else a volunteer who can and has time, else the telephone, else open."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.core.appointments import Appointment, Interpreting, Slot, move
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.hours import Closure, Hours
from bot.core.interpreters import Interpreter, served
from bot.core.interpreting import able, arrange, needed
from bot.core.messages import Address
from bot.core.network import Kind, Site
from bot.core.talk import Situation
from tests.clock import TUESDAY
from tests.core.examples import hours, rule, site, spans

THURSDAY = datetime.fromisoformat("2026-11-26T14:00+01:00")
HALF = timedelta(minutes=30)
AFTERNOON = hours({3: spans("13:00-18:00")})
SORAYA = Interpreter("soraya", "example-a", "Soraya Ahmadi", ("fa",), AFTERNOON)
ELMSHORN = "example-elmshorn"
BOOKED = Appointment("a1", "nilofar", "c1", Slot(ELMSHORN, THURSDAY, THURSDAY + HALF, 0), "papers", "fa", "", TUESDAY)
Cells = Mapping[str, frozenset[tuple[int, int]]]


def situation(content: Content, *interpreters: Interpreter, taken: Cells | None = None) -> Situation:
    return Situation(
        content,
        Conversation("c1", "nilofar", Address("web", "1")),
        TUESDAY,
        str,
        interpreters=lambda: interpreters,
        taken=lambda resource, start, end: (taken or {}).get(resource, frozenset()),
    )


def chosen(content: Content, booked: Appointment = BOOKED, *interpreters: Interpreter, **more: Cells) -> Interpreting | None:
    return arrange(situation(content, *interpreters, **more), booked, content.network.sites[ELMSHORN]).interpreting


# --- Whether ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("advisor", "speaks", "language", "expected"),
    [
        ("", (), "uk", False),
        ("", (), "ar", True),
        ("", (), "de", False),
        ("beate", ("tr",), "ar", False),
        ("beate", ("tr",), "tr", True),
        ("jens", ("tr",), "tr", False),
        ("jens", ("tr",), "uk", True),
        ("jens", (), "uk", False),
    ],
    ids=["site speaks", "site does not", "German", "rule says", "rule says otherwise", "he speaks", "he does not", "not known"],
)
def test_what_the_rules_say_counts_else_what_the_advisor_speaks_else_the_site(
    advisor: str, speaks: tuple[str, ...], language: str, expected: bool
) -> None:
    rules = (rule(), replace(rule(), advisor="beate", languages=("ar",)), replace(rule(), advisor="jens"))
    at: Site = site("elmshorn", appointments=rules, languages=("de", "uk"))
    booked = replace(BOOKED, slot=replace(BOOKED.slot, advisor=advisor), language=language)
    assert needed(booked, at, speaks) is expected


# --- Who -------------------------------------------------------------------------------------------


def test_a_volunteer_who_speaks_the_language_and_has_time_interprets_there(content: Content) -> None:
    assert chosen(content, BOOKED, SORAYA) == Interpreting("there", "soraya")
    assert chosen(content, replace(BOOKED, language="ar"), SORAYA) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(SORAYA, languages=("uk",)),
        replace(SORAYA, sites=("example-pinneberg-north",)),
        replace(SORAYA, agency="example-b"),
        replace(SORAYA, hours=hours({3: spans("14:15-18:00")})),
        replace(SORAYA, hours=hours({2: spans("09:00-18:00")})),
        replace(SORAYA, hours=Hours(AFTERNOON.week, (Closure(date(2026, 11, 20), date(2026, 11, 30)),))),
        replace(SORAYA, hours=replace(AFTERNOON, every=2, anchor=date(2026, 11, 19))),
    ],
    ids=["language", "site", "agency", "begins later", "other day", "away", "other week"],
)
def test_who_does_not_suit_is_not_asked(other: Interpreter, content: Content) -> None:
    assert chosen(content, BOOKED, other) == Interpreting("open")


def test_without_a_volunteer_the_sites_telephone_service_interprets_as_far_as_it_speaks_the_language(content: Content) -> None:
    at = replace(content.network.sites[ELMSHORN], phone_interpreting=("fa",))
    assert arrange(situation(content), BOOKED, at).interpreting == Interpreting("line")
    assert arrange(situation(content), replace(BOOKED, language="uk"), at).interpreting == Interpreting("open")
    assert arrange(situation(content, SORAYA), BOOKED, at).interpreting == Interpreting("there", "soraya")


@pytest.mark.parametrize(
    ("kind", "ways", "expected"),
    [
        ("visit", ("there", "phone"), "there"),
        (None, ("there",), "there"),
        ("visit", ("phone",), "phone"),
        ("home", ("there",), "there"),
        ("phone", ("there", "phone"), "phone"),
        ("video", ("there",), "open"),
    ],
)
def test_how_somebody_interprets_follows_how_people_meet(
    kind: Kind | None, ways: tuple[str, ...], expected: str, content: Content
) -> None:
    booked = replace(BOOKED, slot=replace(BOOKED.slot, kind=kind))
    who = chosen(content, booked, replace(SORAYA, ways=ways))  # type: ignore[arg-type]
    assert who is not None
    assert who.how == expected


def test_who_comes_goes_before_who_calls_and_who_has_less_to_do_before_who_has_more(content: Content) -> None:
    caller = replace(SORAYA, id="aziz", ways=("phone",))
    busy, idle = replace(SORAYA, id="maryam"), replace(SORAYA, id="zahra")
    elsewhere = frozenset((number, 0) for number in range(4))
    found = able(situation(content, caller, busy, idle, taken={"+maryam": elsewhere}), BOOKED)
    assert [each.interpreter for each in found] == ["zahra", "maryam", "aziz"]


def test_who_has_something_else_at_any_quarter_of_it_has_no_time_but_the_pause_after_it_is_not_theirs(content: Content) -> None:
    last = BOOKED.slot.cells[-1]
    assert chosen(content, BOOKED, SORAYA, taken={"+soraya": frozenset({last})}) == Interpreting("open")
    paused = replace(BOOKED, slot=replace(BOOKED.slot, buffer=30, seat=1))
    assert paused.slot.cells[-1][0] > last[0]
    after = frozenset((number, 0) for number, _ in paused.slot.cells[2:])
    assert chosen(content, paused, SORAYA, taken={"+soraya": after}) == Interpreting("there", "soraya")


def test_moving_by_a_quarter_of_an_hour_keeps_who_interprets_and_asks_them_again(content: Content) -> None:
    before = replace(BOOKED, interpreting=Interpreting("there", "soraya", confirmed=True))
    later = timedelta(minutes=15)
    moved = move(before, replace(BOOKED.slot, start=THURSDAY + later, end=THURSDAY + HALF + later))
    own = frozenset((number, 0) for number, _ in BOOKED.slot.cells)
    idle = replace(SORAYA, id="amira")
    at = content.network.sites[ELMSHORN]
    found = arrange(situation(content, SORAYA, idle, taken={"+soraya": own}), moved, at, before)
    assert found.interpreting == Interpreting("there", "soraya")


# --- Shared --------------------------------------------------------------------------------------


def test_agencies_share_who_interprets_only_when_both_agreed_and_they_are_willing(content: Content) -> None:
    agencies = content.network.agencies
    one_sided = {**agencies, "example-a": replace(agencies["example-a"], partners=("example-b",))}
    agreed = {**one_sided, "example-b": replace(agencies["example-b"], partners=("example-a",))}
    shared = replace(SORAYA, shared=True)
    assert served(shared, replace(content.network, agencies=one_sided)) == {"example-a"}
    assert served(SORAYA, replace(content.network, agencies=agreed)) == {"example-a"}
    assert served(shared, replace(content.network, agencies=agreed)) == {"example-a", "example-b"}
