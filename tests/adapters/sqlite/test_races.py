import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.core.messages import Address
from tests.adapters.sqlite.people import NOW

ROUNDS = 60
Racer = subprocess.Popen[str]


def start(directory: Path, name: str) -> Racer:
    command = [sys.executable, "-m", "tests.adapters.sqlite.racer", str(directory), name]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def racers(store: SqliteStore, directory: Path) -> Iterator[list[Racer]]:
    with store.transaction() as tx:
        for name in ("a", "b"):
            tx.conversation_at(Address("web", name), NOW, name)
    racers = [start(directory, name) for name in ("a", "b")]
    yield racers
    for racer in racers:
        racer.kill()
        racer.communicate()


def answer(racer: Racer) -> str:
    assert racer.stdout is not None
    line = racer.stdout.readline().strip()
    assert line, racer.communicate()[1]
    return line


def test_two_processes_racing_for_overlapping_slots_never_book_both(store: SqliteStore, racers: list[Racer]) -> None:
    assert [answer(racer) for racer in racers] == ["ready", "ready"]
    for _ in range(ROUNDS):
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        # One hold and one booking succeed; the other process sees False, never an error.
        assert sorted(answer(racer) for racer in racers) == ["00", "11"]
    with store.transaction() as tx:
        booked = [appointment.slot for name in ("a", "b") for appointment in tx.appointments(name)]
        assert len(booked) == ROUNDS
        assert len({cell for slot in booked for cell in slot.cells}) == 2 * ROUNDS


def test_two_processes_writing_at_once_never_see_a_locked_database(racers: list[Racer]) -> None:
    assert [answer(racer) for racer in racers] == ["ready", "ready"]
    outputs = []
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n" * ROUNDS)
        racer.stdin.flush()
    for racer in racers:
        out, err = racer.communicate(timeout=120)
        outputs.append((racer.returncode, err, len(out.split())))
    assert outputs == [(0, "", ROUNDS), (0, "", ROUNDS)]
