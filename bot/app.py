"""The composition root: wires core, services and adapters by constructor arguments, starts and stops them."""

import asyncio
import logging
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette

from bot.adapters.calendars import CalDav, calendar_file, feed_file
from bot.adapters.content.catalogues import console_texts
from bot.adapters.sqlite import SqliteStore, StoreUnavailable, Vault
from bot.adapters.web import entries, trail
from bot.adapters.web.app import create_web
from bot.adapters.web.parts import WebParts
from bot.adapters.web.server import Server
from bot.contents import Keeper
from bot.core.appointments import Appointment
from bot.core.calendars import Entry
from bot.core.cases import Case
from bot.core.content import Content
from bot.core.language import SOURCE
from bot.core.network import Site
from bot.services.afterwards import Afterwards
from bot.services.agenda import Agenda
from bot.services.backups import Backups
from bot.services.bookings import Bookings
from bot.services.calendars import Calendars
from bot.services.casework import Casework
from bot.services.desk import Desk
from bot.services.drafts import Drafts
from bot.services.feeds import Feeds
from bot.services.files import Files
from bot.services.inbox import PAUSE_SECONDS, Inbox
from bot.services.live import Live
from bot.services.outbox import Outbox, Pace
from bot.services.ports import Alerts, AppointmentChange, Channel, Clock, Embedder, Translator
from bot.services.presence import Presence
from bot.services.promises import Promises
from bot.services.sending import Sending
from bot.services.timers import Timers
from bot.services.translation import NoTranslator, Translation
from bot.services.turns import Turns
from bot.services.understanding import Understanding
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.adapters.telegram.advisors import StaffServices
    from bot.adapters.telegram.receiver import Receiver

