"""A small Telegram with the people of these tests; nothing waits, the clock stands still."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.adapters.telegram.fakes import MemoryInbox
from tests.botapi import Bot, BotApi, ManualClock, Person


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(clock=ManualClock(), sleep=_at_once) as server:
        yield server


@pytest.fixture
def newcomers(api: BotApi) -> Bot:
    return api.bot("100:the-newcomers-token", "wegweiser_bot")


@pytest.fixture
def staff(api: BotApi) -> Bot:
    return api.bot("200:the-staff-token", "wegweiser_team_bot")


@pytest.fixture
def amina(api: BotApi) -> Person:
    return api.person("Amina", language_code="ar")


@pytest.fixture
def oksana(api: BotApi) -> Person:
    return api.person("Oksana", language_code="uk")


@pytest.fixture
def inbox() -> MemoryInbox:
    return MemoryInbox()
