"""Backups that make themselves, as long as the system runs."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.services.live import Live
from bot.services.ports import Clock, Store

log = logging.getLogger(__name__)
SUCCEEDED, FAILED = "backup_succeeded_at", "backup_failed_at"
"""The stored values that say when, in seconds since 1970; they are figures as well."""
_TICK_SECONDS = 60.0
_AGAIN_AFTER = timedelta(hours=1)


class Backups:
    """Makes a backup whenever the last good one is old enough; after a failure again within the hour."""

    def __init__(self, store: Store, make: Callable[[datetime], None], every: timedelta, live: Live, clock: Clock) -> None:
        self._store = store
        self._make = make
        self._every = every
        self._live = live
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Look every minute until stopped."""
        with self._live.watch("stop") as watch:
            while not stop.is_set():
                try:
                    await self.make_if_due()
                except Exception as error:
                    log.error("backup: %s", type(error).__name__)
                await watch.changed(_TICK_SECONDS)

    async def make_if_due(self) -> bool:
        """Make a backup if it is time, in a thread; tell whether one was made."""
        now = self._clock.now()
        succeeded, failed = self._last()
        if (succeeded and now - succeeded < self._every) or (failed and now - failed < min(self._every, _AGAIN_AFTER)):
            return False
        try:
            await asyncio.to_thread(self._make, now)
        except Exception as error:
            # Whatever it is, the system goes on; the sentence is for the operator and names no person.
            log.error("no backup was made: %s", error or type(error).__name__)
            with self._store.transaction() as tx:
                tx.set_value(FAILED, str(int(now.timestamp())))
            return False
        log.info("a backup was made")
        return True

    def _last(self) -> tuple[datetime | None, datetime | None]:
        with self._store.transaction() as tx:
            values = (tx.get_value(SUCCEEDED), tx.get_value(FAILED))
        succeeded, failed = (datetime.fromtimestamp(int(value), UTC) if value else None for value in values)
        return succeeded, failed
