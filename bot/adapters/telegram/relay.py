"""Keeps the topics of the staff's groups as the store says they should be: step by step, as fast as Telegram allows.

What is missing follows from the store alone: what a case's topic should show, less what was posted. So nothing is lost with the
process, and nothing is posted twice but what was on its way when the process died.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from telegram import error as errors

from bot.adapters.telegram.posting import Poster, refusal, seconds
from bot.adapters.telegram.receiver import InvalidToken
from bot.adapters.telegram.rooms import Groups, Room, group_pace
from bot.adapters.telegram.topics import CARD, FLAG, Entry, Matter, TopicTexts
from bot.core.cases import Case
from bot.services import visibility
from bot.services.live import Live
from bot.services.outbox import Pace
from bot.services.ports import Clock, DeliveryError, Posted, Store, Topic, Transaction

log = logging.getLogger(__name__)
_IDLE_SECONDS = 20.0
_BROKEN_SECONDS = 600.0
_LONGEST_WAIT = 300.0
InGerman = Callable[[str, str], Awaitable[str | None]]
"""Translates words of a language for staff; None when that is not possible."""


@dataclass(frozen=True, slots=True)
class Step:
    """The next thing to do about a case, and how to go on without it if Telegram refuses."""

    do: Callable[[], Awaitable[None]]
    skip: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class _State:
    """A case in a group: what there is to show, and what is shown."""

    matter: Matter
    topic: Topic | None
    posted: dict[str, Posted]


class Relay:
    """One worker per group; the cases of a group take turns, one step each."""

    def __init__(
        self,
        poster: Poster,
        ready: Callable[[], Awaitable[None]],
        groups: Groups,
        texts: TopicTexts,
        store: Store,
        live: Live,
        clock: Clock,
        in_german: InGerman,
        pace: Pace | None = None,
    ) -> None:
        self._poster = poster
        self._ready = ready
        self._groups = groups
        self._texts = texts
        self._store = store
        self._live = live
        self._clock = clock
        self._in_german = in_german
        self._pace = pace or group_pace()

    async def run(self, stop: asyncio.Event) -> None:
        """Keep all groups until stopped."""
        async with asyncio.TaskGroup() as tasks:
            for room in self._groups.rooms:
                tasks.create_task(self._run(room, stop))

    async def _run(self, room: Room, stop: asyncio.Event) -> None:
        with self._live.watch(*(f"agency:{agency}" for agency in room.agencies), "delivered", "staff", "stop") as watch:
            while not stop.is_set():
                try:
                    wait = await self.catch_up(room)
                except Exception as error:
                    log.error("staff: a group cannot be kept up to date (%s)", type(error).__name__)
                    wait = 5.0
                if not stop.is_set():
                    await watch.changed(wait)

    async def catch_up(self, room: Room) -> float:
        """Do what can be done now; return after how many seconds to look again."""
        async with room.lock:
            while True:
                now = self._clock.now()
                if not room.ready(now):
                    break
                turn = self._due(room, now)
                if not turn:
                    break
                for case_id, mark in turn.items():
                    wait = self._pace.wait_until(str(room.chat), self._clock.now())
                    if wait is not None:
                        return max(0.01, (wait - self._clock.now()).total_seconds())
                    if not room.ready(self._clock.now()):
                        break
                    if not await self._step(room, case_id):
                        room.seen[case_id] = mark
            times = [each for each in (room.paused_until, *room.again_at.values()) if each]
            return min([_IDLE_SECONDS, *(max(0.01, (each - now).total_seconds()) for each in times)])

    async def show(self, case: Case) -> bool:
        """See to it that a case's topic has its card; False if there cannot be topics in the group.

        Raises:
            DeliveryError: not yet; it will be tried again.
        """
        room = self._groups.room(case.agency)
        if room is None:
            return False
        async with room.lock:
            for _ in range(5):
                with self._store.transaction() as tx:
                    if CARD in tx.posted(case.id, room.chat):
                        return True
                if room.ready(self._clock.now()) and case.id not in room.again_at:
                    await self._step(room, case.id)
        if room.broken:
            return False
        raise DeliveryError("the topic is not there yet")

    def _due(self, room: Room, now: datetime) -> dict[str, str]:
        """Return the cases of which something may not be shown yet, with their marks."""
        with self._store.transaction() as tx:
            marks = dict(tx.case_marks(room.chat, room.agencies))
            marks |= {topic.case_id: "" for topic in tx.orphaned_topics(room.chat)}
        room.seen = {case_id: mark for case_id, mark in room.seen.items() if case_id in marks}
        room.again_at = {case_id: at for case_id, at in room.again_at.items() if at > now and case_id in marks}
        return {
            case_id: mark for case_id, mark in marks.items() if room.seen.get(case_id) != mark and case_id not in room.again_at
        }

    async def _step(self, room: Room, case_id: str) -> bool:
        """Do the next thing about a case, or note when it will be time for it; False when there is none."""
        step = None
        try:
            step = self._next(room, case_id)
            if step is not None:
                self._pace.sent(str(room.chat), self._clock.now())
                await self._ready()
                await step.do()
        except Exception as error:  # Whatever it is, the other cases go on.
            self._trouble(room, case_id, step, error)
            return True
        room.failures.pop(case_id, None)
        return step is not None or case_id in room.again_at

    def _next(self, room: Room, case_id: str) -> Step | None:
        with self._store.transaction() as tx:
            state = self._state(tx, room, case_id)
            topic = tx.topic(case_id, room.chat)
        if state is None:
            return None if topic is None else Step(lambda: self._delete(topic))
        matter, title = state.matter, self._texts.title(state.matter)
        entries = self._texts.entries(matter)
        if topic is None:
            return None if matter.over else Step(lambda: self._open(room, case_id, title))
        self._forget_flags(topic, entries, state.posted)
        missing = _missing(entries, state.posted)
        if topic.closed and (missing or not matter.over):
            opened = replace(topic, closed=False)
            return self._change(opened, lambda: self._poster.set_closed(topic, closed=False))
        if topic.title != title:
            return self._change(replace(topic, title=title), lambda: self._poster.rename(topic, title))
        if missing and missing.whole_at and missing.item not in state.posted and missing.whole_at > self._clock.now():
            room.again_at[case_id] = missing.whole_at
            return None
        if missing:
            return self._post(topic, missing, state.posted.get(missing.item))
        if matter.over and not topic.closed:
            closed = replace(topic, closed=True)
            return self._change(closed, lambda: self._poster.set_closed(topic, closed=True))
        return None

    def _forget_flags(self, topic: Topic, entries: list[Entry], posted: dict[str, Posted]) -> None:
        """A mark that was taken from a case is told again when it comes back."""
        gone = {item for item in posted if item.startswith(FLAG)} - {entry.item for entry in entries}
        if gone:
            with self._store.transaction() as tx:
                for item in gone:
                    tx.drop_posted(topic.case_id, topic.chat, item)

    def _state(self, tx: Transaction, room: Room, case_id: str) -> _State | None:
        """Read a case as a group may see it: its own staff's notes, and those that came along with the case.

        Of one that the newcomer took back from the group's agency nothing may be seen any more.
        """
        case = tx.case(case_id)
        if case is None:
            return None
        topic = tx.topic(case_id, room.chat)
        staff = tx.advisors()
        network, history = self._texts.network, tx.history(case_id)
        here = case.agency in room.agencies
        if not here and any(line.what == f"withdrawn:{agency}" for line in history for agency in room.agencies):
            return None
        noted = visibility.notes(tx.notes(case_id), history, staff, room.agencies, network)
        matter = Matter(
            case=case,
            here=here,
            lines=tx.transcript(case.conversation_id, case_id=case_id),
            notes={n: each for n, each in noted.items() if each.kind in ("note", "transfer")},
            history=history,
            sources=tx.sources(case_id, room.chat, topic.thread) if topic else {},
            names=visibility.names(staff, room.agencies, network),
        )
        return _State(matter, topic, tx.posted(case_id, room.chat))

    async def _open(self, room: Room, case_id: str, title: str) -> None:
        topic = await self._poster.open(case_id, room.chat, title)
        with self._store.transaction() as tx:
            tx.put_topic(topic)

    def _change(self, changed: Topic, call: Callable[[], Awaitable[None]]) -> Step:
        def keep() -> None:
            with self._store.transaction() as tx:
                tx.put_topic(changed)

        async def do() -> None:
            await call()
            keep()

        return Step(do, keep)

    def _post(self, topic: Topic, entry: Entry, before: Posted | None) -> Step:
        def keep(posted: Posted) -> None:
            with self._store.transaction() as tx:
                tx.put_posted(topic.case_id, topic.chat, posted)

        async def do() -> None:
            german = await self._in_german(*entry.foreign) if entry.foreign else None
            await self._poster.post(topic, entry, german, before, keep)

        return Step(do, lambda: keep(Posted(entry.item, before.messages if before else (), entry.digest)))

    async def _delete(self, topic: Topic) -> None:
        """Delete the topic of somebody who was erased, or took their case back: what they wrote is erased in the group, too."""
        await self._poster.delete(topic)
        with self._store.transaction() as tx:
            tx.drop_topic(topic)

    def _trouble(self, room: Room, case_id: str, step: Step | None, error: Exception) -> None:
        """Decide how it goes on after an error: the group waits, the case waits, or it goes on without this step."""
        now = self._clock.now()
        match error:
            case errors.RetryAfter():
                room.pause(now, seconds(error))
            case errors.ChatMigrated():
                self._groups.move(room.chat, error.new_chat_id)
            case errors.BadRequest() if step is not None and refusal(error) != "barred":
                self._refused(room, case_id, step, error)
            case ValueError() if step is not None and step.skip is not None:  # for example half a character
                log.error("staff: a part of a topic cannot be written (%s); it is in the console", type(error).__name__)
                step.skip()
            case errors.Forbidden() | errors.BadRequest() | InvalidToken():
                log.error(
                    "staff: no topics in the group %d (%s): switch topics on there, and let the bot be an administrator who may "
                    "manage topics and delete messages; until then the cases are in the console only",
                    room.chat,
                    type(error).__name__,
                )
                room.pause(now, _BROKEN_SECONDS, broken=True)
            case _:
                failures = room.failures[case_id] = room.failures.get(case_id, 0) + 1
                room.again_at[case_id] = now + timedelta(seconds=min(_LONGEST_WAIT, 2.0**failures))
                log.warning("staff: a topic waits after trouble (%s)", type(error).__name__)

    def _refused(self, room: Room, case_id: str, step: Step, error: errors.BadRequest) -> None:
        with self._store.transaction() as tx:
            topic = tx.topic(case_id, room.chat)
            if topic is not None and refusal(error) == "gone":
                return tx.drop_topic(topic)
            if topic is not None and refusal(error) == "closed":
                return tx.put_topic(replace(topic, closed=True))
        if step.skip is None:
            return room.pause(self._clock.now(), _BROKEN_SECONDS, broken=True)
        log.error("staff: Telegram refuses a part of a topic (%s); it is in the console", error.message)
        step.skip()


def _missing(entries: list[Entry], posted: dict[str, Posted]) -> Entry | None:
    """Return the first entry that is not shown as it should be."""
    return next((each for each in entries if each.item not in posted or posted[each.item].digest != each.digest), None)
