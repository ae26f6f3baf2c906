"""A worker: takes up units, looks, and hands in what it found together with the end of the job.

Procrastinate keeps the jobs, but this is not its own worker: that one ends a job in a transaction of its own, after
the results, and ends itself when the server is away for a moment (issue 1116 of Procrastinate). Here a result and the
end of its job are one transaction, and a worker outlives its server.

Only who can make itself heard may ask hosts. A worker that was silent for half the time after which it is taken for
dead leaves off by itself, so that no host is ever asked by two.
"""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from watcher.engines.cluster.lookings import Lookings
from watcher.engines.cluster.packing import result_as
from watcher.engines.cluster.patience import Patience
from watcher.engines.cluster.postgres import Server
from watcher.engines.cluster.taking import Taken, Taking
from watcher.engines.cluster.units import VERSION, Fate, Finding, Result, Unit, Work
from watcher.engines.cluster.visit import Visit
from watcher.errors import ClusterUnreachable
from watcher.settings import Settings

BEAT = 1.0
"""Seconds between two signs of life."""

GRACE = 5.0
"""Seconds that looks under way have to end when the worker is told to stop; then their unit is given back."""

_IDLE = 0.2
"""Seconds between two glances at an empty queue."""

_LAST_WORDS = 2.0
"""Seconds that PostgreSQL has to take back what a stopping worker gives back; the sweep finds it otherwise."""


@dataclass(slots=True)
class _Held:
    """A unit that this worker has taken up, and the visit, once it has begun."""

    unit: Unit
    visit: asyncio.Task[Result] | None = None


class Worker:
    """Looks at units, `places` of each kind of work at once, until it is told to stop."""

    def __init__(
        self,
        server: Server,
        settings: Settings,
        places: Mapping[Work, int],
        name: str,
        say: Callable[[str], None],
    ) -> None:
        self._taking = Taking(server)
        self._places = places
        self._name = name
        self._say = say
        self._patience = Patience(say)
        self._lookings = Lookings(settings)
        self._held: dict[int, _Held] = {}
        self._at_work: set[asyncio.Task[None]] = set()
        self._taking_one = asyncio.Lock()
        self._in_doubt = False
        self._heard_at = 0.0
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Take up no more; what is under way ends after the looks that have begun, or is given back."""
        self._stopped.set()

    async def run(self) -> None:
        """Work until `stop` is called, however often the server goes away and comes back."""
        await self._register()
        await self._tell_of_other_versions()
        try:
            async with asyncio.TaskGroup() as group:
                beating = group.create_task(self._beat())
                serving = [
                    group.create_task(self._serve(work, places, group))
                    for work, places in self._places.items()
                ]
                await self._stopped.wait()
                for each in serving:
                    each.cancel()
                await self._wind_up()
                beating.cancel()
        finally:
            await self._lookings.close()
            await self._leave()

    async def _register(self) -> None:
        asked_at = _now()
        register = partial(self._taking.register, sorted(self._places), self._name)
        await self._patience.until_done(register)
        self._heard_at = asked_at

    async def _tell_of_other_versions(self) -> None:
        for version in await self._patience.until_done(self._taking.versions_waiting):
            self._say(
                f"Units wait for workers of version {version}; this one is {VERSION} and leaves them. "
                "Install the coordinator's version here, or this one there."
            )

    # ── taking up ────────────────────────────────────────────────────────────────────────────

    async def _serve(self, work: Work, places: int, group: asyncio.TaskGroup) -> None:
        """Take up units of one kind, so many at once."""
        room = asyncio.Semaphore(places)
        while True:
            await room.acquire()
            taken = await self._take(work)
            if taken is None:
                room.release()
                await asyncio.sleep(_IDLE)
                continue
            task = group.create_task(self._work_on(taken))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
            task.add_done_callback(lambda _: room.release())

    async def _take(self, work: Work) -> Taken | None:
        async with self._taking_one:
            try:
                taken = await self._taking.take(work)
            except ClusterUnreachable:
                self._in_doubt = True  # one may be ours, its answer lost
                return None
            if taken is not None:
                self._held[taken.job] = _Held(taken.unit)
            return taken

    # ── working ──────────────────────────────────────────────────────────────────────────────

    async def _work_on(self, taken: Taken) -> None:
        """Look at a unit, and hand in what was found; a unit that was left off is given back."""
        try:
            async with self._lookings.of(taken.unit.treatment) as looking:
                visit = Visit(taken.unit, looking, self._taking, self._patience, self._stopped)
                result = await self._visited(taken, visit)
                if result is None:
                    return await self._patience.until_done(
                        lambda: self._taking.give_back(taken, visit.rests())
                    )
                content = result_as(result)
                is_ours = await self._patience.until_done(
                    lambda: self._taking.finish(taken, content, visit.rests())
                )
            if not is_ours:
                self._say(f"{taken.unit.host.host}: another worker has this unit by now.")
        finally:
            del self._held[taken.job]

    async def _visited(self, taken: Taken, visit: Visit) -> Result | None:
        """Give what a visit found, or None when it was left off; a bug of ours is a finding on every source."""
        task = self._held[taken.job].visit = asyncio.create_task(visit.result())
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
        if task.cancelled():
            return None
        if (bug := task.exception()) is not None:
            said = "".join(traceback.format_exception(bug))
            wanted = taken.unit.wanted
            findings = tuple(Finding(each.source.id, Fate.BUG, bug=said) for each in wanted)
            return Result(taken.unit.id, findings)
        return task.result()

    # ── being alive ──────────────────────────────────────────────────────────────────────────

    async def _beat(self) -> None:
        """Make this worker heard every so often, and leave off while it cannot be."""
        while True:
            asked_at = _now()
            try:
                async with asyncio.timeout(2 * BEAT):
                    if not await self._taking.be_heard():
                        self._leave_off_all()  # taken for dead, and struck off
                        await self._register()
                self._heard_at = asked_at
                await self._resolve_doubt()
            except (ClusterUnreachable, TimeoutError):
                self._in_doubt = True
            self._leave_off_what_is_silent()
            await asyncio.sleep(BEAT)

    async def _resolve_doubt(self) -> None:
        """Give back what the server holds for ours and is not."""
        if self._in_doubt:
            async with self._taking_one:
                await self._taking.give_back_all_but(self._held.keys())
            self._in_doubt = False

    def _leave_off_what_is_silent(self) -> None:
        silent_for = _now() - self._heard_at
        for held in self._held.values():
            if held.visit is not None and silent_for > held.unit.stalled_after / 2:
                held.visit.cancel()

    def _leave_off_all(self) -> None:
        for held in self._held.values():
            if held.visit is not None:
                held.visit.cancel()

    async def _wind_up(self) -> None:
        """Let looks that have begun end, and give back what does not."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=GRACE)
        self._leave_off_all()
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=_LAST_WORDS)
        for task in self._at_work:
            task.cancel()

    async def _leave(self) -> None:
        with contextlib.suppress(ClusterUnreachable, TimeoutError):
            async with asyncio.timeout(_LAST_WORDS):
                await self._taking.leave()


def _now() -> float:
    return asyncio.get_running_loop().time()
