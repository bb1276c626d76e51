"""When people sleep: nobody is written to at night."""

from datetime import UTC, datetime, time, timedelta

from bot.core.locales import local

_MORNING, _NIGHT = time(8), time(21)


def is_night(moment: datetime) -> bool:
    """Tell whether it is too late, or too early, to write to somebody."""
    return not _MORNING <= local(moment).time() < _NIGHT


def next_morning(moment: datetime) -> datetime:
    """Return when somebody can be written to, seen from a moment at night."""
    wall = local(moment)
    day = wall.date() + timedelta(days=1) if wall.time() >= _NIGHT else wall.date()
    return datetime.combine(day, _MORNING, wall.tzinfo)


def waking_end(start: datetime, lasting: timedelta) -> datetime:
    """Return when so much time is over in which people are awake; at night the clock stands still."""
    begin = next_morning(start) if is_night(start) else start
    night = datetime.combine(local(begin).date(), _NIGHT, local(begin).tzinfo)
    left = night - local(begin)
    return (begin + lasting).astimezone(UTC) if lasting <= left else waking_end(night, lasting - left)
