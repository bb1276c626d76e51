"""What could not be translated at once is translated afterwards, and every translation is looked back at; nothing is sent."""

import asyncio

import pytest

from bot.core.cases import Case
from bot.core.translations import NotTranslated
from bot.services.afterwards import Afterwards
from bot.services.ports import TranscriptLine
from tests.services.fakes import AMINA, BEATE, OKSANA, World, button, until

ARABIC = "أين المكتب؟"


@pytest.fixture
async def case(world: World) -> Case:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    await world.parts.afterwards.work()
    return case


def last(world: World, case: Case) -> TranscriptLine:
    return world.parts.desk.view(BEATE, case.id).lines[-1]


async def test_every_translation_is_looked_back_at_in_both_directions(world: World, case: Case) -> None:
    await world.writes(AMINA, ARABIC)
    first = last(world, case)
    assert first.rendering is not None
    assert (first.translation, first.rendering.look.back) == (f"[ar→de] {ARABIC}", None)
    await world.parts.desk.reply(BEATE, case.id, "Am Marktplatz.")
    assert await world.parts.afterwards.work() == 2
    for line in world.parts.desk.view(BEATE, case.id).lines[-2:]:
        assert line.rendering is not None
        look = line.rendering.look
        assert look.back is not None
        assert look.back.endswith(ARABIC if line.author == "newcomer" else "Am Marktplatz.")
        assert look.chrf is not None
        assert not look.doubtful
    assert await world.parts.afterwards.work() == 0


@pytest.mark.parametrize("reason", ["too_slow", "busy", "error"])
async def test_what_was_written_while_translation_was_down_is_translated_later(reason: str, world: World, case: Case) -> None:
    world.translator.failure = NotTranslated(reason)  # type: ignore[arg-type]
    await world.writes(AMINA, ARABIC)
    await world.parts.afterwards.work()
    assert last(world, case).translation is None
    world.translator.failure = None
    assert await world.parts.afterwards.work() == 0  # not at once
    world.clock.advance(minutes=1)
    await world.parts.afterwards.work()
    assert last(world, case).translation == f"[ar→de] {ARABIC}"


async def test_a_reply_that_was_translated_later_is_sent_once_however_often_somebody_says_so(world: World, case: Case) -> None:
    world.translator.failure = NotTranslated("too_slow")
    await world.parts.desk.reply(BEATE, case.id, "Bringen Sie den Vertrag mit.")
    n = last(world, case).n
    world.translator.failure = None
    world.clock.advance(minutes=1)
    await world.parts.afterwards.work()
    for _ in range(2):
        world.parts.sending.later(BEATE, case.id, n)
    assert world.told(AMINA).count("[de→ar] Bringen Sie den Vertrag mit.") == 1


@pytest.mark.parametrize("reason", ["no_model", "unsafe", "poor"])
async def test_what_no_model_can_translate_is_not_tried_for_ever(reason: str, world: World, case: Case) -> None:
    world.translator.failure = NotTranslated(reason)  # type: ignore[arg-type]
    await world.writes(AMINA, ARABIC)
    assert await world.parts.afterwards.work() == 0


async def test_after_an_hour_or_two_nobody_waits_any_more(world: World, case: Case) -> None:
    world.translator.failure = NotTranslated("error")
    await world.writes(AMINA, ARABIC)
    tries = 0
    for _ in range(60):
        tries += await world.parts.afterwards.work()
        world.clock.advance(minutes=10)
    assert tries == 13


async def test_a_reply_that_went_out_in_german_is_translated_for_the_advisor_but_not_sent(world: World, case: Case) -> None:
    world.translator.failure = NotTranslated("too_slow")
    await world.parts.desk.reply(BEATE, case.id, "Guten Morgen")
    told = world.told(AMINA)
    world.translator.failure = None
    await world.parts.afterwards.work()
    line = last(world, case)
    assert (line.text, line.translation) == ("Guten Morgen", "[de→ar] Guten Morgen")
    assert world.told(AMINA) == told


async def test_the_work_that_is_left_survives_the_process(world: World, case: Case) -> None:
    world.translator.failure = NotTranslated("error")
    await world.writes(AMINA, ARABIC)
    world.translator.failure = None
    later = Afterwards(world.parts.store, world.parts.translation, world.parts.live, world.clock)
    stop = asyncio.Event()
    running = asyncio.create_task(later.run(stop))
    await until(lambda: last(world, case).translation is not None)
    stop.set()
    world.parts.live.touch("stop")
    await running


