"""Whatever Telegram sends through the webhook is stored, refused, or to be repeated; nothing else of it is heard."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.newcomers import ALLOWED_UPDATES, NewcomersBot
from bot.adapters.telegram.receiver import SECRET_HEADER, Receiver
from tests.adapters.telegram.fakes import CONTENT, SECRET, FixedClock, MemoryInbox
from tests.botapi import BotApi
from tests.fuzz import changed, fuzzed, spoiled

SECONDS = 20.0
AMINA = {"id": 17, "is_bot": False, "first_name": "Amina", "language_code": "ar"}
CHAT = {"id": 17, "type": "private", "first_name": "Amina"}
MESSAGE = {"message_id": 4, "date": 1_800_000_000, "chat": CHAT, "from": AMINA}
UPDATES: tuple[dict[str, Any], ...] = (
    {"message": MESSAGE | {"text": "Wohnung", "entities": [{"type": "bold", "offset": 0, "length": 3}]}},
    {"message": MESSAGE | {"location": {"latitude": 54.2, "longitude": 9.1}, "reply_to_message": MESSAGE | {"text": "Wo?"}}},
    {"message": MESSAGE | {"caption": "Brief", "media_group_id": "9", "sticker": {"file_id": "s", "file_unique_id": "s"}}},
    {"edited_message": MESSAGE | {"text": "Wohnung!", "edit_date": 1_800_000_060}},
    {"callback_query": {"id": "5", "from": AMINA, "message": MESSAGE, "chat_instance": "1", "data": "topic:housing"}},
    {
        "my_chat_member": {
            "chat": CHAT,
            "from": AMINA,
            "date": 1_800_000_000,
            "old_chat_member": {"status": "member", "user": AMINA},
            "new_chat_member": {"status": "kicked", "user": AMINA, "until_date": 0},
        }
    },
)


@dataclass
class Door:
    """The webhook of the newcomers' bot, with the real aiogram behind it."""

    loop: asyncio.Runner
    receiver: Receiver
    inbox: MemoryInbox

    def push(self, body: bytes) -> int:
        """Return the status that Telegram gets."""
        return self.loop.run(self._push(body))

    async def _push(self, body: bytes) -> int:
        async with asyncio.timeout(SECONDS):
            return await self.receiver.webhook({SECRET_HEADER: SECRET}, body)


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with asyncio.Runner() as loop:
        api = BotApi()
        loop.run(api.__aenter__())
        token, inbox = api.bot("100:the-newcomers-token", "wegweiser_bot").token, MemoryInbox()
        bot = loop.run(_opened(token, inbox, api.url))
        receiver = Receiver("newcomers", token, api.url, bot.accept, ALLOWED_UPDATES)
        loop.run(receiver.set_webhook("https://wegweiser.example/telegram/newcomers", SECRET))
        yield Door(loop, receiver, inbox)
        loop.run(bot.close())
        loop.run(api.__aexit__(None, None, None))


async def _opened(token: str, inbox: MemoryInbox, url: str) -> NewcomersBot:
    return NewcomersBot(token, inbox, lambda: CONTENT, FixedClock(), url)


@fuzzed(100)
@given(st.data())
def test_an_update_with_other_things_in_it_is_taken_or_comes_again(door: Door, data: st.DataObject) -> None:
    update = data.draw(changed(data.draw(st.sampled_from(UPDATES))))
    whole = {"update_id": 7} | (update if isinstance(update, dict) else {"message": update})
    assert door.push(json.dumps(whole).encode()) in (200, 500)


@fuzzed(60)
@given(st.data())
def test_a_body_that_is_no_update_is_refused(door: Door, data: st.DataObject) -> None:
    body = json.dumps({"update_id": 7} | data.draw(st.sampled_from(UPDATES))).encode()
    spoilt = data.draw(spoiled(body) | st.binary(max_size=50) | st.just(b"[" * 100_000) | st.just(b'{"update_id": ' * 9_000))
    assert door.push(spoilt) in (200, 400, 500)


def test_as_they_are_all_of_them_are_taken(door: Door) -> None:
    for n, update in enumerate(UPDATES):
        if "sticker" not in str(update):
            assert door.push(json.dumps({"update_id": n} | update).encode()) == 200
