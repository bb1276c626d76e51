"""The question somebody hands over stands in the case, and in German as soon as a machine has translated it."""

from tests.services.fakes import AMINA, BEATE, QUESTION, World


async def test_the_question_belongs_to_the_case_and_is_translated_for_the_advisor(world: World) -> None:
    case = await world.asks_for_a_person()
    (line,) = [each for each in world.parts.desk.view(BEATE, case.id).lines if each.text == QUESTION]
    assert (line.case_id, line.translation) == (case.id, None)
    await world.parts.afterwards.work()
    (line,) = [each for each in world.parts.desk.view(BEATE, case.id).lines if each.text == QUESTION]
    assert line.translation == f"[ar→de] {QUESTION}"


async def test_what_was_said_before_is_not_shown_to_advisors(world: World) -> None:
    await world.arrives(AMINA, "ar")
    await world.writes(AMINA, QUESTION)
    await world.presses(AMINA, "nav:person", "case:papers", "case:skip", "place:skip")
    view = world.parts.desk.view(BEATE, world.case(AMINA).id) if world.case(AMINA).agency == BEATE.agency else None
    assert view is None or QUESTION not in [line.text for line in view.lines]
