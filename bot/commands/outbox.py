"""Deciding about messages that a restored backup holds and that may have been delivered before."""

import argparse
from datetime import UTC, datetime, timedelta

from bot.commands.errors import CommandError
from bot.settings import read_settings


def outbox(options: argparse.Namespace) -> None:
    """List what a restored backup had not sent yet, send it, or drop it."""
    from bot import app
    from bot.services.ports import AskedLine

    if options.action != "list" and bool(options.numbers) == options.all:
        raise CommandError(f"Which ones? For example: wegweiser outbox {options.action} 7 8, or all of them: --all")
    settings = read_settings()
    store = app.open_store(settings.data, settings.key, alone=False)
    try:
        with store.transaction() as tx:
            waiting = {each.n: each for each in tx.asked_outbox()}
            unknown = [n for n in options.numbers if n not in waiting]
            if unknown:
                raise CommandError(f"There is no message {unknown[0]} that waits for you. See: wegweiser outbox list")
            chosen: list[AskedLine] = [waiting[n] for n in options.numbers or waiting]
            if options.action != "list":
                for each in chosen:
                    tx.mark_outbox(each.n, "queued" if options.action == "send" else "failed")
    finally:
        store.close()
    if options.action != "list":
        print(f"{len(chosen)} messages {'are sent' if options.action == 'send' else 'are not sent any more'}.")
        return
    for each in chosen:
        print(f"{each.n:8}  {_age(datetime.now(UTC) - each.at):>8}  {each.channel:10} from the {each.author}")
    print("Nothing waits for you." if not chosen else "Send them: wegweiser outbox send N…; or not: wegweiser outbox drop N…")


def _age(span: timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours" if hours else f"{int(span.total_seconds() // 60)} min"
