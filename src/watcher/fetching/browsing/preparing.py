"""What a patient reader does before reading: refuse consent, open what is folded, read tabs and lists to their end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from watcher.errors import FetchError
from watcher.fetching.browsing import driver
from watcher.fetching.browsing.journal import Journal
from watcher.fetching.browsing.settling import Pace, Patience, ask_frame
from watcher.fetching.browsing.steps import Steps
from watcher.model import Step

if TYPE_CHECKING:
    from playwright.async_api import Page

_A_MOMENT = 0.3
"""Seconds of the page's time that it gets to answer what was done: pages put small work off by as much."""

_MOST_CLICKS = 200
_MOST_ROUNDS = 6
_MOST_KEPT = 60
_MOST_TABS = 40
_MOST_SCROLLS = 200
_RESTS_AT_THE_END = 2
_MOST_MORE = 40
_MOST_LAYERS = 3
_MOST_FRAMES = 8
_FRAME_ANSWERS_WITHIN = 1.0


class Strayed(FetchError):
    """Something that was touched without being asked to led away from the page."""


class Preparation:
    """Prepares one page that has settled, and lets it settle again after what was done.

    `steps` are those declared. With `is_wary` nothing is touched beside them: the page led away when it was.
    """

    def __init__(
        self,
        page: Page,
        journal: Journal,
        pace: Pace,
        patience: Patience,
        *,
        steps: Sequence[Step] = (),
        is_wary: bool = False,
    ) -> None:
        self._page = page
        self._journal = journal
        self._pace = pace
        self._patience = patience
        self._steps = Steps(steps, journal, self)
        self._is_wary = is_wary

    async def prepare(self) -> str | None:
        """Do all of it; give what went wrong with a declared step, if something did.

        Raises Strayed when the page was left, Trouble or Crashed when it does not survive it.
        """
        begun_at = self._journal.document
        done = 0 if self._is_wary else await self._refuse_consent()
        fault = await self._steps.take()
        if fault is None:
            begun_at = self._journal.document
            done += await self._open_all()
        if done or self._steps.taken:
            await self._pace.ask("scroll", [True, None])
            await self._pace.settle(virtual=1)
        if fault is None and self._journal.document is not begun_at and not self._is_wary:
            raise Strayed(f"to {self._journal.navigating_to[:160]}")
        return fault

    async def _open_all(self) -> int:
        """Unfold, scroll and ask for more, on the page as it is and then with each of its tabs."""
        done = await self._open_here()
        if self._is_wary:
            return done
        return done + await self.choose_tabs("all", None)

    async def _open_here(self) -> int:
        if self._is_wary:
            return await self.scroll_on(None)
        done = await self.unfold(None)
        return done + await self.scroll_on(None) + await self._ask_for_more()

    async def _refuse_consent(self) -> int:
        """Click a refusal in the page, or in a frame that a consent tool brings along; give the number of clicks."""
        clicks = 0
        while clicks < _MOST_LAYERS:
            refused = await self._refuse_once()
            if refused is None:
                break
            clicks += 1
            self._journal.note(f"consent: {refused['said']}")
            await self.catch_up()
            await self._pace.beat(1.0, leaps=not refused["isLayer"])
            if not refused["isLayer"]:
                break
        return clicks

    async def _refuse_once(self) -> dict[str, str] | None:
        refused: dict[str, str] | None = await self._pace.ask("refuse")
        if refused is not None:
            return refused
        foreign = [frame for frame in self._page.frames if frame.parent_frame is not None]
        for frame in foreign[:_MOST_FRAMES]:
            with suppress(driver.api().Error, TimeoutError):
                asked = ask_frame(frame, "refuse")
                refused = await asyncio.wait_for(asked, _FRAME_ANSWERS_WITHIN)
                if refused is not None:
                    return refused
        return None

    async def unfold(self, part: str | None) -> int:
        """Open what is folded: content where `part` is None, else all inside what it selects; give the clicks."""
        clicks = 0
        for _ in range(_MOST_ROUNDS):
            result = await self._pace.ask("unfold", [_MOST_CLICKS - clicks, part])
            if result is None or not (result["clicks"] or result["again"]):
                return clicks
            clicks += int(result["clicks"])
            await self.catch_up()
            if result["again"] and not result["clicks"]:
                return clicks + await self._open_in_turn(part)
        return clicks

    async def _open_in_turn(self, part: str | None) -> int:
        """Open, one after the other, what closes when another opens."""
        for opened in range(_MOST_KEPT):
            if not await self._pace.ask("keep", part):
                return opened
            await self.catch_up()
        return _MOST_KEPT

    async def choose_tabs(self, selector: str, panel: str | None) -> int:
        """Choose every tab in turn, and open all that each shows; give how many there were."""
        for chosen in range(_MOST_TABS):
            words = await self._pace.ask("tab", [selector, panel])
            if words is None:
                return chosen
            self._journal.note(f"tab: {words[:60]}")
            await self.catch_up()
            await self._open_here()
        self._patience.note("cap")
        return _MOST_TABS

    async def scroll_on(self, selector: str | None) -> int:
        """Scroll on until nothing more comes, the page or what `selector` selects; give how often that was."""
        extent, rests, scrolls = 0, 0, 0
        while rests < _RESTS_AT_THE_END and scrolls < _MOST_SCROLLS:
            self._journal.expect_more()
            place = await self._pace.scroll_on(selector)
            if place is None or not place["canMove"]:
                break
            scrolls += 1
            await self._pace.pass_time(_A_MOMENT)
            if self._journal.is_waiting():
                await self._pace.pass_time(_A_MOMENT)
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
            await self.catch_up()
        self._patience.note("cap")
        return _MOST_MORE

    async def ask(self, task: str, argument: object) -> dict[str, str] | None:
        """Ask the page about a declared step."""
        answer: dict[str, str] | None = await self._pace.ask(task, argument)
        return answer

    async def wait(self) -> None:
        """Let half a second of the page's time pass."""
        await self._pace.beat(0.5)

    async def catch_up(self) -> None:
        """Let the page notice what was just done (it is told with its next frame), and answer."""
        self._journal.expect_more()
        await self._pace.frame()
        await self._pace.beat(_A_MOMENT)
        if self._journal.is_waiting():
            while self._journal.is_waiting():
                await self._pace.rest()
            await self._pace.beat(_A_MOMENT)
