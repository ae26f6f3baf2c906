"""A look without the ledger: fetch, judge, read. Every engine does it so, wherever it runs."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from watcher.apart import apart
from watcher.model import Document, Judgement, Known, Response, Source, Verdict
from watcher.reading import markup_digest, plug_in_for
from watcher.sweep import Look, read_response

READ_IN_THREAD = 1_000_000
"""Payloads of more bytes are read in a thread: at 2 ms per 100 KB they would hold the loop up for
20 ms and more."""

READER_DEADLINE = 60.0
"""Seconds that a plug-in may read, where nobody says otherwise."""

Item = TypeVar("Item")


class Fetcher(Protocol):
    """What can look at a source; a page's trouble is told in the response, never raised."""

    async def fetch(self, source: Source, known: Known) -> Response:
        """Give what came back from `source`."""
        ...


async def _at_once() -> None:
    """Wait for nothing."""


async def look_at(
    look: Look,
    fetcher: Fetcher,
    deadline: float = READER_DEADLINE,
    room: Callable[[], Awaitable[None]] = _at_once,
) -> tuple[Response, Document | Judgement]:
    """Give what came back, and the document that it reads as, or the verdict that needs none.

    A plug-in may read for `deadline` seconds. `room` is waited for before a page is read.
    """
    response = await fetcher.fetch(look.source, look.known)
    found = look.judge(response)
    if found is not None:
        return response, found
    # Taken while it is at hand from judging: recording asks for it, and may come after many other pages.
    response = replace(response, markup=markup_digest(response, look.source))
    await room()
    return response, await _read(response, look.source, deadline)


async def work_off(
    waiting: deque[Item], together: int, work: Callable[[Item], Awaitable[None]]
) -> None:
    """Do `work` for all that waits, first come first served, `together` at a time."""

    async def lane() -> None:
        while waiting:
            await work(waiting.popleft())

    together = min(together, len(waiting))
    if together <= 1:
        return await lane()
    async with asyncio.TaskGroup() as group:
        for _ in range(together):
            group.create_task(lane())
    return None


async def _read(response: Response, source: Source, deadline: float) -> Document | Judgement:
    """Read here what is quick, in a thread what is not; apart from all else what a plug-in reads."""
    if (plug_in := plug_in_for(response)) is not None:
        try:
            return await apart(partial(read_response, response, source), deadline)
        except TimeoutError as error:
            said = plug_in.failed(f"cannot read {response.final_url}", error)
            return Judgement(Verdict.UNREADABLE, f"reading: {said}")
    slow = len(response.payload) > READ_IN_THREAD or response.payload[:5] == b"%PDF-"
    if slow:
        return await asyncio.to_thread(read_response, response, source)
    return read_response(response, source)
