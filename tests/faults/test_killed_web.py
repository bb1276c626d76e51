"""kill -9 in the middle of three people's chats on the web: what was acknowledged is kept, what is kept is answered, in order."""

import asyncio
import random
from pathlib import Path

import httpx
import pytest

from tests.faults.service import Service, until

CRASHES = 4
PER_CRASH = 6


class Page:
    """One person's page: sends texts one after another, each again until it is acknowledged."""

    def __init__(self, service: Service, name: str) -> None:
        self.service = service
        # With a full stop: a few words without one may be the beginning of a question, and are read as one with what follows.
        self.texts = [f"{name} schreibt Nummer {n}." for n in range(CRASHES * PER_CRASH)]
        self.acknowledged = 0
        self.headers: dict[str, str] = {}

    async def begin(self) -> None:
        """Start a chat that may be kept."""
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.service.url}/api/chat", json={"language": "de", "consent": True})
        self.headers = {"Authorization": f"Bearer {answer.json()['token']}"}

    async def write(self, upto: int) -> None:
        """Send one text after another; a broken connection means that nobody knows, hence the same once more."""
        while self.acknowledged < upto:
            number = self.acknowledged
            try:
                async with httpx.AsyncClient() as client:
                    body = {"id": str(number), "text": self.texts[number]}
                    answer = await client.post(f"{self.service.url}/api/chat/messages", json=body, headers=self.headers)
            except httpx.TransportError:
                await asyncio.sleep(0)
                continue
            assert answer.status_code == 200, answer.text
            self.acknowledged += 1

    async def transcript(self) -> list[tuple[str, str]]:
        """Return who said what."""
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{self.service.url}/api/chat/messages", headers=self.headers)
        return [(each["from"], each["text"]) for each in answer.json()["messages"]]


async def test_what_was_acknowledged_survives_kill_9_and_is_answered_once_and_in_order(tmp_path: Path) -> None:
    seeded = random.Random(20261122)
    async with Service(tmp_path) as service:
        amina, oksana, carl = pages = [Page(service, name) for name in ("Amina", "Oksana", "Carl")]
        for page in pages:
            await page.begin()
        for crash in range(CRASHES):
            async with asyncio.TaskGroup() as writing:
                for page in pages:
                    writing.create_task(page.write(PER_CRASH * (crash + 1)))
                enough = PER_CRASH * len(pages) * crash + seeded.randint(2, PER_CRASH * len(pages) - 4)
                await until(lambda enough=enough: _reached(pages, enough))  # type: ignore[misc]
                service.kill()
                kept = [page.acknowledged for page in pages]
                await service.start()
                for page, number in zip(pages, kept, strict=True):
                    heard = [text for _, text in await page.transcript() if text in page.texts]
                    assert heard[:number] == page.texts[:number]
        await until(service.at_rest)
        for page in (amina, oksana, carl):
            said = await page.transcript()
            assert [text for _, text in said if text in page.texts] == page.texts
            for (who, text), (then, _) in zip(said, [*said[1:], ("nobody", "")], strict=True):
                assert who == "bot" or then == "bot", f"{text!r} was not answered"
        assert service.stop() == 0
    with service.store() as store, store.transaction() as tx:
        assert tx.unhandled() == []


async def _reached(pages: list[Page], enough: int) -> bool:
    return sum(page.acknowledged for page in pages) >= enough


@pytest.fixture
async def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


async def test_with_an_open_event_stream_it_ends_cleanly_within_five_seconds(service: Service) -> None:
    async with service, httpx.AsyncClient(timeout=10) as client:
        page = Page(service, "Amina")
        await page.begin()
        async with client.stream("GET", f"{service.url}/api/chat/events", headers=page.headers) as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "retry: 2000"
            assert await asyncio.to_thread(service.stop) == 0
            assert [line async for line in lines][-1] == ""
    assert "Traceback" not in service.log.read_text()
