"""Which of the free times somebody wants to see: in the afternoon, with somebody who speaks their language, or the earliest."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import get_args

from bot.core import locales
from bot.core.appointments import Slot
from bot.core.contacts import ChoosingAppointment, Narrowing
from bot.core.locales import clock, local
from bot.core.messages import Choice
from bot.core.network import Site
from bot.core.talk import Talk
from bot.core.waiting import speaks

Time = tuple[Site, Slot]
_NOON = 12
_ALL: tuple[Narrowing, ...] = get_args(Narrowing)


def only(talk: Talk) -> tuple[Narrowing, ...]:
    """Return what somebody wants to see only."""
    pending = talk.conversation.pending
    return pending.only if isinstance(pending, ChoosingAppointment) else ()


def choose(talk: Talk, pending: ChoosingAppointment, wish: str, *, on: bool) -> bool:
    """Note a wish, or that it is none any more; False for one there is not."""
    if wish in _ALL:
        wanted = tuple(each for each in _ALL if (on if each == wish else each in pending.only))
        talk.update(pending=replace(pending, only=wanted))
    return wish in _ALL


def wants(talk: Talk, site: Site, slot: Slot) -> bool:
    """Tell whether a time is among those that somebody wants to see."""
    return all(_is(talk, site, slot, each) for each in only(talk))


def choices(talk: Talk, times: Iterable[Time]) -> list[list[Choice]]:
    """Return buttons for what would leave some of the times out, and for what does."""
    times, rows = list(times), []
    for each in _ALL:
        if each in only(talk):
            rows.append([talk.choice(f"book:all:{each}", f"appointment_all_{each}")])
        elif len({_is(talk, *time, each) for time in times}) > 1:
            rows.append([talk.choice(f"book:only:{each}", f"appointment_only_{each}")])
    return rows


def earliest_choice(talk: Talk, times: Sequence[Time]) -> Choice:
    """Return the button that leads to the earliest time anywhere, if there is one at a site that is for everybody."""
    for_all = [each for each in times if not each[0].target_groups]
    site, slot = min(for_all or times, key=lambda each: each[1].start)
    day = f"{locales.day(local(slot.start).date(), talk.language)} {clock(slot.start)}"
    return talk.choice(f"book:time:{site.id}:{slot.start:%Y%m%d%H%M}", "appointment_earliest", day=day, site=site.name)


def _is(talk: Talk, site: Site, slot: Slot, narrowing: Narrowing) -> bool:
    return local(slot.start).hour >= _NOON if narrowing == "afternoon" else speaks(site, slot.advisor, talk.speaks)
