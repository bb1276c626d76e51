"""Requests of those whose data it is, as they come on paper: what is kept about them, and having it erased."""

import argparse
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.errors import CommandError, writing
from bot.commands.purge import purge
from bot.core.kept import Kept
from bot.core.language import SOURCE
from bot.core.messages import Address
from bot.services.ports import Record
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.adapters.sqlite import SqliteStore


@dataclass(frozen=True)
class _Person:
    contact_id: str
    kept: Kept
    language: str


def data(options: argparse.Namespace) -> None:
    """What is kept about somebody (export), having it erased (erase), and what goes because its time is over (purge)."""
    from bot import app

    settings = read_settings()
    store = app.open_store(settings.data, settings.key, alone=False, copies=settings.backup_folder)
    try:
        {"export": _export, "erase": _erase, "purge": purge}[options.action](store, settings, options)
    finally:
        store.close()


def _export(store: "SqliteStore", settings: Settings, options: argparse.Namespace) -> None:
    from bot import contents
    from bot.services.privacy import as_json, as_page, named

    person, now = _person(store, options), datetime.now(UTC)
    content = contents.load_content(settings.content)
    with store.transaction() as tx:
        record = tx.record_of(person.contact_id)
        tx.audit("operator", "export", named(record), now)
    language = options.language or person.language
    page = as_page(record, content.network, content.phrases, language, now, notes=True)
    for ending, content_of in (("html", page), ("json", as_json(record, now, notes=True))):
        path = options.out / f"wegweiser-{now:%Y%m%d-%H%M%S}.{ending}"
        _write(path, content_of)
        print(path)
    print(_shown(person.kept))
    _warn_of_notes(record)


def _warn_of_notes(record: Record) -> None:
    if record.notes:
        print(
            "Advisors' notes are in it: look whether they tell something about others before you hand it over.", file=sys.stderr
        )


def _erase(store: "SqliteStore", settings: Settings, options: argparse.Namespace) -> None:
    from bot import app

    person, now = _person(store, options), datetime.now(UTC)
    print(f"This goes, and nobody can bring it back: {_shown(person.kept)}")
    if not options.yes and input("Type erase to go on: ").strip() != "erase":
        raise CommandError("Nothing was erased.")
    receipt = app.new_id()[:12].upper()
    with store.transaction() as tx:
        tx.erase(person.contact_id)
        tx.audit("operator", "erase", f"receipt {receipt}", now)
    print(f"Erased. The receipt, which tells nothing about the person: {receipt}, {now:%Y-%m-%d}.")


def _person(store: "SqliteStore", options: argparse.Namespace) -> _Person:
    if [options.contact, options.address, options.chat, options.booking].count(None) != 3:
        raise CommandError(
            "Whose? Give the number of a case: --contact 17, or an address: --address telegram:4815162342, "
            "or the beginning of a chat's id, as purge lists it: --chat 3f2a91c0, or the number of a booking: --booking 9B2C41"
        )
    with store.transaction() as tx:
        if options.contact is not None:
            contact_id = tx.contact_of_case(options.contact)
        elif options.booking is not None:
            contact_id = tx.contact_of_booking(options.booking)
        elif options.chat is not None:
            contact_id = tx.contact_of_chat(options.chat)
        else:
            conversation = tx.find_conversation(_address(options.address))
            contact_id = conversation.contact_id if conversation else None
        if contact_id is None:
            raise CommandError("Nothing is kept about that person: the number or address is not known, or was erased.")
        language = next((each.language for each in tx.record_of(contact_id).conversations if each.language), SOURCE)
        return _Person(contact_id, tx.kept(contact_id), language)


def _address(text: str) -> Address:
    channel, colon, id = text.partition(":")
    if not (channel and colon and id):
        raise CommandError(f"{text!r} is no address, write the way and the id, for example telegram:4815162342")
    return Address(channel, id)


def _write(path: Path, data: bytes) -> None:
    try:
        with writing(), open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except FileExistsError:
        raise CommandError(f"{path} is there already; wait a second.") from None


def _shown(kept: Kept) -> str:
    return (
        f"{kept.messages} messages, {kept.files} files, {kept.cases} cases with {kept.notes} notes, "
        f"{kept.appointments} appointments."
    )
