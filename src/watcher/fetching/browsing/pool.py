"""One browser process for all looks: started when first needed, replaced when it is old, used up or dead.

Each has a driver of its own, the program of Playwright's that speaks to it, and it ends with its browser: what it
gathers in memory goes, and a driver that dies costs no more than a browser that does.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.errors import BrowserMissing
from watcher.fetching.browsing import driver
from watcher.fetching.browsing.processes import end_marked, end_orphans, memory_of, new_mark

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

PAGES_A_BROWSER = 100
SECONDS_A_BROWSER = 1800.0
MEMORY_A_PAGE = 700_000_000
"""Bytes that should be free for each page at once: a browser idles at 350 MB, a heavy page takes as much again."""

MEMORY_A_BROWSER = 2_000_000_000
"""Bytes that a browser may keep for itself before the next look gets a new one; a heavy page at each of two cores
stays below."""

_CLOSE_WITHIN = 5.0
_START_WITHIN = 60.0
_numbers = count(1)


@dataclass(eq=False, slots=True)
class Running:
    """A browser that runs, and what it was used for."""

    driver: Playwright
    browser: Browser
    mark: str
    started_at: float
    pages: int = 0
    open: int = 0

    def is_spent(self, now: float, pages: int, memory: int) -> bool:
        """Whether the next look should have a new one; one browser is good for so many `pages` and so much `memory`."""
        too_old = now - self.started_at > SECONDS_A_BROWSER
        if too_old or self.pages >= pages or not self.browser.is_connected():
            return True
        return memory_of(self.mark) > memory


@dataclass(eq=False)
class Pool:
    """Lends out the browser, a new one after so many `pages`, or when it keeps more than `memory` bytes for itself.

    `chosen` names one, or None for the first found.
    """

    chosen: str | None = None
    pages: int = PAGES_A_BROWSER
    memory: int = MEMORY_A_BROWSER
    _current: Running | None = None
    _all: list[Running] = field(default_factory=list)
    _missing: BrowserMissing | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Running]:
        """Lend the browser for one page. Raises BrowserMissing, at once when it was missing before."""
        async with self._lock:
            running = await self._ready()
            running.pages += 1
            running.open += 1
        try:
            yield running
        finally:
            running.open -= 1
            if running.open == 0 and running is not self._current:
                await self._end(running)

    def has_room(self) -> bool:
        """Whether there is memory for one more page; for one there always is."""
        is_idle = not any(running.open for running in self._all)
        free = _free_memory()
        return is_idle or free is None or free >= MEMORY_A_PAGE

    async def kill(self, running: Running) -> None:
        """End a browser that no longer answers; looks that share it notice by their closed pages."""
        end_marked(running.mark)
        await self._end(running)

    async def close(self) -> None:
        """End every browser, with its driver."""
        for running in list(self._all):
            await self._end(running)

    async def _ready(self) -> Running:
        now = asyncio.get_running_loop().time()
        if self._current is not None and not self._current.is_spent(now, self.pages, self.memory):
            return self._current
        if self._missing is not None:
            raise self._missing
        spent, self._current = self._current, None
        if spent is not None and spent.open == 0:
            await self._end(spent)
        try:
            self._current = await self._start(now)
        except BrowserMissing as missing:
            self._missing = missing
            raise
        return self._current

    async def _start(self, now: float) -> Running:
        if not self._all:
            end_orphans()
        through = await driver.start()
        mark = new_mark(next(_numbers))
        try:
            async with asyncio.timeout(_START_WITHIN):
                browser = await driver.launch(through, self.chosen, mark)
        except BaseException:
            end_marked(mark)  # nobody else knows of it
            await _stop(through)
            raise
        running = Running(through, browser, mark, now)
        self._all.append(running)
        return running

    async def _end(self, running: Running) -> None:
        if running not in self._all:
            return
        self._all.remove(running)
        if self._current is running:
            self._current = None
        try:
            async with asyncio.timeout(_CLOSE_WITHIN):
                await running.browser.close()
        except (TimeoutError, driver.api().Error):
            pass  # it did not listen: what is left is killed
        end_marked(running.mark)
        await _stop(running.driver)


async def _stop(through: Playwright) -> None:
    """End a driver; one that does not listen ends with us, when its pipe closes."""
    with suppress(TimeoutError, driver.api().Error):
        await asyncio.wait_for(through.stop(), _CLOSE_WITHIN)


def pages_at_once() -> int:
    """Give how many pages this machine renders at once: one for each core, if the memory allows it."""
    cores = os.cpu_count() or 1
    free = _free_memory()
    return cores if free is None else max(1, min(cores, int(free / MEMORY_A_PAGE)))


def _free_memory() -> int | None:
    """Give the bytes that are free, by the system or by the limit of our control group; None when nobody tells."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    free = next(
        (int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvail")), None
    )
    with suppress(OSError, ValueError):
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text())
        used = int(Path("/sys/fs/cgroup/memory.current").read_text())
        free = min(limit - used, free or limit)
    return free
