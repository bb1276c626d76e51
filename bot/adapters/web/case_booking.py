"""Booking an appointment on the page of a case: the next free times, and taking one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from starlette.datastructures import FormData

from bot.adapters.web.casework import Option
from bot.adapters.web.interpreter_words import interpreted
from bot.adapters.web.parts import Gettext, WebParts
from bot.core.appointments import Slot, shown
from bot.core.cases import Case
from bot.core.diary import read_start
from bot.core.locales import clock, full_day, local
from bot.core.network import KINDS, Kind
from bot.services.bookings import NotBooked, Times
from bot.services.ports import Advisor


@dataclass(frozen=True, slots=True)
class Time:
    """A free time as a button: what it sends, what it says."""

    value: str
    time: str
    site: str


@dataclass(frozen=True, slots=True)
class Booking:
    """The free times by day, and what they can be narrowed down to; `ahead` is what is booked at the agency already."""

    days: list[tuple[str, list[Time]]]
    sites: list[Option]
    site: str
    kinds: list[Option]
    kind: str
    since: str
    later: str
    asked: bool
    ahead: list[str]


def offer(parts: WebParts, me: Advisor, case: Case, asked: Mapping[str, str], _: Gettext, language: str) -> Booking | None:
    """Return what is free for a case; nothing when this advisor cannot book for it, or their agency offers no appointments."""
    if not case.open or (case.advisor is not None and me.id not in (case.advisor, *case.joined)):
        return None
    since = read_day(asked.get("from", ""))
    times = parts.bookings.times(me, case, asked.get("at", ""), read_kind(asked.get("kind", "")), since)
    if times is None:
        return None
    names, ways = {site.id: site.name for site in times.sites}, kinds(_)
    return Booking(
        days=by_day(times, names, language),
        sites=[Option(id, name) for id, name in names.items()],
        site=times.site.id if times.site else "all",
        kinds=[Option(kind, ways[kind]) for kind in times.kinds],
        kind=times.kind or "",
        since=since.isoformat() if since else "",
        later=times.later.isoformat() if times.later else "",
        asked=any(name in asked for name in ("from", "at", "kind")),
        ahead=_ahead(parts, case, _, language),
    )


def _ahead(parts: WebParts, case: Case, _: Gettext, language: str) -> list[str]:
    """Return what the person has booked at the agency, and who interprets."""
    sites, now = parts.content().network.sites, parts.clock.now()
    with parts.store.transaction() as tx:
        booked = [each for each in tx.appointments(case.contact_id) if each.ahead(now)]
        names = {each.id: each.name for each in tx.interpreters()}
    here = [each for each in booked if each.slot.site in sites and sites[each.slot.site].agency == case.agency]
    words = ((shown(each.slot, language), sites[each.slot.site].name, interpreted(each.interpreting, names, _)) for each in here)
    return [" · ".join(filter(None, each)) for each in words]


def by_day(times: Times, names: Mapping[str, str], language: str) -> list[tuple[str, list[Time]]]:
    """Return free times as buttons by day; each names its site where several were asked."""

    def button(slot: Slot) -> Time:
        value = f"{slot.site}:{slot.start:%Y%m%d%H%M}:{times.kind or ''}"
        return Time(value, clock(slot.start), "" if times.site else names[slot.site])

    days = groupby(times.slots, key=lambda slot: local(slot.start).date())
    return [(full_day(day, language), [button(slot) for slot in slots]) for day, slots in days]


def book(parts: WebParts, me: Advisor, case_id: str, form: FormData) -> None:
    """Book the time whose button was pressed.

    Raises:
        CaseError: somebody else has the case, or it is closed.
        Forbidden: it is not a case of the advisor's agency.
        NotBooked: the time is gone, or the person has too many appointments.
    """
    parts.bookings.book(me, case_id, *read_time(str(form.get("time", ""))))


def read_time(pressed: str) -> tuple[str, datetime, Kind | None]:
    """Return the site, the moment and the kind of meeting that a button stands for.

    Raises:
        NotBooked: it stands for no time.
    """
    site, _, rest = pressed.partition(":")
    moment, _, kind = rest.partition(":")
    start = read_start(moment)
    if start is None:
        raise NotBooked("gone")
    return site, start, read_kind(kind)


def refusal(error: NotBooked, _: Gettext) -> str:
    """Say why nothing was booked."""
    if error.reason == "too_many":
        return _("Die Person hat schon drei Termine. Mehr geht nicht: Sagen Sie zuerst einen davon ab.")
    return _("Diese Zeit ist gerade nicht mehr frei. Bitte wählen Sie eine andere.")


def kinds(_: Gettext) -> Mapping[Kind, str]:
    """Return how people meet, in words."""
    return {
        "visit": _("in der Beratungsstelle"),
        "phone": _("am Telefon"),
        "video": _("per Video"),
        "home": _("zu Hause bei der Person"),
    }


def read_kind(text: str) -> Kind | None:
    """Return the way of meeting that a form names."""
    return next((each for each in KINDS if each == text), None)


def read_day(text: str) -> date | None:
    """Return the day that a form names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
