"""A proxy that spoils what goes through it: one trouble for each connection, in order; afterwards everything goes through."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Self

CUT, SILENT, LOST, AWAY = "cut", "silent", "lost", "away"
"""Half an answer; none, until the other side gives up; the same, and nothing was passed on; no connection.

Anything else is an answer, given without passing anything on.
"""


class Proxy:
    """Listens on a port of its own; `troubles` are used up by the requests that come."""

    def __init__(self, port: int) -> None:
        self.troubles: deque[str] = deque()
        self.port = 0
        self._behind = port

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on one request after another; each connection to what lies behind serves one."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while request := await _message(reader):
                trouble = self.troubles.popleft() if self.troubles else ""
                if trouble == AWAY:
                    break
                if trouble == LOST:
                    await reader.read()
                    break
                if trouble not in ("", CUT, SILENT):
                    writer.write(trouble.encode())
                    break
                answer = await self._behind_it(request)
                if trouble == SILENT:
                    await reader.read()
                    break
                writer.write(answer[: len(answer) // 2] if trouble == CUT else answer)
                await writer.drain()
                if trouble:
                    break
        writer.close()

    async def _behind_it(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._behind)
        try:
            writer.write(request)
            return await _message(reader)
        finally:
            writer.close()


def refusal(status: int, body: str = "", headers: str = "") -> str:
    """Return an answer of a server that refuses."""
    return f"HTTP/1.1 {status} Trouble\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n{body}"


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Read one request or answer as it is; nothing at the end of a connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    fields = dict(line.lower().partition(":")[::2] for line in head.decode("latin-1").split("\r\n")[1:])
    if "content-length" in fields:
        return head + await reader.readexactly(int(fields["content-length"]))
    if "chunked" in fields.get("transfer-encoding", ""):
        body = b""
        while not body.endswith(b"0\r\n\r\n"):
            body += await reader.readuntil(b"\r\n")
        return head + body
    asks = head.startswith((b"GET", b"PROPFIND", b"DELETE", b"OPTIONS"))
    return head if asks or b" 204 " in head[:20] else head + await reader.read()
