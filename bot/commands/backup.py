"""Keeping a copy of everything, and going on from it."""

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.errors import CommandError
from bot.core.appointments import Appointment
from bot.core.cases import Case
from bot.core.content import Content
from bot.services.ports import AppointmentChange, DeliveryError
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.adapters.sqlite import SqliteStore, Vault

_SETTLE_SECONDS = 600.0


def backup(options: argparse.Namespace) -> None:
    """Write an encrypted copy of the data, also while the server runs; restoring it is tried before it counts."""
    from bot.adapters.sqlite.backup import drop_older, make_backup

    settings, now = read_settings(), datetime.now(UTC)
    vault = _vault(settings, settings.data)
    target = _target(options.target or settings.backup_folder, settings, now)
    counts = make_backup(settings.data, vault, target, now)
    print(f"{target} ({target.stat().st_size:,} bytes): {counts['contact_key']} contacts, {counts['cases']} cases.")
    print("It was restored into a temporary place and is whole. Content, models and settings are not in it.")
    print(
        f"Nor is the master key {vault.id}, and without it nobody can read the backup: "
        f"keep a copy of {settings.key_file or 'the key'} in another place."
    )
    if options.keep:
        print(f"{drop_older(target.parent, vault, options.keep)} older backups were removed.")


def restore(options: argparse.Namespace) -> None:
    """Put a backup into place; what was on its way to people is not sent again unless you say so (wegweiser outbox)."""
    from bot import contents
    from bot.adapters.sqlite.backup import restoring
    from bot.adapters.sqlite.store import ERASED

    settings, now = read_settings(), datetime.now(UTC)
    directory = options.data or settings.data
    vault = _vault(settings, directory)
    if not options.file.is_file():
        raise CommandError(f"There is no file {options.file}. The backups are called wegweiser-<date>-<time>.backup.")
    aside = f"replaced-{now:%Y%m%d-%H%M%S}" if options.replace else None
    former = _former(options, settings, vault)
    with restoring(options.file, directory, vault, aside, former, settings.backup_folder) as store:
        asyncio.run(_finish(store, contents.load_content(settings.content)))
        with store.transaction() as tx:
            waiting, calendars = tx.ask_about_outbox(), tx.hold_calendars(True)
    print(f"{options.file} is restored into {directory}.")
    if not (directory / ERASED).exists():
        print(
            f"There is no file {ERASED} beside it: if somebody was erased since it was made, they are back. "
            "If you find that file, put it beside the backup and restore once more, with --replace."
        )
    if former is not None:
        print(f"It was made with the master key {former.id}; its data is sealed with the one of today now, {vault.id}.")
    if aside and (directory / aside).exists():
        print(f"What was there before is in {directory / aside}; remove that folder when you do not need it any more.")
    if waiting:
        print(f"{waiting} messages may have been sent already. They wait until you decide; see: wegweiser outbox list")
    if calendars:
        print(f"{calendars} calendars are left alone while another machine may run. Go on: wegweiser staff calendar --resume")


async def _finish(store: "SqliteStore", content: "Content") -> None:
    """Answer and do what was due in the copy: the old machine did so already, hence none of it may go out by itself."""
    from bot import app

    parts = app.wire(store, content, pause=0)
    parts.alerts = _Later()
    with store.transaction() as tx:
        waiting = {found.id for each in tx.unhandled() if (found := tx.find_conversation(each.address))}
    await parts.inbox.drain()
    for conversation_id in waiting:
        await parts.inbox.settled(conversation_id, _SETTLE_SECONDS)
    await parts.timers.fire_due()


class _Later:
    """Leaves telling staff to the server: what waits in the copy waits again."""

    async def case_waiting(self, case: Case) -> None:
        """Put it off."""
        raise DeliveryError("staff is told when the server runs")

    async def appointment_changed(self, appointment: Appointment, what: AppointmentChange) -> None:
        """Put it off."""
        raise DeliveryError("staff is told when the server runs")


def _vault(settings: Settings, directory: Path) -> "Vault":
    """Take the master key; making a new one, as a first start does, would open no backup."""
    from bot.adapters.sqlite import Vault
    from bot.adapters.sqlite.rotation import finish

    if settings.key_file and not settings.key_file.exists():
        raise CommandError(f"The master key is not there: put the key file of the data at {settings.key_file}.")
    finish(directory, settings.key)
    return Vault.open(settings.key)


def _former(options: argparse.Namespace, settings: Settings, vault: "Vault") -> "Vault | None":
    """Return the master key a backup was made with, if it is another than today's and is given or was left by a rotation."""
    from bot.adapters.sqlite import Vault, archive
    from bot.adapters.sqlite.rotation import former

    if options.key and not options.key.is_file():
        raise CommandError(f"There is no file {options.key}. After a rotation the old key lies beside the new one.")
    with options.file.open("rb") as backup:
        id = archive.key_id(backup)
    path = options.key or former(settings.key, id or "")
    return Vault.open(path) if path and id != vault.id else None


def _target(given: Path | None, settings: Settings, now: datetime) -> Path:
    from bot.adapters.sqlite.backup import backup_name

    if given is None:
        raise CommandError("Where to? For example: wegweiser backup /media/backups, or set backup_folder.")
    target = given / backup_name(now) if given.is_dir() else given
    if not target.parent.is_dir():
        raise CommandError(f"There is no folder {target.parent}; make it first.")
    if target.resolve().is_relative_to(settings.data.resolve()):
        raise CommandError(
            f"{target} lies in the data folder: both would be lost together. Choose another place, best another disk."
        )
    if settings.key_file and settings.key_file.resolve().parent == target.parent.resolve():
        raise CommandError(
            f"The master key lies in {target.parent}: whoever takes the folder would have both. Choose another place."
        )
    return target
