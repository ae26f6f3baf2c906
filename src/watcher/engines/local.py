"""A sweep in this process: many hosts wait at once, one source of a host after the other.

The event loop owns the ledger; looks that end together are recorded together. Reading that could hold it up (PDF, very
large pages) runs in a thread; a source that hangs costs its own deadline and no other source anything (invariant 9).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from watcher.engines.engine import Engine, Report, record_bug
from watcher.engines.fetchers import PATIENCE
from watcher.engines.looking import READER_DEADLINE, Fetcher, look_at, work_off
from watcher.engines.recording import Recorder
from watcher.errors import LedgerError
from watcher.model import Source
from watcher.sweep import Outcome, Sweep


class LocalEngine(Engine):
    """Looks at sources with `fetcher` and hands what came back to `sweep`.

    `at_once` tells how many sources of a host may be under way together, `deadline` how many seconds a plug-in may
    read. Several runs may go on at the same time; they share `hosts_at_once` and the fetcher's politeness.
    """

    def __init__(
        self,
        sweep: Sweep,
        fetcher: Fetcher,
        *,
        hosts_at_once: int = 50,
        at_once: Callable[[str], int] = lambda host: 1,
        deadline: float = READER_DEADLINE,
        confirm_after: timedelta = timedelta(seconds=60),
        on_outcome: Callable[[Outcome], None] = lambda outcome: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(sweep, confirm_after=confirm_after, on_outcome=on_outcome, clock=clock)
        self._fetcher = fetcher
        self._hosts = asyncio.Semaphore(hosts_at_once)
        self._at_once = at_once
        self._deadline = deadline
        self._recorder = Recorder(sweep)

    async def _visit(self, host: str, waiting: deque[Source], report: Report) -> None:
        """Look at the sources of one host, as many at once as its manners allow."""
        async with self._hosts:
            await work_off(waiting, self._at_once(host), partial(self._look_if_open, report))

    async def _look_if_open(self, report: Report, source: Source) -> None:
        if self._stopped.is_set():
            return
        now = self._clock()
        if self._sweep.open_at(source, now) > now + PATIENCE:
            report.put_off.append(source)
            return
        try:
            outcome = await self._look_at(source)
        except LedgerError:
            raise
        except Exception as bug:  # the edge: one source's bug must not stop the others
            report.bugs.append(bug)
            said = f"{type(bug).__name__}: {bug}"
            outcome = record_bug(self._sweep, source, said, self._clock())
        report.outcomes.append(outcome)
        self._on_outcome(outcome)

    async def _look_at(self, source: Source) -> Outcome:
        look = self._sweep.begin(source)
        room = self._recorder.room
        response, found = await look_at(look, self._fetcher, self._deadline, room)
        return await self._recorder.record(look, response, found)
