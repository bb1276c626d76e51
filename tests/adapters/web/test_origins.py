"""How much may come from one address at once: the rest is slowed down, and nothing is dropped."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from bot.adapters.web import visitors
from bot.adapters.web.app import create_web
from bot.adapters.web.origins import UNDER_WAY, Gates, Stream, origin
from bot.core.content import Content
from bot.core.messages import InboundMessage
from bot.services.inbox import Receipt
from bot.settings import Settings
from tests.adapters.web.fakes import FakeInbox, FixedClock, Pauses, World, echo
from tests.system import running

CHAT = {"language": "uk", "consent": True}
Client = Callable[[str], httpx.AsyncClient]


@pytest.mark.parametrize(
    ("host", "where"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
    ],
)
def test_an_origin_is_an_address_or_a_network_and_never_this_machine(host: str, where: str) -> None:
    assert origin(Request({"type": "http", "client": (host, 1)})) == where


async def test_a_rush_passes_and_more_comes_evenly() -> None:
    clock, pauses = FixedClock(), Pauses()
    stream = Stream(clock, pauses, rush=3, per_minute=30)
    for _ in range(6):
        await stream.wait("a")
    assert pauses == [2.0, 4.0, 6.0]
    await stream.wait("b")
    assert len(pauses) == 3, "another origin is not slowed down"
    clock.forward(timedelta(minutes=1))
    for _ in range(4):
        await stream.wait("a")
    assert pauses[3:] == [2.0], "after a minute of quiet there is another rush"


async def test_this_machine_is_not_slowed_down() -> None:
    pauses = Pauses()
    stream = Stream(FixedClock(), pauses, rush=1, per_minute=1)
    for _ in range(9):
        await stream.wait("")
    assert pauses == []


async def test_what_is_remembered_of_origins_does_not_grow_without_end() -> None:
    stream, gates = Stream(FixedClock(), Pauses(), rush=1, per_minute=1), Gates()
    for n in range(10_050):
        await stream.wait(f"{n}")
    assert len(stream._due) == 10_000
    async with gates.through("a"):
        assert len(gates._gates) == 1
    assert gates._gates == {}


async def test_a_place_is_free_again_when_work_failed() -> None:
    gates = Gates()
    for _ in range(UNDER_WAY + 1):
        with pytest.raises(ZeroDivisionError):
            async with gates.through("a"):
                raise ZeroDivisionError


@pytest.mark.parametrize(("public_url", "where"), [("https://chat.example.org", "203.0.113.5"), ("", "")])
async def test_a_proxys_word_about_the_address_counts_only_with_a_public_url(
    tmp_path: Path, content: Content, monkeypatch: pytest.MonkeyPatch, public_url: str, where: str
) -> None:
    seen: set[str] = set()

    def noted(request: Request) -> str:
        seen.add(origin(request))
        return origin(request)

    monkeypatch.setattr(visitors, "origin", noted)
    settings = Settings(tmp_path, tmp_path / "key", public_url=public_url)
    async with running(tmp_path, content, settings) as system, httpx.AsyncClient(base_url=system.url) as proxy:
        headers = {"X-Forwarded-For": "198.51.100.9, 203.0.113.5"}
        assert (await proxy.post("/api/chat", json=CHAT, headers=headers)).status_code == 201
    assert seen == {where}, "the last of them: what stands before it anybody can write"


class SlowInbox(FakeInbox):
    """Says how many messages of whom are being worked on, until it is let go on."""

    def __init__(self, world: World) -> None:
        super().__init__(replace(world.lines, clock=FixedClock()), echo)
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.under_way = 0

    async def receive(self, message: InboundMessage) -> Receipt:
        self.under_way += 1
        return await super().receive(message)

    async def settled(self, conversation_id: str, seconds: float = 5.0) -> bool:
        await self.goes_on.wait()
        self.under_way -= 1
        return True


@pytest.fixture
async def inbox(world: World) -> SlowInbox:
    return SlowInbox(world)


@pytest.fixture
async def client(world: World, inbox: SlowInbox) -> AsyncIterator[Client]:
    app = create_web(replace(world.parts(), inbox=inbox))
    async with AsyncExitStack() as opened:
        clients: dict[str, httpx.AsyncClient] = {}

        def of(host: str) -> httpx.AsyncClient:
            if host not in clients:
                transport = httpx.ASGITransport(app, client=(host, 40000))
                clients[host] = httpx.AsyncClient(transport=transport, base_url="http://wegweiser.test")
                opened.push_async_callback(clients[host].aclose)
            return clients[host]

        yield of


async def chat(client: httpx.AsyncClient) -> dict[str, str]:
    token = (await client.post("/api/chat", json=CHAT)).json()["token"]
    return {"Authorization": f"Bearer {token}"}


async def test_a_script_opens_chats_ever_more_slowly_and_each_of_them_works(client: Client, world: World) -> None:
    for _ in range(33):
        headers = await chat(client("203.0.113.5"))
    assert world.pauses == [2.0, 4.0, 6.0]
    await client("203.0.113.6").post("/chat/language", data={"language": "ar"})
    await chat(client("203.0.113.6"))
    assert len(world.pauses) == 3, "Amina at another address waits for nobody"
    sent = await client("203.0.113.5").post("/api/chat/messages", json={"id": "1", "text": "Привіт"}, headers=headers)
    assert sent.json() == {"received": True, "new": True}


async def test_chats_begun_on_the_page_count_alike(client: Client, world: World) -> None:
    for _ in range(31):
        client("203.0.113.5").cookies.clear()
        assert (await client("203.0.113.5").post("/chat/language", data={"language": "ar"})).status_code == 303
    assert world.pauses == [2.0]


async def test_many_messages_over_many_chats_of_one_address_are_slowed_down(client: Client, world: World) -> None:
    chats = [await chat(client("203.0.113.5")) for _ in range(20)]  # two messages each
    for n in range(261):
        await client("203.0.113.5").post("/api/chat/messages", json={"id": f"{n}", "text": "?"}, headers=chats[n % 20])
    assert world.pauses == [0.1]


async def test_one_address_cannot_fill_the_queue_in_which_questions_are_understood(client: Client, inbox: SlowInbox) -> None:
    chats = [await chat(client("203.0.113.5")) for _ in range(20)]
    oksana = await chat(client("203.0.113.6"))
    inbox.goes_on.clear()
    flood = [
        asyncio.create_task(client("203.0.113.5").post("/api/chat/messages", json={"id": "1", "text": "?"}, headers=each))
        for each in chats
    ]
    await asyncio.sleep(0.05)
    assert inbox.under_way == UNDER_WAY
    asked = asyncio.create_task(
        client("203.0.113.6").post("/api/chat/messages", json={"id": "1", "text": "Де лікар?"}, headers=oksana)
    )
    await asyncio.sleep(0.05)
    assert "Де лікар?" in [message.text for message in inbox.received], "Oksana is not behind the other twelve"
    inbox.goes_on.set()
    answers = await asyncio.gather(*flood, asked)
    assert [each.json()["new"] for each in answers] == [True] * 21, "nothing was dropped"
