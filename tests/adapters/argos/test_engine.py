"""The engine loads each model once, keeps to its memory, stops when it must and never holds the event loop up."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.argos.engine import Busy, Engine, TooSlow
from bot.adapters.argos.packages import Package, PackageError, install
from bot.services.ports import Urgency
from tests.adapters.argos.tiny import package

URGENCIES: tuple[Urgency, ...] = ("bulk", "bulk", "draft", "live")
MANY = ["Guten Tag, wie kann"] * 640
"""The large model needs about 15 seconds for these."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    folder = tmp_path_factory.mktemp("models")
    found = {}
    for pair, width in (("de-en", 16), ("en-ar", 16), ("uk-en", 16), ("tr-en", 512)):
        layers = 4 if width > 100 else 1
        found[pair] = install(package(folder / f"{pair}.argosmodel", pair, width=width, layers=layers), folder / "models")
    return found


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    engine = Engine()
    yield engine
    await engine.close()


async def test_many_at_once_load_each_model_once(engine: Engine, models: dict[str, Package]) -> None:
    hops = [models["de-en"], models["en-ar"]]
    said = await asyncio.gather(*(engine.translate(hops, ["Guten Tag", f"helfen {n}"]) for n in range(20)))
    assert [len(each) for each in said] == [2] * 20
    assert len({each[0].text for each in said}) == 1
    assert engine.loads == ["de-en 1.0", "en-ar 1.0"]
    assert all(0 <= one.confidence <= 1 for each in said for one in each)


async def test_more_sentences_than_fit_into_a_batch_come_back_in_their_order(engine: Engine, models: dict[str, Package]) -> None:
    hops = [models["de-en"]]
    texts = ["Guten Tag " * (1 + n % 7) for n in range(70)]
    together = await engine.translate(hops, texts)
    for n in (0, 5, 33, 69):
        [alone] = await engine.translate(hops, [texts[n]])
        # Random weights know no end: how long they go on depends on the batch.
        assert alone.text[:15] == together[n].text[:15]


async def test_the_model_used_longest_ago_makes_room(models: dict[str, Package]) -> None:
    size = sum(path.stat().st_size for path in (models["de-en"].path / "model").iterdir()) / 1024**2
    engine = Engine(memory_mb=size * 2.5)
    for pair in ("de-en", "en-ar", "de-en", "uk-en"):
        await engine.translate([models[pair]], ["Guten Tag"])
    assert engine.loaded == ["de-en 1.0", "uk-en 1.0"]
    tight = Engine(memory_mb=0.0)
    assert await tight.translate([models["de-en"], models["en-ar"]], ["Guten Tag"])
    assert tight.loaded == ["en-ar 1.0"]
    await engine.close()
    await tight.close()


async def test_what_is_not_used_is_unloaded_and_loaded_again(models: dict[str, Package]) -> None:
    engine = Engine(idle_seconds=0.05)
    await engine.translate([models["de-en"]], ["Guten Tag"])
    assert engine.loaded == ["de-en 1.0"]
    await asyncio.sleep(0.1)
    assert await engine.translate([models["en-ar"]], ["Guten Tag"])
    assert engine.loaded == ["en-ar 1.0"]
    await engine.translate([models["de-en"]], ["Guten Tag"])
    assert engine.loads == ["de-en 1.0", "en-ar 1.0", "de-en 1.0"]
    await engine.close()


async def test_a_deadline_ends_a_translation_and_frees_the_worker(engine: Engine, models: dict[str, Package]) -> None:
    await engine.translate([models["tr-en"]], ["Tag"])
    started = time.monotonic()
    with pytest.raises(TooSlow):
        await engine.translate([models["tr-en"]], MANY, started + 0.05)
    assert time.monotonic() - started < 0.5
    # Without the callback the worker would be busy for seconds.
    assert await engine.translate([models["de-en"]], ["Guten Tag"], started + 2)


async def test_a_deadline_that_passed_while_waiting_costs_no_work(engine: Engine, models: dict[str, Package]) -> None:
    with pytest.raises(TooSlow):
        await engine.translate([models["de-en"]], ["Guten Tag"], time.monotonic() - 1)


