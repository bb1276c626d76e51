"""What goes because its time is over: told, or done now."""

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.commands.errors import CommandError
from bot.core.locales import local
from bot.core.network import Network
from bot.core.retention import Outlived, Periods
from bot.core.texts import fill
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.sqlite import SqliteStore

_RULES = {
    "chat": "whole chats, {chat_hours} hours after the last message, when no case or appointment keeps them any more",
    "case": "cases of {agency}, {case_days} days after they were closed",
    "appointment": "appointments at {agency}, {appointment_days} days after they were over",
    "redelivery": "marks of messages that came in, without the person",
    "question": "questions without an answer, without the person, after {question_days} days",
    "hold": "times kept for somebody who did not book",
    "staff_session": "sign-ins of staff that ended",
    "invite": "invitations of staff that nobody used",
    "closing": "closings that staff entered, 90 days after they ended",
}
_SHOWN = 20
"""Lines about one rule; of more the rest is summed up."""


def purge(store: "SqliteStore", settings: Settings, options: argparse.Namespace) -> None:
    """List what goes, by rule and agency, without anybody's name or word; unless it is a dry run, all of it goes."""
    from bot import contents

    if options.within and not options.dry_run:
        raise CommandError("What is not due yet can only be listed: add --dry-run to --within.")
    network, now = contents.load_content(settings.content).network, datetime.now(UTC)
    periods = network.periods(settings.periods)
    until = now + timedelta(days=options.within or 0)
    with store.transaction() as tx:
        over, rest = tx.outlived(until, periods), tx.effectless(until, periods)
        if not options.dry_run:
            tx.purge(until, periods)
    for line in _listed(over, rest, network, periods, whole=options.all):
        print(line)
    when = f"until {_minute(until)}" if options.within else "now"
    print(f"Nothing was erased: this is what would go {when}." if options.dry_run else "All of it is erased.")


def _listed(over: Sequence[Outlived], rest: dict[str, int], network: Network, periods: Periods, *, whole: bool) -> Iterator[str]:
    """Return a line with the total of each rule and agency, and below it a line for each thing."""
    found: dict[tuple[str, str], list[Outlived]] = {("chat", ""): []}
    found |= {(rule, agency): [] for agency in periods.agencies for rule in ("case", "appointment")}
    for each in over:
        found.setdefault((each.rule, each.agency), []).append(each)
    for (rule, agency), things in found.items():
        name = network.agencies[agency].name if agency in network.agencies else agency or "an agency that is gone"
        yield f"{len(things):8}  {fill(_RULES[rule], periods.stated(agency) | {'agency': name})}"
        shown = things if whole else things[:_SHOWN]
        yield from (f"{'':10}{_said(each, network)}; due {_minute(each.due)}" for each in shown)
        if left := things[len(shown) :]:
            yield f"{'':10}and {len(left)} more, due until {_minute(left[-1].due)}; to list them: --all"
    for rule, count in rest.items():
        yield f"{count:8}  {fill(_RULES[rule], periods.stated(''))}"


def _said(each: Outlived, network: Network) -> str:
    """Return what an operator calls it."""
    if each.rule == "case":
        return f"case {each.name}, closed {_day(each.at)}"
    if each.rule == "appointment":
        return f"{_minute(each.at)}, {network.sites[each.name].name if each.name in network.sites else each.name}"
    return f"chat {each.name}, last message {_day(each.at)}"


def _day(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d}"


def _minute(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"
