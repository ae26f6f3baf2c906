"""What commands tell of the second reader, and how they ask it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from watcher.cli.words import counted
from watcher.ledger import Ledger
from watcher.settings import Settings

if TYPE_CHECKING:
    from watcher.engines.second_reader import Heard


def hear(ledger: Ledger, chosen: Settings) -> Heard | None:
    """Ask the second reader about the pages of a sweep whose text changed; None when the settings name none."""
    if chosen.reader_url is None:
        return None
    # Optional, and most sweeps do without: nobody else pays for what it loads.
    from watcher.engines.second_reader import second_reader  # noqa: PLC0415
    from watcher.sources.vocabulary import load_vocabulary  # noqa: PLC0415

    async def run() -> Heard:
        async with second_reader(ledger, chosen, load_vocabulary()) as reader:
            return await reader.hear(chosen.reader_pages)

    return asyncio.run(run())


@asynccontextmanager
async def hearing(
    ledger: Ledger, chosen: Settings, on_heard: Callable[[Heard], None]
) -> AsyncIterator[None]:
    """Ask the second reader beside what runs in the block, round the clock, when the settings name one."""
    if chosen.reader_url is None:
        yield
        return
    from watcher.engines.second_reader import keep_hearing, second_reader  # noqa: PLC0415
    from watcher.sources.vocabulary import load_vocabulary  # noqa: PLC0415

    async with second_reader(ledger, chosen, load_vocabulary()) as reader:
        task = asyncio.create_task(keep_hearing(reader, chosen.reader_pages, on_heard))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def heard_line(heard: Heard) -> str:
    """Give the line that says what the second reader came to."""
    told = (
        f"second reader: {counted(len(heard.readings) - len(heard.failures), 'page')} read, "
        f"{counted(heard.disagreements, 'disagreement')}, {counted(len(heard.raised), 'change')} raised"
    )
    if heard.failures:
        told += f"; {len(heard.failures)} failed ({heard.failures[-1].failure})"
    return told


def heard_data(heard: Heard | None) -> dict[str, object] | None:
    """Give the same as data; None when nobody was asked."""
    if heard is None:
        return None
    return {
        "read": len(heard.readings) - len(heard.failures),
        "disagreements": heard.disagreements,
        "raised": heard.raised,
        "failures": [
            {"source": each.source_id, "failure": each.failure} for each in heard.failures
        ],
    }
