"""The engine of a cluster: hands out the due sources of each host as a unit, and takes in what workers found.

It plans nothing that is not in the ledger and keeps nothing that it cannot lose. Killed, it finds its units in
PostgreSQL when it starts again, takes in the results that came meanwhile, and waits for the rest instead of handing it
out twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from watcher.engines.cluster.handing import Handing
from watcher.engines.cluster.ingesting import Ingested, Ingesting
from watcher.engines.cluster.patience import Patience
from watcher.engines.cluster.postgres import Server
from watcher.engines.cluster.tending import Tending
from watcher.engines.cluster.units import (
    MOST_SOURCES,
    VERSION,
    Result,
    Treatment,
    Unit,
    Wanted,
    Work,
)
from watcher.engines.engine import Engine, Report
from watcher.engines.fetchers import PATIENCE
from watcher.errors import ClusterUnreachable
from watcher.ledger import Ledger
from watcher.model import FetchMode, Source, SourceId
from watcher.settings import Settings
from watcher.sweep import Outcome, Sweep

MOST_UNITS = 500
"""So many units are handed out at once: more than workers have places for, and few enough to forget nothing over."""

_MOST_RESULTS = 20
_GLANCE = 0.1
"""Seconds between two glances at results when there were none."""

_LAST_WORDS = 2.0
"""Seconds that PostgreSQL has to take back units when this coordinator ends."""


@dataclass(slots=True)
class _UnderWay:
    """A unit that somebody works on. `unit` is None for one of another version, whose result cannot be read."""

    unit: Unit | None
    host: str
    ingested: asyncio.Future[Ingested | None]
    handed_out: bool = False


class ClusterEngine(Engine):
    """Looks at sources through workers. `say` is told what a person should know of them."""

    def __init__(
        self,
        ledger: Ledger,
        sweep: Sweep,
        handing: Handing,
        treatment: Treatment,
        *,
        stalled_after: float = 30.0,
        confirm_after: timedelta = timedelta(seconds=60),
        on_outcome: Callable[[Outcome], None] = lambda outcome: None,
        say: Callable[[str], None] = lambda line: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(sweep, confirm_after=confirm_after, on_outcome=on_outcome, clock=clock)
        self._ledger = ledger
        self._handing = handing
        self._treatment = treatment
        self._stalled_after = stalled_after
        self._say = say
        self._patience = Patience(say)
        self._ingesting = Ingesting(ledger, sweep, clock)
        self._tending = Tending(handing, self._patience, stalled_after, say)
        self._places = asyncio.Semaphore(MOST_UNITS)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._under_way: dict[str, _UnderWay] = {}
        self._adopted: defaultdict[str, list[_UnderWay]] = defaultdict(list)
        self._busy = asyncio.Event()
        self._failure: Exception | None = None

    def stop(self) -> None:
        """Hand out nothing more and wait for nobody: who takes over will find what is under way."""
        super().stop()
        for each in self._under_way.values():
            if not each.ingested.done():
                each.ingested.set_result(None)

    # ── an earlier life ──────────────────────────────────────────────────────────────────────

    async def adopt(self) -> None:
        """Find what an earlier coordinator of this ledger handed out."""
        self._ledger.units.forget_old(self._clock())
        outstanding = await self._patience.until_done(self._handing.outstanding)
        foreign = [each.id for each in outstanding if each.unit is None]
        if (
            foreign
        ):  # nobody of our version can do them, and we could not read what others make of them
            await self._patience.until_done(partial(self._handing.withdraw, foreign))
            outstanding = await self._patience.until_done(self._handing.outstanding)
        lost = [each.id for each in outstanding if not each.goes_on]
        await self._patience.until_done(partial(self._handing.forget, lost))
        declared = (
            {each.id: each for each in self._ledger.sources.standing()} if outstanding else {}
        )
        for each in outstanding:
            if each.goes_on:
                unit = each.unit and _still_declared(each.unit, declared)
                under_way = self._begin(each.id, each.host, unit)
                under_way.handed_out = True
                self._adopted[each.host].append(under_way)

    async def withdraw(self) -> None:
        """Take back what no worker has begun with; to be called when this coordinator ends for good."""
        await self._handing.withdraw(self._under_way.keys())

    # ── handing out ──────────────────────────────────────────────────────────────────────────

    async def _visit(self, host: str, waiting: deque[Source], report: Report) -> None:
        async with self._turns[host]:
            await self._await_earlier(host, waiting, report)
            while waiting and not self._stopped.is_set():
                if self._is_closed(waiting[0]):
                    report.put_off.extend(waiting)
                    return
                batch = [waiting.popleft() for _ in range(min(MOST_SOURCES, len(waiting)))]
                await self._look_at(host, batch, report)

    async def _await_earlier(self, host: str, waiting: deque[Source], report: Report) -> None:
        """Wait for units of this host from an earlier life; what they saw need not be looked at again."""
        for each in self._adopted.pop(host, []):
            if (ingested := await each.ingested) is not None:
                seen = {outcome.source.id for outcome in ingested.outcomes}
                left = [source for source in waiting if source.id not in seen]
                waiting.clear()
                waiting.extend(left)
                _add(ingested, report)

    def _is_closed(self, source: Source) -> bool:
        now = self._clock()
        return self._sweep.open_at(source, now) > now + PATIENCE

    async def _look_at(self, host: str, batch: Sequence[Source], report: Report) -> None:
        """Have some sources of a host looked at: first those for plain HTTP, then those for a browser."""
        wanted = [self._wanted(source) for source in batch]
        rendered = [each for each in wanted if _needs_browser(each)]
        plain = [each for each in wanted if each not in rendered]
        ingested = await self._hand_out(host, Work.PAGES, plain)
        rendered += [self._wanted(source) for source in ingested.wanting]
        _add(ingested, report)
        _add(await self._hand_out(host, Work.BROWSER, rendered), report)

    def _wanted(self, source: Source) -> Wanted:
        look = self._sweep.begin(source)
        return Wanted(source, look.known, self._ledger.sources.fetch_mode(source.id))

    async def _hand_out(self, host: str, work: Work, wanted: Sequence[Wanted]) -> Ingested:
        """Give what came of a unit; nothing when there was none to hand out, or we were stopped. Raises LedgerError."""
        if not wanted or self._stopped.is_set():
            return Ingested()
        if self._failure is not None:
            raise self._failure
        unit = Unit(
            id=uuid4().hex,
            ledger=self._ledger.id,
            work=work,
            wanted=tuple(wanted),
            host=self._ledger.hosts.get(host),
            treatment=self._treatment,
            stalled_after=self._stalled_after,
        )
        async with self._places:
            under_way = self._begin(unit.id, host, unit)
            await self._patience.until_done(partial(self._handing.hand_out, unit))
            under_way.handed_out = True
            return await under_way.ingested or Ingested()

    def _begin(self, unit_id: str, host: str, unit: Unit | None) -> _UnderWay:
        under_way = _UnderWay(unit, host, asyncio.get_running_loop().create_future())
        self._under_way[unit_id] = under_way
        self._busy.set()
        return under_way

    # ── taking in ────────────────────────────────────────────────────────────────────────────

    async def collect(self) -> None:
        """Take in results and look after units, until cancelled. What goes wrong is raised where units are awaited."""
        try:
            while True:
                await self._busy.wait()
                await self._take_in_some()
                self._give_up(await self._tending.look_after(self._units()))
                if not self._under_way:
                    self._busy.clear()
        except Exception as error:  # the edge: whoever waits for a unit must hear of it
            self._failure = error
            for each in self._under_way.values():
                if not each.ingested.done():
                    each.ingested.set_exception(error)

    async def _take_in_some(self) -> None:
        results = await self._patience.until_done(partial(self._handing.results, _MOST_RESULTS))
        if not results:
            await asyncio.sleep(_GLANCE)
            return
        taken = []
        for result in results:
            taken.append(self._take_in(result))
            await asyncio.sleep(0)
        units = [result.unit for result in results]
        await self._patience.until_done(partial(self._handing.forget, units))
        for unit, ingested in zip(units, taken, strict=True):
            self._tell(unit, ingested)  # only now: who is told may end this coordinator

    def _tell(self, unit: str, ingested: Ingested) -> None:
        under_way = self._under_way.pop(unit, None)
        if under_way is not None and not under_way.ingested.done():
            under_way.ingested.set_result(ingested)

    def _take_in(self, result: Result) -> Ingested:
        under_way = self._under_way.get(result.unit)
        if under_way is None:
            return Ingested()  # it was taken in before, and is to be forgotten once more
        if under_way.unit is None or result.version != VERSION:
            self._say(
                f"{under_way.host}: a worker of version {result.version} has looked, and this is {VERSION}: its "
                "result is refused, the sources stay due. Install the same version there and here."
            )
            return Ingested()
        ingested = self._ingesting.take_in(under_way.unit, result)
        for outcome in ingested.outcomes:
            self._on_outcome(outcome)
        return ingested

    def _units(self) -> dict[str, Unit | None]:
        return {name: each.unit for name, each in self._under_way.items() if each.handed_out}

    def _give_up(self, lost: Collection[str]) -> None:
        """Wait no longer for units that PostgreSQL has lost; their sources stay due."""
        for name in lost:
            under_way = self._under_way.pop(name)
            self._say(f"{under_way.host}: PostgreSQL has lost its unit; the sources stay due.")
            if not under_way.ingested.done():
                sources = [each.source for each in under_way.unit.wanted] if under_way.unit else []
                under_way.ingested.set_result(Ingested(put_off=sources))


@asynccontextmanager
async def coordinating(
    ledger: Ledger,
    sweep: Sweep,
    server: Server,
    settings: Settings,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
    say: Callable[[str], None] = lambda line: None,
) -> AsyncIterator[ClusterEngine]:
    """Give an engine that records in `ledger` what workers at `server` find, and treats hosts as `settings` say."""
    treatment = Treatment(
        settings.contact,
        settings.deadline,
        settings.spacing,
        settings.max_payload,
        ledger.sources.host_rules(),
    )
    engine = ClusterEngine(
        ledger,
        sweep,
        Handing(server, ledger.id),
        treatment,
        stalled_after=settings.stalled_after,
        confirm_after=timedelta(seconds=settings.confirm_after),
        on_outcome=on_outcome,
        say=say,
    )
    await engine.adopt()
    collecting = asyncio.create_task(engine.collect())
    try:
        yield engine
    finally:
        collecting.cancel()
        await asyncio.gather(collecting, return_exceptions=True)
        await _withdraw(engine)


async def _withdraw(engine: ClusterEngine) -> None:
    with contextlib.suppress(ClusterUnreachable, TimeoutError):
        async with asyncio.timeout(_LAST_WORDS):
            await engine.withdraw()


def _needs_browser(wanted: Wanted) -> bool:
    mode = wanted.source.fetch
    return (wanted.recalled if mode is FetchMode.AUTO else mode) is FetchMode.BROWSER


def _still_declared(unit: Unit, declared: dict[SourceId, Source]) -> Unit:
    """Give a unit without the sources that are declared otherwise by now: what was found on them is no longer asked."""
    wanted = [each for each in unit.wanted if declared.get(each.source.id) == each.source]
    return replace(unit, wanted=tuple(wanted))


def _add(ingested: Ingested, report: Report) -> None:
    report.outcomes += ingested.outcomes
    report.bugs += ingested.bugs
    report.put_off += ingested.put_off
