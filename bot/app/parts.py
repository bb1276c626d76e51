"""The services and what they work with, wired by constructor arguments."""

import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.adapters.calendars import CalDav, calendar_file
from bot.adapters.sqlite import SqliteStore, StoreUnavailable, Vault
from bot.adapters.sqlite.rotation import finish
from bot.adapters.web import entries, trail
from bot.core.appointments import Appointment
from bot.core.calendars import Entry
from bot.core.cases import Case
from bot.core.consents import Terms
from bot.core.content import Content
from bot.core.language import SOURCE
from bot.core.network import Site
from bot.core.retention import Periods
from bot.services.afterwards import Afterwards
from bot.services.agenda import Agenda
from bot.services.bookings import Bookings
from bot.services.calendars import Calendars
from bot.services.casework import Casework
from bot.services.closings import Closings
from bot.services.counter import Counter
from bot.services.desk import Desk
from bot.services.drafts import Drafts
from bot.services.editorial import Editorial, Finding
from bot.services.feeds import Feeds
from bot.services.files import Files
from bot.services.inbox import PAUSE_SECONDS, Inbox
from bot.services.interpreters import Interpreters
from bot.services.live import Live
from bot.services.members import Members
from bot.services.misfits import Misfits
from bot.services.offering import Offering
from bot.services.ports import Alerts, AppointmentChange, Clock, Translator
from bot.services.presence import Presence
from bot.services.promises import Promises
from bot.services.reading import Reading
from bot.services.requests import Requests
from bot.services.sending import Sending
from bot.services.timers import Timers
from bot.services.translation import NoTranslator, Translation
from bot.services.turns import Turns
from bot.services.understanding import Understanding
from bot.services.waitlist import Waitlist
from bot.settings import CONTENT, Settings

log = logging.getLogger("wegweiser")


OUTAGES = (OSError, StoreUnavailable)
"""What is nobody's fault: updates wait until it is over."""


OWN_PERIODS = Periods()
"""What the operator keeps for how long when nothing else is set."""
NO_TERMS = Terms()


_SET_BACK = timedelta(minutes=1)
"""By less a clock is only corrected."""


def _present() -> datetime:
    return datetime.now(UTC)


