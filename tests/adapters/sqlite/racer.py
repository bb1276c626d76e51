"""A process that books whatever it can, again and again; started twice at once by test_races.py."""

import sys
from datetime import timedelta
from pathlib import Path

from bot.adapters.sqlite import SqliteStore, Vault
from bot.core.appointments import Appointment, Slot, hold
from tests.adapters.sqlite.people import MASTER, NOW

ROUNDS = 60


def main(directory: str, name: str) -> None:
    store = SqliteStore(Path(directory), Vault(MASTER), alone=False)
    offset = timedelta(minutes=15 if name == "b" else 0)
    print("ready", flush=True)
    for n in range(ROUNDS):
        sys.stdin.readline()
        start = NOW + timedelta(hours=n) + offset
        slot = Slot("heide", start, start + timedelta(minutes=30), 0)
        with store.transaction() as tx:
            held = tx.put_hold(hold(slot, name, NOW, f"hold-{name}"), NOW)
        with store.transaction() as tx:
            wish = Appointment(f"{name}-{n}", name, name, slot, "housing", "de", "", NOW)
            booked = tx.put_appointment(wish, NOW)
        print(f"{held:d}{booked:d}", flush=True)


main(sys.argv[1], sys.argv[2])
