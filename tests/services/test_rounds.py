"""What arrives at the same moment is done together; nobody waits for others, and nobody suffers from another's failure."""

import asyncio
from collections.abc import Awaitable

import pytest

from bot.services.rounds import LARGEST, Rounds


class Kitchen:
    """Cooks what was ordered, except for poison."""

    def __init__(self) -> None:
        self.rounds = Rounds(self._together, self._alone, self._kept)
        self.cooked: list[list[str]] = []
        self.broken = False

    async def _kept(self) -> None:
        if self.broken:
            raise OSError("the plates broke")

    async def order(self, *dishes: str) -> list[str | BaseException]:
        """Order dishes at the same moment."""
        waiting: list[Awaitable[str]] = [self.rounds.join(dish) for dish in dishes]
        return await asyncio.gather(*waiting, return_exceptions=True)

    def _together(self, dishes: list[str]) -> list[str]:
        if "poison" in dishes:
            raise ValueError("poison")
        self.cooked.append(dishes)
        return [f"hot {dish}" for dish in dishes]

    def _alone(self, dish: str) -> str:
        return self._together([dish])[0]


async def test_everybody_who_came_together_gets_their_own_result() -> None:
    kitchen = Kitchen()
    assert await kitchen.order("soup", "bread", "tea") == ["hot soup", "hot bread", "hot tea"]
    assert kitchen.cooked == [["soup", "bread", "tea"]]


async def test_whoever_comes_alone_waits_one_turn_of_the_loop_and_no_longer() -> None:
    kitchen = Kitchen()
    ordered = asyncio.create_task(kitchen.rounds.join("soup"))
    await asyncio.sleep(0)
    assert kitchen.cooked == []
    await asyncio.sleep(0)
    assert kitchen.cooked == [["soup"]]
    assert await ordered == "hot soup"


async def test_who_comes_after_a_round_began_is_in_the_next() -> None:
    kitchen = Kitchen()
    assert await kitchen.order("soup") == ["hot soup"]
    assert await kitchen.order("bread", "tea") == ["hot bread", "hot tea"]
    assert kitchen.cooked == [["soup"], ["bread", "tea"]]


async def test_what_is_too_much_for_one_round_goes_on_in_the_next_in_order() -> None:
    kitchen = Kitchen()
    dishes = [str(number) for number in range(2 * LARGEST + 1)]
    assert await kitchen.order(*dishes) == [f"hot {dish}" for dish in dishes]
    assert kitchen.cooked == [dishes[:LARGEST], dishes[LARGEST:-1], dishes[-1:]]


async def test_one_that_fails_fails_alone() -> None:
    kitchen = Kitchen()
    soup, poison, tea = await kitchen.order("soup", "poison", "tea")
    assert (soup, tea) == ("hot soup", "hot tea")
    assert isinstance(poison, ValueError)
    assert kitchen.cooked == [["soup"], ["tea"]]


async def test_nobody_gets_what_was_done_but_could_not_be_kept() -> None:
    kitchen = Kitchen()
    kitchen.broken = True
    assert [type(each) for each in await kitchen.order("soup", "tea")] == [OSError, OSError]


async def test_somebody_who_went_away_keeps_nobody_from_their_result() -> None:
    kitchen = Kitchen()
    gone = asyncio.create_task(kitchen.rounds.join("soup"))
    stays = asyncio.create_task(kitchen.rounds.join("tea"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == "hot tea"
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert kitchen.cooked == [["soup", "tea"]]
