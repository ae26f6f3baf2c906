"""When a page is done filling in.

Pages fill in waves, some by timers, some as answers come in. Timers run on a clock that we turn: a second of the
page's time passes in a thirtieth of ours, and only while it waits for no answer, so that nothing of its own gives up
too early; between two turns it stands still, and so does all that polls and ticks. Where a second changed no word,
the next two are leapt over, as a tab in the background sleeps: whatever was due in them happens once, at their end. A
page has settled when its clock has run for long enough, its words (digits masked: clocks and counters do not matter)
stay the same, and it asks for nothing new. The cap is recorded, not hidden.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from watcher.fetching.browsing import driver
from watcher.fetching.browsing.journal import MOST_HOPS, Journal
from watcher.fetching.browsing.trouble import Crashed
from watcher.fetching.trouble import Trouble, unreachable
from watcher.model import Verdict

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page

_PARTS = ("common", "settled", "consent", "folded", "tabs", "lists", "steps", "copy", "tasks")
_PAGE = files("watcher.fetching.browsing").joinpath("page")
_BODY = "\n".join(_PAGE.joinpath(f"{part}.js").read_text("utf-8") for part in _PARTS)
_INSTALL = f"() => {{\n{_BODY}\nreturn true;\n}}"
_ASK = '(asked) => { const tasks = window[Symbol.for("watcher")]; return tasks ? tasks(asked) : "absent" }'

MOST_ELEMENTS = 400_000
"""A page of more is no policy; nor can it be copied in reasonable time."""

_VIRTUAL_SECONDS = 7
_LEAP_OF = 3
"""Of so many seconds one passes in full, the last of all among them, so that what a leap began comes to its end."""

_STEADY_LOOKS = 3
_BEAT = 0.03
_FRAME_WITHIN = 1.0
_SCROLL_WITHIN = 5.0
_SLOW_BEAT = 0.1
_SLOW_SECOND = 0.25
_REST = 0.25
_LEAST_WAIT = 12.0


@dataclass(slots=True)
class Patience:
    """How long a page is waited for; `factor` stretches all of it. `is_cut_off` tells that it was still arriving."""

    factor: float = 1.0
    how: str = ""
    is_cut_off: bool = False

    @property
    def virtual(self) -> int:
        """Seconds of the page's own time that pass at least."""
        return round(_VIRTUAL_SECONDS * self.factor)

    @property
    def cap(self) -> float:
        """Real seconds after which it is taken as it is."""
        return _LEAST_WAIT * self.factor

    def note(self, how: str) -> None:
        """Note how settling ended; that a cap was met is never forgotten."""
        if self.how != "cap":
            self.how = how


async def hold_clock(page: Page) -> None:
    """Put the clock of `page` into our hands: from now on its time passes only when we say so."""
    now = datetime.now(UTC)
    await page.clock.install(time=now - timedelta(minutes=1))  # it runs on until it is held
    await page.clock.pause_at(now)


async def ask_frame(frame: Frame, task: str, argument: Any = None) -> Any:
    """Ask one frame; what is asked is installed there once. Raises the driver's error when it went elsewhere."""
    answer = await frame.evaluate(_ASK, [task, argument])
    if answer == "absent":
        await frame.evaluate(_INSTALL)
        answer = await frame.evaluate(_ASK, [task, argument])
    return answer


