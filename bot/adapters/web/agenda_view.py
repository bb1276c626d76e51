"""Which appointments the console is asked to show: all that come, a week or a day; of all sites and advisors or of one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal
from urllib.parse import urlencode

from bot.core.appointments import Appointment

_WEEK = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True, slots=True)
class View:
    """What is shown, from which day on; no site or advisor means all."""

    span: Literal["list", "week", "day"]
    first: date
    site: str = ""
    advisor: str = ""

    @property
    def length(self) -> int:
        """How many days a week or a day has."""
        return 7 if self.span == "week" else 1

    @property
    def query(self) -> str:
        """The address after the question mark."""
        when = {"list": {}, "week": {"week": _name(self.first)}, "day": {"day": self.first.isoformat()}}[self.span]
        return urlencode(when | {name: value for name, value in (("site", self.site), ("advisor", self.advisor)) if value})

    def at(self, day: date, span: Literal["list", "week", "day"] | None = None) -> "View":
        """Return the same of another day, or another span."""
        span = span or self.span
        return replace(self, span=span, first=_monday(day) if span == "week" else day)

    def shows(self, appointment: Appointment) -> bool:
        """Tell whether an appointment is at the site and with the advisor that are asked for."""
        slot = appointment.slot
        return self.site in ("", slot.site) and self.advisor in ("", slot.advisor)


def read_view(asked: Mapping[str, str], today: date) -> View:
    """Return what an address asks for; a week is also told by one of its days, what cannot be read is as if it were not there."""
    site, advisor = asked.get("site", "")[:100], asked.get("advisor", "")[:100]
    if "week" in asked:
        return View("week", _week(asked["week"]) or _monday(_day(asked["week"]) or today), site, advisor)
    if "day" in asked:
        return View("day", _day(asked["day"]) or today, site, advisor)
    return View("list", today, site, advisor)


def _name(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(text: str) -> date | None:
    found = _WEEK.fullmatch(text)
    try:
        return _sane(date.fromisocalendar(int(found[1]), int(found[2]), 1)) if found else None
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return _sane(date.fromisoformat(text))
    except ValueError:
        return None


def _sane(day: date) -> date | None:
    """Return a day that has a week before and after it."""
    return day if 2000 <= day.year < 2200 else None
