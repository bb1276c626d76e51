"""An advisor's answer gets other words, for whoever has it already too."""

import pytest

from bot.core.cases import CaseError
from bot.services.rewording import Rewording, Underway
from tests.services.fakes import AMINA, BEATE, COLLEAGUE, World


def rewording(world: World) -> Rewording:
    return Rewording(world.parts.store, world.parts.desk, world.clock)


async def test_an_answer_gets_other_words_and_goes_out_again_as_an_edit(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Am Dienstag")
    await world.deliver()
    answer = world.lines(AMINA)[-1]
    await rewording(world).reword(BEATE, case.id, answer.n, "Am Mittwoch")
    await rewording(world).reword(BEATE, case.id, answer.n, " Am Mittwoch ")
    await world.outbox().deliver_due("telegram")
    (edited,) = world.channel.delivered
    assert (edited.n, edited.message.text, edited.sent_as) == (answer.n, "[de→ar] Am Mittwoch", (str(answer.n),))


async def test_only_ones_own_answers_in_an_open_case_can_be_changed_and_not_while_they_are_sent(world: World) -> None:
    case = await world.asks_for_a_person()
    desk = world.parts.desk
    await desk.reply(BEATE, case.id, "Am Dienstag")
    answer = world.lines(AMINA)[-1].n
    heard = next(line.n for line in world.lines(AMINA) if line.author == "newcomer" and line.case_id)
    with pytest.raises(CaseError, match="not_yours"):
        await rewording(world).reword(COLLEAGUE, case.id, answer, "Am Mittwoch")
    for n in (heard, answer + 1):
        with pytest.raises(ValueError, match="no such answer"):
            await rewording(world).reword(BEATE, case.id, n, "Am Mittwoch")
    with world.parts.store.transaction() as tx:
        tx.mark_outbox(answer, "sending")
    with pytest.raises(Underway):
        await rewording(world).reword(BEATE, case.id, answer, "Am Mittwoch")
    desk.close(BEATE, case.id)
    with pytest.raises(CaseError, match="closed"):
        await rewording(world).reword(BEATE, case.id, answer, "Am Mittwoch")
