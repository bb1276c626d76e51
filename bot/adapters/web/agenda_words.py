"""Appointments in the words of the console: who comes when, how full the times are, what no longer fits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.adapters.web import trail
from bot.adapters.web.agenda_view import View
from bot.adapters.web.case_booking import kinds
from bot.adapters.web.cases import language_name
from bot.adapters.web.closing_words import ClosingWords, Shut
from bot.adapters.web.interpreter_words import interpreted, tone
from bot.adapters.web.parts import Gettext
from bot.core.appointments import Appointment, Guest, Hold, Interpreting
from bot.core.closings import Closing
from bot.core.content import Content
from bot.core.interpreters import Interpreter
from bot.core.interpreting import needed
from bot.core.locales import clock, full_day, local
from bot.core.locales import day as short_day
from bot.core.occupancy import openings
from bot.core.proposals import Misfit
from bot.core.waiting import Waiting
from bot.services.ports import Advisor


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment in words."""

    id: str
    number: str
    start: str
    time: str
    site: str
    topic: str
    language: str
    kind: str
    advisor: str
    interpreter: str
    interpreter_tone: str
    date: str
    moved: bool
    coming: bool
    begun: bool
    missed: bool
    over: bool
    guest: Guest | None


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a day in words: how many of its times are booked."""

    time: str
    where: str
    booked: int
    places: int


@dataclass(frozen=True, slots=True)
class Day:
    """The appointments of a day, how full it is, and what is closed; of a holiday the German name."""

    date: str
    title: str
    short: str
    today: bool
    entries: list[Entry]
    openings: list[Place]
    holiday: str
    closed: list[Shut]


@dataclass(frozen=True, slots=True)
class Change:
    """An appointment that no longer fits: when it is, what is proposed, until when that is kept if the person was asked.

    `value` is the proposed time as a form sends it.
    """

    id: str
    when: str
    topic: str
    language: str
    site: str
    proposal: str
    asked_until: str
    reason: str
    guest: Guest | None
    value: str


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits for a time, in words: since when, for what, before when (empty: any).

    `asked`: they are asked right now, about the time `question`, which is kept until `until`.
    """

    id: str
    site: str
    topic: str
    language: str
    only: bool
    since: str
    before: str
    asked: bool
    question: str
    until: str


