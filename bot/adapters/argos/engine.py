"""Runs models with CTranslate2: one worker thread, each model loaded once, memory given back.

Measured on two cores: one thread is best, 32 sentences at once are eight times faster than one by one, beam 1 is as good as 2
for a sentence in a chat and the only width that can be stopped in the middle. For all else there is time for beam 2; without
patience that was worse than beam 1.
"""

import asyncio
import logging
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from bot.adapters.argos.model import Model, Said, give_back
from bot.adapters.argos.packages import Package, PackageError
from bot.services.ports import Urgency

log = logging.getLogger(__name__)
BATCH = 32
"""Sentences that are translated at once."""
_CHARACTERS = 4000
"""All sentences of a batch together: a model reads them in one go, and cannot be stopped while it does."""
MEMORY_MB = 600
"""What loaded models may take: four of the public packages' size."""
IDLE_SECONDS = 900.0
"""How long a model stays in memory after it was used last."""
QUEUE = 500
"""How many may wait before somebody; whoever comes then is told that we are busy, since they would wait in vain."""
_RANKS: dict[Urgency, int] = {"live": 0, "draft": 1, "bulk": 2}


class TooSlow(Exception):
    """The deadline passed before the translation was there."""


class Busy(Exception):
    """Too many wait already."""


@dataclass(eq=False)
class _Job:
    hops: tuple[Package, ...]
    sentences: Sequence[str]
    deadline: float
    rank: int
    future: "Future[list[Said]]" = field(default_factory=Future)
    dropped: bool = False
    """Whoever asked does not wait any more."""

    @property
    def over(self) -> bool:
        return self.dropped or time.monotonic() > self.deadline


