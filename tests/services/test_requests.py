"""On paper as in the chat: the coordination hands out its agency's share, and erases, with a receipt; each is in the log."""

import json
from dataclasses import replace

import pytest

from bot.services.desk import Forbidden
from bot.services.ports import Advisor, AuditLine, Note
from bot.services.requests import Elsewhere, Receipt, Unconfirmed
from tests.services.fakes import AMINA, BEATE, BIRGIT, CARL, JENS, OKSANA, QUESTION, World

NOTE, THERE = "Gespraechsnotiz", "Notiz-von-drueben"
JENSINE = replace(JENS, role="coordinator")
"""Who coordinates the other agency."""


def audited(world: World) -> list[AuditLine]:
    with world.parts.store.transaction() as tx:
        return tx.audited()


async def with_both_agencies(world: World) -> tuple[str, str]:
    """Let Amina have had a case here, and have one there now; return both."""
    here = await world.asks_for_a_person()
    world.parts.desk.note(BEATE, here.id, NOTE)
    world.parts.desk.close(BEATE, here.id)
    await world.presses(AMINA, "case:new", "case:papers")
    await world.writes(AMINA, "Anderes")
    await world.presses(AMINA, "place:skip")
    there = world.case(AMINA)
    site = next(each for each in world.parts.content.network.sites.values() if each.agency == JENS.agency)
    with world.parts.store.transaction() as tx:
        tx.update_case(replace(there, agency=JENS.agency, site=site.id))
        tx.add_note(Note(there.id, JENS.id, world.clock.now(), THERE))
    return here.id, there.id


async def test_the_coordination_gets_what_the_person_would_get_with_the_notes(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.note(BEATE, case.id, NOTE)
    page, data = world.parts.requests.files(BIRGIT, case.id)
    assert (page.name, data.name) == (f"wegweiser-{case.number}.html", f"wegweiser-{case.number}.json")
    assert '<html lang="ar"' in page.data.decode()
    assert all(text in page.data.decode() for text in (QUESTION, NOTE))
    assert [each["text"] for each in json.loads(data.data)["notes"]] == [NOTE]
    line = audited(world)[-1]
    assert (line.who, line.what, line.subject) == (BIRGIT.id, "export", f"case {case.number}")


async def test_looking_says_how_much_there_is(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.note(BEATE, case.id, NOTE)
    look = world.parts.requests.look(BIRGIT, case.id)
    assert (look.kept.cases, look.kept.notes, look.elsewhere) == (1, 1, False)
    assert look.kept.messages == len(world.lines(AMINA))


async def test_erasing_wants_the_cases_number_and_gives_a_receipt(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.arrives(OKSANA, "uk")
    with pytest.raises(Unconfirmed):
        world.parts.requests.erase(BIRGIT, case.id, str(case.number + 1))
    assert world.case(AMINA) == case
    receipt = world.parts.requests.erase(BIRGIT, case.id, f" {case.number} ")
    assert isinstance(receipt, Receipt)
    assert world.parts.inbox.find(AMINA) is None
    assert world.parts.inbox.find(OKSANA) is not None
    line = audited(world)[-1]
    assert (line.who, line.what, line.subject) == (BIRGIT.id, "erase", f"receipt {receipt.number}")


async def test_an_open_page_of_the_person_hears_that_everything_is_gone(world: World) -> None:
    case = await world.asks_for_a_person()
    with world.parts.live.watch(f"conversation:{case.conversation_id}") as watch:
        world.parts.requests.erase(BIRGIT, case.id, str(case.number))
        assert await watch.changed(1)


async def test_what_another_agency_has_is_not_handed_out_here(world: World) -> None:
    here, _ = await with_both_agencies(world)
    look = world.parts.requests.look(BIRGIT, here)
    assert (look.elsewhere, look.kept.cases, look.kept.notes) == (True, 1, 1)
    page, data = (each.data.decode() for each in world.parts.requests.files(BIRGIT, here))
    assert NOTE in page
    assert not any(THERE in text or "Anderes" in text for text in (page, data))
    assert len(json.loads(data)["cases"]) == 1


async def test_whom_another_agency_knows_as_well_only_the_operator_erases(world: World) -> None:
    here, there = await with_both_agencies(world)
    for who, case in ((BIRGIT, here), (JENSINE, there)):
        with pytest.raises(Elsewhere):
            world.parts.requests.erase(who, case, "1")
    assert world.parts.inbox.find(AMINA) is not None


@pytest.mark.parametrize(
    "who", [BEATE, CARL, JENSINE, replace(BIRGIT, role="admin")], ids=["advisor", "disabled", "another agency", "admin"]
)
async def test_nobody_but_the_agencys_coordination_answers_requests(world: World, who: Advisor) -> None:
    case = await world.asks_for_a_person()
    before = len(audited(world))
    for act in (world.parts.requests.look, world.parts.requests.files):
        with pytest.raises(Forbidden):
            act(who, case.id)
    with pytest.raises(Forbidden):
        world.parts.requests.erase(who, case.id, str(case.number))
    assert (world.case(AMINA), len(audited(world))) == (case, before)