Work = Callable[[asyncio.Event], Coroutine[None, None, None]]
"""Something that runs until it is stopped."""
log = logging.getLogger("wegweiser")
OUTAGES = (OSError, StoreUnavailable)
"""What is nobody's fault: updates wait until it is over."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class NoAlerts:
    """Alerts for a system without a staff bot: the console shows what waits."""

    async def case_waiting(self, case: Case) -> None:
        """Tell nobody."""

    async def appointment_changed(self, appointment: Appointment, what: AppointmentChange) -> None:
        """Tell nobody."""


def new_id() -> str:
    """Return a random id that does not collide (96 bit)."""
    return secrets.token_hex(12)


@dataclass
class Parts:
    """A wired system; the web application and the Telegram bots are made from it."""

    store: SqliteStore
    content: Content
    clock: Clock
    live: Live
    turns: Turns
    inbox: Inbox
    desk: Desk
    casework: Casework
    agenda: Agenda
    bookings: Bookings
    sending: Sending
    drafts: Drafts
    files: Files
    feeds: Feeds
    calendars: Calendars
    presence: Presence
    timers: Timers
    alerts: Alerts
    understanding: Understanding
    translation: Translation
    afterwards: Afterwards
    ready: bool = False

    def counts(self) -> Mapping[str, float]:
        """Return figures without any person in them, for /metrics."""
        with self.store.transaction() as tx:
            return tx.figures()


def wire(
    store: SqliteStore,
    content: Content,
    clock: Clock | None = None,
    ids: Callable[[], str] = new_id,
    translator: Translator | None = None,
    doubtful: Mapping[str, float] | None = None,
    pause: float = PAUSE_SECONDS,
) -> Parts:
    """Build the services on a store and content; flows are kept so that running conversations outlive an update.

    `doubtful` are bounds of doubt about translations, by pair; `pause` is how long (seconds) to wait for more after a few words
    that may be only the beginning of a question.
    """
    clock = clock or SystemClock()
    live = Live()
    presence = Presence(live)
    understanding = Understanding()
    keep_editions(store, content)

    def current() -> Content:
        return parts.content

    def alerts() -> Alerts:
        return parts.alerts

    translation = Translation(translator or NoTranslator(), current, store, lambda: understanding.embedder, doubtful)
    def own_file(appointment: Appointment, site: Site) -> bytes:
        topic = trail.topic(current(), appointment.topic, appointment.language)
        return calendar_file(appointment, site, clock.now(), topic)

    def entry(appointment: Appointment) -> Entry:
        return entries.entry(current(), appointment, str, SOURCE)

    turns = Turns(current, ids, own_file)
    desk = Desk(store, current, turns, translation, live, clock)
    parts = Parts(
        store=store,
        content=content,
        clock=clock,
        live=live,
        turns=turns,
        inbox=Inbox(store, current, turns, translation, live, clock, ids, understanding, pause),
        desk=desk,
        casework=Casework(store, current, turns, desk, clock),
        agenda=Agenda(store, current, turns, live, clock),
        bookings=Bookings(store, current, turns, desk, live, clock),
        presence=presence,
        drafts=Drafts(store, desk, presence),
        files=Files(store, desk),
        feeds=Feeds(store, current, clock),
        calendars=Calendars(store, current, entry, CalDav(), live, clock),
        sending=Sending(store, turns, desk, understanding, clock),
        timers=Timers(store, current, alerts, Promises(store, current, turns, live, clock), live, clock),
        alerts=NoAlerts(),
        understanding=understanding,
        translation=translation,
        afterwards=Afterwards(store, translation, live, clock),
    )
    return parts


def translator(settings: Settings) -> Translator:
    """Return what translates with the installed models; without the libraries, one that says so."""
    from bot.adapters.argos.engine import Engine
    from bot.adapters.argos.translator import ArgosTranslator, missing

    reason = missing()
    if reason:
        log.warning("nothing is translated by machine: %s", reason)
        return NoTranslator()
    engine = Engine(settings.translation_memory_mb, threads=settings.translation_threads)
    return ArgosTranslator(settings.models_folder, engine, settings.translation_seconds)


def keep_editions(store: SqliteStore, content: Content) -> None:
    """Keep the flows as they are now: a conversation goes on with the edition it began with."""
    with store.transaction() as tx:
        for flow in content.flows.values():
            tx.keep_edition(flow)


def web(parts: Parts, settings: Settings, webhooks: Mapping[str, "Receiver"] | None = None, demo_hint: str = "") -> Starlette:
    """Return the web application."""
    with parts.store.transaction() as tx:
        secret = tx.get_value("form_secret") or secrets.token_hex(32)
        tx.set_value("form_secret", secret)
    return create_web(
        WebParts(
            inbox=parts.inbox,
            desk=parts.desk,
            casework=parts.casework,
            agenda=parts.agenda,
            bookings=parts.bookings,
            sending=parts.sending,
            drafts=parts.drafts,
            files=parts.files,
            feeds=parts.feeds,
            feed_file=feed_file,
            failing_calendars=parts.calendars.failing,
            presence=parts.presence,
            store=parts.store,
            live=parts.live,
            content=lambda: parts.content,
            clock=parts.clock,
            console_texts={code: console_texts(settings.content, code) for code in ("de", "en")}.__getitem__,
            secret=bytes.fromhex(secret),
            ready=lambda: parts.ready,
            metrics=parts.counts,
            webhooks={name: receiver.webhook for name, receiver in (webhooks or {}).items()},
            secure_cookies=settings.public_url.startswith("https://"),
            require_second_factor=settings.require_second_factor,
            demo_hint=demo_hint,
            source_url=settings.source_url,
            outages=(StoreUnavailable,),
        )
    )


@asynccontextmanager
async def telegram(
    parts: Parts, settings: Settings, pace: Pace | None = None
) -> AsyncIterator[tuple[dict[str, Channel], "dict[str, Receiver]", list[Work]]]:
    """Start the Telegram bots whose tokens are set; give their channels, their receivers, and what else is to run."""
    channels: dict[str, Channel] = {}
    receivers: dict[str, Receiver] = {}
    works: list[Work] = []
    closers = []
    try:
        if settings.telegram_token:
            # Imported only with a token: aiogram takes seconds and 165 MB.
            from bot.adapters.telegram.newcomers import ALLOWED_UPDATES, NewcomersBot
            from bot.adapters.telegram.receiver import Receiver as NewcomersReceiver

            newcomers = NewcomersBot(
                settings.telegram_token, parts.inbox, lambda: parts.content, parts.clock, settings.telegram_api
            )
            await newcomers.start()
            closers.append(newcomers.close)
            channels["telegram"] = newcomers
            parts.presence.typing["telegram"] = newcomers.typing
            receivers["newcomers"] = NewcomersReceiver(
                "newcomers", settings.telegram_token, settings.telegram_api, newcomers.accept, ALLOWED_UPDATES, OUTAGES
            )
        if settings.telegram_staff_token:
            from bot.adapters.telegram import advisors as staff
            from bot.adapters.telegram.receiver import Receiver as StaffReceiver

            advisors = staff.AdvisorsBot(
                settings.telegram_staff_token,
                staff_services(parts),
                settings.telegram_staff_groups,
                f"{settings.public_url}/console" if settings.public_url else "",
                console_texts(settings.content, "de"),
                settings.telegram_api,
                settings.telegram_staff_relay,
                pace,
            )
            await advisors.start()
            closers.append(advisors.close)
            works.append(advisors.run)
            parts.alerts = advisors
            receivers["advisors"] = StaffReceiver(
                "advisors", settings.telegram_staff_token, settings.telegram_api, advisors.accept, staff.ALLOWED_UPDATES, OUTAGES
            )
        yield channels, receivers, works
    finally:
        for close in reversed(closers):
            await close()


def staff_services(parts: Parts) -> "StaffServices":
    """Return what the staff bot works with."""
    from bot.adapters.telegram.advisors import StaffServices

    async def in_german(text: str, language: str) -> str | None:
        readable = await parts.translation.readable(text, language, "de")
        return readable.text if readable.original is not None else None

    return StaffServices(
        desk=parts.desk,
        transfers=parts.casework,
        store=parts.store,
        live=parts.live,
        clock=parts.clock,
        content=lambda: parts.content,
        trail=lambda case: trail.in_words(parts.content, case.trail, "de"),
        in_german=in_german,
    )


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
    with _listen(settings.host, settings.port) as listening:
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

    vault = Vault.open(settings.key_file)

    def make(now: datetime) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_backup(settings.data, vault, folder / backup_name(now), now)
        drop_older(folder, vault, settings.backup_keep)

    return Backups(parts.store, make, timedelta(hours=settings.backup_every_hours), parts.live, parts.clock)


async def _keep_content(parts: Parts, settings: Settings, stop: asyncio.Event) -> None:
    def replace(content: Content) -> None:
        keep_editions(parts.store, content)
        parts.content = content

    def embed(embedder: Embedder) -> None:
        parts.understanding.embedder = embedder

    keeper = Keeper(settings.content, lambda: parts.content, replace)
    await keeper.run(stop, embed if settings.embeddings else None)


def _listen(host: str, port: int) -> socket.socket:
    """Open the web's port; uvicorn would end the process without a word to the reader."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError(
            f"Wegweiser cannot listen on {host}, port {port} ({error.strerror}). "
            "Stop the program that uses the port, or choose another."
        ) from None


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


def open_store(directory: Path, key_file: Path, *, alone: bool = True) -> SqliteStore:
    """Open the store with the master key of a file."""
    return SqliteStore(directory, Vault.open(key_file), alone=alone)
