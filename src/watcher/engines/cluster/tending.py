"""Looking after units that are handed out: those of dead workers, and those that nobody takes up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from procrastinate.jobs import Job

from watcher.engines.cluster.handing import AtWork, Handing
from watcher.engines.cluster.patience import Patience
from watcher.engines.cluster.units import VERSION, Fate, Finding, Result, Unit, Work

MOST_DEATHS = 5
"""A unit that was handed out so often and never came back is what its workers die of."""


class Tending:
    """Hands out again what dead workers held, and says when units wait for workers that are not there."""

    def __init__(
        self,
        handing: Handing,
        patience: Patience,
        stalled_after: float,
        say: Callable[[str], None],
    ) -> None:
        self._handing = handing
        self._patience = patience
        self._stalled_after = stalled_after
        self._say = say
        self._next_at = 0.0
        self._told: set[str] = set()

    async def look_after(self, units: Mapping[str, Unit | None]) -> list[str]:
        """Do what is to be done for `units`, under their ids, most of the time nothing; give those that were lost.

        A unit of another version, which cannot be read, is None.
        """
        now = asyncio.get_running_loop().time()
        if now < self._next_at:
            return []
        self._next_at = now + self._stalled_after / 10
        dead = await self._patience.until_done(
            partial(self._handing.held_by_the_dead, self._stalled_after)
        )
        for job in dead:
            name = str(job.task_kwargs.get("unit"))
            if name in units:  # those of other coordinators are theirs to look after
                await self._hand_on(job, name, units[name])
        await self._tell_who_is_missing()
        return await self._patience.until_done(partial(self._handing.lost, units.keys()))

    async def _hand_on(self, job: Job, name: str, unit: Unit | None) -> None:
        if unit is None:  # there may be nobody left who could do it
            await self._patience.until_done(partial(self._handing.give_up, job, Result(name, ())))
            return
        host = unit.host.host
        if job.attempts + 1 >= MOST_DEATHS:
            self._say(f"{host}: {MOST_DEATHS} workers died over its unit; it is given up.")
            said = f"WorkerDied: {MOST_DEATHS} workers died over a unit with this source"
            findings = tuple(Finding(each.source.id, Fate.BUG, bug=said) for each in unit.wanted)
            result = Result(unit.id, findings)
            await self._patience.until_done(partial(self._handing.give_up, job, result))
            return
        self._say(f"{host}: nothing was heard of its worker; another will look.")
        pause = max(unit.host.spacing, unit.treatment.spacing)
        await self._patience.until_done(partial(self._handing.hand_out_again, job, pause))

    async def _tell_who_is_missing(self) -> None:
        """Say once of each kind of work that waits and that nobody does."""
        waiting = await self._patience.until_done(self._handing.waiting)
        at_work = await self._patience.until_done(
            partial(self._handing.at_work, self._stalled_after)
        )
        missing = {who_is_missing(work, waiting[work], at_work) for work in sorted(waiting)} - {""}
        for line in sorted(missing - self._told):
            self._say(line)
        self._told = missing


def who_is_missing(work: Work, waiting: int, at_work: list[AtWork]) -> str:
    """Give the line that says why units of one kind wait, an empty one when somebody is at work on them."""
    those = [each for each in at_work if work in each.works]
    if any(each.version == VERSION for each in those):
        return ""
    start = "watcher worker" if work is Work.PAGES else "watcher worker --only browser"
    if not those:
        return f"Units of {work} wait and no worker is there for them. Start one: {start}"
    versions = " and ".join(sorted({each.version for each in those}))
    names = ", ".join(sorted(each.name for each in those))
    return (
        f"Units of {work} wait for a worker of version {VERSION}; those at work are of version {versions} ({names}). "
        "Install the same version there and here."
    )
