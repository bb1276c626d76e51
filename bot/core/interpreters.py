"""Volunteers who interpret at appointments: what they speak, where and when, and who of them has time."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from bot.core.appointments import Interpreting, Slot, Taken, interpreter_cells
from bot.core.hours import Hours
from bot.core.locales import local
from bot.core.network import Kind, Network

Way = Literal["there", "phone"]
"""How somebody interprets: sitting beside, or by telephone."""
WAYS: tuple[Way, ...] = get_args(Way)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A volunteer of an agency. No `sites` means all of its sites; `shared` adds those of the agencies it agreed with."""

    id: str
    agency: str
    name: str
    languages: tuple[str, ...]
    hours: Hours
    ways: tuple[Way, ...] = WAYS
    sites: tuple[str, ...] = ()
    shared: bool = False

    @property
    def resource(self) -> str:
        """The name under which their time is taken."""
        return Interpreting("there", self.id).resource

    def way(self, kind: Kind | None) -> Way | None:
        """Return how somebody interprets when people meet in a certain way; None when they cannot."""
        beside = kind not in ("phone", "video") and "there" in self.ways
        return "there" if beside else "phone" if "phone" in self.ways else None

    def suits(self, slot: Slot, language: str, network: Network) -> bool:
        """Tell whether somebody interprets a language, at the slot's site and within their hours; not whether they have time."""
        site = network.sites.get(slot.site)
        here = site is not None and site.agency in served(self, network) and (not self.sites or site.id in self.sites)
        moments = self.hours.moments(local(slot.start).date(), network.holidays)
        return (
            here and language in self.languages and any(opens <= slot.start and slot.end <= closes for opens, closes in moments)
        )


def served(interpreter: Interpreter, network: Network) -> frozenset[str]:
    """Return the agencies that somebody interprets for: their own, and if they are shared those that both agreed with."""
    own = network.agencies.get(interpreter.agency)
    partners = network.agencies.values() if own and interpreter.shared else ()
    return frozenset({interpreter.agency, *(each.id for each in partners if own and own.helps(each))})


def is_free(who: Interpreting, slot: Slot, taken: Taken, given_up: Collection[tuple[str, int, int]] = ()) -> bool:
    """Tell whether a volunteer has nothing else at a slot than what is given up for it."""
    occupied = {(who.resource, *pair) for pair in taken(who.resource, slot.start, slot.end)}.difference(given_up)
    return occupied.isdisjoint(interpreter_cells(slot, who))
