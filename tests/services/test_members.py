"""What an admin does with the people of their agency: all of it noted, none of it in another agency or to themselves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.access import Forbidden
from bot.services.members import IdentityTaken, Members
from bot.services.ports import Advisor, Invite, Passkey, SecondFactor, StaffSession
from tests.services.fakes import AMINA, BEATE, BIRGIT, COLLEAGUE, JENS, World

ANKE = replace(BEATE, id="anke", login="anke", name="Anke Voss", role="admin")
VOLKAN = replace(BEATE, id="volkan", login="volkan", name="Volkan Aydın", role="editor")
Act = Callable[[Members, Advisor, str], None]
ACTS: tuple[Act, ...] = (
    lambda members, admin, who: members.give_role(admin, who, "translator"),
    lambda members, admin, who: members.disable(admin, who),
    lambda members, admin, who: members.enable(admin, who),
    lambda members, admin, who: members.end_sign_ins(admin, who),
    lambda members, admin, who: members.reset_second_step(admin, who),
    lambda members, admin, who: members.identify(admin, who, "beate@example.org"),
)


@pytest.fixture
def members(world: World) -> Members:
    with world.parts.store.transaction() as tx:
        for each in (ANKE, VOLKAN):
            tx.add_advisor(each)
    return world.parts.members


def stored(world: World, id: str) -> Advisor:
    with world.parts.store.transaction() as tx:
        return next(each for each in tx.advisors() if each.id == id)


def audited(world: World) -> list[tuple[str, str, str]]:
    with world.parts.store.transaction() as tx:
        return [(line.who, line.what, line.subject) for line in tx.audited()]


def test_nobody_else_may_and_an_admin_only_in_their_own_agency_and_not_to_themselves(world: World, members: Members) -> None:
    before = [stored(world, each.id) for each in (BEATE, ANKE)]
    for act in ACTS:
        for who in (BEATE, BIRGIT, VOLKAN, replace(ANKE, disabled=True), replace(ANKE, agency="example-b")):
            with pytest.raises(Forbidden):
                act(members, who, "beate")
        for member in ("anke", "jens", "nobody"):
            with pytest.raises(Forbidden):
                act(members, ANKE, member)
    assert ([stored(world, each.id) for each in (BEATE, ANKE)], audited(world)) == (before, [])


def test_an_admin_sees_the_people_of_their_agency_and_how_they_come_in(world: World, members: Members) -> None:
    now = world.clock.now()
    with world.parts.store.transaction() as tx:
        tx.add_session(StaffSession("token", "beate", "csrf", now + timedelta(hours=1)))
        tx.keep_second_factor(SecondFactor("beate", "JBSWY3DPEHPK3PXP", confirmed=True))
        tx.keep_passkey(Passkey("key", "beate", "Handy", b"public", 0, now))
    seen = {each.advisor.login: (each.sign_ins, each.ways) for each in members.all(ANKE)}
    assert seen["beate"] == (1, 2)
    assert seen["volkan"] == (0, 0)
    assert "jens" not in seen
    for who in (BEATE, BIRGIT, VOLKAN):
        with pytest.raises(Forbidden):
            members.all(who)


async def test_who_is_disabled_is_out_at_once_and_the_cases_wait_for_others(world: World, members: Members) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    with world.parts.store.transaction() as tx:
        tx.add_session(StaffSession("token", "beate", "csrf", world.clock.now() + timedelta(hours=1)))
    members.disable(ANKE, "beate")
    with world.parts.store.transaction() as tx:
        assert tx.session("token", world.clock.now()) is None
    assert (stored(world, "beate").disabled, world.case(AMINA).advisor) == (True, None)
    members.enable(ANKE, "beate")
    assert not stored(world, "beate").disabled
    assert audited(world)[-2:] == [("anke", "disabled", "beate"), ("anke", "enabled", "beate")]


async def test_a_new_role_ends_sign_ins_and_takes_cases_only_from_who_may_see_none(world: World, members: Members) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    members.give_role(ANKE, "beate", "coordinator")
    assert world.case(AMINA).advisor == "beate"
    members.give_role(ANKE, "beate", "translator")
    assert (stored(world, "beate").role, world.case(AMINA).advisor) == ("translator", None)
    assert audited(world)[-1] == ("anke", "role translator", "beate")


def test_a_reset_forgets_app_passkeys_and_codes_and_ends_sign_ins(world: World, members: Members) -> None:
    now = world.clock.now()
    with world.parts.store.transaction() as tx:
        tx.keep_second_factor(SecondFactor("beate", "JBSWY3DPEHPK3PXP", confirmed=True))
        tx.keep_passkey(Passkey("key", "beate", "Handy", b"public", 0, now))
        tx.keep_recovery_codes("beate", ["one"])
        tx.add_session(StaffSession("token", "beate", "csrf", now + timedelta(hours=1)))
    members.reset_second_step(ANKE, "beate")
    with world.parts.store.transaction() as tx:
        left = tx.second_factor("beate"), tx.passkeys("beate"), tx.recovery_codes("beate"), tx.sessions("beate", now)
    assert left == (None, [], 0, [])


def test_an_invitation_leads_into_the_admins_own_agency(world: World, members: Members) -> None:
    with pytest.raises(Forbidden):
        members.invite(ANKE, "hash", Invite("Jens", "example-b"))
    with pytest.raises(Forbidden):
        members.invite(BEATE, "hash", Invite("Jens", "example-a"))
    members.invite(ANKE, "hash", Invite("Jens", "example-a", "editor"))
    with world.parts.store.transaction() as tx:
        found = tx.invite("hash", world.clock.now() + timedelta(hours=71))
    assert found == Invite("Jens", "example-a", "editor")
    assert audited(world) == [("anke", "invited", "editor of example-a")]


def test_an_identity_belongs_to_one_person(world: World, members: Members) -> None:
    with world.parts.store.transaction() as tx:
        tx.add_advisor(replace(JENS, identity="jens@example.org"))
    with pytest.raises(IdentityTaken):
        members.identify(ANKE, "beate", "Jens@Example.org")
    members.identify(ANKE, "beate", "beate@example.org")
    members.identify(ANKE, COLLEAGUE.id, "")
    members.identify(ANKE, "volkan", "")
    assert stored(world, "beate").identity == "beate@example.org"
