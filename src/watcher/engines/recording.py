"""Looks that end together are recorded together: what a transaction costs is then paid once for all of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from watcher.errors import LedgerError
from watcher.model import Document, Judgement, Response
from watcher.sweep import Look, Outcome, Sweep

MOST_TOGETHER = 64
LONGEST = 0.05
"""Looks in one transaction, and seconds after which no further one is taken into it: people and other processes that
want to write wait for as long, and so does everything else in this one."""

MOST_READ = 16
"""Looks that wait to be recorded while further pages are read: a first look takes longer to record than to read, and
a page with its document is a quarter of a megabyte."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """A look that has ended, and who waits for what it comes to."""

    look: Look
    response: Response
    found: Document | Judgement
    outcome: asyncio.Future[Outcome]


class Recorder:
    """Hands looks to `sweep`: those that end in one turn of the event loop in one transaction.

    No transaction is open while anything is awaited.
    """

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._waiting: list[_Ended] = []
        self._recorded = asyncio.Event()

    async def room(self) -> None:
        """Wait until so few looks wait to be recorded that a further page may be read."""
        while len(self._waiting) >= MOST_READ:
            await self._recorded.wait()

    async def record(self, look: Look, response: Response, found: Document | Judgement) -> Outcome:
        """Give what the look came to, once that is committed.

        What goes wrong in one look undoes that look alone, and is raised here. Raises LedgerError when the ledger
        cannot be written, here and in all looks that wait with this one; then nothing of them is kept.
        """
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._wait([_Ended(look, response, found, outcome)])
        return await outcome

    def _wait(self, looks: Sequence[_Ended]) -> None:
        """Have `looks` recorded when all that is ready in the event loop has had its turn."""
        if looks and not self._waiting:
            asyncio.get_running_loop().call_soon(self._record_waiting)
        self._waiting.extend(looks)

    def _record_waiting(self) -> None:
        # Of a run that was ended nothing is recorded: its sources stay due.
        looks = [each for each in self._waiting if not each.outcome.cancelled()]
        self._waiting.clear()
        self._recorded.set()  # whoever waits for room asks for it again when this is over
        self._recorded.clear()
        if not looks:
            return
        came_to: list[Outcome | Exception] = []
        try:
            with self._sweep.together():
                self._record_some(looks[:MOST_TOGETHER], came_to)
        except Exception as error:  # handed on to everybody who waits
            came_to = [error] * len(looks)
        self._wait(looks[len(came_to) :])
        for look, outcome in zip(looks, came_to, strict=False):
            _tell(look, outcome)

    def _record_some(self, looks: Sequence[_Ended], came_to: list[Outcome | Exception]) -> None:
        """Record `looks` until time is up, and add to `came_to` what each came to. Raises LedgerError."""
        until = time.monotonic() + LONGEST
        for each in looks:
            try:
                came_to.append(self._sweep.record(each.look, each.response, each.found))
            except LedgerError:
                raise
            except Exception as bug:  # the edge: one source's bug must not stop the others
                came_to.append(bug)
            if time.monotonic() > until:
                return


def _tell(ended: _Ended, came_to: Outcome | Exception) -> None:
    if isinstance(came_to, Exception):
        ended.outcome.set_exception(came_to)
    else:
        ended.outcome.set_result(came_to)
