"""What the check finds in the times of counselling sites. Two rules may overlap: they share the site's seats."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.adapters.content.problems import Problem
from bot.core.hours import Hours, Span
from bot.core.locales import plain_date
from bot.core.network import AppointmentRule, Network, Site

_CELL_MINUTES = 15


def check_sites(network: Network, today: date) -> Iterator[Problem]:
    """Yield what is wrong with the times of appointments and open hours."""
    for site in network.sites.values():
        for place, message, severe in _of_site(site, today):
            file = f"knowledge/network/sites/{site.id}.yaml"
            yield Problem(file, place, message, "error" if severe else "warning")


def _of_site(site: Site, today: date) -> Iterator[tuple[str, str, bool]]:
    for number, rule in enumerate(site.appointments, 1):
        place = f"appointments → Nr. {number}"
        yield from ((place, message, True) for message in _too_short(rule))
        yield from ((place, message, False) for message in (*_ragged(rule.hours), *_over(rule.hours, today)))
    for number, walk_in in enumerate(site.walk_in, 1):
        yield from ((f"walk_in → Nr. {number}", message, False) for message in _over(walk_in.hours, today))


def _too_short(rule: AppointmentRule) -> Iterator[str]:
    for minutes in sorted({rule.minutes, *rule.lengths.values()}):
        for span in _spans(rule.hours):
            if _length(span) < timedelta(minutes=minutes):
                yield f"In die Zeit {_shown(span)} passt kein Termin von {minutes} Minuten. Ändern Sie die Zeit oder die Länge."


def _ragged(hours: Hours) -> Iterator[str]:
    for span in _spans(hours):
        if span.start.minute % _CELL_MINUTES:
            yield f"{_shown(span)} beginnt nicht zur Viertelstunde, dann bleiben Lücken. Schreiben Sie eine volle Viertelstunde."


def _over(hours: Hours, today: date) -> Iterator[str]:
    if hours.last < today:
        yield f"Diese Zeiten galten bis {plain_date(hours.last)}. Löschen Sie sie oder ändern Sie valid_until."
    past = [day for day in hours.exceptions if day < today]
    if past:
        yield f"Der Tag {plain_date(min(past))} unter exceptions ist vorbei. Löschen Sie ihn."


def _spans(hours: Hours) -> list[Span]:
    """Return every span that is written, each once."""
    written = (*hours.week.values(), *hours.exceptions.values())
    return list(dict.fromkeys(span for spans in written for span in spans))


def _length(span: Span) -> timedelta:
    return datetime.combine(date.min, span.end) - datetime.combine(date.min, span.start)


def _shown(span: Span) -> str:
    return f"{span.start:%H:%M}-{span.end:%H:%M}"
