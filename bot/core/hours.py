"""Weekly opening hours in wall time, closures and public holidays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.core.locales import ZONE, local


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a day, from and until as wall time."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which a place is closed, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Hours:
    """Spans per weekday (0 is Monday), less closures and holidays."""

    week: Mapping[int, tuple[Span, ...]]
    closures: tuple[Closure, ...] = ()

    def on(self, day: date, holidays: Mapping[date, str]) -> tuple[Span, ...]:
        """Return the spans of a day; none on holidays and closed days."""
        if day in holidays or any(closure.first <= day <= closure.last for closure in self.closures):
            return ()
        return self.week.get(day.weekday(), ())

    def spans(self, start: datetime, days: int, holidays: Mapping[date, str]) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans of the coming days as aware moments, those that ended before `start` left out."""
        first = local(start).date()
        for offset in range(days + 1):
            day = first + timedelta(days=offset)
            for span in self.on(day, holidays):
                end = datetime.combine(day, span.end, ZONE)
                if end > start:
                    yield datetime.combine(day, span.start, ZONE), end

    def open_until(self, now: datetime, holidays: Mapping[date, str]) -> datetime | None:
        """Return when it closes, if it is open now."""
        return next((end for start, end in self.spans(now, 0, holidays) if start <= now), None)

    def next_opening(self, now: datetime, holidays: Mapping[date, str]) -> datetime | None:
        """Return when it opens next within sixty days."""
        return next((start for start, _ in self.spans(now, 60, holidays) if start > now), None)

    def end_of_open_day(self, now: datetime, days: int, holidays: Mapping[date, str]) -> datetime | None:
        """Return the closing time of the n-th open day after today, within sixty days."""
        today = local(now).date()
        ends: dict[date, datetime] = {}
        for start, end in self.spans(now, 60, holidays):
            if start.date() > today:
                ends[start.date()] = end
        ordered = [ends[day] for day in sorted(ends)]
        return ordered[days - 1] if len(ordered) >= days else None
