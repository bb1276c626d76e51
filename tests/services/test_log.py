"""Nothing personal is ever logged: no words, no names, no addresses, whatever happens."""

import logging

import pytest

from bot.core import dialogue
from bot.core.messages import Coordinates
from bot.services.ports import DeliveryError
from tests.services.fakes import AMINA, BEATE, World, broken

SECRETS = (
    "Qasimabad",
    "Kündigungsschreiben",
    "Wohnungsbrand",
    "Sprechzimmer",
    "Randnotiz",
    "Elmshorn",
    "53.7567",
    AMINA.id,
    BEATE.name,
)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def assert_nothing_personal(log: pytest.LogCaptureFixture) -> None:
    shown = log.text + "".join(f"{record.getMessage()}{record.exc_text or ''}{record.args}" for record in log.records)
    assert [secret for secret in SECRETS if secret in shown] == []


async def test_a_whole_conversation_leaves_nothing_personal_in_the_log(world: World, log: pytest.LogCaptureFixture) -> None:
    case = await world.asks_for_a_person(AMINA, "de", "Mein Kündigungsschreiben aus Qasimabad", "Elmshorn")
    await world.writes(AMINA, place=Coordinates(53.7567, 9.6426))
    await world.parts.timers.fire_due()
    world.parts.desk.claim(BEATE, case.id)
    await world.parts.desk.reply(BEATE, case.id, "Kommen Sie ins Sprechzimmer")
    world.parts.desk.note(BEATE, case.id, "Randnotiz")
    await world.outbox().deliver_due("telegram")
    world.parts.desk.close(BEATE, case.id)
    await world.presses(AMINA, "nav:erase", "erase:yes")
    world.clock.advance(days=3)
    await world.parts.timers.fire_due()
    world.parts.timers.purge_if_due()
    assert_nothing_personal(log)


async def test_a_turn_that_fails_over_what_was_written_does_not_log_it(
    world: World, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.arrives(AMINA, "de")
    monkeypatch.setattr(dialogue, "respond", broken(ValueError(f"Wohnungsbrand in Qasimabad, {AMINA}")))
    await world.writes(AMINA, "Wohnungsbrand in Qasimabad")
    assert [record.getMessage() for record in log.records if record.name.startswith("bot")] == ["turn failed: ValueError"] * 3
    assert "Traceback" in log.text, "the place of the failure has to be found"
    assert_nothing_personal(log)


async def test_a_failing_delivery_or_alert_does_not_log_what_it_carried(world: World, log: pytest.LogCaptureFixture) -> None:
    await world.asks_for_a_person(AMINA, "de", "Mein Kündigungsschreiben", "Elmshorn")
    world.channel.troubles[AMINA] = [RuntimeError("could not send to Elmshorn"), DeliveryError(f"chat {AMINA.id} not found")]
    world.alerts.troubles = [RuntimeError("Kündigungsschreiben")]
    await world.parts.timers.fire_due()
    for _ in range(3):
        await world.outbox().deliver_due("telegram")
        world.clock.advance(seconds=30)
    assert_nothing_personal(log)
