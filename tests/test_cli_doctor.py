"""What the doctor says about the machine: rights, key, disk, clock, and the proxy in front, each with what to do."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.app import open_store
from bot.commands import machine
from bot.settings import Settings
from tests.commands import wegweiser

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(data=tmp_path / "data", key_file=tmp_path / "keys" / "key")
    open_store(found.data, found.key).close()
    return found


def test_a_machine_that_is_well_is_said_to_be(settings: Settings) -> None:
    ran = wegweiser("doctor", data=settings.data, key_file=settings.key_file)
    assert ran.status == 0, ran.out + ran.err
    for line in ("Rights            data and key are for their owner only", "Disk       ", "Clock      ", "Master key "):
        assert line in ran.out
    assert "0 days old" in ran.out


def test_without_settings_the_program_alone_is_looked_at() -> None:
    assert "Rights" not in wegweiser("doctor").out


def test_rights_that_are_too_wide_are_named_with_what_to_do(settings: Settings) -> None:
    assert machine.rights(settings).well
    settings.data.chmod(0o750)
    found = machine.rights(settings)
    assert (found.well, found.text.endswith(f"run: chmod go= {settings.data}")) == (False, True)


def test_a_key_that_can_only_be_read_is_well_and_data_that_can_only_be_read_is_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = {settings.key_file}
    monkeypatch.setattr(os, "access", lambda path, mode: path not in locked or not mode & os.W_OK)
    assert machine.rights(settings).well
    locked.add(settings.data)
    assert machine.rights(settings).text == f"{settings.data} cannot be read and written; run this as the user of the server"


def test_the_key_is_told_with_its_age_and_what_lies_beside_it(settings: Settings) -> None:
    assert settings.key_file
    settings.key_file.with_name("key.0a1b2c3d").touch()
    found = machine.key(settings, "5f5f5f5f", NOW - timedelta(days=400), NOW)
    assert found.text.startswith(f"5f5f5f5f, {settings.key_file}, 400 days old")
    assert "beside it key.0a1b2c3d, for backups made before" in found.text
    given = replace(settings, key_file=None, master_key="…")
    assert machine.key(given, "5f5f5f5f", None, NOW).text.startswith("5f5f5f5f, given by the environment;")


def test_a_disk_that_is_nearly_full_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(settings, backup_folder=settings.data)
    assert [each.well for each in machine.disk(settings)] == [True, True]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100, 99, 1))
    assert [(each.what, each.well) for each in machine.disk(settings)] == [("Disk", False), ("Disk of backups", False)]


@pytest.mark.parametrize(
    ("latest", "told", "said"),
    [
        (None, None, "compared with no other clock"),
        (NOW - timedelta(hours=1), NOW + timedelta(seconds=2), "right"),
        (NOW + timedelta(hours=1), None, "it was put back"),
        (None, NOW - timedelta(minutes=2), "120 seconds off"),
    ],
)
def test_the_clock_is_compared_with_what_is_stored_and_with_another(
    latest: datetime | None, told: datetime | None, said: str
) -> None:
    found = machine.clock(latest, told, NOW)
    assert said in found.text
    assert found.well == (said in ("right", "compared with no other clock"))


def ours(scheme: str = "http", who: str = "198.51.100.7", policy: bool = True, figures: int = 404) -> ASGIApp:
    """Return what the doctor meets at the public address: us, behind a proxy that does its work or does not."""

    async def answer(request: Request) -> Response:
        if request.url.path == "/metrics":
            return PlainTextResponse("x", figures)
        headers = {"Seen-As": f"{scheme} {who}"} | ({"Content-Security-Policy": "x"} if policy else {})
        return PlainTextResponse("ok", headers=headers)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (await answer(Request(scope)))(scope, receive, send)

    return app


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an application on this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    listening: socket.socket = server.config.bind_socket()
    work = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await work
        listening.close()


@pytest.mark.parametrize(
    ("app", "said"),
    [
        (ours(), ["leads here"]),
        (ours(scheme="https"), ["let it set X-Forwarded-Proto"]),
        (ours(who=machine.CLAIMED), ["let it set X-Forwarded-For itself"]),
        (ours(policy=False), ["takes our security headers away"]),
        (ours(figures=200), ["leads here", "can be read from outside"]),
        (PlainTextResponse("It works!"), ["does the proxy lead to port 8080?"]),
    ],
)
async def test_the_proxy_is_asked_through_the_public_address(settings: Settings, app: ASGIApp, said: list[str]) -> None:
    async with served(app) as url:
        found = await asyncio.to_thread(lambda: list(machine.proxy(replace(settings, public_url=url))))
    assert len(found) == len(said)
    assert all(part in each.text for part, each in zip(said, found, strict=True))
    assert [each.well for each in found] == [part == "leads here" for part in said]


def test_an_address_nobody_answers_at_is_told(settings: Settings) -> None:
    [found] = machine.proxy(replace(settings, public_url="http://127.0.0.1:9"))
    assert not found.well
    assert "cannot be reached from here" in found.text
