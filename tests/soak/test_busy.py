"""The small run of `make soak`: a busy service is killed again and again, and nobody loses or gets twice what they were told."""

from pathlib import Path

from bot.core.content import Content
from tests.soak import busy


async def test_a_busy_service_that_is_killed_six_times_loses_nothing_and_answers_once(tmp_path: Path, content: Content) -> None:
    result = await busy.run(tmp_path, kills=6, seed=20261122, content=content, crowd=1)
    assert result.problems == []
    assert result.figures["acknowledged"] > 10
    assert result.figures["compared at rest"] >= 2
