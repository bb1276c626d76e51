"""The small run of `make soak`: nobody gets somebody else's time, nobody loses what they were told, though processes die."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("kill", ["no", "yes"])
def test_eight_processes_book_overlapping_times_without_a_double_booking_or_a_loss(kill: str) -> None:
    command = [sys.executable, "-m", "tests.soak.booking", "--attempts", "100", "--kill", kill]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "double bookings 0, lost confirmations 0, errors 0" in done.stdout
    assert "taken" in done.stdout
    assert (" 0 killed" in done.stdout) == (kill == "no")
