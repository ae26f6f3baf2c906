"""The fetchers of a worker: one for each way in which coordinators want hosts to be treated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from watcher.engines.cluster.units import Treatment
from watcher.engines.fetchers import Looking, looking
from watcher.settings import Settings

_KEPT = 2
"""So many that nobody uses stay open: connections, robots.txt and browsers are worth keeping from unit to unit."""


@dataclass(slots=True)
class _Open:
    treatment: Treatment
    looking: Looking
    stack: AsyncExitStack
    users: int = 0


class Lookings:
    """Gives what looks as a treatment says; `settings` say what is the worker's own, such as its browser."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: list[_Open] = []

    @asynccontextmanager
    async def of(self, treatment: Treatment) -> AsyncIterator[Looking]:
        """Lend what looks so; it stays open for the next unit that wants the same."""
        found = next((each for each in self._open if each.treatment == treatment), None)
        if found is None:
            found = await self._opened(treatment)
        found.users += 1
        try:
            yield found.looking
        finally:
            found.users -= 1
            await self._close_some()

    async def close(self) -> None:
        """Close all of them."""
        for each in self._open:
            await each.stack.aclose()
        self._open.clear()

    async def _opened(self, treatment: Treatment) -> _Open:
        settings = replace(
            self._settings,
            contact=treatment.contact,
            deadline=treatment.deadline,
            spacing=treatment.spacing,
            max_payload=treatment.max_payload,
        )
        stack = AsyncExitStack()
        new = _Open(
            treatment, await stack.enter_async_context(looking(settings, treatment.rules)), stack
        )
        self._open.append(new)
        return new

    async def _close_some(self) -> None:
        """Close the longest open ones that nobody uses, but for the last few."""
        idle = [each for each in self._open[:-_KEPT] if not each.users]
        for each in idle:
            self._open.remove(each)
            await each.stack.aclose()