class AgendaWords:
    """Puts the appointments of an agency into the console's language."""

    def __init__(
        self,
        content: Content,
        staff: Iterable[Advisor],
        agency: str,
        texts: Gettext,
        language: str,
        now: datetime,
        interpreters: Iterable[Interpreter] = (),
        closings: Sequence[Closing] = (),
    ) -> None:
        self._content = content
        # By login: so the times of advisors are named.
        self._staff = {each.login: each for each in staff if each.agency == agency}
        self._sites = {site.id: site for site in content.network.sites.values() if site.agency == agency}
        self._texts = texts
        self._language = language
        self._now = now
        self._kinds = kinds(texts)
        self._interpreters = {each.id: each.name for each in interpreters}
        self._closings = closings
        self.closing = ClosingWords(self.all_sites(), {each.login: each.name for each in self._staff.values()}, texts, language)

    def sites(self) -> dict[str, str]:
        """Return the sites that offer appointments: id → name."""
        return {site.id: site.name for site in self._sites.values() if site.appointments}

    def all_sites(self) -> dict[str, str]:
        """Return all sites of the agency: id → name."""
        return {site.id: site.name for site in self._sites.values()}

    def by(self, id: str) -> str:
        """Return the name of a member of staff; none of who is not there any more."""
        return next((each.name for each in self._staff.values() if each.id == id), "")

    def advisors(self) -> dict[str, str]:
        """Return the advisors who have times of their own: id → name."""
        ids = {rule.advisor for site in self._sites.values() for rule in site.appointments if rule.advisor}
        return {id: self._name(id) for id in sorted(ids, key=self._name)}

    def coming(self, view: View, booked: Iterable[Appointment]) -> list[Day]:
        """Return the days on which something is booked."""
        by_day = groupby(booked, key=lambda each: local(each.slot.start).date())
        return [self.day(day, list(each), view) for day, each in by_day]

    def days(self, view: View, booked: list[Appointment]) -> list[Day]:
        """Return the days of a week or the one day, with how full they are; of a weekend only days with something on them."""
        days = [
            self.day(day, [each for each in booked if local(each.slot.start).date() == day], view, load=True)
            for day in (view.first + timedelta(days=offset) for offset in range(view.length))
        ]
        return [day for n, day in enumerate(days) if n < 5 or day.entries or day.openings]

    def day(self, day: date, booked: list[Appointment], view: View, *, load: bool = False) -> Day:
        """Return one day; with its `load`, how full it is at the sites that are shown, or with one advisor there."""
        _, title, today = self._texts, full_day(day, self._language), local(self._now).date()
        holidays = self._content.network.holidays
        sites = [site for site in self._sites.values() if view.site in ("", site.id)]
        found = [each for site in sites for each in openings(site, day, holidays, booked)] if load else []
        return Day(
            date=day.isoformat(),
            title=f"{_('Heute')}, {title}" if day == today else title,
            short=short_day(day, self._language),
            today=day == today,
            entries=[self.entry(each) for each in booked],
            openings=[
                Place(
                    f"{clock(each.start)}–{clock(each.end)}",
                    self._name(each.advisor) if each.advisor else self._site(each.site),
                    each.booked,
                    each.places,
                )
                for each in sorted(found, key=lambda each: each.start)
                if view.advisor in ("", each.advisor)
            ],
            holiday=holidays.get(day, ""),
            closed=self.closing.on(day, view, sites, self._closings),
        )

    def entry(self, appointment: Appointment, numbers: Mapping[str, int] | None = None) -> Entry:
        """Return an appointment; its number is that of the person's case as far as `numbers` knows it, else the booking's."""
        slot, _, number = appointment.slot, self._texts, (numbers or {}).get(appointment.id)
        booking = _("Buchung {number}").format(number=appointment.id[-6:].upper())
        who = self._interpreting(appointment)
        return Entry(
            id=appointment.id,
            number=f"{_('Fall')} {number}" if number else booking,
            start=slot.start.isoformat(),
            time=f"{clock(slot.start)}–{clock(slot.end)}",
            site=self._site(slot.site),
            topic=self.topic(appointment),
            language=language_name(appointment.language, self._language),
            kind=self._kinds[slot.kind] if slot.kind else "",
            advisor=self._name(slot.advisor),
            interpreter=interpreted(who, self._interpreters, _),
            interpreter_tone=tone(who),
            date=full_day(local(slot.start).date(), self._language),
            moved=appointment.sequence > 0 and appointment.status == "booked",
            coming=appointment.coming,
            begun=slot.start <= self._now,
            missed=appointment.status == "missed",
            over=not appointment.ahead(self._now),
            guest=appointment.guest,
        )

    def change(self, misfit: Misfit) -> Change:
        """Return an appointment that cannot be as it was booked."""
        return Change(
            id=misfit.appointment.id,
            when=self._moment(misfit.appointment.slot.start),
            topic=self.topic(misfit.appointment),
            language=language_name(misfit.appointment.language, self._language),
            site=self._site(misfit.appointment.slot.site),
            proposal=self._moment(misfit.proposal.start) if misfit.proposal else "",
            asked_until=self._moment(misfit.asked_until) if misfit.asked_until else "",
            reason=misfit.reason or "",
            guest=misfit.appointment.guest,
            value=f"{misfit.proposal.start:%Y%m%d%H%M}" if misfit.proposal else "",
        )

    def waiter(self, waiting: Waiting, question: Hold | None = None) -> Waiter:
        """Return somebody who waits for a time, and what they are asked about."""
        return Waiter(
            id=waiting.id,
            site=self._site(waiting.site),
            topic=trail.topic(self._content, waiting.topic, self._language),
            language=language_name(waiting.language, self._language),
            only=waiting.only,
            since=full_day(local(waiting.since).date(), self._language),
            before=self._moment(waiting.before) if waiting.before else "",
            asked=waiting.open is not None,
            question=self._shortly(question.slot.start) if question else "",
            until=self._shortly(question.expires_at) if question else "",
        )

    def topic(self, appointment: Appointment) -> str:
        """Return what an appointment is about."""
        return trail.topic(self._content, appointment.topic, self._language)

    def _interpreting(self, appointment: Appointment) -> Interpreting | None:
        """Return how an appointment is interpreted; of one that was booked before anybody kept that, whether somebody must."""
        advisor, site = self._staff.get(appointment.slot.advisor), self._sites.get(appointment.slot.site)
        lacking = site is not None and needed(appointment, site, advisor.languages if advisor else ())
        return appointment.interpreting or (Interpreting("open") if lacking else None)

    def _moment(self, at: datetime) -> str:
        return f"{full_day(local(at).date(), self._language)}, {clock(at)}"

    def _shortly(self, at: datetime) -> str:
        return f"{short_day(local(at).date(), self._language)}, {clock(at)}"

    def _site(self, id: str) -> str:
        return self._sites[id].name if id in self._sites else id

    def _name(self, advisor: str) -> str:
        return self._staff[advisor].name if advisor in self._staff else advisor
