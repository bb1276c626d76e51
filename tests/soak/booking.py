"""`make soak`: many processes hold, book, move and cancel overlapping times in one store, and some are killed on the way.

Each process is a newcomer with a store of its own on the same file. After every transaction that succeeded it writes down what it
was told; in the end everything that somebody was told must be stored, and no cell may be somebody else's, too.

    python -m tests.soak.booking --processes 8 --attempts 2000 [--kill]
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from functools import partial
from pathlib import Path

from bot.adapters.sqlite import SqliteStore, Transaction, Vault
from bot.adapters.sqlite.records import number
from bot.core import appointments
from bot.core.appointments import Appointment, Slot, Wish
from bot.core.hours import Hours, Span
from bot.core.messages import Address, Coordinates
from bot.core.network import AppointmentRule, Site

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MASTER = bytes(range(32))
_LENGTHS = {"papers": 30, "housing": 45, "work": 60}
_OPEN = Span(clock(8), clock(18))


@dataclass(frozen=True, slots=True)
class Result:
    """What a run showed; `done` counts what newcomers were told."""

    attempts: int
    done: Counter[str]
    killed: int
    errors: tuple[str, ...]
    lost: tuple[str, ...]
    double: int
    seconds: float


def site() -> Site:
    """Return a site whose topics take differently long: its times overlap. One advisor works there beside three seats."""
    daily = Hours({day: (_OPEN,) for day in range(5)})
    shared = AppointmentRule(daily, 30, 3, 0, 10, lengths=_LENGTHS)
    return Site(
        "heide", "a", "Heide", "Straße 1", "25746", "Heide", Coordinates(54.2, 9.1), "", "", ("de",), (), (), None, False, (), (),
        daily, (shared, replace(shared, seats=1, advisor="beate", buffer=15)), None, True,
    )  # fmt: skip


class Newcomer:
    """Somebody who keeps choosing; `told` is the file with what was confirmed to them."""

    def __init__(self, folder: Path, name: str, life: int) -> None:
        self.name = name
        self.store = SqliteStore(folder / "data", Vault(MASTER), alone=False)
        self.told = (folder / f"{name}.told").open("a", encoding="utf-8")
        self.dice = random.Random(f"{name} {life}")
        self.life = life
        self.site = site()
        with self.store.transaction() as tx:
            self.mine = {each.id: each for each in tx.appointments(name) if each.status == "booked"}

    def attempt(self, n: int) -> None:
        """Hold a time and book it, move what is booked, or cancel it; each step a transaction of its own, as in the chat."""
        now = NOW + timedelta(seconds=n)
        mine = list(self.mine.values())
        if len(mine) >= 3 or (mine and self.dice.random() < 0.4):
            booked = self.dice.choice(mine)
            self._cancel(booked, now) if self.dice.random() < 0.7 else self._move(booked, now)
        else:
            self._book(f"{self.name}-{self.life}-{n}", now)

    def _book(self, id: str, now: datetime) -> None:
        topic = self.dice.choice(list(_LENGTHS))
        slot = self._chosen(topic, now)
        with self.store.transaction() as tx:
            held = tx.put_hold(appointments.hold(slot, self.name, now, f"hold-{id}"), now)
        if not held:
            self._tell("taken", id)
            return
        appointment = appointments.book(slot, self.name, self.name, topic, "de", now, id)
        with self.store.transaction() as tx:
            done = tx.put_appointment(appointment, now)
            self._look(tx, appointment, done)
        if done:
            with self.store.transaction() as tx:
                assert tx.put_appointment(appointment, now), "the second tap is as good as the first"
        self._tell("booked" if done else "taken", id, appointment)

    def _move(self, booked: Appointment, now: datetime) -> None:
        moved = appointments.move(booked, self._chosen(booked.topic, now))
        with self.store.transaction() as tx:
            done = tx.put_appointment(moved, now, self._cooling())
            self._look(tx, moved, done)
        self._tell("moved" if done else "taken", booked.id, moved)

    def _cancel(self, booked: Appointment, now: datetime) -> None:
        cancelled = appointments.cancel(booked)
        with self.store.transaction() as tx:
            done = tx.put_appointment(cancelled, now, self._cooling())
        self._tell("cancelled" if done else "taken", booked.id, cancelled)

    def _look(self, tx: Transaction, appointment: Appointment, done: bool) -> None:
        """Look for others at the same seat and time, by the appointments themselves and at the moment in which it is decided."""
        slot = appointment.slot
        others = tx.db.execute(
            """SELECT count(*) FROM appointment WHERE status = 'booked' AND site = ? AND advisor = ? AND seat = ?
            AND start < ? AND ends > ? AND id <> ?""",
            (slot.site, slot.advisor, slot.seat, number(slot.end), number(slot.start), appointment.id),
        ).fetchone()[0]
        if done and others:
            self._tell("double", appointment.id)

    def _cooling(self) -> timedelta:
        """Return nothing, mostly: while a time cools down only its last owner can have it, and there is no race."""
        return timedelta(minutes=self.dice.choice([0, 0, 0, 1]))

    def _chosen(self, topic: str, now: datetime) -> Slot:
        """Return one of the next free times, after some hesitation: somebody else may have taken it meanwhile."""
        with self.store.transaction() as tx:
            taken = partial(self._taken, tx, now)
            slot = self.dice.choice(appointments.free_slots(self.site, now, {}, taken, Wish(topic))[:2])
        time.sleep(self.dice.random() / 100)
        return slot

    def _taken(self, tx: Transaction, now: datetime, whose: str, start: datetime, end: datetime) -> frozenset[tuple[int, int]]:
        return tx.taken(whose, start, end, now, self.name)

    def _tell(self, what: str, id: str, now: Appointment | None = None) -> None:
        line = {"what": what, "id": id}
        if now is not None and what != "taken":
            self.mine = {**self.mine, id: now} if now.status == "booked" else {k: v for k, v in self.mine.items() if k != id}
            line |= {"start": now.slot.start.isoformat(), "status": now.status, "sequence": str(now.sequence)}
        self.told.write(json.dumps(line) + "\n")
        self.told.flush()


def live(folder: Path, name: str, life: int, attempts: int) -> None:
    """Be a newcomer in a process of one's own; what goes wrong is written down, not hidden."""
    try:
        newcomer = Newcomer(folder, name, life)
        for n in range(attempts):
            newcomer.attempt(n)
    except Exception as error:
        (folder / f"{name}-{life}.error").write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
        raise


