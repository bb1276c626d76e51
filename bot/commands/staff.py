"""Members of staff: adding, listing and disabling them."""

import argparse
import getpass
import secrets
import sys
from dataclasses import replace
from typing import Any

from bot.commands.calendars import calendar, feed, interpreters
from bot.commands.errors import CommandError
from bot.core import passwords
from bot.core.roles import opens
from bot.services.members import INVITED, IdentityTaken, forget_second_step, set_identity
from bot.settings import Settings, read_settings

_REFUSALS = {
    "short": "The password is too short: use at least 12 characters, for example four words.",
    "login": "The password is the login: choose another, for example four words.",
    "common": "This password is one of the first that everybody tries: choose another, for example four words.",
}


def staff(options: argparse.Namespace) -> None:
    """Add, invite, list or disable members of staff, and their calendars; works beside a running server."""
    from bot import app

    settings = read_settings()
    store = app.open_store(settings.data, settings.key, alone=False, copies=settings.backup_folder)
    try:
        actions = {
            "add": _staff_add,
            "invite": _staff_invite,
            "list": _staff_list,
            "disable": _staff_disable,
            "reset-second-factor": _staff_reset,
            "identity": _staff_identity,
            "feed": feed,
            "calendar": calendar,
            "interpreters": interpreters,
        }
        actions[options.action](store, settings, options)
    finally:
        store.close()


def _staff_add(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    from bot import app, contents
    from bot.adapters.web.auth import hash_password
    from bot.services.ports import Advisor

    login = options.login or input("Login: ").strip()
    if not login:
        raise CommandError("A login needs at least one character, for example the first name.")
    agency = _agency(settings, options)
    password = getpass.getpass("Password (at least 12 characters): ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    refusal = passwords.refusal(password, login)
    if refusal:
        raise CommandError(_REFUSALS[refusal])
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
                sites=tuple(options.site),
                languages=tuple(options.speaks),
                capacity=options.capacity,
                identity=same.identity if same else "",
            )
        )
        if same:
            tx.end_sessions(same.id)
    if same and (same.agency != agency or not opens(options.role, "cases")):  # their cases are the agency's, not theirs
        app.wire(store, contents.load_content(settings.content)).casework.leave(same)
    print(f"{login} can sign in at /console." if same is None else f"{login} has a new password; open sign-ins are ended.")


def _agency(settings: Settings, options: argparse.Namespace) -> str:
    """Return the agency, whose sites fit the ones that are named."""
    from bot import contents

    network = contents.load_content(settings.content).network
    agency: str = options.agency or input(f"Agency ({', '.join(network.agencies)}): ").strip()
    if agency not in network.agencies:
        raise CommandError(f"There is no agency {agency!r}. There are: {', '.join(network.agencies)}.")
    sites = [site.id for site in network.sites.values() if site.agency == agency]
    wrong = [site for site in options.site if site not in sites]
    if wrong:
        raise CommandError(f"{agency} has no site {wrong[0]!r}. There are: {', '.join(sites)}.")
    return agency


def _staff_invite(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    from bot import app
    from bot.adapters.web.auth import token_hash
    from bot.services.ports import Invite

    if options.login:
        raise CommandError(
            "Whoever is invited chooses the login. For example: wegweiser staff invite --name Beate --agency caritas"
        )
    if not options.name:
        raise CommandError('Who is invited? For example: --name "Beate Muster"')
    token, now = secrets.token_urlsafe(32), app.SystemClock().now()
    invite = Invite(
        name=options.name,
        agency=_agency(settings, options),
        role=options.role,
        language=options.language,
        telegram_id=options.telegram,
        sites=tuple(options.site),
        languages=tuple(options.speaks),
        capacity=options.capacity,
    )
    with store.transaction() as tx:
        tx.add_invite(token_hash(token), invite, now + INVITED)
        tx.audit("operator", "invited", f"{invite.role} of {invite.agency}", now)
    print(f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/console/invite/{token}")
    print(
        f"This link lets {invite.name} choose login and password, once, within 72 hours. Give it to nobody else.", file=sys.stderr
    )


def _staff_reset(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    from bot import app

    if not options.login:
        raise CommandError("Whose second factor shall be reset? For example: wegweiser staff reset-second-factor beate")
    with store.transaction() as tx:
        advisor = _member(tx, options.login)
        if not forget_second_step(tx, advisor.id):
            raise CommandError(f"{options.login} has no second factor.")
        tx.audit("operator", "second factor reset", advisor.login, app.SystemClock().now())
    print(f"{options.login} signs in with the password alone until a second factor is set up again; open sign-ins are ended.")


def _staff_identity(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    from bot import app

    if not options.login or options.identity is None:
        raise CommandError(
            "Who is that where they sign in? For example: wegweiser staff identity beate --identity beate@caritas.example"
        )
    with store.transaction() as tx:
        member = _member(tx, options.login)
        try:
            set_identity(tx, member, options.identity.strip())
        except IdentityTaken:
            raise CommandError(f"Somebody else signs in as {options.identity} already. Nothing was changed.") from None
        tx.audit("operator", "identity changed", member.login, app.SystemClock().now())
    print(f"{options.login} signs in elsewhere as {options.identity.strip() or 'nobody'}.")


def _member(tx: Any, login: str) -> Any:
    found = next((each for each in tx.advisors() if each.login == login), None)
    if found is None:
        raise CommandError(f"There is no member of staff with the login {login!r}. See: wegweiser staff list")
    return found


def _staff_list(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    with store.transaction() as tx:
        for advisor in tx.advisors():
            state = "disabled" if advisor.disabled else "active"
            print(f"{advisor.login:20} {advisor.name:24} {advisor.agency:20} {advisor.role:12} {state}")


def _staff_disable(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    from bot import app, contents

    if not options.login:
        raise CommandError("Whose sign-in shall be disabled? For example: wegweiser staff disable beate")
    with store.transaction() as tx:
        advisor = _member(tx, options.login)
        tx.add_advisor(replace(advisor, disabled=True))
        tx.end_sessions(advisor.id)
        tx.audit("operator", "disabled", advisor.login, app.SystemClock().now())
    released = app.wire(store, contents.load_content(settings.content)).casework.leave(advisor)
    print(f"{options.login} cannot sign in any more. {released} open cases went back to the queue of the agency.")