async def test_whoever_does_not_wait_any_more_is_not_translated_for(engine: Engine, models: dict[str, Package]) -> None:
    await engine.translate([models["tr-en"]], ["Tag"])
    task = asyncio.create_task(engine.translate([models["tr-en"]], MANY))
    await asyncio.sleep(0.05)
    task.cancel()
    started = time.monotonic()
    assert await engine.translate([models["de-en"]], ["Guten Tag"])
    assert time.monotonic() - started < 2
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_event_loop_goes_on_meanwhile(engine: Engine, models: dict[str, Package]) -> None:
    task = asyncio.create_task(engine.translate([models["tr-en"]], MANY, time.monotonic() + 1))
    worst, before = 0.0, time.monotonic()
    while not task.done():
        await asyncio.sleep(0.001)
        worst, before = max(worst, time.monotonic() - before), time.monotonic()
    await asyncio.gather(task, return_exceptions=True)
    assert worst < 0.3


async def test_closing_ends_what_is_under_way_and_tells_who_waits(models: dict[str, Package]) -> None:
    engine = Engine()
    await engine.translate([models["tr-en"]], ["Tag"])
    waiting = [asyncio.create_task(engine.translate([models[pair]], MANY)) for pair in ("tr-en", "de-en")]
    await asyncio.sleep(0.05)
    started = time.monotonic()
    await engine.close()
    assert time.monotonic() - started < 2
    assert [type(each) for each in await asyncio.gather(*waiting, return_exceptions=True)] == [TooSlow] * 2
    with pytest.raises(TooSlow):
        await engine.translate([models["de-en"]], ["Guten Tag"])


async def test_a_model_that_is_gone_is_an_error_and_the_next_works(engine: Engine, models: dict[str, Package]) -> None:
    gone = Package(Path("/nowhere"), "de", "ru", "1.0", 1, "")
    with pytest.raises(PackageError, match=r"de-ru 1\.0 cannot be loaded"):
        await engine.translate([gone], ["Guten Tag"])
    assert await engine.translate([models["de-en"]], ["Guten Tag"], math.inf)


async def test_what_is_empty_or_too_long_for_a_model_comes_back_empty(engine: Engine, models: dict[str, Package]) -> None:
    assert await engine.translate([models["de-en"]], []) == []
    said = await engine.translate([models["de-en"], models["en-ar"]], ["", "x y z " * 400, "Guten Tag"])
    assert [each.text for each in said[:2]] == ["", ""]
    assert said[2].text


async def test_who_waits_in_a_chat_goes_before_a_desk_and_a_desk_before_the_rest(
    engine: Engine, models: dict[str, Package]
) -> None:
    await engine.translate([models["de-en"]], ["Tag"])
    order: list[Urgency] = []

    async def translated(urgency: Urgency) -> None:
        await engine.translate([models["de-en"], models["en-ar"]], ["Guten Tag"] * 200, urgency=urgency)
        order.append(urgency)

    await asyncio.gather(*(translated(urgency) for urgency in URGENCIES))
    assert order == ["live", "draft", "bulk", "bulk"]


async def test_what_nobody_waits_for_lets_a_chat_pass_after_each_batch(engine: Engine, models: dict[str, Package]) -> None:
    await engine.translate([models["tr-en"]], ["Tag"])
    bulk = asyncio.create_task(engine.translate([models["tr-en"]], MANY, urgency="bulk"))
    await asyncio.sleep(0.05)
    assert await engine.translate([models["de-en"]], ["Guten Tag"], time.monotonic() + 5)
    assert not bulk.done()
    bulk.cancel()
    await asyncio.gather(bulk, return_exceptions=True)


async def test_with_time_the_engine_looks_twice(engine: Engine, models: dict[str, Package]) -> None:
    sentences = ["Guten Tag, wie kann ich Ihnen helfen?", "Where is the office"]
    in_a_hurry = await engine.translate([models["tr-en"]], sentences)
    with_time = await engine.translate([models["tr-en"]], sentences, urgency="draft")
    assert [len(with_time), all(each.text for each in with_time)] == [2, True]
    assert with_time != in_a_hurry


async def test_when_too_many_wait_the_next_is_refused_unless_more_urgent(models: dict[str, Package]) -> None:
    engine = Engine(queue=2)
    await engine.translate([models["tr-en"]], ["Tag"])
    waiting = []
    for _ in range(3):
        waiting.append(asyncio.create_task(engine.translate([models["tr-en"]], MANY, urgency="bulk")))
        await asyncio.sleep(0.05)
    with pytest.raises(Busy):
        await engine.translate([models["de-en"]], ["Guten Tag"], urgency="bulk")
    assert await engine.translate([models["de-en"]], ["Guten Tag"])
    await engine.close()
    await asyncio.gather(*waiting, return_exceptions=True)
