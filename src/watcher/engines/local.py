"""A sweep in this process: many hosts wait at once, one source of a host after the other.

The event loop owns the ledger. Reading that could hold it up (PDF, very large pages) runs in a thread; a source
that hangs costs its own deadline and no other source anything (invariant 9).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from watcher.engines.fetchers import PATIENCE
from watcher.errors import LedgerError
from watcher.model import Change, Document, Judgement, Known, Response, Source, Verdict
from watcher.sweep import Outcome, Sweep, read_response
from watcher.urls import host_of

READ_IN_THREAD = 1_000_000
"""Payloads of more bytes are read in a thread: at 2 ms per 100 KB they would hold the loop up for
20 ms and more."""


class Fetcher(Protocol):
    """What can look at a source; a page's trouble is told in the response, never raised."""

    async def fetch(self, source: Source, known: Known) -> Response:
        """Give what came back from `source`."""
        ...


@dataclass(slots=True)
class Report:
    """What a sweep came to: every outcome in the order of its end, and bugs that it met.

    `put_off` are sources that were not looked at, because their host asked to be left alone; `contradictions` the
    items raised about sources that say different things.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    bugs: list[BaseException] = field(default_factory=list)
    put_off: list[Source] = field(default_factory=list)
    contradictions: list[Change] = field(default_factory=list)

    @property
    def changes(self) -> list[Outcome]:
        """The outcomes that put something before a person."""
        return [outcome for outcome in self.outcomes if outcome.change is not None]

    @property
    def raised(self) -> list[Change]:
        """Everything that was put before a person: changes in the order of their looks, then contradictions."""
        changes = [outcome.change for outcome in self.outcomes if outcome.change is not None]
        return changes + self.contradictions

    @property
    def troubled(self) -> list[Outcome]:
        """The outcomes of sources that could not be seen as they are."""
        return [outcome for outcome in self.outcomes if not outcome.judgement.verdict.is_good]


class LocalEngine:
    """Looks at sources with `fetcher` and hands what came back to `sweep`.

    `at_once` tells how many sources of a host may be under way together. Several runs may go on at the same time;
    they share `hosts_at_once` and the fetcher's politeness.
    """

    def __init__(
        self,
        sweep: Sweep,
        fetcher: Fetcher,
        *,
        hosts_at_once: int = 50,
        at_once: Callable[[str], int] = lambda host: 1,
        confirm_after: timedelta = timedelta(seconds=60),
        on_outcome: Callable[[Outcome], None] = lambda outcome: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sweep = sweep
        self._fetcher = fetcher
        self._hosts = asyncio.Semaphore(hosts_at_once)
        self._at_once = at_once
        self._confirm_after = confirm_after
        self._on_outcome = on_outcome
        self._clock = clock
        self._stopped = asyncio.Event()

    async def run(self, sources: Iterable[Source]) -> Report:
        """Look at every source once, and again soon where a difference waits to be confirmed.

        Sources whose host asked to be left alone are put off: they stay due. Raises LedgerError at once: what cannot
        be recorded need not be fetched.
        """
        report = Report()
        await self._pass(sources, report)
        waiting = [outcome for outcome in report.outcomes if outcome.pending]
        if waiting and not await self._stopped_within(self._confirm_after):
            await self._pass([outcome.source for outcome in waiting], report)
        report.contradictions.extend(self._sweep.settle(self._clock()))
        return report

    def stop(self) -> None:
        """Begin no further look. What is under way ends by itself; what was not begun stays due."""
        self._stopped.set()

    async def _stopped_within(self, pause: timedelta) -> bool:
        try:
            async with asyncio.timeout(pause.total_seconds()):
                return await self._stopped.wait()
        except TimeoutError:
            return False

    async def _pass(self, sources: Iterable[Source], report: Report) -> None:
        by_host: defaultdict[str, deque[Source]] = defaultdict(deque)
        for source in sources:
            by_host[host_of(source.url)].append(source)
        try:
            async with asyncio.TaskGroup() as group:
                for host, of_host in by_host.items():
                    group.create_task(self._visit(host, of_host, report))
        except* LedgerError as several:
            raise _first(several) from None

    async def _visit(self, host: str, waiting: deque[Source], report: Report) -> None:
        """Look at the sources of one host, as many at once as its manners allow."""
        async with self._hosts:
            together = min(self._at_once(host), len(waiting))
            if together <= 1:
                return await self._work_off(waiting, report)
            async with asyncio.TaskGroup() as group:
                for _ in range(together):
                    group.create_task(self._work_off(waiting, report))
        return None

    async def _work_off(self, waiting: deque[Source], report: Report) -> None:
        while waiting and not self._stopped.is_set():
            source = waiting.popleft()
            now = self._clock()
            if self._sweep.open_at(source, now) > now + PATIENCE:
                report.put_off.append(source)
                continue
            try:
                outcome = await self._look_at(source)
            except LedgerError:
                raise
            except Exception as bug:  # the edge: one source's bug must not stop the others
                report.bugs.append(bug)
                outcome = self._record_bug(source, bug)
            report.outcomes.append(outcome)
            self._on_outcome(outcome)

    async def _look_at(self, source: Source) -> Outcome:
        look = self._sweep.begin(source)
        response = await self._fetcher.fetch(source, look.known)
        found: Document | Judgement | None = look.judge(response)
        if found is None:
            found = await _read(response, source)
        return self._sweep.record(look, response, found)

    def _record_bug(self, source: Source, bug: Exception) -> Outcome:
        """Leave a row also for a look that ended in a bug of ours (invariant 1)."""
        response = Response(source.url, source.url, self._clock())
        judgement = Judgement(Verdict.UNREADABLE, f"bug: {type(bug).__name__}: {bug}")
        return self._sweep.record(self._sweep.begin(source), response, judgement)


async def _read(response: Response, source: Source) -> Document | Judgement:
    """Read here what is quick, in a thread what is not."""
    slow = len(response.payload) > READ_IN_THREAD or response.payload[:5] == b"%PDF-"
    if slow:
        return await asyncio.to_thread(read_response, response, source)
    return read_response(response, source)


def _first(several: BaseExceptionGroup[LedgerError]) -> LedgerError:
    """Give the first of several errors, however deep the groups are."""
    error: BaseException = several
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, LedgerError)  # groups of nothing else get here
    return error
