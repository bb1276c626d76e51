"""Keeps calendars outside and the diary here in step: bookings go there, what stands there already blocks seats here."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.appointments import Appointment
from bot.core.calendars import Entry, merged
from bot.core.content import Content
from bot.services.agenda import DAYS
from bot.services.live import Live
from bot.services.ports import Advisor, Calendar, CalendarError, CalendarServer, Clock, Store, Transaction

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=5)
_TICK_SECONDS = 15.0
_PAUSE, _MAX_PAUSE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What shall stand in a calendar, and what of that was written before and shall go."""

    wanted: Mapping[str, Entry]
    gone: tuple[str, ...]


class Calendars:
    """Compares each calendar with the diary again and again; whatever was missed meanwhile is made good by the next comparison.

    A server that does not answer blocks nothing: bookings go on, with what is known from it, and it is asked again later. In the
    calendar of who interprets stands what `assignment` says.
    """

    def __init__(
        self,
        store: Store,
        content: Callable[[], Content],
        entry: Callable[[Appointment], Entry],
        server: CalendarServer,
        live: Live,
        clock: Clock,
        assignment: Callable[[Appointment], Entry] | None = None,
    ) -> None:
        self._store = store
        self._content = content
        self._entry = entry
        self._assignment = assignment or entry
        self._server = server
        self._live = live
        self._clock = clock
        self._shown: dict[int, frozenset[Entry]] = {}
        self._busy: dict[int, list[tuple[datetime, datetime]]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Keep all calendars in step until stopped."""
        with self._live.watch("stop") as watch:
            while not stop.is_set():
                try:
                    await self.sync_due()
                except Exception as error:  # The next round is soon.
                    log.error("calendars: %s", type(error).__name__)
                await watch.changed(_TICK_SECONDS)

    async def sync_due(self) -> int:
        """Compare the calendars whose time has come, or whose bookings changed; return how many."""
        now = self._clock.now()
        with self._store.transaction() as tx:
            plans = [(calendar, self._plan(tx, calendar, now)) for calendar in tx.calendars()]
        due = [(calendar, plan) for calendar, plan in plans if self._is_due(calendar, plan, now)]
        await asyncio.gather(*(self._sync(calendar, plan, now) for calendar, plan in due))
        return len(due)

    def failing(self, advisor: Advisor) -> list[Calendar]:
        """Return the calendars of an advisor's agency that could not be compared the last time, to be shown."""
        with self._store.transaction() as tx:
            calendars, agencies = tx.calendars(), self._agencies(tx)
        return [each for each in calendars if each.problem and agencies.get(each.seat.resource) == advisor.agency]

    def _agencies(self, tx: Transaction) -> Mapping[str, str]:
        """Return whose seats and time a calendar can be about: sites, advisors and interpreters, each with their agency."""
        sites = {site.id: site.agency for site in self._content().network.sites.values()}
        team = {f"@{each.login}": each.agency for each in tx.advisors()}
        return sites | team | {each.resource: each.agency for each in tx.interpreters()}

    def _is_due(self, calendar: Calendar, plan: _Plan, now: datetime) -> bool:
        if calendar.held:
            return False
        if calendar.due_at is None or calendar.due_at <= now:
            return True
        changed = self._shown.get(calendar.n) != frozenset(plan.wanted.values())
        return changed and not calendar.problem

    def _plan(self, tx: Transaction, calendar: Calendar, now: datetime) -> _Plan:
        sites = list(self._content().network.sites)
        booked = tx.appointments_at(sites, now - timedelta(days=1), now + timedelta(days=DAYS))
        ahead = [each for each in booked if each.ahead(now)]
        wanted = {each.id: self._entry(each) for each in ahead if calendar.seat.includes(each.slot)}
        wanted |= {each.id: self._assignment(each) for each in ahead if calendar.seat.interprets(each)}
        gone = []
        for id in tx.written(calendar.n) - wanted.keys():
            appointment = tx.appointment(id)
            if appointment is None or appointment.slot.end > now:
                gone.append(id)
            else:  # It is over and stays there: that is what their calendar is for.
                tx.note_written(calendar.n, id, there=False)
        return _Plan(wanted, tuple(gone))

    async def _sync(self, calendar: Calendar, plan: _Plan, now: datetime) -> None:
        try:
            busy = await self._exchange(calendar, plan, now)
        except CalendarError as error:
            self._note_failure(calendar, error)
            return
        self._shown[calendar.n] = frozenset(plan.wanted.values())
        if calendar.problem:
            log.info("calendar %d: all is well again", calendar.n)
        with self._store.transaction() as tx:
            tx.keep_busy(calendar.n, busy, now)
            tx.note_sync(replace(calendar, due_at=now + EVERY, synced_at=now, problem="", failures=0))
            agency = self._agencies(tx).get(calendar.seat.resource)
        if busy != self._busy.get(calendar.n) or calendar.problem:
            self._busy[calendar.n] = busy
            self._live.touch(f"agency:{agency}")

    async def _exchange(self, calendar: Calendar, plan: _Plan, now: datetime) -> list[tuple[datetime, datetime]]:
        """Write and delete what differs; return when others are busy there."""
        account = calendar.account
        files = {each.name: each for each in await self._server.read(account, now, now + timedelta(days=DAYS + 1))}
        for id, entry in plan.wanted.items():
            there = files.pop(entry.name, None)
            if there is None or there.said != entry.said:
                self._note_written(calendar, id, there=True)  # Before, or after a crash nobody would delete it.
                await self._server.put(account, entry, there.etag if there else None)
        for id in plan.gone:
            name = Entry.file(id)
            there = files.pop(name, None)
            await self._server.drop(account, name, there.etag if there else None)
            self._note_written(calendar, id, there=False)
        return merged(files.values())

    def _note_written(self, calendar: Calendar, appointment_id: str, *, there: bool) -> None:
        with self._store.transaction() as tx:
            tx.note_written(calendar.n, appointment_id, there=there)

    def _note_failure(self, calendar: Calendar, error: CalendarError) -> None:
        """Keep why it failed; what another attempt will not change is tried once an hour."""
        news = str(error) != calendar.problem
        if news:
            log.warning("calendar %d: %s", calendar.n, error)
        pause = _MAX_PAUSE if error.lasting else min(_PAUSE * 2**calendar.failures, _MAX_PAUSE)
        failures = min(calendar.failures + 1, 10)
        with self._store.transaction() as tx:
            tx.note_sync(replace(calendar, due_at=self._clock.now() + pause, problem=str(error), failures=failures))
            agency = self._agencies(tx).get(calendar.seat.resource)
        if news:
            self._live.touch(f"agency:{agency}")
