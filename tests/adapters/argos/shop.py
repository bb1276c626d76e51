"""A real server on this machine that offers packages, and does what servers do: cut connections, ignore ranges, change files."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class File:
    """What lies at a path; after `cuts` bytes each, the connection breaks off."""

    content: bytes
    tag: str = '"1"'
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    location: str = ""


@dataclass
class Shop:
    """The files by their paths, and the Range of each request that came."""

    address: str
    files: dict[str, File] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def list_packages(self, *entries: dict[str, Any]) -> str:
        """Offer an index and return its address."""
        self.files["/index.json"] = File(json.dumps(entries).encode())
        return f"{self.address}/index.json"

    def offer(self, pair: str, version: str = "1.0", links: tuple[str, ...] = ("/{}.argosmodel",)) -> dict[str, Any]:
        """Return what an index says about a package."""
        source, target = pair.split("-")
        addresses = [self.address + each.format(pair) if each.startswith("/") else each for each in links]
        return {"from_code": source, "to_code": target, "package_version": version, "links": addresses}


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing when the other side hangs up."""


@contextmanager
def open_shop() -> Iterator[Shop]:
    """Serve until the end."""
    shop = Shop("")

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            shop.asked.append((self.path, wanted))
            file = shop.files.get(self.path)
            if file is None:
                return self.send_error(404)
            start = int(wanted.removeprefix("bytes=").rstrip("-") or 0) if file.ranges and file.tag else 0
            if self.headers.get("If-Range") != file.tag:
                start = 0
            if start >= len(file.content) > 0:
                return self.send_error(416)
            self.send_response(302 if file.location else 206 if start else 200)
            if file.location:
                self.send_header("Location", file.location)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(file.content) - 1}/{len(file.content)}")
            if file.tag:
                self.send_header("ETag", file.tag)
            self.send_header("Content-Length", str(len(file.content) - start))
            self.end_headers()
            self.wfile.write(file.content[start : start + file.cuts.pop(0)] if file.cuts else file.content[start:])

    with _Quiet(("127.0.0.1", 0), Handler) as server:
        shop.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield shop
        finally:
            server.shutdown()
            thread.join()
