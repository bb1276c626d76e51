"""How long it takes to find all free times of all sites for eight weeks, from the real store. `python -m tests.bench.slots`."""

import statistics
import tempfile
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.adapters.content.network import LandHolidays
from bot.adapters.sqlite import SqliteStore, Transaction, Vault
from bot.core.appointments import book, free_slots
from bot.core.messages import Address
from bot.core.network import AppointmentRule, Site
from tests.clock import TUESDAY
from tests.core.examples import hours, site, spans

WEEKS = 8
HOLIDAYS = LandHolidays("SH")


def sites(count: int, advisors: int) -> list[Site]:
    """Return sites that share the advisors, each of whom works five mornings and three afternoons, all at different hours."""
    rules = [_advisor(number) for number in range(advisors)]
    return [site(f"site-{n}", appointments=tuple(rules[n::count])) for n in range(count)]


def _advisor(number: int) -> AppointmentRule:
    first = 8 + number % 3
    morning, afternoon = f"{first:02}:00-12:00", f"{first + 5}:30-17:00"
    week = {day: spans(morning, afternoon) if day in (0, 1, 3) else spans(morning) for day in range(5)}
    return AppointmentRule(hours(week), 30, 1, 24, WEEKS * 7, advisor=f"advisor-{number}")


def fill(store: SqliteStore, everywhere: list[Site], share: float) -> int:
    """Book a share of all times, spread evenly; return how many."""
    with store.transaction() as tx:
        count = 0
        for each in everywhere:
            for rule in each.appointments:
                contact = tx.conversation_at(Address("web", rule.advisor), TUESDAY, rule.advisor).contact_id
                alone = site(each.id, appointments=(rule,))
                slots = free_slots(alone, TUESDAY, HOLIDAYS, partial(_taken, tx))
                for slot in slots[:: round(1 / share)] if share else []:
                    count += tx.put_appointment(book(slot, contact, contact, "papers", "ar", TUESDAY, f"a-{count}"), TUESDAY)
    return count


def _taken(tx: Transaction, whose: str, start: datetime, end: datetime) -> frozenset[tuple[int, int]]:
    return tx.taken(whose, start, end, TUESDAY, "nobody")


def measure(everywhere: list[Site], share: float) -> None:
    """Print how long it takes with a share of all times booked."""
    with tempfile.TemporaryDirectory(prefix="wegweiser-bench-") as folder:
        store = SqliteStore(Path(folder), Vault(b"k" * 32))
        booked = fill(store, everywhere, share)
        times = []
        for _ in range(9):
            with store.transaction() as tx:
                started = time.process_time()
                free = sum(len(free_slots(each, TUESDAY, HOLIDAYS, partial(_taken, tx))) for each in everywhere)
                times.append((time.process_time() - started) * 1000)
        store.close()
    people = sum(len(each.appointments) for each in everywhere)
    took = f"{statistics.median(times):7.1f} ms"
    print(f"  {len(everywhere):3} sites {people:4} advisors {booked:7,} booked {free:7,} free times {took}")


def main() -> None:
    """Print the size that is asked for, then growth with bookings, with sites and with advisors."""
    print(f"All free times of {WEEKS} weeks, median of 9, CPU; until {TUESDAY + timedelta(weeks=WEEKS):%d.%m.%Y}")
    for share in (0, 0.1, 0.5):
        measure(sites(13, 60), share)
    for count, advisors in ((1, 5), (26, 120), (52, 240), (13, 780)):
        measure(sites(count, advisors), 0.1)


main()
