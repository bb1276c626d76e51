"""What an advisor typed but did not send waits for them, sealed, and shows the newcomer that somebody writes."""

from pathlib import Path

import pytest

from bot.core.messages import Address
from bot.services.desk import MAX_REPLY, Forbidden
from tests.services.fakes import AMINA, BEATE, COLLEAGUE, JENS, World


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_a_draft_waits_for_whoever_typed_it_and_nobody_else(world: World) -> None:
    case, drafts = await world.asks_for_a_person(), world.parts.drafts
    drafts.keep(BEATE, case.id, "Guten Tag, ich")
    drafts.keep(BEATE, case.id, "Guten Tag, ich habe")
    assert (drafts.kept(BEATE, case.id), drafts.kept(COLLEAGUE, case.id)) == ("Guten Tag, ich habe", "")


@pytest.mark.parametrize("blank", ["", "  \n"])
async def test_an_emptied_draft_and_a_sent_one_are_gone(world: World, blank: str) -> None:
    case, drafts = await world.asks_for_a_person(), world.parts.drafts
    drafts.keep(BEATE, case.id, "Guten Tag")
    drafts.keep(BEATE, case.id, blank)
    assert drafts.kept(BEATE, case.id) == ""
    drafts.keep(BEATE, case.id, "Guten Tag")
    drafts.forget(BEATE, case.id)
    assert drafts.kept(BEATE, case.id) == ""


async def test_a_draft_is_sealed_and_goes_with_its_contact(world: World, tmp_path: Path) -> None:
    case = await world.asks_for_a_person()
    world.parts.drafts.keep(BEATE, case.id, "Zwetschgendatschi")
    assert b"Zwetschgen" not in everything(tmp_path)
    with world.parts.store.transaction() as tx:
        tx.erase(case.contact_id)
    assert world.parts.drafts.kept(BEATE, case.id) == ""


async def test_no_draft_for_another_agencys_case_and_none_that_is_too_long(world: World) -> None:
    case = await world.asks_for_a_person()
    with pytest.raises(Forbidden):
        world.parts.drafts.keep(JENS, case.id, "Hallo")
    with pytest.raises(ValueError):
        world.parts.drafts.keep(BEATE, case.id, "x" * (MAX_REPLY + 1))


async def test_the_newcomer_sees_that_their_advisor_types(world: World) -> None:
    case, told = await world.asks_for_a_person(), list[Address]()
    world.parts.presence.typing["telegram"] = told.append
    world.parts.drafts.keep(BEATE, case.id, "Noch nicht meiner")
    assert told == [], "nobody has the case yet"
    world.parts.desk.claim(BEATE, case.id)
    world.parts.drafts.keep(COLLEAGUE, case.id, "Nicht meiner")
    world.parts.drafts.keep(BEATE, case.id, "")
    assert told == []
    world.parts.drafts.keep(BEATE, case.id, "Guten")
    assert told == [AMINA]
