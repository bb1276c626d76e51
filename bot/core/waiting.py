"""The list of those who wait for a time at a site: who is asked about which free time, for how long, and when waiting ends."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.core.appointments import Appointment, Hold, Slot
from bot.core.locales import local
from bot.core.network import Kind, Site
from bot.core.night import waking_end

LASTS = timedelta(days=28)
"""How long somebody waits at most."""
REFUSALS = 2
"""After so many times of saying no, waiting ends; who does not answer at all keeps their place."""
_ON_THE_LAST_DAY = time(8)
_TO_COME = timedelta(hours=1)
"""What is left at least between the last moment to answer and the time itself."""
_WORTHWHILE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody's place on the list of a site; each contact has one at most.

    They are asked about a time before `before` (None: about any), until `until`; an `appointment` of theirs moves when they take
    one. `kind` is how they would like to meet; `only` an advisor who speaks their language will do. `asked` are the times they
    were asked about, the latest at the end; `open` is the hold behind a question that is not answered yet, `refused` how often
    they said no.
    """

    id: str
    contact_id: str
    conversation_id: str
    site: str
    topic: str
    language: str
    since: datetime
    until: datetime
    before: datetime | None = None
    appointment: str | None = None
    kind: Kind | None = None
    only: bool = False
    asked: tuple[datetime, ...] = ()
    open: str | None = None
    refused: int = 0

    def same_wish(self, other: "Waiting") -> bool:
        """Tell whether somebody waits for the same."""
        mine, theirs = ((each.site, each.topic, each.before, each.appointment) for each in (self, other))
        return mine == theirs

    def served(self, appointment: Appointment) -> bool:
        """Tell whether an appointment that was booked or moved is what somebody waited for: their own, or one on the topic."""
        return appointment.status == "booked" and (appointment.id == self.appointment or appointment.topic == self.topic)


def deadline(before: datetime | None, now: datetime) -> datetime:
    """Return until when somebody waits who begins now: at most to the morning of the day they want to be earlier than."""
    if before is None:
        return now + LASTS
    morning = datetime.combine(local(before).date(), _ON_THE_LAST_DAY, local(before).tzinfo)
    return min(now + LASTS, morning.astimezone(UTC))


def worthwhile(site: Site, before: datetime | None, now: datetime) -> bool:
    """Tell whether something earlier than `before` may still get free at a site, soon enough to ask somebody about it."""
    if not site.appointments:
        return False
    lead = timedelta(hours=min(rule.lead_hours for rule in site.appointments))
    return before is None or before - now >= lead + _WORTHWHILE


def loosened(waiting: Waiting, now: datetime) -> Waiting:
    """Return what is left to wait for when the site cancelled the appointment: any time."""
    return replace(waiting, appointment=None, before=None, until=deadline(None, now))


def find(waiting: Waiting, site: Site, free: Iterable[Slot], own: Iterable[Appointment], now: datetime) -> Slot | None:
    """Return the first free time to ask somebody about, who has these appointments already; None when nothing fits."""
    fit = possible(waiting, site, free, own, now)
    return next((slot for slot in fit if earlier(waiting, slot) and slot.start not in waiting.asked), None)


def possible(waiting: Waiting, site: Site, free: Iterable[Slot], own: Iterable[Appointment], now: datetime) -> Iterator[Slot]:
    """Yield the free times that somebody can answer about and come to; who has an appointment to move needs an earlier one."""
    mine = [each for each in own if each.id != waiting.appointment or each.status == "cancelled"]
    latest = answer_by(site, now) + _TO_COME
    for slot in free:
        if (
            slot.start >= latest
            and (waiting.appointment is None or earlier(waiting, slot))
            and (not waiting.only or speaks(site, slot.advisor, waiting.language))
            and not any(_in_the_way(each, slot, now) for each in mine)
        ):
            yield slot


def earlier(waiting: Waiting, slot: Slot) -> bool:
    """Tell whether a time is as early as somebody wishes."""
    return waiting.before is None or slot.start < waiting.before


def _in_the_way(own: Appointment, slot: Slot, now: datetime) -> bool:
    """Tell whether somebody is elsewhere then, or had just this time already and it was cancelled."""
    return own.slot.overlaps(slot) if own.ahead(now) else own.status == "cancelled" and own.slot.start == slot.start


def speaks(site: Site, advisor: str, language: str) -> bool:
    """Tell whether a site, or an advisor there, offers appointments in a language."""
    same = [rule.languages or site.languages for rule in site.appointments if rule.advisor == advisor]
    return any(language in languages for languages in same)


def answer_by(site: Site, now: datetime) -> datetime:
    """Return until when somebody who is asked now may answer."""
    return waking_end(now, site.offer_for)


def ask(waiting: Waiting, slot: Slot, until: datetime, new_id: str) -> tuple[Waiting, Hold]:
    """Keep a slot for somebody who is asked whether they want it."""
    hold = Hold(new_id, waiting.contact_id, slot, until, offered=waiting.id)
    before = tuple(each for each in waiting.asked if each != slot.start)
    return replace(waiting, asked=(*before, slot.start), open=new_id), hold


def answered(waiting: Waiting) -> Waiting:
    """Note that a question is not open any more."""
    return replace(waiting, open=None)


def refuse(waiting: Waiting) -> Waiting | None:
    """Note that somebody said no; None when that was the last time."""
    return replace(answered(waiting), refused=waiting.refused + 1) if waiting.refused + 1 < REFUSALS else None
