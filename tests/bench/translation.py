"""Translation: `python -m tests.bench.translation`. Ratios of one run, by CPU seconds since the machine may be busy.

Compared on one thread each: our engine, CTranslate2 itself with everything in batches, and `argostranslate.translate.translate`.
"""

import asyncio
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Sequence
from importlib.util import find_spec
from pathlib import Path

import ctranslate2

from bot.adapters.argos.engine import BATCH, MEMORY_MB, Engine
from bot.adapters.argos.packages import Package, installed
from bot.adapters.argos.tokenizers import tokenizer
from tests.bench import weights

PAIRS = [f"{a}-{b}" for code in ("de", "ar", "uk", "ru", "tr", "fa") for a, b in ((code, "en"), ("en", code))]
MESSAGES, ALONE = 200, 10
SLOW = 30
"""Messages for the one that is too slow for all of them."""
ROUNDS = 3


def messages(count: int) -> list[list[str]]:
    """Return messages of one to three sentences, short and long ones."""
    chance = random.Random(7)

    def sentence() -> str:
        return weights.sentence(chance, chance.randint(4, 30)).capitalize() + "."

    return [[sentence() for _ in range(chance.randint(1, 3))] for _ in range(count)]


async def ours(hops: Sequence[Package], asked: Sequence[Sequence[str]], *, together: bool) -> float:
    """Return what messages cost our engine, all at once or one after the other; the models are loaded before."""
    engine = Engine()
    try:
        await engine.translate(hops, ["."])
        started = time.process_time()
        if together:
            await asyncio.gather(*(engine.translate(hops, each) for each in asked))
        else:
            for each in asked:
                await engine.translate(hops, each)
        return time.process_time() - started
    finally:
        await engine.close()


def raw(package: Package, asked: Sequence[Sequence[str]]) -> float:
    """Return what the same sentences cost CTranslate2 when it gets all of them at once and makes the batches."""
    pieces = tokenizer(package)
    translator = ctranslate2.Translator(str(package.path / "model"), compute_type="int8", inter_threads=1, intra_threads=1)
    translator.translate_batch([["."]], beam_size=1)
    started = time.process_time()
    tokens = [pieces.encode(sentence) for each in asked for sentence in each]
    results = translator.translate_batch(tokens, beam_size=1, max_batch_size=BATCH, return_scores=True)
    for result in results:
        pieces.decode(result.hypotheses[0])
    return time.process_time() - started


def argos(folder: Path, one: Sequence[str], asked: Sequence[Sequence[str]]) -> tuple[float, float] | None:
    """Return what lone sentences and messages cost the library's own translation; None where it is not installed."""
    if find_spec("argostranslate") is None:
        return None
    own = {"HOME": str(folder / "home"), "ARGOS_PACKAGES_DIR": str(folder / "models"), "ARGOS_INTRA_THREADS": "1"}
    sent = json.dumps([one, [" ".join(each) for each in asked]])
    command = [sys.executable, "-m", "tests.bench.genuine"]
    ran = subprocess.run(command, input=sent, env=os.environ | own, capture_output=True, text=True, check=True)
    first, second = json.loads(ran.stdout.splitlines()[-1])
    return first, second


async def speed(folder: Path, packages: dict[str, Package]) -> None:
    """Compare lone sentences and a queue of messages."""
    chance = random.Random(1)
    one, asked = [weights.sentence(chance) for _ in range(ALONE)], messages(MESSAGES)
    to_english, pivot = [packages["de-en"]], [packages["de-en"], packages["en-ar"]]
    theirs, found = argos(folder, one, asked[:SLOW]), []
    for _ in range(ROUNDS):
        lone = [await ours(hops, [[each] for each in one], together=False) / ALONE for hops in (to_english, pivot)]
        found.append((*lone, await ours(to_english, asked, together=True), raw(to_english[0], asked)))
    lone_ours, lone_pivot, queue, batched = (statistics.median(each) for each in zip(*found, strict=True))
    count = sum(map(len, asked))
    print(f"\nA sentence of {weights.LENGTH} pieces alone (median of {ROUNDS} rounds, CPU)")
    print(f"  our engine, one model                       {1000 * lone_ours:6.0f} ms")
    print(f"  our engine, through English                 {1000 * lone_pivot:6.0f} ms   x {lone_pivot / lone_ours:.2f}")
    if theirs:
        lone_theirs = theirs[0] / ALONE
        print(f"  argostranslate                              {1000 * lone_theirs:6.0f} ms   x {lone_theirs / lone_ours:.2f}")
    print(f"\n{MESSAGES} mixed messages of {count} sentences, waiting together")
    print(f"  our engine                                  {count / queue:6.1f} sentences per CPU-s")
    print(f"  CTranslate2, all in batches of {BATCH}           {count / batched:6.1f}   ours is x {batched / queue:.2f} of it")
    if theirs:
        rate = sum(map(len, asked[:SLOW])) / theirs[1]
        print(f"  argostranslate (the first {SLOW})              {rate:6.1f}   ours is x {count / queue / rate:.1f} of it")
    else:
        print("  argostranslate is left out: it is not installed")


