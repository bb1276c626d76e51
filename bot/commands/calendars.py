"""Calendars of staff: private addresses to read from, and calendars on servers to keep in step with."""

import argparse
import asyncio
import getpass
import sys
from typing import Any
from urllib.parse import urlsplit

from bot.commands.errors import CommandError
from bot.settings import Settings

_NEARBY = ("localhost", "127.0.0.1", "::1")


def feed(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    """Make somebody's private address, or make all of them invalid."""
    from bot import app, contents
    from bot.services.desk import Forbidden

    advisor = _advisor(store, options.login)
    feeds = app.wire(store, contents.load_content(settings.content)).feeds
    if options.revoke:
        print(f"{options.login}: {feeds.close(advisor)} addresses are not valid any more.")
        return
    site = options.site[0] if options.site else ""
    try:
        token = feeds.open(advisor, site)
    except Forbidden:
        raise CommandError(f"{options.login} does not advise {f'at {site}' if site else 'anybody'}.") from None
    print(f"{settings.public_url.rstrip('/')}/calendar/{token}.ics")
    print("Whoever knows this address sees the appointments. It is not shown again; an older one is not valid any more.")


def calendar(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    """List the calendars that are kept in step, add one, or forget one."""
    if options.remove is not None:
        _remove(store, options.remove)
    elif options.resume:
        with store.transaction() as tx:
            print(f"{tx.hold_calendars(False)} calendars are kept in step again.")
    elif options.url:
        _add(store, settings, options)
    else:
        _list(store)


def state(calendar: Any) -> str:
    """Say where a calendar is, whose it is, and how it goes."""
    from bot.adapters.calendars import host

    seat = calendar.seat.resource + ("" if calendar.seat.number is None else f", seat {calendar.seat.number + 1}")
    last = f"last in step {calendar.synced_at:%Y-%m-%d %H:%M} UTC" if calendar.synced_at else "not in step yet"
    problem = f"; {calendar.problem}" if calendar.problem else ""
    held = "; left alone since a backup was restored" if calendar.held else ""
    return f"{calendar.n}  {seat} on {host(calendar.account.url)}: {last}{problem}{held}"


def _list(store: Any) -> None:
    with store.transaction() as tx:
        calendars = tx.calendars()
    for each in calendars:
        print(state(each))
    if not calendars:
        print("There is no calendar yet. For example: wegweiser staff calendar beate --url https://… --user beate")


def _remove(store: Any, n: int) -> None:
    with store.transaction() as tx:
        if not tx.drop_calendar(n):
            raise CommandError(f"There is no calendar {n}. See: wegweiser staff calendar")
    print(f"Calendar {n} is forgotten, and with it what it blocked. What was written into it stays there.")


def _add(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    from bot.adapters.calendars import CalDav
    from bot.services.ports import Account, CalendarError

    seat = _seat(store, settings, options)
    _check_address(options.url)
    if not options.user:
        raise CommandError("With which login? For example: --user beate")
    asked = "Password of the calendar (best one for this program alone): "
    password = getpass.getpass(asked) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    account = Account(options.url, options.user, password)
    try:
        asyncio.run(CalDav().check(account))
    except CalendarError as error:
        raise CommandError(f"{error} Nothing was stored.") from None
    with store.transaction() as tx:
        n = tx.add_calendar(account, seat)
    if n is None:
        raise CommandError("This calendar is there already. See: wegweiser staff calendar")
    print(f"Calendar {n} is kept in step from now on, as long as Wegweiser runs.")


def _seat(store: Any, settings: Settings, options: argparse.Namespace) -> Any:
    from bot import contents
    from bot.core.appointments import resource
    from bot.core.calendars import MOST_SEATS, Seat

    if [bool(options.login), bool(options.site), bool(options.interpreter)].count(True) != 1:
        raise CommandError("Whose calendar is it? Name an advisor, or a site with --site, or who interprets with --interpreter.")
    if options.interpreter:
        return Seat(_interpreter(store, options.interpreter).resource)
    if options.login:
        return Seat(resource("", _advisor(store, options.login).login))
    sites, site = contents.load_content(settings.content).network.sites, options.site[0]
    if site not in sites:
        raise CommandError(f"There is no site {site!r}. There are: {', '.join(sites)}.")
    if options.seat is not None and options.seat > MOST_SEATS:
        raise CommandError(f"There is no seat {options.seat}; seats are counted from 1.")
    return Seat(site, None if options.seat is None else options.seat - 1)


def interpreters(store: Any, settings: Settings, options: argparse.Namespace) -> None:
    """List the volunteer interpreters; the coordination enters them in the console."""
    with store.transaction() as tx:
        known = tx.interpreters()
    for each in known:
        print(f"{each.id}  {each.name:24} {each.agency:20} {' '.join(each.languages)}")
    if not known:
        print("Nobody interprets yet. The coordination enters volunteers in the console, at /console/interpreters.")


def _interpreter(store: Any, id: str) -> Any:
    with store.transaction() as tx:
        found = next((each for each in tx.interpreters() if each.id == id), None)
    if found is None:
        raise CommandError(f"Nobody who interprets has the id {id!r}. See: wegweiser staff interpreters")
    return found


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    nearby = parts.hostname in _NEARBY or "." not in (parts.hostname or ".")
    if not parts.hostname or parts.username or not (parts.scheme == "https" or (parts.scheme == "http" and nearby)):
        raise CommandError("The address of a calendar begins with https://; login and password stay out of it.")


def _advisor(store: Any, login: str | None) -> Any:
    if not login:
        raise CommandError("Whose? For example: wegweiser staff feed beate")
    with store.transaction() as tx:
        advisor = next((each for each in tx.advisors() if each.login == login), None)
    if advisor is None:
        raise CommandError(f"There is no member of staff with the login {login!r}. See: wegweiser staff list")
    return advisor