async def test_words_that_were_changed_meanwhile_are_not_given_an_old_translation(world: World, case: Case) -> None:
    world.translator.failure = NotTranslated("error")
    await world.writes(AMINA, ARABIC, external_id="a")
    world.translator.failure, world.translator.gate = None, asyncio.Event()
    working = asyncio.create_task(world.parts.afterwards.work())
    await until(lambda: len(world.translator.asked) >= 2)
    gate, world.translator.gate = world.translator.gate, None
    await world.writes(AMINA, "أين المكتب اليوم؟", kind="edit", edits="a")
    gate.set()
    await working
    assert last(world, case).translation == "[ar→de] أين المكتب اليوم؟"


async def test_with_the_case_closed_or_the_person_erased_there_is_no_work_left(world: World, case: Case) -> None:
    world.translator.failure = NotTranslated("error")
    await world.writes(AMINA, ARABIC)
    await world.writes(AMINA, "شكرا")
    with world.parts.store.transaction() as tx:
        tx.erase(case.contact_id)
    assert await world.parts.afterwards.work() == 0


async def test_a_broken_translator_ends_nothing(world: World, case: Case, caplog: pytest.LogCaptureFixture) -> None:
    await world.writes(AMINA, ARABIC)
    world.parts.translation._translator = None  # type: ignore[assignment]
    stop = asyncio.Event()
    running = asyncio.create_task(world.parts.afterwards.run(stop))
    await until(lambda: "afterwards" in caplog.text)
    stop.set()
    world.parts.live.touch("stop")
    await running
    assert "المكتب" not in caplog.text


async def reply_number(world: World, case: Case) -> int:
    await world.parts.desk.reply(BEATE, case.id, "Bitte bringen Sie den Mietvertrag mit.")
    return last(world, case).n


async def test_who_does_not_understand_gets_the_german_text_and_the_advisor_learns_of_it(world: World, case: Case) -> None:
    n = await reply_number(world, case)
    said = await world.presses(AMINA, f"unclear:{n}")
    assert said[-2].text == world.parts.content.phrases.say("unclear_told", "ar")
    assert (said[-1].text, said[-1].language, said[-1].format) == ("Bitte bringen Sie den Mietvertrag mit.", "de", "plain")
    lines = world.parts.desk.view(BEATE, case.id).lines
    marked = next(line for line in lines if line.n == n)
    assert marked.rendering is not None
    assert marked.rendering.unclear
    assert "unclear" in world.case(AMINA).flags
    assert any(line.author == "newcomer" and line.n > n for line in lines)


async def test_when_the_case_is_closed_nobody_is_said_to_learn_what_was_not_understood(world: World, case: Case) -> None:
    n = await reply_number(world, case)
    world.parts.desk.close(BEATE, case.id)
    (said,) = await world.presses(AMINA, f"unclear:{n}")
    assert (said.text, said.language) == ("Bitte bringen Sie den Mietvertrag mit.", "de")
    assert button([said], "case:again")


async def test_looking_back_does_not_forget_that_it_was_not_understood(world: World, case: Case) -> None:
    n = await reply_number(world, case)
    await world.presses(AMINA, f"unclear:{n}")
    await world.parts.afterwards.work()
    rendering = next(line.rendering for line in world.parts.desk.view(BEATE, case.id).lines if line.n == n)
    assert rendering is not None
    assert (rendering.unclear, rendering.look.back is not None) == (True, True)


async def test_the_next_answer_takes_the_mark_off_the_case(world: World, case: Case) -> None:
    await world.presses(AMINA, f"unclear:{await reply_number(world, case)}")
    world.clock.advance(seconds=30)
    await reply_number(world, case)
    assert "unclear" not in world.case(AMINA).flags


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "999999", "9" * 40, "٣"])
async def test_a_button_of_no_message_marks_nothing(number: str, world: World, case: Case) -> None:
    said = await world.presses(AMINA, f"unclear:{number}")
    assert said[0].text.startswith(world.phrase("button_unknown", "ar"))
    assert "unclear" not in world.case(AMINA).flags


async def test_nobody_can_ask_for_a_line_of_somebody_else(world: World, case: Case) -> None:
    n = await reply_number(world, case)
    await world.arrives(OKSANA, "uk")
    said = await world.presses(OKSANA, f"unclear:{n}")
    assert not any("Mietvertrag" in message.text for message in said)
