"""The state of the content: looked through once after each change, for those who edit, and without any person."""

from dataclasses import replace
from datetime import date

import pytest

from bot.adapters.content.problems import Problem
from bot.core.anonymous import OpenQuestion
from bot.services.access import Forbidden
from bot.services.editorial import Editorial
from tests.services.fakes import BEATE, BIRGIT, World

VOLKAN = replace(BEATE, id="volkan", login="volkan", name="Volkan Aydın", role="editor")
TRANSLATOR = replace(VOLKAN, id="olha", login="olha", role="translator", languages=("uk",))
FOUND = Problem("flows/work.yaml", "keywords", "Das Wort steht zweimal da.", "warning")


@pytest.fixture
def looked() -> list[date]:
    return []


@pytest.fixture
def editorial(world: World, looked: list[date]) -> Editorial:
    def check(today: date) -> list[Problem]:
        looked.append(today)
        return [FOUND]

    parts = world.parts
    return Editorial(parts.store, lambda: parts.content, parts.understanding, world.clock, check)


async def test_files_are_looked_through_once_until_they_change_or_the_day_does(
    world: World, editorial: Editorial, looked: list[date]
) -> None:
    for _ in range(3):
        assert await editorial.findings(VOLKAN) == [FOUND]
    assert len(looked) == 1
    editorial.refused([FOUND])
    await editorial.findings(VOLKAN)
    world.parts.content = replace(world.parts.content)
    await editorial.findings(VOLKAN)
    world.clock.advance(days=1)
    await editorial.findings(VOLKAN)
    assert len(looked) == 4


def test_a_refused_edit_is_shown_until_it_is_mended(world: World, editorial: Editorial) -> None:
    assert editorial.refusal(VOLKAN) is None
    editorial.refused([FOUND])
    refusal = editorial.refusal(VOLKAN)
    assert refusal is not None
    assert (refusal.since, refusal.findings) == (world.clock.now(), [FOUND])
    editorial.refused([])
    assert editorial.refusal(VOLKAN) is None


async def test_questions_that_mean_the_same_stand_together(world: World, editorial: Editorial) -> None:
    with world.parts.store.transaction() as tx:
        for question in ("Wo melde ich meinen Hund an?", "Wo melde ich meinen Hund an??", "Wie werde ich Imker?"):
            tx.keep_question(OpenQuestion(0, date(2026, 11, 24), "de", "unanswered", None, question))
    groups = await editorial.questions(VOLKAN)
    assert sorted(len(group.questions) for group in groups) == [1, 2]
    assert await editorial.questions(VOLKAN) is groups, "worked out once"


async def test_nobody_else_sees_it(editorial: Editorial) -> None:
    for who in (BEATE, BIRGIT, replace(VOLKAN, disabled=True), replace(VOLKAN, role="admin")):
        for look in (editorial.findings, editorial.questions):
            with pytest.raises(Forbidden):
                await look(who)
        with pytest.raises(Forbidden):
            editorial.coverage(who)
        with pytest.raises(Forbidden):
            editorial.refusal(who)


async def test_translators_see_what_is_translated_and_nothing_else(editorial: Editorial) -> None:
    assert editorial.coverage(TRANSLATOR).count("uk").total() > 50
    with pytest.raises(Forbidden):
        await editorial.questions(TRANSLATOR)
