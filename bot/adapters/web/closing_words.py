"""Closings in the words of the console: what is closed, when and why; and all that is closed on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.adapters.web.agenda_view import View
from bot.adapters.web.parts import Gettext
from bot.core.closings import Closing
from bot.core.hours import Hours, Span
from bot.core.locales import clock, plain_date, short_weekday
from bot.core.network import Site


@dataclass(frozen=True, slots=True)
class Shut:
    """What is closed, in words: where (or who has no time), what that means, and a part of the day (empty: all of it)."""

    where: str
    what: str
    time: str
    reason: str


class ClosingWords:
    """Puts closings into the console's language; `sites` and `people` are names by id and login."""

    def __init__(self, sites: Mapping[str, str], people: Mapping[str, str], texts: Gettext, language: str) -> None:
        self._sites = sites
        self._people = people
        self._texts = texts
        self._language = language

    def shut(self, closing: Closing) -> Shut:
        """Return a closing without its days."""
        part = closing.when.part
        return Shut(self._where(closing), self._what(closing), _times(part) if part else "", closing.reason)

    def days(self, closing: Closing) -> str:
        """Return the days of a closing."""
        _, first, last = self._texts, closing.when.first, closing.when.last
        if not closing.id:
            return _("bis {day}").format(day=self._day(last))
        return self._day(first) if first == last else f"{self._day(first)} – {self._day(last)}"

    def on(self, day: date, view: View, sites: Iterable[Site], closings: Iterable[Closing]) -> list[Shut]:
        """Return what is closed on a day at these sites: what staff entered, then what stands in the files."""
        shown = list(sites)
        entered = [each for each in closings if each.when.first <= day <= each.when.last and _concerns(each, view, shown)]
        return [*map(self.shut, entered), *self._by_files(day, view, shown)]

    def _by_files(self, day: date, view: View, sites: list[Site]) -> Iterable[Shut]:
        """Return what the files close; sites that are closed alike are named together."""
        _, whole = self._texts, [site for site in sites if _closed(site.hours, day)]
        if whole:
            yield Shut(self._names(whole, sites), _("geschlossen"), "", "")
        rules = [rule for site in sites if site not in whole for rule in site.appointments if rule.advisor]
        for login in sorted({rule.advisor for rule in rules if view.advisor in ("", rule.advisor)}, key=self._name):
            if all(_closed(rule.hours, day) for rule in rules if rule.advisor == login):
                yield Shut(self._name(login), _("keine Termine"), "", "")

    def _names(self, closed: list[Site], shown: list[Site]) -> str:
        _, every = self._texts, len(closed) == len(shown) > 1
        return _("alle Beratungsstellen") if every else ", ".join(site.name for site in closed)

    def _where(self, closing: Closing) -> str:
        _ = self._texts
        every = _("alle Beratungsstellen") if len(self._sites) > 1 else "".join(self._sites.values())
        site = self._sites.get(closing.site, closing.site) or (every if not closing.advisor else "")
        return ", ".join(filter(None, (self._name(closing.advisor), site)))

    def _what(self, closing: Closing) -> str:
        _ = self._texts
        if not closing.id:
            return _("abwesend")
        return _("keine Termine") if closing.advisor else _("geschlossen")

    def _name(self, login: str) -> str:
        return self._people.get(login, login)

    def _day(self, day: date) -> str:
        return f"{short_weekday(day, self._language)} {plain_date(day)}"


def _concerns(closing: Closing, view: View, sites: Iterable[Site]) -> bool:
    if closing.advisor and view.advisor not in ("", closing.advisor):
        return False
    return any(closing.shuts(site) and (not closing.advisor or site.has(closing.advisor)) for site in sites)


def _closed(hours: Hours, day: date) -> bool:
    return day not in hours.exceptions and any(each.first <= day <= each.last and not each.part for each in hours.closures)


def _times(part: Span) -> str:
    return f"{clock(part.start)}–{clock(part.end)}"