class SystemClock:
    """The machine's clock, but never back: after somebody set that back, this one goes on at half its speed until both agree.

    Else all that waits for a moment, as what is to be sent again, would wait for as long as the clock went back.
    """

    def __init__(self, machine: Callable[[], datetime] = _present, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._machine, self._elapsed = machine, elapsed
        self._last, self._at, self._ahead = machine(), elapsed(), False

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        machine, at = self._machine(), self._elapsed()
        ahead = self._last - machine > _SET_BACK
        if ahead and not self._ahead:
            log.warning("the machine's clock was set back; until it has caught up, time passes here at half the speed")
        self._last, self._at = max(machine, self._last + timedelta(seconds=at - self._at) / 2), at
        self._ahead = ahead
        return self._last


class NoAlerts:
    """Alerts for a system without a staff bot: the console shows what waits."""

    async def case_waiting(self, case: Case) -> None:
        """Tell nobody."""

    async def appointment_changed(self, appointment: Appointment, what: AppointmentChange) -> None:
        """Tell nobody."""


def new_id() -> str:
    """Return a random id that does not collide (96 bit)."""
    return secrets.token_hex(12)


@dataclass
class Parts:
    """A wired system; the web application and the Telegram bots are made from it.

    `content` is as it was read; everything works with that of `closings`, which knows what staff closed since.
    """

    store: SqliteStore
    content: Content
    closings: Closings
    clock: Clock
    live: Live
    turns: Turns
    inbox: Inbox
    desk: Desk
    casework: Casework
    members: Members
    editorial: Editorial
    agenda: Agenda
    bookings: Bookings
    counter: Counter
    offering: Offering
    sending: Sending
    drafts: Drafts
    files: Files
    feeds: Feeds
    interpreters: Interpreters
    calendars: Calendars
    presence: Presence
    reading: Reading
    timers: Timers
    alerts: Alerts
    understanding: Understanding
    translation: Translation
    afterwards: Afterwards
    requests: Requests
    periods: Periods
    ready: bool = False

    def counts(self) -> Mapping[str, float]:
        """Return figures without any person in them, for /metrics."""
        with self.store.transaction() as tx:
            return tx.figures()


def wire(
    store: SqliteStore,
    content: Content,
    clock: Clock | None = None,
    ids: Callable[[], str] = new_id,
    translator: Translator | None = None,
    doubtful: Mapping[str, float] | None = None,
    pause: float = PAUSE_SECONDS,
    periods: Periods = OWN_PERIODS,
    terms: Terms = NO_TERMS,
    root: Path = CONTENT,
) -> Parts:
    """Build the services on a store and content; flows are kept so that running conversations outlive an update.

    `doubtful` are bounds of doubt about translations, by pair; `pause` is how long (seconds) to wait for more after a few words
    that may be only the beginning of a question; `periods` are the operator's own, the agencies' stand in the network;
    `terms` is what the operator decides about consent; `root` is where the files of the content lie.
    """
    clock = clock or SystemClock()
    live = Live()
    presence = Presence(live)
    understanding = Understanding(translator=translator)
    keep_editions(store, content)

    closings = Closings(store, lambda: parts.content, live, clock)
    current = closings.content

    def alerts() -> Alerts:
        return parts.alerts

    translation = Translation(translator or NoTranslator(), current, store, lambda: understanding.embedder, doubtful)

    def own_file(appointment: Appointment, site: Site) -> bytes:
        topic = trail.topic(current(), appointment.topic, appointment.language)
        return calendar_file(appointment, site, clock.now(), topic)

    def entry(appointment: Appointment) -> Entry:
        return entries.entry(current(), appointment, str, SOURCE)

    def assignment(appointment: Appointment) -> Entry:
        return entries.assignment(current(), appointment, str, SOURCE)

    turns = Turns(current, ids, own_file, periods, terms)
    waitlist, misfits = Waitlist(store, current, turns, live, clock), Misfits(current, turns)
    promises = Promises(store, current, turns, live, clock)
    desk = Desk(store, current, turns, translation, live, clock)
    casework = Casework(store, current, turns, desk, clock, closings.take_up)
    parts = Parts(
        store=store,
        content=content,
        closings=closings,
        clock=clock,
        live=live,
        turns=turns,
        inbox=Inbox(store, current, turns, translation, live, clock, ids, understanding, pause),
        desk=desk,
        casework=casework,
        members=Members(store, casework, clock),
        editorial=Editorial(store, current, understanding, clock, lambda today: _check(root, today)),
        agenda=Agenda(store, current, turns, misfits, live, clock),
        bookings=Bookings(store, current, turns, desk, live, clock),
        counter=Counter(store, current, turns, live, clock, ids),
        offering=Offering(store, current, turns, live, clock),
        presence=presence,
        reading=Reading(store, desk, live),
        drafts=Drafts(store, desk, presence),
        files=Files(store, desk, clock),
        feeds=Feeds(store, current, clock),
        interpreters=Interpreters(store, current, turns, live, clock),
        calendars=Calendars(store, current, entry, CalDav(), live, clock, assignment),
        sending=Sending(store, turns, desk, understanding, clock),
        timers=Timers(store, current, alerts, promises, waitlist, misfits, live, clock, periods),
        alerts=NoAlerts(),
        understanding=understanding,
        translation=translation,
        afterwards=Afterwards(store, translation, live, clock),
        requests=Requests(store, current, desk, live, clock, ids),
        periods=periods,
    )
    closings.take_up()
    return parts


def translator(settings: Settings) -> Translator:
    """Return what translates with the installed models; without the libraries, one that says so."""
    from bot.adapters.argos.engine import Engine
    from bot.adapters.argos.translator import ArgosTranslator, missing

    reason = missing()
    if reason:
        log.warning("nothing is translated by machine: %s", reason)
        return NoTranslator()
    engine = Engine(settings.translation_memory_mb, threads=settings.translation_threads)
    return ArgosTranslator(settings.models_folder, engine, settings.translation_seconds)


def _check(root: Path, today: date) -> Sequence[Finding]:
    # Imported only where it is needed: nobody else looks through all files.
    from bot.adapters.content.check import check

    return check(root, today)


def keep_editions(store: SqliteStore, content: Content) -> None:
    """Keep the flows as they are now: a conversation goes on with the edition it began with."""
    with store.transaction() as tx:
        for flow in content.flows.values():
            tx.keep_edition(flow)


def open_store(directory: Path, key: Path | str, *, alone: bool = True, copies: Path | None = None) -> SqliteStore:
    """Open the store with the master key, or the file that holds it."""
    finish(directory, key)
    return SqliteStore(directory, Vault.open(key), alone=alone, copies=copies)
