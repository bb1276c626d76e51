"""Everything runs until a signal comes."""

import asyncio
import resource
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn

from bot.adapters.sqlite import Vault
from bot.adapters.web.server import Server
from bot.app.bots import telegram
from bot.app.pages import web
from bot.app.parts import Parts, keep_editions, log
from bot.contents import Keeper
from bot.core.content import Content
from bot.services.backups import Backups
from bot.services.outbox import Outbox, Pace
from bot.services.ports import Embedder
from bot.settings import Settings, SettingsError

CONNECTIONS = 16_384
"""Files and connections that may be open at once, if the system allows that many."""


async def serve(
    parts: Parts,
    settings: Settings,
    *,
    demo_hint: str = "",
    started: Callable[[], None] = lambda: None,
    pace: Pace | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Run everything until a signal comes or `stop` is set, then finish what is under way.

    Raises:
        SettingsError: nobody can be served at that host and port.
    """
    stop = stop or asyncio.Event()
    _allow_connections()
    with _listen(settings.host, settings.port) as listening, parts.store.flushing():
        async with telegram(parts, settings, pace) as (channels, receivers, works):
            application = web(parts, settings, receivers, demo_hint)
            config = uvicorn.Config(
                application,
                host=settings.host,
                port=settings.port,
                access_log=False,
                log_level="warning",
                timeout_graceful_shutdown=3,
                server_header=False,
                lifespan="off",  # nothing in the web starts or ends by itself
                proxy_headers=bool(settings.public_url),
            )
            server = Server(config, stop)
            # Before anything new comes in, so that nobody's newer message overtakes an older one.
            waiting = await parts.inbox.drain()
            if waiting:
                log.info("%d messages were waiting from before the start", waiting)
            outbox = Outbox(parts.store, channels, parts.live, parts.clock, {"telegram": pace or Pace()})
            async with asyncio.TaskGroup() as group:
                group.create_task(_serve_web(server, listening, stop, parts))
                group.create_task(outbox.run(stop))
                group.create_task(parts.timers.run(stop))
                group.create_task(parts.afterwards.run(stop))
                group.create_task(parts.calendars.run(stop))
                for work in works:
                    group.create_task(work(stop))
                if settings.backup_folder is not None:
                    group.create_task(_backups(parts, settings, settings.backup_folder).run(stop))
                for name, receiver in receivers.items():
                    if settings.webhook:
                        group.create_task(
                            receiver.set_webhook(f"{settings.public_url}/telegram/{name}", settings.telegram_webhook_secret)
                        )
                    else:
                        group.create_task(receiver.run_polling(stop))
                group.create_task(_announce(parts, settings, server, started, stop))
                group.create_task(_stop_web(server, stop, parts))
    await parts.inbox.stop()
    await parts.translation.close()


def _backups(parts: Parts, settings: Settings, folder: Path) -> Backups:
    from bot.adapters.sqlite.backup import backup_name, drop_older, make_backup

    vault = Vault.open(settings.key)

    def make(now: datetime) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_backup(settings.data, vault, folder / backup_name(now), now)
        drop_older(folder, vault, settings.backup_keep)

    return Backups(parts.store, make, timedelta(hours=settings.backup_every_hours), parts.live, parts.clock)


async def _keep_content(parts: Parts, settings: Settings, stop: asyncio.Event) -> None:
    def replace(content: Content) -> None:
        keep_editions(parts.store, content)
        parts.content = content
        parts.closings.take_up()

    def embed(embedder: Embedder) -> None:
        parts.understanding.embedder = embedder

    keeper = Keeper(settings.content, lambda: parts.content, replace, refused=parts.editorial.refused)
    await keeper.run(stop, embed if settings.embeddings else None)


def _listen(host: str, port: int) -> socket.socket:
    """Open the web's port; uvicorn would end the process without a word to the reader."""
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError(
            f"Wegweiser cannot listen on {host}, port {port} ({error.strerror}). "
            "Stop the program that uses the port, or choose another."
        ) from None
    # Connections inherit it; asyncio sets it on sockets of its own only. Without it each page waits 40 ms for an acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _allow_connections() -> None:
    """Let as many pages stay open as the system lets us; most systems begin with 1,024 open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS if hard == resource.RLIM_INFINITY else min(CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _serve_web(server: uvicorn.Server, listening: socket.socket, stop: asyncio.Event, parts: Parts) -> None:
    try:
        await server.serve(sockets=[listening])
    finally:
        stop.set()


async def _stop_web(server: uvicorn.Server, stop: asyncio.Event, parts: Parts) -> None:
    await stop.wait()
    parts.live.end()
    server.should_exit = True


async def _announce(
    parts: Parts, settings: Settings, server: uvicorn.Server, started: Callable[[], None], stop: asyncio.Event
) -> None:
    """Tell that everything runs; what takes a processor for seconds begins only then."""
    while not server.started:
        if server.should_exit:
            return
        await asyncio.sleep(0.02)
    parts.ready = True
    started()
    # The holidays of the Land are worked out at the first question for opening hours; that should not be a newcomer's.
    len(parts.content.network.holidays)
    await _keep_content(parts, settings, stop)