class Pace:
    """Turns the clock of one page, and tells when it has settled."""

    def __init__(
        self,
        page: Page,
        journal: Journal,
        patience: Patience,
        *,
        selectors: list[str],
        most: int,
        weigh: Callable[[], None],
    ) -> None:
        self._page = page
        self._journal = journal
        self._patience = patience
        self._selectors = selectors
        self._limits = [MOST_ELEMENTS, most]
        self._weigh = weigh

    async def ask(self, task: str, argument: Any = None) -> Any:
        """Ask the page; None when it went to another address meanwhile. Raises Trouble or Crashed."""
        self._weigh()
        if self._journal.is_lost:
            raise unreachable(f"redirects: the page sends itself on more than {MOST_HOPS} times")
        try:
            answer = await ask_frame(self._page.main_frame, task, argument)
        except driver.api().Error as error:
            self._must_live(error)
            return None
        if isinstance(answer, dict) and "tooMuch" in answer:
            ((what, number),) = answer["tooMuch"].items()
            raise Trouble(Verdict.TOO_LARGE, f"size: {number:,} {what} rendered")
        return answer

    async def copy(self) -> str | None:
        """Give the page as HTML, as it stands now; None when it went to another address meanwhile."""
        answer = await self.ask("copy", self._limits)
        return None if answer is None else str(answer["html"])

    async def beat(self, seconds: float, *, leaps: bool = False) -> None:
        """Let `seconds` of the page's time pass, unless it waits for an answer, and a moment of ours."""
        await self._turn(seconds, leaps=leaps)
        await self.frame()

    async def rest(self) -> None:
        """Let the page wait for its answers for a moment, and take them in; it must be well meanwhile."""
        await self._journal.rest(_REST)
        await self.ask("breath")

    async def _turn(self, seconds: float, *, leaps: bool = False) -> None:
        if self._journal.is_waiting():
            return
        clock = self._page.clock
        try:
            await (clock.fast_forward if leaps else clock.run_for)(int(seconds * 1000))
        except driver.api().Error as error:
            self._must_live(error)

    async def scroll_on(self, selector: str | None) -> Any:
        """Scroll on and wait until that was drawn; None when there was nothing to draw, or no time to."""
        try:
            return await asyncio.wait_for(self.ask("scrollOn", selector), _SCROLL_WITHIN)
        except TimeoutError:
            self._patience.note("cap")
            return None

    async def pass_time(self, seconds: float) -> None:
        """Let `seconds` of the page's time pass once it has what it asked for, without waiting for it to be drawn."""
        while self._journal.is_waiting():
            await self.rest()
        await self._turn(seconds)

    async def frame(self) -> None:
        """Wait until the page was drawn anew: on a busy machine that takes long, and only then it sees what came."""
        try:
            await asyncio.wait_for(self.ask("frame"), _FRAME_WITHIN)
        except TimeoutError:
            return  # it has nothing to draw, or no time to

    async def _drawn(self) -> Any:
        """Give the signature of the page when it was drawn anew; None when it went to another address meanwhile."""
        asked = [self._selectors, *self._limits]
        try:
            return await asyncio.wait_for(self.ask("drawn", asked), _FRAME_WITHIN)
        except TimeoutError:
            return await self._signature()

    async def _signature(self) -> Any:
        """Give the signature of the page as it is now; None when it went to another address meanwhile."""
        return await self.ask("signature", [self._selectors, *self._limits])

    def _beat_after(self, left: float, *, is_same: bool) -> float:
        """Give how long to wait for what needs neither timer nor request, with `left` seconds of the page's time."""
        is_slow = left < 1 if self._journal.is_live else left < 0 and not is_same
        return _SLOW_BEAT if is_slow else _BEAT

    async def settle(self, virtual: float | None = None) -> None:
        """Wait until the page has settled, for `virtual` seconds of its time at least."""
        clock = asyncio.get_running_loop().time
        ends_at, left = (
            clock() + self._patience.cap,
            self._patience.virtual if virtual is None else virtual,
        )
        last, steady, is_same = None, 0, False
        while clock() < ends_at and not self._journal.broken_off:
            await self._journal.rest(_REST)
            waits = self._journal.is_waiting()
            news = self._journal.news
            seconds = 1.0 if left > 1 else _SLOW_SECOND
            await self._turn(seconds, leaps=is_same and left > 1 and left % _LEAP_OF != 2)
            left -= 0 if waits else seconds
            await asyncio.sleep(self._beat_after(left, is_same=is_same))
            await self._journal.rest(_REST)
            seen = await (self._drawn() if left < 1 else self._signature())
            is_same = (
                seen is not None and seen == last and seen["ready"] and news == self._journal.news
            )
            steady = steady + 1 if is_same and not self._journal.is_waiting() else 0
            last = seen
            if not is_same:
                self._journal.has_changed()
            if steady >= _STEADY_LOOKS and left <= 0 and not seen["lacking"]:
                self._journal.has_settled()
                self._patience.note("clock")
                return
        broken_off = bool(self._journal.broken_off)
        self._patience.is_cut_off = broken_off or last is None or not last["ready"]
        self._patience.note("broken off" if broken_off else "cap")

    def _must_live(self, error: Exception) -> None:
        if self._journal.crashed or self._page.is_closed():
            raise Crashed(str(error)) from error
