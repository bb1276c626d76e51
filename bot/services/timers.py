"""What is due: reminders, answers that are late, erasing; each a stored row that is checked again when it fires."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from bot.core import consents, reminders
from bot.core.content import Content
from bot.core.retention import Periods
from bot.core.talk import Situation
from bot.services.live import Live
from bot.services.misfits import Misfits
from bot.services.news import appointment_alert, as_it_was
from bot.services.ports import Alerts, AppointmentChange, Clock, DeliveryError, Store, Timer
from bot.services.privacy import erase
from bot.services.promises import Promises
from bot.services.waitlist import Waitlist

log = logging.getLogger(__name__)
_TICK_SECONDS = 15.0
_PURGE_EVERY = timedelta(hours=1)


class Timers:
    """Fires timers; one whose subject changed meanwhile is silent."""

    def __init__(
        self,
        store: Store,
        content: Callable[[], Content],
        alerts: Callable[[], Alerts],
        promises: Promises,
        waitlist: Waitlist,
        misfits: Misfits,
        live: Live,
        clock: Clock,
        periods: Periods,
    ) -> None:
        self._store = store
        self._content = content
        self._alerts = alerts
        self._promises = promises
        self._waitlist = waitlist
        self._misfits = misfits
        self._live = live
        self._clock = clock
        self._periods = periods
        self._purged_at: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Look for due timers until stopped."""
        with self._live.watch("stop", "timers") as watch:
            while not stop.is_set():
                try:
                    await self.fire_due()
                    self.purge_if_due()
                except Exception as error:
                    log.error("timers: %s", type(error).__name__)
                await watch.changed(_TICK_SECONDS)

    async def fire_due(self) -> int:
        """Fire what is due; return how many."""
        with self._store.transaction() as tx:
            due = tx.due_timers(self._clock.now())
        for timer in due:
            try:
                await self._fire(timer)
            except Exception as error:
                # It stays and is tried again; the others must not wait for it.
                log.error("timer (%s): %s", timer.kind, type(error).__name__)
        return len(due)

    def purge_if_due(self) -> None:
        """Erase whose and what time is over, once an hour."""
        now = self._clock.now()
        if self._purged_at is None or now - self._purged_at >= _PURGE_EVERY:
            with self._store.transaction() as tx:
                purged = tx.purge(now, self._content().network.periods(self._periods))
            self._purged_at = now
            if purged:
                log.info("retention: %d contacts erased", purged)

    async def _fire(self, timer: Timer) -> None:
        match timer.kind:
            case "alert":
                await self._alert(timer)
            case "appointment":
                await self._appointment(timer)
            case "queue" | "warn" | "due" | "overdue" | "idle":
                self._promises.fire(timer)
            case "vacancy" | "answer" | "waiting":
                self._waitlist.fire(timer)
            case "remind":
                self._remind(timer)
            case "erase":
                self._erase(timer)
            case _:
                log.error("unknown kind of timer")
                self._drop(timer)

    async def _alert(self, timer: Timer) -> None:
        """Tell staff that a case waits or alarms; after trouble again, until it is told or the case is taken."""
        with self._store.transaction() as tx:
            case = tx.case(timer.subject)
        if case is not None and case.open and (case.status == "queued" or {"at_risk", "crisis"} & set(case.flags)):
            await self._tell(timer, self._alerts().case_waiting(case))
        else:
            self._drop(timer)

    async def _appointment(self, timer: Timer) -> None:
        """Tell staff what a newcomer did with an appointment, unless they did something else since."""
        with self._store.transaction() as tx:
            appointment = tx.appointment(timer.subject)
        if appointment is None or timer.id.removesuffix(":left") != appointment_alert(appointment):
            self._drop(timer)
        elif left := as_it_was(appointment, timer.fence):
            await self._tell(timer, self._alerts().appointment_changed(left, "cancelled"))
        else:
            await self._tell(timer, self._alerts().appointment_changed(appointment, cast(AppointmentChange, timer.fence)))

    async def _tell(self, timer: Timer, telling: Awaitable[None]) -> None:
        """Wait for an alert; after trouble it is tried again."""
        try:
            await telling
        except DeliveryError as error:
            log.warning("%s: %s", timer.kind, error)
            if not error.permanent:
                pause = timedelta(seconds=error.retry_after or 30)
                with self._store.transaction() as tx:
                    tx.add_timer(replace(timer, due_at=self._clock.now() + pause))
                return
        self._drop(timer)

    def _erase(self, timer: Timer) -> None:
        with self._store.transaction() as tx:
            touched = erase(tx, timer.subject, self._content().network, self._clock.now())
            tx.drop_timer(timer.id)
        self._live.touch(*touched)

    def _remind(self, timer: Timer) -> None:
        now = self._clock.now()
        notice: reminders.Notice = "hours" if timer.id.endswith(":hours") else "days"
        with self._store.transaction() as tx:
            tx.drop_timer(timer.id)
            appointment = tx.appointment(timer.subject)
            if appointment is None or not appointment.ahead(now) or str(appointment.sequence) != timer.fence:
                return
            at = reminders.send_at(notice, appointment, now)
            conversation = tx.conversation(appointment.conversation_id)
            if at is None or conversation is None:
                return
            if at > now:
                tx.add_timer(replace(timer, due_at=at))
                return
            content = self._content()
            site = content.network.sites.get(appointment.slot.site)
            misfit = self._misfits.find(tx, appointment, now)
            if misfit is not None and misfit.needs_time:  # Who wants no reminders must know that, too.
                self._misfits.ask(tx, misfit, now)
            elif consents.allows(conversation.consents, "reminders"):
                situation = Situation(content, conversation, now, new_id=str)
                for message in reminders.remind(situation, appointment, site).messages:
                    tx.say(message, conversation.id, now)
        self._live.touch(f"conversation:{conversation.id}", f"outbox:{conversation.address.channel}")
        if misfit is not None and site is not None:
            self._live.touch(f"agency:{site.agency}")

    def _drop(self, timer: Timer) -> None:
        """Forget a timer, unless it was set anew while it fired."""
        with self._store.transaction() as tx:
            if timer in tx.due_timers(timer.due_at):
                tx.drop_timer(timer.id)
