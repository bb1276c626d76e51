"""Which site gets a case, and why: the rule explains itself."""

from dataclasses import replace

import pytest

from bot.core.content import Content
from bot.core.network import Network, Site
from bot.core.places import Place
from bot.core.routing import YOUNG, Load, Reason, Wanted, route
from tests.clock import TUESDAY
from tests.core.examples import ELMSHORN, PRISDORF, SITE, TORNESCH, hours, network, site

NEAR = site("near", TORNESCH)
FAR = site("far", ELMSHORN)
AMINA = Wanted("kita", "ar", PRISDORF, "amina")
OKSANA = Wanted("kita", "uk", PRISDORF, "oksana")


def chosen(among: Network, wanted: Wanted, **loads: Load) -> str:
    return route(among, wanted, TUESDAY, loads).site.id


def test_a_case_goes_to_a_near_team_that_speaks_the_language() -> None:
    among = network(NEAR, site("speaking", ELMSHORN, languages=("de", "ar")))
    assert (chosen(among, AMINA), chosen(among, OKSANA)) == ("speaking", "near")


def test_a_team_that_speaks_the_language_but_is_full_comes_after_another_that_does() -> None:
    arabic = [site(name, place, languages=("de", "ar")) for name, place in (("near", TORNESCH), ("far", ELMSHORN))]
    assert chosen(network(*arabic), AMINA, near=Load(waiting=9, room=0), far=Load(room=3)) == "far"


def test_a_full_team_still_gets_the_case_when_nobody_else_speaks_the_language() -> None:
    among = network(NEAR, site("speaking", ELMSHORN, languages=("de", "ar")))
    assert chosen(among, AMINA, speaking=Load(room=0), near=Load(room=5)) == "speaking"


def test_an_open_site_comes_before_a_nearer_one_that_is_closed() -> None:
    closed = site("closed", TORNESCH, hours=hours({}))
    assert chosen(network(closed, FAR), AMINA) == "far"


def test_the_site_responsible_by_name_comes_before_a_nearer_one() -> None:
    assert chosen(network(NEAR, site("own", ELMSHORN, responsible_for=("Prisdorf",))), OKSANA) == "own"


def test_of_two_equal_sites_the_one_where_fewer_wait_gets_the_case() -> None:
    among = network(site("busy", TORNESCH), site("idle", TORNESCH))
    assert chosen(among, AMINA, busy=Load(waiting=3), idle=Load(waiting=1)) == "idle"


def test_only_who_says_that_they_are_under_27_comes_to_a_team_for_the_young() -> None:
    youth = site("youth", ELMSHORN, languages=("ar",), target_groups=(YOUNG,))
    for place in (PRISDORF, None):
        assert chosen(network(youth, NEAR), replace(AMINA, place=place)) == "near"
        assert chosen(network(youth, NEAR), replace(AMINA, place=place, young=True)) == "youth"


def test_without_a_place_the_cases_are_shared_evenly_among_those_who_speak_the_language() -> None:
    among = network(SITE, *(site(f"ar{n}", languages=("de", "ar")) for n in range(3)))
    shared = [chosen(among, replace(AMINA, place=None, key=f"contact-{n}")) for n in range(60)]
    assert {name: shared.count(name) >= 10 for name in ("ar0", "ar1", "ar2")} == {"ar0": True, "ar1": True, "ar2": True}


def test_the_same_contact_comes_to_the_same_team() -> None:
    among = network(*(site(str(n)) for n in range(5)))
    assert len({chosen(among, replace(OKSANA, place=None)) for _ in range(3)}) == 1


@pytest.mark.parametrize(
    ("sites", "wanted", "reasons"),
    [
        (
            (NEAR, site("own", ELMSHORN, languages=("de", "ar"), responsible_for=("Prisdorf",))),
            AMINA,
            (Reason("responsible"), Reason("language", "ar"), Reason("open", "12:00")),
        ),
        ((NEAR, FAR), OKSANA, (Reason("nearest", "3"), Reason("open", "12:00"))),
        ((NEAR,), replace(OKSANA, place=None), (Reason("only"), Reason("open", "12:00"))),
        ((site("a", hours=hours({})), site("b", hours=hours({}))), replace(OKSANA, place=None), (Reason("shared"),)),
    ],
    ids=["responsible and speaking", "nearest", "only one", "shared"],
)
def test_the_rule_says_why(sites: tuple[Site, ...], wanted: Wanted, reasons: tuple[Reason, ...]) -> None:
    assert route(network(*sites), wanted, TUESDAY).reasons == reasons


def test_nobody_is_refused(content: Content) -> None:
    inside: list[Place | None] = [None, *(place for place in content.network.gazetteer.places if place.inside)]
    for topic in content.knowledge.topics:
        for place in inside:
            for young in (False, True):
                found = route(content.network, Wanted(topic, "ku", place, "amina", young), TUESDAY)
                assert found.site.agency in content.network.agencies
                assert found.reasons