def run(folder: Path, processes: int, attempts: int, kill: bool) -> Result:
    """Let so many newcomers do so many things each; with `kill`, each process dies once at any moment and another goes on."""
    store = SqliteStore(folder / "data", Vault(MASTER), alone=False)
    names = [f"n{number}" for number in range(processes)]
    with store.transaction() as tx:
        for name in names:
            tx.conversation_at(Address("web", name), NOW, name)
    store.close()
    started, killed = time.monotonic(), 0
    context = multiprocessing.get_context("fork")
    crowd = {name: context.Process(target=live, args=(folder, name, 0, attempts)) for name in names}
    for process in crowd.values():
        process.start()
    if kill:
        dice = random.Random(processes)
        for life, name in enumerate(names, 1):
            _wait_for_lines(folder, names, attempts * life // (len(names) + 1) * len(names) // 2)
            time.sleep(dice.random() / 50)
            killed += _kill(crowd[name].pid)
            crowd[name].join()
            crowd[name] = context.Process(target=live, args=(folder, name, life, attempts // 2))
            crowd[name].start()
    for process in crowd.values():
        process.join()
    seconds = time.monotonic() - started
    errors = tuple(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.error")))
    store = SqliteStore(folder / "data", Vault(MASTER), alone=False)
    try:
        return _judge(store, folder, names, killed, errors, seconds)
    finally:
        store.close()


def _wait_for_lines(folder: Path, names: list[str], count: int) -> None:
    while sum(_told(folder, name).count("\n") for name in names) < count:
        time.sleep(0.005)


def _told(folder: Path, name: str) -> str:
    path = folder / f"{name}.told"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _kill(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _judge(store: SqliteStore, folder: Path, names: list[str], killed: int, errors: tuple[str, ...], seconds: float) -> Result:
    done: Counter[str] = Counter()
    last: dict[str, dict[str, str]] = {}
    for name in names:
        for line in _told(folder, name).splitlines():
            told = json.loads(line)
            done[told["what"]] += 1
            if "status" in told:
                last[told["id"]] = told
    with store.transaction() as tx:
        stored = {each.id: each for name in names for each in tx.appointments(name)}
    lost = tuple(id for id, told in last.items() if not _is_stored(told, stored.get(id)))
    return Result(sum(done.values()), done, killed, errors, lost, done["double"], seconds)


def _is_stored(told: dict[str, str], stored: Appointment | None) -> bool:
    if stored is None or stored.sequence < int(told["sequence"]):
        return False
    # A process may die between a change and writing down that it told of it: then what is stored is newer, never older.
    same = (stored.status, stored.slot.start.isoformat()) == (told["status"], told["start"])
    return stored.sequence > int(told["sequence"]) or same


def main() -> None:
    """Run once without and once with killing, and print what it showed."""
    options = argparse.ArgumentParser()
    options.add_argument("--processes", type=int, default=8)
    options.add_argument("--attempts", type=int, default=2000)
    options.add_argument("--kill", choices=["yes", "no", "both"], default="both")
    chosen = options.parse_args()
    bad = False
    for kill in {"yes": [True], "no": [False], "both": [False, True]}[chosen.kill]:
        with tempfile.TemporaryDirectory() as folder:
            result = run(Path(folder), chosen.processes, chosen.attempts, kill)
        counts = ", ".join(f"{what} {count}" for what, count in result.done.most_common())
        print(
            f"{chosen.processes} processes, {result.attempts} attempts, {result.killed} killed: {counts}; {result.seconds:.1f} s"
        )
        print(f"double bookings {result.double}, lost confirmations {len(result.lost)}, errors {len(result.errors)}")
        print(*result.errors, *result.lost, sep="\n", end="")
        bad |= bool(result.double or result.lost or result.errors or not result.done["booked"])
    raise SystemExit(bad)


if __name__ == "__main__":
    main()
