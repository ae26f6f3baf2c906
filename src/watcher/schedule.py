"""Round the clock: every few seconds, begin with what has fallen due.

What is due stands in the ledger, so nothing is planned in memory: after a restart, a laptop's sleep or a clock that was
set, the next tick finds what waits. A tick only begins looks; a slow host therefore delays no other host's sources.
What waits all at once does not start all at once: the engine visits so many hosts at a time, each with its spacing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from watcher import cadence
from watcher.engines import Engine, Report
from watcher.errors import LedgerError
from watcher.ledger import Ledger
from watcher.model import Source, SourceId
from watcher.urls import host_of

TICK = timedelta(seconds=10)
"""A source is looked at so long after it fell due, at the most, when its host is free."""

GRACE = timedelta(seconds=5)
"""What is under way when we are told to stop has so long to end; then it is abandoned, and stays due."""


class Schedule:
    """Begins looks as they fall due, until it is stopped.

    `before_tick` is called before each glance at what is due, `on_report` told what each batch of looks came to.
    `clock` tells the time.
    """

    def __init__(
        self,
        ledger: Ledger,
        engine: Engine,
        *,
        tick: timedelta = TICK,
        grace: timedelta = GRACE,
        before_tick: Callable[[], None] = lambda: None,
        on_report: Callable[[Report], None] = lambda report: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = ledger
        self._engine = engine
        self._tick = tick
        self._grace = grace
        self._before_tick = before_tick
        self._on_report = on_report
        self._clock = clock
        self._under_way: set[SourceId] = set()
        self._batches: set[asyncio.Task[None]] = set()
        self._stopped = asyncio.Event()
        self._failure: LedgerError | None = None

    @property
    def under_way(self) -> int:
        """How many sources are being looked at, or wait for their host's turn."""
        return len(self._under_way)

    async def run(self) -> None:
        """Tick until `stop` is called. Raises LedgerError when the ledger cannot be used any more."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        job = scheduler.add_job(
            self.tick,
            IntervalTrigger(seconds=self._tick.total_seconds(), timezone=UTC),
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,  # a tick that comes late, after a sleep, is still wanted
            coalesce=True,
            max_instances=1,
        )
        scheduler.start()
        try:
            while not await self._stopped_within(self._tick):
                self._mend(job)
        finally:
            scheduler.shutdown(wait=False)
            await self._wind_up()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Begin nothing more; `run` ends when what is under way has ended, or after the grace."""
        self._engine.stop()
        self._stopped.set()

    async def tick(self) -> None:
        """Begin to look at what is due now."""
        try:
            self._before_tick()
            sources = self.due(self._clock())
        except LedgerError as error:
            return self._fail(error)
        if not self._stopped.is_set():
            self._under_way.update(source.id for source in sources)
            for of_host in _by_host(sources):
                batch = asyncio.create_task(self._look_at(of_host))
                self._batches.add(batch)
                batch.add_done_callback(self._batches.discard)
        return None

    def due(self, now: datetime) -> list[Source]:
        """Give what is to be looked at now, longest waiting first.

        That is what is due and not under way, whose quiet hours are over, and whose host may be asked.
        """
        closed = {host for host, known in self._ledger.hosts.all().items() if known.is_closed(now)}
        return [
            source
            for source in self._ledger.sources.due(now)
            if source.id not in self._under_way
            and not cadence.is_quiet(source, now)
            and host_of(source.url) not in closed
        ]

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        while self._batches:
            await asyncio.wait(self._batches)

    async def _look_at(self, sources: list[Source]) -> None:
        """Look at the sources of one host; each host is a batch of its own, so that none waits for another."""
        names = {source.id for source in sources}
        try:
            self._on_report(await self._engine.run(sources))
        except LedgerError as error:
            self._fail(error)
        finally:
            self._under_way -= names

    def _fail(self, error: LedgerError) -> None:
        self._failure = self._failure or error
        self.stop()

    def _mend(self, job: Job) -> None:
        """Tick now when the clock was set back, so that the next tick would come only when it has caught up."""
        if is_stranded(job.next_run_time, datetime.now(UTC), self._tick):
            job.modify(next_run_time=datetime.now(UTC))

    async def _stopped_within(self, pause: timedelta) -> bool:
        try:
            async with asyncio.timeout(pause.total_seconds()):
                return await self._stopped.wait()
        except TimeoutError:
            return False

    async def _wind_up(self) -> None:
        """Let what is under way end, and abandon what does not: a look without a row was none, and stays due."""
        if self._batches:
            await asyncio.wait(self._batches, timeout=self._grace.total_seconds())
        for batch in list(self._batches):
            batch.cancel()
        await asyncio.gather(*self._batches, return_exceptions=True)


def _by_host(sources: list[Source]) -> Iterable[list[Source]]:
    hosts: dict[str, list[Source]] = {}
    for source in sources:
        hosts.setdefault(host_of(source.url), []).append(source)
    return hosts.values()


def is_stranded(next_run_at: datetime | None, now: datetime, tick: timedelta) -> bool:
    """Tell whether a tick is so far ahead that the clock must have been set back since it was planned."""
    return next_run_at is not None and next_run_at - now > 2 * tick
