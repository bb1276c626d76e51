"""Who is near, who is responsible, and which team gets a case."""

from datetime import datetime

import pytest

from bot.core.content import Content
from bot.core.locales import ZONE
from bot.core.network import ANSWERED_A_DAY
from tests.clock import TUESDAY
from tests.core.examples import ELMSHORN, HELGOLAND, PRISDORF, SITE, TORNESCH, hours, network, site

NEAR = site("near", TORNESCH)
FAR = site("far", ELMSHORN)
PHONE = site("phone", HELGOLAND, street="", remote=("phone",))


def test_the_nearest_site_comes_first() -> None:
    assert [each.site.id for each in network(FAR, NEAR).nearest(PRISDORF)] == ["near", "far"]


def test_a_site_that_is_responsible_by_name_comes_before_a_nearer_one() -> None:
    chosen = network(NEAR, site("own", ELMSHORN, responsible_for=("Prisdorf",))).nearest(PRISDORF)
    assert [(each.site.id, each.responsible) for each in chosen] == [("own", True), ("near", False)]


def test_a_site_that_is_responsible_for_others_is_not_shown() -> None:
    assert [each.site.id for each in network(NEAR, site("own", responsible_for=("Elmshorn",))).nearest(PRISDORF)] == ["near"]


def test_a_site_that_does_not_work_on_the_topic_is_not_shown() -> None:
    assert [each.site.id for each in network(FAR, site("work", TORNESCH, topics=("work",))).nearest(PRISDORF, "kita")] == ["far"]


def test_at_most_three_sites_are_shown() -> None:
    assert len(network(*(site(str(n)) for n in range(5))).nearest(PRISDORF)) == 3


def test_a_site_without_a_door_is_shown_to_nobody_who_can_travel() -> None:
    assert [each.site.id for each in network(PHONE, FAR).nearest(PRISDORF)] == ["far"]


def test_people_on_the_island_get_those_who_advise_from_afar(content: Content) -> None:
    places = content.network.gazetteer.find("Helgoland")
    near = content.network.nearest(places[0])
    assert near[0].site.id == "example-helgoland-phone"
    assert all(each.site.remote and each.remote and each.kilometres is None for each in near)


def test_an_answer_is_promised_until_closing_time_of_an_open_day() -> None:
    assert network(SITE, days=2).promise(SITE, TUESDAY) == datetime(2026, 12, 8, 12, 0, tzinfo=ZONE)


def test_a_day_of_waiting_cases_moves_the_promise_by_an_open_day() -> None:
    assert network(SITE, days=1).promise(SITE, TUESDAY, waiting=ANSWERED_A_DAY) == network(SITE, days=2).promise(SITE, TUESDAY)


def test_without_opening_hours_nothing_is_promised() -> None:
    closed = site("closed", hours=hours({}))
    assert network(closed).promise(closed, TUESDAY) is None


@pytest.mark.parametrize(("street", "remote", "only"), [("", ("phone",), True), ("Weg 1", ("phone",), False), ("", (), False)])
def test_a_site_is_remote_when_nobody_can_be_visited(street: str, remote: tuple[str, ...], only: bool) -> None:
    assert site("x", street=street, remote=remote).remote_only is only
