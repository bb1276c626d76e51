"""kill -9 in the middle of three people's chats over Telegram: everybody is answered, in order, at most once too often."""

import random
from pathlib import Path

from bot.core.content import Content
from tests.botapi import BotApi
from tests.faults.chat import Chat, data_of, first_line
from tests.faults.service import Service, until

CRASHES = 2
"""Each costs the seconds that aiogram takes to import."""
SITE = "example-elmshorn"


async def test_whoever_writes_while_the_process_is_killed_is_answered_in_order(tmp_path: Path, content: Content) -> None:
    seeded = random.Random(20261122)
    async with BotApi() as api:
        token = api.bot("100:the-newcomers-token", "wegweiser_bot").token
        amina, oksana, carl = (Chat(api, api.person(name), content) for name in ("Amina", "Oksana", "Carl"))
        async with Service(tmp_path, telegram_token=token, telegram_api=api.url) as service:
            for chat in (amina, oksana, carl):
                await chat.settle()
            carl.person.press(carl.said()[0], f"book:site:{SITE}", stale=True)
            await carl.press("book:day:")
            await carl.press("book:time:")
            confirm = await carl.sees("book:yes:")
            for crash in range(CRASHES):
                carl.person.press(confirm, next(each for each in data_of(confirm) if each.startswith("book:yes:")))
                for chat in (amina, oksana, carl):
                    chat.ask_two(seeded)
                sent = len(api.calls("sendMessage")) + seeded.randint(0, 6)
                await api.wait(lambda sent=sent: len(api.calls("sendMessage")) >= sent, timeout=20)  # type: ignore[misc]
                service.kill()
                if crash == 0:
                    assert not all(chat.complete() for chat in (amina, oksana, carl)), "killed too late to prove anything"
                await service.start()
            await api.wait(lambda: all(chat.complete() for chat in (amina, oksana, carl)), timeout=30)
            await api.wait_taken(api.bots[token])
            for chat in (amina, oksana, carl):
                assert len(chat.answers()) - len(chat.expected) <= CRASHES
            booked = first_line(content.phrases.say("appointment_booked", "de"))
            assert await api.wait(lambda: any(booked in message.text for message in carl.said()), timeout=10)
            await until(service.at_rest)
            assert service.stop() == 0
        with service.store() as store, store.transaction() as tx:
            assert tx.unhandled() == []
            assert [row[0] for row in tx.db.execute("SELECT DISTINCT status FROM outbox")] == ["sent"]
            assert [row[0] for row in tx.db.execute("SELECT status FROM appointment")] == ["booked"]
            assert tx.db.execute("SELECT count(*) FROM hold").fetchone()[0] == 0
            holders = {row[0] for row in tx.db.execute("SELECT holder FROM slot_cell")}
            assert holders == {row[0] for row in tx.db.execute("SELECT id FROM appointment")}
