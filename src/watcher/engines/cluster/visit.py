"""A worker's visit to one host: the sources of one unit, one after the other, as patiently as the host asks for."""

from __future__ import annotations

import asyncio
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from watcher import cadence
from watcher.engines.cluster.patience import Patience
from watcher.engines.cluster.taking import HostState, Taking
from watcher.engines.cluster.units import Fate, Finding, Result, Unit, Wanted, Work
from watcher.engines.fetchers import PATIENCE, Looking
from watcher.engines.looking import Fetcher, look_at, work_off
from watcher.fetching.choice import Remembered
from watcher.model import (
    FetchMode,
    Judgement,
    Known,
    KnownHost,
    Response,
    Source,
    SourceId,
    Verdict,
)
from watcher.sweep import Look
from watcher.urls import host_of


class Visit:
    """Looks at the sources of `unit`; what was not begun when `stopped` is set stays due.

    What hosts ask for is kept with `taking` as soon as it is known, so that it holds for the next worker even if this
    one dies.
    """

    def __init__(
        self,
        unit: Unit,
        looking: Looking,
        taking: Taking,
        patience: Patience,
        stopped: asyncio.Event,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._unit = unit
        self._looking = looking
        self._taking = taking
        self._patience = patience
        self._stopped = stopped
        self._clock = clock
        self._known = {unit.host.host: unit.host}
        self._asked = {unit.host.host}
        self._findings: list[Finding] = []
        self._remembered: dict[SourceId, FetchMode] = {}
        self._fetcher = self._make_fetcher()

    async def result(self) -> Result:
        """Look at all that may be looked at, and give what was found."""
        await self._recall_hosts()
        rules = self._unit.treatment.rules.get(self._unit.host.host)
        together = rules.concurrency if rules else 1
        await work_off(deque(self._unit.wanted), together, self._look_if_open)
        return Result(self._unit.id, tuple(self._findings))

    def rests(self) -> dict[str, float]:
        """Give the seconds that are left of the spacing of each host that was asked."""
        rests = {host: self._looking.turns.rest(host) for host in self._asked}
        return {host: rest for host, rest in rests.items() if rest > 0}

    def _make_fetcher(self) -> Fetcher:
        """Give a fetcher that remembers for this unit, and has a browser if that is the unit's work."""
        recalled = {each.source.id: each.recalled for each in self._unit.wanted}
        remembered = Remembered(recalled.get, self._remembered.__setitem__)
        return self._looking.fetcher(
            remembered, _NoBrowser() if self._unit.work is Work.PAGES else None
        )

    async def _recall_hosts(self) -> None:
        """Begin where the worker before left off: keep its spacing, and what the hosts asked of it."""
        leads_to = {
            host_of(each.known.usual.final_url) for each in self._unit.wanted if each.known.usual
        }
        names = leads_to | {self._unit.host.host}
        states = await self._patience.until_done(partial(self._taking.hosts, sorted(names)))
        for host, state in states.items():
            self._known[host] = _later(self._known.get(host), state)
            self._looking.turns.leave_alone(host, max(0.0, state.rest))
        now = self._clock()
        for host, known in self._known.items():
            if known.spacing:
                self._looking.turns.slow_down(host, known.spacing)
            if known.not_before is not None and now < known.not_before <= now + PATIENCE:
                self._looking.turns.leave_alone(host, (known.not_before - now).total_seconds())

    async def _look_if_open(self, wanted: Wanted) -> None:
        known, now = self._known[self._unit.host.host], self._clock()
        closed = known.not_before is not None and known.not_before > now + PATIENCE
        if closed or self._stopped.is_set():
            self._findings.append(Finding(wanted.source.id, Fate.PUT_OFF))
            return
        finding = await self._finding(wanted)
        self._findings.append(finding)
        if finding.response is not None:
            await self._answered(finding.response)

    async def _finding(self, wanted: Wanted) -> Finding:
        source = wanted.source
        try:
            look, deadline = Look(source, wanted.known), self._unit.treatment.deadline
            response, found = await look_at(look, self._fetcher, deadline)
        except WantsBrowser:
            return Finding(source.id, Fate.WANTS_BROWSER)
        except Exception as bug:  # the edge: one source's bug must not stop the others
            said = "".join(traceback.format_exception(bug))
            return Finding(source.id, Fate.BUG, bug=said)
        remembered = self._remembered.get(source.id)
        if isinstance(found, Judgement) and found.verdict is Verdict.UNCHANGED:
            response = _without_what_is_held(response, wanted.known)
        return Finding(source.id, Fate.SEEN, response, found, remembered)

    async def _answered(self, response: Response) -> None:
        """Keep what the host of an answer asks for, at once when it is news."""
        host = host_of(response.final_url)
        self._asked |= {host, *(host_of(hop.url) for hop in response.hops)}
        before = self._known.get(host, KnownHost(host))
        after = cadence.host_after(before, response, response.ended_at)
        if after != before:
            self._known[host] = after
            await self._patience.until_done(partial(self._taking.asked_for, after))


class WantsBrowser(Exception):
    """A page calls for a browser, and this unit is for plain HTTP: another unit will take it there."""


class _NoBrowser:
    """Stands where a browser would, in a unit of pages."""

    async def fetch(self, source: Source, known: Known, *, patience: float = 1.0) -> Response:
        raise WantsBrowser(source.url)


def _later(known: KnownHost | None, state: HostState) -> KnownHost:
    """Give what holds of a host of which both the ledger and the worker before know something."""
    if known is None or known.not_before is None:
        return state.known
    mine = state.known.not_before or known.not_before
    return replace(state.known, not_before=max(mine, known.not_before))


def _without_what_is_held(response: Response, known: Known) -> Response:
    """Give `response` without a payload that the ledger holds already."""
    if response.payload_digest == known.payload_digest:
        return replace(response, payload=b"")
    return response
