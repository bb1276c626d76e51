"""Appointments that cannot be as they were booked: why, what is proposed instead, and how newcomers are asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.core import appointments, bookings
from bot.core.appointments import Appointment, Slot, Taken, Wish
from bot.core.events import SlotHeld
from bot.core.network import Site
from bot.core.talk import Situation, Talk, Turn

ASK_FOR = timedelta(hours=24)
"""How long a proposed time is kept."""


Reason = Literal["hours", "busy", "interpreter"]
"""Why: the site's times changed, a calendar says that the advisor (or the site) has no time, or that who interprets has none."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """An appointment that cannot be as booked; the free time nearest to it; until when that is kept, if they were asked; why."""

    appointment: Appointment
    proposal: Slot | None
    asked_until: datetime | None = None
    reason: Reason = "hours"

    @property
    def needs_time(self) -> bool:
        """Tell whether it needs another time; else it can stay, with somebody else who interprets."""
        return self.reason != "interpreter"


def proposal(situation: Situation, appointment: Appointment, site: Site, others: Iterable[Slot] = ()) -> Slot | None:
    """Return the free time at the same site that is nearest to an appointment's; `others` are proposed to others already."""
    fit = possible(situation, appointment, site, others)
    return min(fit, key=lambda slot: abs(slot.start - appointment.slot.start), default=None)


def possible(situation: Situation, appointment: Appointment, site: Site, others: Iterable[Slot] = ()) -> list[Slot]:
    """Return the free times at the same site to which an appointment can be moved, if possible those of its kind."""
    own = [each.slot for each in situation.appointments() if each.ahead(situation.now) and each.id != appointment.id]
    taken = _and_those(situation.taken, others)
    language = situation.conversation.language or appointment.language
    for kind in dict.fromkeys((appointment.slot.kind, None)):
        wish = Wish(appointment.topic, language, kind)
        free = appointments.free_slots(site, situation.now, situation.content.network.holidays, taken, wish)
        fit = [slot for slot in free if not any(slot.overlaps(other) for other in own)]
        if fit:
            return fit
    return []


def _and_those(taken: Taken, others: Iterable[Slot]) -> Taken:
    slots = tuple(others)

    def both(resource: str, start: datetime, end: datetime) -> frozenset[tuple[int, int]]:
        return taken(resource, start, end) | {pair for slot in slots if slot.resource == resource for pair in slot.cells}

    return both


def ask(situation: Situation, misfit: Misfit) -> Turn:
    """Tell a newcomer that their time is not possible any more and why, and offer another; it is kept for a day."""
    talk, appointment, slot, kept = Talk(situation), misfit.appointment, misfit.proposal, None
    if slot is not None:
        kept = appointments.offer(slot, appointment, min(situation.now + ASK_FOR, slot.start), situation.new_id())
        talk.happen(SlotHeld(kept))
    change = bookings.changes(talk, appointment)
    rows = [[bookings.take(talk, kept)], change] if kept else [change, [talk.choice("nav:person", "nav_person")]]
    phrase, slots = bookings.impossible(talk, appointment, kept, "_busy" if misfit.reason == "busy" else "")
    talk.say(phrase, rows, None, **slots)
    return talk.turn()
