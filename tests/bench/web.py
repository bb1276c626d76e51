"""The web chat's road: a message is posted and its answer fetched, through the whole ASGI application, without a socket."""

from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from bot.app import Parts, web
from bot.settings import Settings

WORDS = ("Menü", "Wohnung")


class Page:
    """A newcomer's page."""

    def __init__(self, parts: Parts, folder: Path) -> None:
        application = web(parts, Settings(folder, folder / "key"))
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://bench")
        self._people = 0
        self._count = 0

    async def turn(self, number: int) -> None:
        """Post a text and read what was answered; everybody writes twenty times, before the brake for hurried people."""
        if self._count % 20 == 0:
            await self._begin()
        self._count += 1
        body = {"id": str(self._count), "text": WORDS[self._count % 2]}
        (await self._client.post("/api/chat/messages", json=body)).raise_for_status()
        messages = await self._read()
        assert any(each["from"] == "bot" for each in messages)

    async def _begin(self) -> None:
        self._client.headers.pop("authorization", None)
        answer = await self._client.post("/api/chat", json={"language": "de", "consent": True})
        self._client.headers["authorization"] = f"Bearer {answer.raise_for_status().json()['token']}"
        self._seen = 0
        await self._read()

    async def _read(self) -> list[dict[str, object]]:
        answer = await self._client.get("/api/chat/messages", params={"after": self._seen})
        messages: list[dict[str, object]] = answer.raise_for_status().json()["messages"]
        self._seen = max((int(str(each["n"])) for each in messages), default=self._seen)
        return messages

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.aclose()