async def waiting(packages: dict[str, Package]) -> None:
    """Measure how late the event loop is while a queue is translated through English, and while nothing is done."""
    engine, hops = Engine(), [packages["de-en"], packages["en-ar"]]

    async def queue() -> None:
        await asyncio.gather(*(engine.translate(hops, each) for each in messages(MESSAGES)))

    print(f"\nHow late the event loop is: half of the looks, 99 % of them, at most (ms; {MESSAGES} messages through English)")
    for title, work in (("nothing is done", asyncio.sleep(5)), ("models are loaded", queue()), ("they are loaded", queue())):
        late = await _late_while(work)
        at = statistics.quantiles(late, n=100)
        print(f"  {title:24} {1000 * at[49]:6.1f} {1000 * at[98]:6.1f} {1000 * max(late):6.1f}")
    await engine.close()


async def _late_while(work: Coroutine[None, None, None]) -> list[float]:
    """Return by how many seconds the loop was late each time it was looked at while something was done."""
    task, late = asyncio.create_task(work), []
    while not task.done():
        started = time.perf_counter()
        await asyncio.sleep(0.005)
        late.append(time.perf_counter() - started - 0.005)
    await task
    return late


def memory(folder: Path) -> None:
    """Measure in processes of their own what 2, 6 and 12 models take that are used in turn."""
    print(f"\nMemory and loading (budget for models {MEMORY_MB:.0f} MB, the file of one has {_size(folder):.0f} MB)")
    for count in (2, 6, 12):
        command = [sys.executable, "-m", "tests.bench.translation", str(folder), str(count)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        before, after, peak, loaded, seconds = json.loads(ran.stdout)
        more, most = after - before, peak - before
        print(
            f"  {count:2} models: {loaded} stay loaded, {more:4.0f} MB more, {most:4.0f} at most; {seconds:.2f} CPU-s to load one"
        )


def _size(folder: Path) -> float:
    return float((folder / "models" / "de_en" / "model" / "model.bin").stat().st_size) / 1024**2


async def used_in_turn(folder: Path, count: int) -> None:
    """Use models one after the other, twice, with batches as large as they get; print what this process takes."""
    weights.fix_length()
    packages, texts = installed(folder / "models")[:count], [weights.sentence(random.Random(3), 30) for _ in range(BATCH)]
    import numpy  # noqa: F401, both are loaded in any case and are not to be counted
    import sentencepiece  # noqa: F401

    gc.collect()
    before, engine, loading = _status("VmRSS"), Engine(), []
    for package in packages * 2:
        times = []
        for _ in range(2):
            started = time.process_time()
            await engine.translate([package], ["."])
            times.append(time.process_time() - started)
        loading.append(times[0] - times[1])
        await engine.translate([package], texts)
    print(json.dumps([before, _status("VmRSS"), _status("VmHWM"), len(engine.loaded), statistics.median(loading[:count])]))
    await engine.close()


def _status(name: str) -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith(name)) / 1024


async def main() -> None:
    """Print all figures."""
    with tempfile.TemporaryDirectory(prefix="wegweiser-bench-") as name:
        folder = Path(name)
        weights.write(folder, PAIRS)
        weights.fix_length()
        packages = {each.pair: each for each in installed(folder / "models")}
        await speed(folder, packages)
        await waiting(packages)
        memory(folder)


if __name__ == "__main__":
    asyncio.run(used_in_turn(Path(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 1 else main())
