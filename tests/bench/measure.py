"""Measuring per CPU-second of this process: the machine may be busy with other things."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping

Turn = Callable[[int], Awaitable[None]]
ROUNDS = 7


async def rates(contenders: Mapping[str, Turn], times: int, rounds: int = ROUNDS, in_flight: int = 1) -> dict[str, float]:
    """Return how often each can be done per CPU-second, so many at a time: the median of rounds in which they take turns."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, turn in contenders.items():
            started = time.process_time()
            for first in range(number * times, (number + 1) * times, in_flight):
                await _together(turn, range(first, first + in_flight))
            if number:  # the first round only warms up
                found[name].append(times / (time.process_time() - started))
    return {name: statistics.median(each) for name, each in found.items()}


async def _together(turn: Turn, numbers: range) -> None:
    if len(numbers) == 1:  # without the cost of a task
        await turn(numbers[0])
    else:
        await asyncio.gather(*map(turn, numbers))


def show(title: str, found: Mapping[str, float], against: str = "") -> None:
    """Print rates, and beside them how many of the first (or of `against`) each is."""
    print(f"\n{title}")
    first = found[against or next(iter(found))]
    for name, rate in found.items():
        print(f"  {name:52} {rate:8,.0f} per CPU-s   {1000 / rate:7.2f} ms   x {rate / first:.2f}")
