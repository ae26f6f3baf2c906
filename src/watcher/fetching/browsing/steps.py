"""The steps that a declaration names, taken one after the other. They are data: nothing of them is executed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from watcher.fetching.browsing.journal import Journal
from watcher.model import Step, StepAction

_TASKS = {
    StepAction.CLICK: "click",
    StepAction.CLICK_TEXT: "clickText",
    StepAction.WAIT_FOR: "awaited",
}
"""What the page is asked; of all others first whether what they need is there."""

_LACKS = {
    StepAction.CLICK: "nothing there to click",
    StepAction.CLICK_TEXT: "nothing there to click",
    StepAction.WAIT_FOR: "it has no text",
}


class Hands(Protocol):
    """What steps are taken with."""

    async def ask(self, task: str, argument: object) -> dict[str, str] | None:
        """Ask the page; None while there is nothing to do it to, else `done`, or `fault` and why."""
        ...

    async def wait(self) -> None:
        """Give the page some of its time."""
        ...

    async def catch_up(self) -> None:
        """Let the page answer what was done."""
        ...

    async def unfold(self, part: str | None) -> int:
        """Open what is folded inside `part`."""
        ...

    async def choose_tabs(self, selector: str, panel: str | None) -> int:
        """Choose every tab in turn."""
        ...

    async def scroll_on(self, selector: str | None) -> int:
        """Scroll to the end."""
        ...


class Steps:
    """The declared steps of one look. `taken` counts those that were."""

    def __init__(self, steps: Sequence[Step], journal: Journal, hands: Hands) -> None:
        self._steps = steps
        self._journal = journal
        self._hands = hands
        self.taken = 0

    async def take(self) -> str | None:
        """Take all; give what is wrong with the first that could not be and is not optional.

        Raises what the page's end raises (Trouble, Crashed).
        """
        for number, step in enumerate(self._steps, 1):
            fault = await self._take(step)
            self._journal.note(f"{number}. {step}" + (f": {fault}" if fault else ""))
            if fault is not None and not step.optional:
                return f"{number}. {step}: {fault}"
            self.taken += 1
        return None

    async def _take(self, step: Step) -> str | None:
        """Take one step; give what is wrong with it, if something is."""
        here = self._journal.document
        fault = await self._await(step, step.within)
        if fault is not None:
            return fault
        await self._do(step)
        if self._journal.document is not here:
            return f"it led away, to {self._journal.navigating_to[:160]}"
        return None

    async def _await(self, step: Step, within: float) -> str | None:
        """Wait until what the step needs is there; clicks are made then and there."""
        clock = asyncio.get_running_loop().time
        ends_at = clock() + within
        while True:
            answer = await self._hands.ask(_TASKS.get(step.action, "isThere"), step.target)
            if answer is not None:
                return answer.get("fault")
            if clock() >= ends_at:
                lack = _LACKS.get(step.action, "it is not there")
                return f"{lack} within {within:g} s"
            await self._hands.wait()

    async def _do(self, step: Step) -> None:
        match step.action:
            case StepAction.CLICK | StepAction.CLICK_TEXT:
                await self._hands.catch_up()
                await self._repeat(step)
            case StepAction.EXPAND:
                await self._hands.unfold(step.target)
            case StepAction.TABS:
                await self._hands.choose_tabs(step.target, step.panel)
            case StepAction.SCROLL:
                await self._hands.scroll_on(None if step.target == "end" else step.target)
            case StepAction.WAIT_FOR:
                pass  # it was waited for

    async def _repeat(self, step: Step) -> None:
        """Click again while there is something to click, `times` in all; that it ends is no fault."""
        here = self._journal.document
        for _ in range(step.times - 1):
            answer = await self._hands.ask(_TASKS[step.action], step.target)
            if answer is None or "fault" in answer or self._journal.document is not here:
                return
            await self._hands.catch_up()
