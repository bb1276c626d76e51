"""What staff hears of appointments that a turn changes, and whose open pages look again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.core import events
from bot.core.appointments import Appointment
from bot.core.network import Site
from bot.core.talk import Situation, Turn
from bot.services.ports import AppointmentChange, Timer, Transaction


def agencies(situation: Situation, turn: Turn) -> set[str]:
    """Return the agencies whose appointments a turn changes, where one is now and where it was, or whose waiting lists."""
    changed = [found[0] for event in turn.events if (found := _changed(event))]
    before = [each for each in situation.appointments() if each.id in {one.id for one in changed}] if changed else []
    where = {each.slot.site for each in (*changed, *before)} | set(filter(None, map(_list, turn.events)))
    sites = situation.content.network.sites
    return {sites[site].agency for site in where if site in sites}


def alerts(tx: Transaction, sites: Mapping[str, Site], turn: Turn, now: datetime) -> list[Timer]:
    """Return what tells staff of changed appointments; an agency that one was moved away from hears that, too."""
    timers = []
    for each, what in filter(None, map(_changed, turn.events)):
        alert = appointment_alert(each)
        timers.append(Timer(alert, "appointment", each.id, what, now))
        before = tx.appointment(each.id)
        homes = [sites[one.slot.site].agency for one in (before, each) if one and one.slot.site in sites]
        if before is not None and len(set(homes)) == 2:
            timers.append(Timer(f"{alert}:left", "appointment", each.id, _left(before), now))
    return timers


def appointment_alert(appointment: Appointment) -> str:
    """Return the id of the timer that tells staff of an appointment as it is now."""
    return f"appointment:{appointment.id}:{appointment.sequence}"


def _left(before: Appointment) -> str:
    return f"left {before.slot.site} {before.slot.start.isoformat()}"


def as_it_was(appointment: Appointment, fence: str) -> Appointment | None:
    """Return an appointment at the site and time it was moved away from, if that is what an alert is about."""
    mark, _, rest = fence.partition(" ")
    site, _, start = rest.partition(" ")
    if mark != "left":
        return None
    return replace(appointment, slot=replace(appointment.slot, site=site, start=datetime.fromisoformat(start)))


def _changed(event: events.Event) -> tuple[Appointment, AppointmentChange] | None:
    match event:
        case events.AppointmentBooked(appointment):
            return appointment, "booked"
        case events.AppointmentMoved(appointment):
            return appointment, "moved"
        case events.AppointmentCancelled(appointment):
            return appointment, "cancelled"
    return None


def _list(event: events.Event) -> str | None:
    """Return the site whose waiting list an event changes."""
    match event:
        case events.WaitingChanged(waiting):
            return waiting.site
        case events.WaitingEnded(_, site):
            return site
    return None
