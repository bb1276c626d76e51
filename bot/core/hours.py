"""Weekly opening hours in wall time, closures and public holidays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bot.core.locales import ZONE, local


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a day, from and until as wall time."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which a place is closed, both included; with a `part`, only for that part of each."""

    first: date
    last: date
    part: Span | None = None

    def leaves(self, day: date, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        """Return what is left of a day's spans."""
        if not spans or not self.first <= day <= self.last:
            return spans
        if self.part is None:
            return ()
        begins, ends = self.part.start, self.part.end
        pieces = ((Span(each.start, min(each.end, begins)), Span(max(each.start, ends), each.end)) for each in spans)
        return tuple(piece for pair in pieces for piece in pair if piece.start < piece.end)


@dataclass(frozen=True, slots=True)
class Hours:
    """Spans per weekday (0 is Monday), less closures and holidays.

    They may hold in every n-th week only (`every`, counted from the week of `anchor`), on n-th weekdays of a month (`nth`; -1 is
    the last) and from `first` to `last`. An exception says what is open on one day, whatever else holds; only what was `shut`
    since, at short notice, is closed then as well.
    """

    week: Mapping[int, tuple[Span, ...]]
    closures: tuple[Closure, ...] = ()
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    every: int = 1
    anchor: date = date.min
    nth: tuple[int, ...] = ()
    first: date = date.min
    last: date = date.max
    shut: tuple[Closure, ...] = ()

    def on(self, day: date, holidays: Mapping[date, str]) -> tuple[Span, ...]:
        """Return the spans of a day; none on holidays and closed days."""
        spans = self.exceptions[day] if day in self.exceptions else self._usual(day, holidays)
        for closure in self.shut:
            spans = closure.leaves(day, spans)
        return spans

    def _usual(self, day: date, holidays: Mapping[date, str]) -> tuple[Span, ...]:
        spans = self.week.get(day.weekday(), ())
        if not spans or not self.first <= day <= self.last or not self._recurs(day) or day in holidays:
            return ()
        for closure in self.closures:
            spans = closure.leaves(day, spans)
        return spans

    def _recurs(self, day: date) -> bool:
        # Day 1 of the calendar was a Monday.
        weeks = (day.toordinal() - 1) // 7 - (self.anchor.toordinal() - 1) // 7
        if weeks % self.every:
            return False
        last = -1 in self.nth and (day + timedelta(days=7)).month != day.month
        return not self.nth or (day.day + 6) // 7 in self.nth or last

    def since(self, day: date) -> "Hours":
        """Return the hours without the closures and exceptions that were over before a day."""
        exceptions = {each: spans for each, spans in self.exceptions.items() if each >= day}
        return replace(self, closures=tuple(each for each in self.closures if each.last >= day), exceptions=exceptions)

    def moments(self, day: date, holidays: Mapping[date, str]) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans of a day as aware moments."""
        for span in self.on(day, holidays):
            yield _moment(day, span.start), _moment(day, span.end)

    def seconds(self, start: date, days: int, holidays: Mapping[date, str]) -> Iterator[tuple[int, int]]:
        """Yield the spans of the coming days in seconds since 1970; many times faster than moments, for many rules at once."""
        for offset in range(days + 1):
            day = start + timedelta(days=offset)
            for span in self.on(day, holidays):
                yield _seconds(day, span.start), _seconds(day, span.end)

    def spans(self, start: datetime, days: int, holidays: Mapping[date, str]) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans of the coming days as aware moments, those that ended before `start` left out."""
        first = local(start).date()
        for offset in range(days + 1):
            for opens, closes in self.moments(first + timedelta(days=offset), holidays):
                if closes > start:
                    yield opens, closes

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


def _moment(day: date, at: time) -> datetime:
    wall = datetime.combine(day, at, ZONE)
    # In Germany the hour after two is skipped in spring: both ends of a span that lies in it are three o'clock, so it is empty.
    skipped = at.hour == 2 and wall.timestamp() > wall.replace(fold=1).timestamp()
    return wall.replace(hour=3, minute=0) if skipped else wall


@lru_cache(maxsize=8192)
def _seconds(day: date, at: time) -> int:
    return int(_moment(day, at).timestamp())
