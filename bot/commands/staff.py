"""Members of staff: adding, listing and disabling them."""

import argparse
import getpass
import sys
from dataclasses import replace
from typing import Any

from bot.commands.errors import CommandError
from bot.settings import Settings, read_settings


def staff(options: argparse.Namespace) -> None:
    """Add, list or disable members of staff; works beside a running server."""
    from bot import app

    settings = read_settings()
    store = app.open_store(settings.data, settings.key_file, alone=False)
    try:
        {"add": _staff_add, "list": _staff_list, "disable": _staff_disable}[options.action](store, settings, options)
    finally:
        store.close()


def _staff_add(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    from bot import app, contents
    from bot.adapters.web.auth import hash_password
    from bot.services.ports import Advisor

    agencies = contents.load_content(settings.content).network.agencies
    login = options.login or input("Login: ").strip()
    if not login:
        raise CommandError("A login needs at least one character, for example the first name.")
    agency = options.agency or input(f"Agency ({', '.join(agencies)}): ").strip()
    if agency not in agencies:
        raise CommandError(f"There is no agency {agency!r}. There are: {', '.join(agencies)}.")
    password = getpass.getpass("Password (at least 12 characters): ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < 12:
        raise CommandError("The password is too short: use at least 12 characters, for example four words.")
    with store.transaction() as tx:
        same = next((each for each in tx.advisors() if each.login == login), None)
        tx.add_advisor(
            Advisor(
                id=same.id if same else app.new_id(),
                login=login,
                name=options.name or login,
                agency=agency,
                role=options.role,
                language=options.language,
                password_hash=hash_password(password),
                telegram_id=options.telegram,
            )
        )
        if same:
            tx.end_sessions(same.id)
    print(f"{login} can sign in at /console." if same is None else f"{login} has a new password; open sign-ins are ended.")


def _staff_list(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    with store.transaction() as tx:
        for advisor in tx.advisors():
            state = "disabled" if advisor.disabled else "active"
            print(f"{advisor.login:20} {advisor.name:24} {advisor.agency:20} {advisor.role:12} {state}")


def _staff_disable(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    if not options.login:
        raise CommandError("Whose sign-in shall be disabled? For example: wegweiser staff disable beate")
    with store.transaction() as tx:
        advisor = next((each for each in tx.advisors() if each.login == options.login), None)
        if advisor is None:
            raise CommandError(f"There is no member of staff with the login {options.login!r}. See: wegweiser staff list")
        tx.add_advisor(replace(advisor, disabled=True))
        tx.end_sessions(advisor.id)
    print(f"{options.login} cannot sign in any more. Open cases of theirs stay in the queue of the agency.")
