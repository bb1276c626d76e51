"""Whoever watches a subject wakes when it is touched; a touch carries nothing and is never missed."""

import asyncio

from bot.services.live import Live


async def test_a_touch_wakes_who_waits() -> None:
    live = Live()
    with live.watch("conversation:amina") as watch:
        waiting = asyncio.create_task(watch.changed(60))
        await asyncio.sleep(0)
        live.touch("conversation:amina")
        assert await waiting


async def test_a_touch_before_waiting_counts() -> None:
    live = Live()
    with live.watch("conversation:amina") as watch:
        live.touch("conversation:amina")
        assert await watch.changed(0)


async def test_several_touches_before_waiting_count_once() -> None:
    live = Live()
    with live.watch("conversation:amina", "agency:example-a") as watch:
        live.touch("conversation:amina", "agency:example-a")
        live.touch("conversation:amina")
        assert await watch.changed(0)
        assert not await watch.changed(0)


async def test_another_subject_wakes_nobody() -> None:
    live = Live()
    with live.watch("conversation:amina") as watch:
        live.touch("conversation:oksana", "agency:example-a")
        assert not await watch.changed(0)


async def test_everybody_who_watches_is_woken() -> None:
    live = Live()
    with live.watch("agency:example-a") as beate, live.watch("agency:example-a", "stop") as birte:
        live.touch("agency:example-a")
        assert [await beate.changed(0), await birte.changed(0)] == [True, True]


async def test_who_left_is_forgotten() -> None:
    live = Live()
    with live.watch("conversation:amina") as watch:
        pass
    live.touch("conversation:amina")
    assert not await watch.changed(0)
    assert live._watchers == {}


async def test_who_rests_is_woken_only_by_what_does_not_wait() -> None:
    live = Live()
    with live.watch("agency:example-a", "case:1") as watch:
        resting = asyncio.create_task(watch.rest(60, "case:1"))
        await asyncio.sleep(0)
        live.touch("agency:example-a")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not resting.done()
        live.touch("case:1")
        await resting
        assert await watch.changed(0)
        assert watch.subjects == {"agency:example-a", "case:1"}


async def test_what_changed_during_a_rest_counts_afterwards() -> None:
    live = Live()
    with live.watch("agency:example-a") as watch:
        live.touch("agency:example-a")
        await watch.rest(0)
        assert await watch.changed(0)
        await watch.rest(0)
        assert not await watch.changed(0)
