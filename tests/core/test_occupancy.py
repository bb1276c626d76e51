"""How full a site's times are."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.core.appointments import Appointment, Slot
from bot.core.content import Content
from bot.core.hours import Closure, Hours, Span
from bot.core.network import AppointmentRule, Site
from bot.core.occupancy import Opening, openings
from tests.clock import TUESDAY

DAY = date(2026, 11, 24)
MORNING = Hours({1: (Span(time(9), time(12)),)})
RULE = AppointmentRule(MORNING, 30, 2, 24, 28)


@pytest.fixture
def site(content: Content) -> Site:
    return replace(content.network.sites["example-elmshorn"], appointments=(RULE,))


def at(minutes: int, site: str = "example-elmshorn", advisor: str = "") -> Appointment:
    start = TUESDAY - timedelta(hours=1) + timedelta(minutes=minutes)
    slot = Slot(site, start, start + timedelta(minutes=30), 0, advisor)
    return Appointment(f"a{minutes}", "amina", "c", slot, "papers", "ar", "", TUESDAY)


def seen(found: list[Opening]) -> list[tuple[str, int, int]]:
    return [(each.advisor, each.booked, each.places) for each in found]


def test_three_hours_of_two_seats_have_twelve_places_of_half_an_hour(site: Site) -> None:
    assert seen(openings(site, DAY, {}, [at(0), at(30), at(180), at(30, "example-uetersen")])) == [("", 2, 12)]


def test_a_break_after_each_appointment_but_the_last_takes_places(site: Site) -> None:
    assert seen(openings(replace(site, appointments=(replace(RULE, buffer=15),)), DAY, {}, [])) == [("", 0, 8)]


def test_rules_of_the_same_hours_share_their_places_and_an_advisor_has_their_own(site: Site) -> None:
    rules = (RULE, replace(RULE, topics=("work",), seats=1), replace(RULE, advisor="beate", seats=1))
    booked = [at(0), at(0, advisor="beate")]
    assert seen(openings(replace(site, appointments=rules), DAY, {}, booked)) == [("", 1, 12), ("beate", 1, 6)]


def test_a_closed_day_has_no_places(site: Site) -> None:
    closed = replace(RULE, hours=replace(MORNING, closures=(Closure(DAY, DAY),)))
    assert openings(replace(site, appointments=(closed,)), DAY, {}, [at(0)]) == []
