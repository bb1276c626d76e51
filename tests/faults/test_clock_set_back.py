"""The machine's clock is set back by an hour: nobody waits for that hour, and the operator is told once."""

from datetime import timedelta

import pytest

from bot.app import SystemClock
from bot.services.outbox import Pace
from tests.clock import TUESDAY, FixedClock

HOUR = timedelta(hours=1)


class Machine:
    """A machine whose clock can be set while time passes."""

    def __init__(self) -> None:
        self.clock, self.seconds = FixedClock(), 0.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds=seconds)
        self.seconds += seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> SystemClock:
    return SystemClock(machine.clock.now, lambda: machine.seconds)


def test_time_goes_on_at_half_its_speed_until_both_clocks_agree(machine: Machine, clock: SystemClock) -> None:
    machine.clock.advance(hours=-1)
    assert clock.now() == TUESDAY
    machine.pass_by(3600)
    assert clock.now() == TUESDAY + HOUR / 2
    machine.pass_by(3600)
    assert clock.now() == TUESDAY + HOUR == machine.clock.now()
    machine.pass_by(60)
    assert clock.now() == machine.clock.now()


def test_a_clock_that_is_set_forward_is_followed_at_once(machine: Machine, clock: SystemClock) -> None:
    machine.clock.advance(hours=1)
    assert clock.now() == TUESDAY + HOUR


def test_the_operator_is_told_once(machine: Machine, clock: SystemClock, caplog: pytest.LogCaptureFixture) -> None:
    machine.clock.advance(seconds=-30)
    clock.now()
    assert caplog.messages == []
    machine.clock.advance(hours=-1)
    for _ in range(3):
        machine.pass_by(1)
        clock.now()
    assert [each for each in caplog.messages if "set back" in each] == caplog.messages[:1]
    assert len(caplog.messages) == 1


def test_the_next_message_leaves_after_seconds_not_after_an_hour(machine: Machine, clock: SystemClock) -> None:
    pace = Pace()
    for _ in range(3):
        pace.sent("amina", clock.now())
    machine.clock.advance(hours=-1)
    until = pace.wait_until("amina", clock.now())
    machine.pass_by(4)
    assert until is not None
    assert pace.wait_until("amina", clock.now()) is None
