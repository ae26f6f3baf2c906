"""What a patient reader does before reading: refuse consent, open what is folded, read lists to their end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from watcher.fetching.browsing import driver
from watcher.fetching.browsing.journal import Journal
from watcher.fetching.browsing.settling import SCRIPT, Pace, Patience

if TYPE_CHECKING:
    from playwright.async_api import Page

_MOST_CLICKS = 200
_MOST_ROUNDS = 6
_MOST_KEPT = 60
_MOST_SCROLLS = 100
_RESTS_AT_THE_END = 2
_MOST_MORE = 40
_MOST_FRAMES = 8
_FRAME_ANSWERS_WITHIN = 1.0


class Preparation:
    """Prepares one page that has settled, and lets it settle again after what was done."""

    def __init__(self, page: Page, journal: Journal, pace: Pace, patience: Patience) -> None:
        self._page = page
        self._journal = journal
        self._pace = pace
        self._patience = patience

    async def prepare(self) -> None:
        """Do all of it. Raises Trouble or Crashed when the page does not survive it."""
        done = await self._refuse_consent()
        done += await self._unfold()
        scrolls = await self._read_to_the_end()
        done += scrolls + await self._ask_for_more()
        if scrolls:
            await self._pace.ask("scroll", True)
        if done:
            await self._pace.settle(virtual=1)

    async def _refuse_consent(self) -> int:
        """Click a refusal in the page, or in a frame that a consent tool brings along."""
        if await self._pace.ask("refuse"):
            await self._pace.beat(1.0)
            return 1
        foreign = [frame for frame in self._page.frames if frame.parent_frame is not None]
        for frame in foreign[:_MOST_FRAMES]:
            with suppress(driver.api().Error, TimeoutError):
                refused = frame.evaluate(SCRIPT, ["refuse", None])
                if await asyncio.wait_for(refused, _FRAME_ANSWERS_WITHIN):
                    await self._pace.beat(1.0)
                    return 1
        return 0

    async def _unfold(self) -> int:
        clicks = 0
        for _ in range(_MOST_ROUNDS):
            result = await self._pace.ask("unfold", _MOST_CLICKS - clicks)
            if result is None or not (result["clicks"] or result["again"]):
                return clicks
            clicks += int(result["clicks"])
            await self._catch_up()
            if result["again"] and not result["clicks"]:
                return clicks + await self._open_in_turn()
        return clicks

    async def _open_in_turn(self) -> int:
        """Open, one after the other, what closes when another opens."""
        for opened in range(_MOST_KEPT):
            if not await self._pace.ask("keep"):
                return opened
            await self._catch_up()
        return _MOST_KEPT

    async def _read_to_the_end(self) -> int:
        """Scroll on until nothing more comes."""
        extent, rests, scrolls = 0, 0, 0
        while rests < _RESTS_AT_THE_END and scrolls < _MOST_SCROLLS:
            place = await self._pace.ask("scroll")
            if place is None or not place["canMove"]:
                break
            scrolls += 1
            await self._catch_up()
            rests = rests + 1 if place["isAtEnd"] and place["extent"] == extent else 0
            extent = place["extent"]
        if scrolls == _MOST_SCROLLS:
            self._patience.note("cap")
        return scrolls

    async def _ask_for_more(self) -> int:
        """Click buttons that promise more, until there is none, or nothing comes."""
        for clicks in range(_MOST_MORE):
            if not await self._pace.ask("more"):
                return clicks
            await self._catch_up()
        self._patience.note("cap")
        return _MOST_MORE

    async def _catch_up(self) -> None:
        """Let the page notice what was just done (it is told with its next frame), and answer."""
        self._journal.expect_more()
        await self._pace.frame()
        await self._pace.beat(0.3)
        if self._journal.is_waiting():
            while self._journal.is_waiting():
                await self._pace.beat(0)
            await self._pace.beat(0.3)
