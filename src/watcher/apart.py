"""Work of others, done in a thread of its own, which nobody waits for longer than it may take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Ended(Generic[Result]):
    results: tuple[Result, ...] = ()
    error: BaseException | None = None


async def apart(work: Callable[[], Result], seconds: float) -> Result:
    """Give what `work` gives, or raise what it raises; TimeoutError when that takes longer than `seconds`.

    What takes longer is left to itself. Its thread ends with the process, and cannot hold up its end.
    """
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[_Ended[Result]] = loop.create_future()

    def tell(ended: _Ended[Result]) -> None:
        if not waiting.done():
            waiting.set_result(ended)

    def run() -> None:
        try:
            ended = _Ended((work(),))
        except BaseException as error:  # to be raised where somebody waits for it
            ended = _Ended(error=error)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, ended)

    Thread(target=run, daemon=True).start()
    try:
        async with asyncio.timeout(seconds):
            ended = await waiting
    except TimeoutError:
        raise TimeoutError(f"it took longer than {seconds:g} seconds") from None
    if ended.error is not None:
        raise ended.error
    return ended.results[0]
