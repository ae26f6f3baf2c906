"""Who may ask a host now: few at once, and not too soon after the last."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar

from watcher.fetching.retry import spread

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Manners:
    """How a host is treated. `spacing` is the seconds between the end of one request and the start of the next.

    `robots` False means that a person declares that robots.txt does not apply to us there.
    """

    spacing: float = 1.0
    concurrency: int = 1
    robots: bool = True


class Politeness:
    """Turns at hosts. One for all fetchers of a run, so that they share each host's patience."""

    def __init__(
        self, manners: Manners | None = None, hosts: Mapping[str, Manners] | None = None
    ) -> None:
        self._manners = manners or Manners()
        self._hosts = dict(hosts or {})
        self._lanes: dict[str, _Lane] = {}
        self._asked: dict[str, float] = {}

    def manners(self, host: str) -> Manners:
        """Give how `host` is treated."""
        return self._hosts.get(host, self._manners)

    def turn(self, host: str, budget: Budget | None = None) -> Turn:
        """Give a context to hold while one request is made to `host`; entering waits for its turn.

        The wait for others does not count against `budget`.
        """
        return Turn(self._lane(host), budget)

    def slow_down(self, host: str, spacing: float) -> None:
        """Keep at least `spacing` seconds between requests to `host` from now on (robots.txt asks for it)."""
        self._asked[host] = spacing
        self._lane(host).slow_down(spacing)

    def spacing(self, host: str) -> float:
        """Give the seconds that are kept between requests to `host`."""
        return max(self.manners(host).spacing, self.spacing_asked(host))

    def spacing_asked(self, host: str) -> float:
        """Give the seconds that robots.txt asks to keep between requests to `host`; 0 when it asks for nothing."""
        return self._asked.get(host, 0.0)

    def leave_alone(self, host: str, seconds: float) -> None:
        """Start no request to `host` for `seconds` (the server asks for it)."""
        lane = self._lane(host)
        lane.free_at = max(lane.free_at, asyncio.get_running_loop().time() + seconds)

    def rest(self, host: str) -> float:
        """Give the seconds for which no request to `host` may start; 0 when one may start now."""
        lane = self._lanes.get(host)
        return max(0.0, lane.free_at - asyncio.get_running_loop().time()) if lane else 0.0

    def _lane(self, host: str) -> _Lane:
        lane = self._lanes.get(host)
        if lane is None:
            lane = self._lanes[host] = _Lane(host, self.manners(host))
        return lane


class Budget:
    """The seconds that a check may still take. Waiting for a turn at a host does not use them up.

    `limit` is the timeout that ends the check, already entered.
    """

    __slots__ = ("_limit", "paused")

    def __init__(self, limit: asyncio.Timeout) -> None:
        self._limit = limit
        self.paused = 0.0

    def remaining(self) -> float:
        """Give the seconds that are left."""
        ends_at = self._limit.when()
        assert ends_at is not None  # asked only while the clock runs
        return ends_at - asyncio.get_running_loop().time()

    async def outside(self, waiting: Awaitable[Result]) -> Result:
        """Await something that is not this check's own doing, with the clock stopped."""
        clock = asyncio.get_running_loop().time
        left, stopped_at = self.remaining(), clock()
        self._limit.reschedule(None)
        try:
            return await waiting
        finally:
            now = clock()
            self.paused += now - stopped_at
            self._limit.reschedule(now + left)


class _Lane:
    """The state of one host."""

    __slots__ = ("free_at", "host", "left_at", "places", "spacing", "turns")

    def __init__(self, host: str, manners: Manners) -> None:
        self.host = host
        self.spacing = manners.spacing
        self.places = asyncio.Semaphore(manners.concurrency)
        self.free_at = 0.0
        self.left_at: float | None = None
        self.turns = 0

    @property
    def is_free(self) -> bool:
        """Whether a request may start at once, and no spacing is to be kept for those beside it."""
        return not (
            self.spacing or self.places.locked() or self.free_at > asyncio.get_running_loop().time()
        )

    def slow_down(self, spacing: float) -> None:
        """Keep at least `spacing` seconds from now on, also after the request from which we learned of it."""
        self.spacing = max(self.spacing, spacing)
        if self.left_at is not None:
            self.free_at = max(self.free_at, self.left_at + self.spacing)

    async def wait(self) -> None:
        """Wait for a place, then for the time; the place is taken when this returns."""
        await self.places.acquire()
        try:
            now = asyncio.get_running_loop().time()
            starts_at = max(now, self.free_at)
            self.free_at = starts_at + self.spacing  # for those beside us, when several may ask
            if starts_at > now:
                await asyncio.sleep(starts_at - now)
        except BaseException:
            self.places.release()
            raise

    def leave(self) -> None:
        """Give the place back and keep the host free for the spacing, and up to a fifth more.

        The fifth lets the turns of many hosts drift apart instead of coming in step.
        """
        self.left_at = asyncio.get_running_loop().time()
        if self.spacing:
            self.turns += 1
            gap = self.spacing * (1 + 0.2 * spread(f"{self.host}/{self.turns}"))
            self.free_at = max(self.free_at, self.left_at + gap)
        self.places.release()


class Turn:
    """One turn at a host, as an async context manager."""

    __slots__ = ("_budget", "_lane")

    def __init__(self, lane: _Lane, budget: Budget | None) -> None:
        self._lane = lane
        self._budget = budget

    async def __aenter__(self) -> None:
        lane = self._lane
        if lane.is_free:
            await lane.places.acquire()  # does not wait
        elif self._budget is None:
            await lane.wait()
        else:
            await self._budget.outside(lane.wait())

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lane.leave()
