"""Trouble between Wegweiser and Telegram's server: everything arrives afterwards, in order, once as far as anybody can know."""

import json
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest

from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.telegram.newcomers import NewcomersBot
from bot.adapters.telegram.receiver import Receiver
from bot.app import wire
from bot.core.content import Content
from bot.core.messages import Address, OutboundMessage
from bot.services.outbox import Outbox
from bot.settings import Settings
from tests.adapters.telegram.fakes import MemoryInbox, Pauses, polling
from tests.botapi import BotApi, Person
from tests.clock import FixedClock, Ids
from tests.faults.proxy import AWAY, CUT, LOST, SILENT, Proxy, refusal
from tests.faults.test_repetition import SECRET
from tests.services.fakes import PlannedTranslator, RecordingAlerts, World
from tests.system import KEY, running

TEXTS = [f"Nachricht {n}" for n in range(1, 9)]
LIMIT = json.dumps({"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 17}})


@dataclass
class Line:
    """Telegram, the proxy before it, and what is sent and received through it."""

    api: BotApi
    proxy: Proxy
    world: World
    amina: Person
    outbox: Outbox

    def say(self, text: str) -> None:
        now = self.world.clock.now()
        with self.world.parts.store.transaction() as tx:
            to = tx.conversation_at(Address("telegram", str(self.amina.id)), now, "amina")
            tx.say(OutboundMessage(text, "de"), to.id, now)

    async def deliver(self, minutes: int) -> None:
        """Let time pass; what is due is sent."""
        for _ in range(minutes):
            await self.outbox.deliver_due("telegram")
            self.world.clock.advance(minutes=1)

    def arrived(self) -> list[str]:
        return [message.text for message in self.api.messages(self.amina)]


@pytest.fixture
def world(tmp_path: Path, content: Content) -> Iterator[World]:
    clock, alerts, translator = FixedClock(), RecordingAlerts(), PlannedTranslator()
    store = SqliteStore(tmp_path / "data", Vault(KEY))
    yield World(wire(store, content, clock, Ids(), translator), clock, alerts, translator)
    store.close()


@pytest.fixture
async def line(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    monkeypatch.setattr("bot.adapters.telegram.newcomers.CALL_SECONDS", 0.5)
    async with BotApi() as api, Proxy(api.port) as proxy:
        bot = api.bot("100:the-newcomers-token", "wegweiser_bot")
        amina = api.person("Amina")
        amina.start(bot)
        channel = NewcomersBot(
            bot.token, MemoryInbox(), lambda: world.parts.content, world.clock, f"http://localhost:{proxy.port}"
        )
        await channel.start()
        outbox = Outbox(world.parts.store, {"telegram": channel}, world.parts.live, world.clock)
        yield Line(api, proxy, world, amina, outbox)
        await channel.close()


async def test_what_is_refused_cut_off_or_not_answered_arrives_in_order_and_twice_only_where_nobody_can_know(line: Line) -> None:
    for text in TEXTS:
        line.say(text)
    refused = [refusal(429, LIMIT), refusal(500), "", refusal(502, "<html>"), refusal(503)]
    line.proxy.troubles.extend([*refused, CUT, AWAY, "", SILENT])
    await line.deliver(30)
    assert [text for text, _ in groupby(line.arrived())] == TEXTS
    # The halves of two answers were lost: those two messages were there, and nobody could know.
    assert len(line.arrived()) <= len(TEXTS) + 2
    assert not line.proxy.troubles


async def test_what_is_sent_into_a_silence_is_not_used_up_by_it(line: Line) -> None:
    for text in TEXTS[:2]:
        line.say(text)
    line.proxy.troubles.extend([LOST] * 4)
    await line.deliver(12)
    assert line.arrived() == TEXTS[:2]


class NoNames:
    """No name leads to an address until it is over."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: set[object] = set()
        self._patch = monkeypatch
        self._patch.setattr(socket, "getaddrinfo", self._fail)

    def over(self) -> None:
        self._patch.undo()

    def _fail(self, host: object, *more: object, **others: object) -> NoReturn:
        self.asked.add(host)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


@pytest.fixture
def no_names() -> Iterator[NoNames]:
    with pytest.MonkeyPatch.context() as patch:
        yield NoNames(patch)


async def test_an_hour_without_names_delays_and_loses_nothing(no_names: NoNames, line: Line) -> None:
    line.say(TEXTS[0])
    await line.deliver(30)
    line.say(TEXTS[1])
    await line.deliver(30)
    assert (line.arrived(), no_names.asked) == ([], {"localhost"})
    no_names.over()
    await line.deliver(11)
    assert line.arrived() == TEXTS[:2]


@pytest.mark.parametrize(
    "trouble",
    [CUT, AWAY, refusal(200, "[]"), refusal(200, "1"), refusal(200, '{"ok": true, "res'), refusal(200, "<html>Anmelden"),
     refusal(429, LIMIT), refusal(500)],
    ids=["cut", "away", "list", "number", "half", "captive portal", "limit", "error"],
)  # fmt: skip
async def test_what_was_written_meanwhile_comes_in_once_and_in_order(trouble: str) -> None:
    got: list[str] = []

    async def take(update: dict[str, Any]) -> None:
        got.append(update["message"]["text"])

    async with BotApi() as api, Proxy(api.port) as proxy:
        bot = api.bot("100:the-newcomers-token", "wegweiser_bot")
        amina = api.person("Amina")
        amina.text(bot, "/start")
        for text in TEXTS:
            amina.text(bot, text)
        proxy.troubles.extend([trouble, trouble, "", trouble])
        pauses = Pauses()
        async with polling(Receiver("newcomers", bot.token, proxy.url, take, ["message"], pause=pauses)):
            await api.wait_taken(bot)
    # What was cut off was not confirmed, hence comes again; the inbox knows it by its id.
    assert list(dict.fromkeys(got)) == ["/start", *TEXTS]
    assert len(pauses.seconds) >= 2


async def test_updates_out_of_order_and_twice_are_each_stored_and_answered_once(tmp_path: Path, content: Content) -> None:
    async with BotApi() as api:
        settings = Settings(
            tmp_path,
            tmp_path / "key",
            telegram_token=api.bot("100:the-newcomers-token", "wegweiser_bot").token,
            telegram_api=api.url,
            telegram_webhook_secret=SECRET,
        )
        async with running(tmp_path, content, settings) as system:
            await api.wait_calls("setWebhook")
            headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            async with httpx.AsyncClient(base_url=system.url, headers=headers, timeout=30) as telegram:
                for number in (3, 1, 3, 2, 1, 4, 2):
                    answer = await telegram.post("/telegram/newcomers", content=update(number))
                    assert answer.status_code == 200
            with system.parts.store.transaction() as tx:
                assert tx.db.execute("SELECT count(*) FROM inbox").fetchone()[0] == 4
                assert tx.unhandled() == []
                assert tx.db.execute("SELECT count(*) FROM outbox").fetchone()[0] == 4


def update(number: int) -> bytes:
    """Return a command of Amina's on Telegram."""
    user = {"id": 4711, "is_bot": False, "first_name": "Amina", "language_code": "de"}
    chat = {"id": 4711, "type": "private", "first_name": "Amina"}
    message = {"message_id": number, "chat": chat, "from": user, "date": 1795500000 + number, "text": "/start"}
    return json.dumps({"update_id": number, "message": message}).encode()
