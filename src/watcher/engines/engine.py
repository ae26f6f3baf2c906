"""What every engine does: look at sources, look again where a difference waits, and tell what it came to."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from watcher.errors import LedgerError
from watcher.model import Change, Judgement, Response, Source, Verdict
from watcher.sweep import Outcome, Sweep
from watcher.urls import host_of

MOST_LOOKS = 3
"""A sweep looks at a source so often at most: what waits is confirmed at the second look, or differs once more."""


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
        """The last outcome of each source that could not be seen as it is, however often it was looked at."""
        last = {outcome.source.id: outcome for outcome in self.outcomes}
        return [outcome for outcome in last.values() if not outcome.judgement.verdict.is_good]


class Engine(ABC):
    """Where a sweep runs. Several runs may go on at the same time; they share each host's patience."""

    def __init__(
        self,
        sweep: Sweep,
        *,
        confirm_after: timedelta = timedelta(seconds=60),
        on_outcome: Callable[[Outcome], None] = lambda outcome: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sweep = sweep
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
        seen = 0
        for _ in range(MOST_LOOKS - 1):
            waiting = [outcome.source for outcome in report.outcomes[seen:] if outcome.pending]
            if not waiting or await self._stopped_within(self._confirm_after):
                break
            seen = len(report.outcomes)
            await self._pass(waiting, report)
        report.contradictions.extend(self._sweep.settle(self._clock()))
        return report

    def stop(self) -> None:
        """Begin no further look. What is under way ends by itself; what was not begun stays due."""
        self._stopped.set()

    @abstractmethod
    async def _visit(self, host: str, waiting: deque[Source], report: Report) -> None:
        """Look at the sources of one host."""

    async def _pass(self, sources: Iterable[Source], report: Report) -> None:
        by_host: defaultdict[str, deque[Source]] = defaultdict(deque)
        for source in sources:
            by_host[host_of(source.url)].append(source)
        try:
            async with asyncio.TaskGroup() as group:
                for host, of_host in by_host.items():
                    group.create_task(self._visit(host, of_host, report))
        except BaseExceptionGroup as several:
            # Not by `except*`: Pythons before 3.11.4 wrap what is raised there in a group of its own.
            of_the_ledger, others = several.split(LedgerError)
            if of_the_ledger is None or others is not None:
                raise
            raise _first(of_the_ledger) from None

    async def _stopped_within(self, pause: timedelta) -> bool:
        try:
            async with asyncio.timeout(pause.total_seconds()):
                return await self._stopped.wait()
        except TimeoutError:
            return False


def record_bug(sweep: Sweep, source: Source, said: str, at: datetime) -> Outcome:
    """Leave a row also for a look that ended in a bug of ours (invariant 1)."""
    response = Response(source.url, source.url, at)
    judgement = Judgement(Verdict.UNREADABLE, f"bug: {said}")
    return sweep.record(sweep.begin(source), response, judgement)


def _first(several: BaseExceptionGroup[LedgerError]) -> LedgerError:
    """Give the first of several errors, however deep the groups are."""
    error: BaseException = several
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, LedgerError)  # groups of nothing else get here
    return error
