"""Starting Wegweiser: as a demonstration, in production, in a terminal."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot.commands.errors import CommandError
from bot.settings import Settings, read_settings


def demo(options: argparse.Namespace) -> None:
    """Everything on loopback with example data; thrown away at the end unless a folder is given."""
    from bot.demo import run_demo

    if options.data:
        run_demo(Path(options.data), options.port, options.content)
    else:
        with tempfile.TemporaryDirectory(prefix="wegweiser-demo-") as folder:
            run_demo(Path(folder), options.port, options.content)


def run(options: argparse.Namespace) -> None:
    """Production, with the settings of WEGWEISER_* or wegweiser.toml."""
    from bot import app, contents

    settings = read_settings()
    content = contents.load_content(settings.content)
    store = app.open_store(settings.data, settings.key, copies=settings.backup_folder)
    try:
        _warn(store, settings)
        parts = app.wire(
            store,
            content,
            translator=app.translator(settings),
            doubtful=settings.translation_doubtful,
            periods=settings.periods,
            terms=settings.terms,
            root=settings.content,
        )
        asyncio.run(app.serve(parts, settings, started=lambda: print(f"Wegweiser is ready on port {settings.port}.")))
    finally:
        store.close()


def _warn(store: Any, settings: Settings) -> None:
    with store.transaction() as tx:
        if not tx.advisors():
            print("Nobody can sign in yet. Add a member of staff in another terminal: wegweiser staff add", file=sys.stderr)
    if not settings.telegram_token:
        print("No telegram_token: newcomers reach Wegweiser in the web chat only.", file=sys.stderr)


def talk(options: argparse.Namespace) -> None:
    """The same conversation in a terminal; reads a pipe as well. The chat is thrown away at the end."""
    from bot import app, contents
    from bot.adapters.sqlite import SqliteStore, Vault
    from bot.adapters.terminal import Terminal

    async def conversation(store: SqliteStore) -> None:
        parts = app.wire(store, contents.load_content(options.content))
        startable = sorted(flow.id for flow in parts.content.flows.values() if flow.topic and flow.menu)
        if options.flow and options.flow not in startable:
            raise CommandError(f"There is no flow {options.flow!r} to begin with. There are: {', '.join(startable)}.")
        terminal = Terminal(parts.inbox, parts.clock, sys.stdout)
        if options.language:
            await terminal.press(f"lang:{options.language}")
        else:
            await terminal.send("/start")
        if options.flow:
            await terminal.press("consent:no")
            await terminal.press(f"topic:{parts.content.flows[options.flow].topic}")
        while line := await asyncio.to_thread(sys.stdin.readline):
            await terminal.send(line.rstrip("\n"))
        await parts.inbox.stop()

    with tempfile.TemporaryDirectory(prefix="wegweiser-talk-") as folder:
        store = SqliteStore(Path(folder), Vault(b"talk" * 8))
        try:
            asyncio.run(conversation(store))
        finally:
            store.close()