class Engine:
    """Translates batches of sentences over one or two models; the event loop is never held up."""

    def __init__(
        self, memory_mb: float = MEMORY_MB, idle_seconds: float = IDLE_SECONDS, threads: int = 1, queue: int = QUEUE
    ) -> None:
        self.loads: list[str] = []
        """Which packages were read from disk, in order."""
        self._memory = memory_mb * 1024**2
        self._idle = idle_seconds
        self._models: OrderedDict[tuple[str, str], Model] = OrderedDict()
        self._threads = threads
        self._queue = queue
        self._waiting: deque[_Job] = deque()
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="translation")
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False

    async def translate(
        self, hops: Sequence[Package], sentences: Sequence[str], deadline: float = math.inf, urgency: Urgency = "live"
    ) -> list[Said]:
        """Translate sentences over one or more models, until a moment of `time.monotonic()`.

        Raises:
            TooSlow: the deadline passed, or the engine is being closed.
            Busy: too many wait already.
            PackageError: a model cannot be loaded.
        """
        if not sentences:
            return []
        job = _Job(tuple(hops), sentences, deadline, _RANKS[urgency])
        if self._closing:
            raise TooSlow
        with self._lock:
            if sum(each.rank <= job.rank for each in self._waiting) >= self._queue:
                raise Busy
            self._waiting.append(job)
        self._worker.submit(self._work)
        try:
            async with asyncio.timeout(None if deadline == math.inf else max(0.0, deadline - time.monotonic())):
                return await asyncio.wrap_future(job.future)
        except TimeoutError:
            raise TooSlow from None
        finally:
            job.dropped = True
            self._rest_later()

    async def close(self) -> None:
        """End the worker and give all memory back; whoever still waits is told that it was too slow."""
        self._closing = True
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            left = list(self._waiting)
            self._waiting.clear()
        for job in left:
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(TooSlow())
        await asyncio.to_thread(self._worker.shutdown)
        self._models.clear()
        give_back()

    @property
    def loaded(self) -> list[str]:
        """Return the names of the packages in memory, the one used last at the end."""
        return [model.package.name for model in list(self._models.values())]

    def _rest_later(self) -> None:
        """Look for idle models once nobody has asked for a while."""
        if self._timer is not None:
            self._timer.cancel()
        if not self._closing:
            self._timer = asyncio.get_running_loop().call_later(self._idle + 0.01, self._rest)

    def _rest(self) -> None:
        if not self._closing:
            self._worker.submit(self._unload_idle)

    # All below runs in the worker thread only.

    def _work(self, above: int = len(_RANKS)) -> bool:
        """Translate the most urgent job, and with it those that take the same way, as far as a batch goes.

        Only what is more urgent than `above`; False when there is none.
        """
        with self._lock:
            jobs = self._next(above)
        wanted = [job for job in jobs if job.future.set_running_or_notify_cancel()]
        if wanted:
            self._answer(wanted)
        return bool(jobs)

    def _answer(self, jobs: Sequence[_Job]) -> None:
        try:
            said = self._through(jobs, [each for job in jobs for each in job.sentences])
        except Exception as error:
            for job in jobs:
                job.future.set_exception(error)
            return
        for job in jobs:
            part, said = said[: len(job.sentences)], said[len(job.sentences) :]
            job.future.set_result(part)

    def _next(self, above: int) -> list[_Job]:
        first = min((job for job in self._waiting if job.rank < above), key=lambda job: job.rank, default=None)
        if first is None:
            return []
        jobs, count = [first], len(first.sentences)
        for job in self._waiting:
            if job is not first and (job.hops, job.rank) == (first.hops, first.rank):
                count += len(job.sentences)
                if count > BATCH:
                    break
                jobs.append(job)
        for job in jobs:
            self._waiting.remove(job)
        return jobs

    def _through(self, jobs: Sequence[_Job], sentences: list[str]) -> list[Said]:
        """Translate over all hops; it ends early when no job of the batch is wanted any more."""

        def stop() -> bool:
            return self._closing or all(job.over for job in jobs)

        rank = jobs[0].rank
        said = [Said(each, 1.0) for each in sentences]
        for package in jobs[0].hops:
            for places in _batches([each.text for each in said]):
                # Whoever waits in a chat waits for one batch at most.
                while self._work(rank):
                    pass
                if stop():
                    raise TooSlow
                answers = self._model(package).translate([said[place].text for place in places], stop, live=not rank)
                if stop():
                    raise TooSlow
                for place, answer in zip(places, answers, strict=True):
                    said[place] = Said(answer.text, min(said[place].confidence, answer.confidence))
        return said

    def _model(self, package: Package) -> Model:
        key = (str(package.path), package.sha256)
        model = self._models.get(key)
        if model is None:
            try:
                self._make_room(package.memory())  # before it is there as well
                model = Model(package, self._threads)
            except (RuntimeError, OSError, ValueError) as error:
                raise PackageError(f"the model {package.name} cannot be loaded: {error}") from None
            self.loads.append(package.name)
            self._models[key] = model
        self._models.move_to_end(key)
        model.used = time.monotonic()
        return model

    def _make_room(self, size: int) -> None:
        unloaded = False
        while self._models and size + sum(each.size for each in self._models.values()) > self._memory:
            _, model = self._models.popitem(last=False)
            log.info("the model %s made room for another", model.package.name)
            unloaded = True
        if unloaded:
            del model
            give_back()

    def _unload_idle(self) -> None:
        since = time.monotonic() - self._idle
        idle = [key for key, model in self._models.items() if model.used <= since]
        for key in idle:
            del self._models[key]
        if idle:
            give_back()


def _batches(sentences: Sequence[str]) -> list[list[int]]:
    """Return the places of the sentences in batches, alike long ones together: a batch takes as long as its longest sentence."""
    batches: list[list[int]] = []
    room = 0
    for place in sorted(range(len(sentences)), key=lambda place: len(sentences[place])):
        if not batches or len(batches[-1]) == BATCH or len(sentences[place]) > room:
            batches.append([])
            room = _CHARACTERS
        batches[-1].append(place)
        room -= len(sentences[place])
    return batches
