"""All that a turn changes is stored together, or nothing; a running flow outlives the files it came from."""

from dataclasses import replace

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.app import wire
from bot.core.appointments import book, hold
from bot.core.cases import Case
from bot.core.content import Content
from bot.core.events import AppointmentBooked, CaseChanged, SlotHeld
from bot.core.flows import Flow, Step
from bot.core.messages import OutboundMessage
from bot.core.talk import Turn
from bot.services.turns import Conflict
from tests.clock import TUESDAY, Ids
from tests.services.fakes import AMINA, OKSANA, World, button

NEWER = "newer-edition"


def deployed(world: World, content: Content) -> None:
    """Let the program start anew with other content."""
    world.parts = wire(world.parts.store, content, world.clock, Ids())


def with_flow(content: Content, flow: Flow) -> Content:
    return replace(content, flows={**content.flows, flow.id: flow})


def without_step(flow: Flow, step: str) -> Flow:
    """Return a flow without a step, everything that led there ending instead."""
    steps: dict[str, Step] = {id: each for id, each in flow.steps.items() if id != step}
    for id, each in steps.items():
        if each.ask:
            options = tuple(option for option in each.ask.options if option.goto != step)
            steps[id] = replace(each, ask=replace(each.ask, options=options))
    return replace(flow, edition=NEWER, steps=steps)


async def test_a_conversation_goes_on_with_its_edition_when_a_step_was_removed(world: World, content: Content) -> None:
    await world.arrives(OKSANA, "uk")
    await world.presses(OKSANA, "topic:housing")
    deployed(world, with_flow(content, without_step(content.flows["housing"], "deposit")))
    said = await world.presses(OKSANA, "f:housing:what:deposit")
    title = content.knowledge.articles["rental-deposit"].wording("uk").title
    assert any(title in message.text for message in said)


async def test_a_typed_answer_is_understood_by_its_edition_when_the_words_changed(world: World, content: Content) -> None:
    await world.arrives(OKSANA, "uk")
    await world.presses(OKSANA, "topic:housing")
    label = content.flows["housing"].texts.find("housing.what.deposit", "uk").text
    deployed(world, with_flow(content, without_step(content.flows["housing"], "deposit")))
    said = await world.writes(OKSANA, label)
    assert any(content.knowledge.articles["rental-deposit"].wording("uk").title in message.text for message in said)


async def test_a_conversation_goes_on_though_its_flow_was_removed(world: World, content: Content) -> None:
    await world.arrives(OKSANA, "uk")
    await world.presses(OKSANA, "topic:housing")
    deployed(world, replace(content, flows={id: flow for id, flow in content.flows.items() if id != "housing"}))
    said = await world.presses(OKSANA, "f:housing:what:deposit")
    assert any(content.knowledge.articles["rental-deposit"].wording("uk").title in message.text for message in said)


async def test_a_conversation_goes_on_though_the_article_of_its_edition_was_removed(world: World, content: Content) -> None:
    await world.arrives(OKSANA, "uk")
    await world.presses(OKSANA, "topic:housing")
    articles = {
        id: replace(each, related=tuple(other for other in each.related if other != "rental-deposit"))
        for id, each in content.knowledge.articles.items()
        if id != "rental-deposit"
    }
    deployed(world, replace(content, knowledge=replace(content.knowledge, articles=articles)))
    said = await world.presses(OKSANA, "f:housing:what:deposit")
    assert world.phrase("technical_problem", "uk") not in [message.text for message in said]
    assert button(said, "f:helped:question:")


async def test_somebody_who_starts_after_a_change_gets_the_new_edition(world: World, content: Content) -> None:
    deployed(world, with_flow(content, without_step(content.flows["housing"], "deposit")))
    await world.arrives(OKSANA, "uk")
    said = await world.presses(OKSANA, "topic:housing")
    assert "f:housing:what:deposit" not in [choice.id for message in said for row in message.choices for choice in row]


async def test_a_slot_that_somebody_else_took_meanwhile_undoes_the_whole_turn(world: World, store: SqliteStore) -> None:
    await world.books(OKSANA)
    await world.arrives(AMINA, "ar")
    amina, oksana = world.conversation(AMINA), world.conversation(OKSANA)
    with store.transaction() as tx:
        (taken,) = tx.appointments(oksana.contact_id)
    mine = book(taken.slot, amina.contact_id, amina.id, "papers", "ar", TUESDAY, "mine")
    for event in (AppointmentBooked(mine), SlotHeld(hold(taken.slot, amina.contact_id, TUESDAY, "hold"))):
        turn = Turn(replace(amina, place="25335:Elmshorn"), (OutboundMessage("gebucht", "de"),), (event,))
        with pytest.raises(Conflict), store.transaction() as tx:
            world.parts.turns.store(tx, turn, TUESDAY)
    assert world.conversation(AMINA) == amina
    assert "gebucht" not in world.told(AMINA)


async def test_a_case_that_changed_meanwhile_undoes_the_turn(world: World, store: SqliteStore) -> None:
    case: Case = await world.asks_for_a_person()
    turn = Turn(world.conversation(AMINA), (), (CaseChanged(replace(case, version=case.version + 1)),))
    with pytest.raises(Conflict), store.transaction() as tx:
        world.parts.turns.store(tx, turn, TUESDAY)
    assert world.case(AMINA) == case


async def test_without_consent_nothing_that_was_written_is_kept(world: World) -> None:
    await world.arrives(AMINA, "ar", consent="no")
    await world.writes(AMINA, "كيف أجد سكناً؟")
    await world.presses(AMINA, "topic:housing")
    assert [line.author for line in world.lines(AMINA) if line.author == "newcomer"] == []


async def test_with_consent_buttons_are_kept_by_their_labels(world: World, content: Content) -> None:
    await world.arrives(AMINA, "ar")
    await world.presses(AMINA, "topic:housing")
    assert (
        content.phrases.say("topic_housing", "ar") in [line.text for line in world.lines(AMINA) if line.author == "newcomer"][-1]
    )


async def test_a_question_nobody_could_answer_is_counted_without_its_words(world: World, store: SqliteStore) -> None:
    await world.arrives(OKSANA, "uk")
    await world.writes(OKSANA, "qwxyzq")
    rows = [tuple(row) for row in store.db.conn.execute("SELECT what, day, value FROM daily_count")]
    assert rows == [("unanswered:uk", "2026-11-24", 1)]
