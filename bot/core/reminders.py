"""When somebody is reminded of an appointment, and in what words."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Literal, get_args

from bot.core import bookings, interpreting
from bot.core.appointments import Appointment
from bot.core.locales import local
from bot.core.network import Site
from bot.core.night import is_night, next_morning
from bot.core.talk import Situation, Talk, Turn

Notice = Literal["days", "hours"]
NOTICES: tuple[Notice, ...] = get_args(Notice)
BEFORE: Mapping[Notice, timedelta] = {"days": timedelta(days=2), "hours": timedelta(hours=2)}
_EVENING = time(20)
_AFTER_BOOKING: Mapping[Notice, timedelta] = {"days": timedelta(hours=12), "hours": timedelta(hours=2)}
"""Nobody has forgotten yet what they booked so shortly before."""
_USEFUL_UNTIL: Mapping[Notice, timedelta] = {"days": timedelta(hours=12), "hours": timedelta(minutes=15)}
"""A reminder that is late is sent as long as this is left; later it disturbs more than it helps."""
_IN_TIME = timedelta(hours=1)


def notices(appointment: Appointment, now: datetime) -> dict[Notice, datetime]:
    """Return when to remind of an appointment that is booked or moved now; never at night."""
    if not appointment.ahead(now):
        return {}
    start = appointment.slot.start
    # Days in wall time, hours in real time: that is how people count over a change of the clocks.
    wanted = {"days": local(start) - BEFORE["days"], "hours": start - BEFORE["hours"]}
    due = {notice: _by_day(wanted[notice], start).astimezone(UTC) for notice in NOTICES}
    return {notice: at for notice, at in due.items() if at >= now + _AFTER_BOOKING[notice]}


def send_at(notice: Notice, appointment: Appointment, now: datetime) -> datetime | None:
    """Return when to send a reminder that is due: now, in the morning, or not any more."""
    at = next_morning(now) if is_night(now) else now
    return at if appointment.slot.start - at >= _USEFUL_UNTIL[notice] else None


def remind(situation: Situation, appointment: Appointment, site: Site | None) -> Turn:
    """Remind of an appointment: when, where, how to get there, what to bring; and ask whether they come."""
    talk = Talk(situation)
    where = bookings.place(talk, appointment, site) if site else ""
    if site and bookings.meets_there(talk, appointment, site) and (site.example or site.verified_on):
        where += f"\n🗺 [{talk.words('route')}]({site.route})"
    where = "\n".join(filter(None, (where, interpreting.words(talk, appointment))))
    text = talk.words(
        "appointment_reminder",
        when=bookings.when(talk, appointment.slot),
        site=bookings.site_name(talk, appointment),
        place=where,
        bring=talk.words("bring_everything"),
    )
    coming = [] if appointment.coming else [talk.choice(f"book:come:{appointment.id}", "reminder_come")]
    language = talk.content.phrases.find("appointment_reminder", talk.language).language
    talk.tell(text, [coming, bookings.changes(talk, appointment)], language=language)
    return talk.turn()


def _by_day(wanted: datetime, start: datetime) -> datetime:
    """Return a moment at which people are awake: the morning after, or the evening before if that would be too short before."""
    if not is_night(wanted):
        return wanted
    morning = next_morning(wanted)
    if start - morning >= _IN_TIME:
        return morning
    return local(morning - timedelta(days=1)).replace(hour=_EVENING.hour, minute=0)
