"""A sweep that is told to stop: it begins nothing more, and what is under way has some seconds to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from watcher.engines import Engine, Report
from watcher.model import Source

SIGNALS = (signal.SIGTERM, signal.SIGINT)

GRACE = 5.0
"""Seconds that looks under way have to end; then they are abandoned without a trace, and stay due."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep came to, None when looks had to be abandoned; and what told it to stop, None when nothing did."""

    report: Report | None
    told: signal.Signals | None = None

    @property
    def exit_code(self) -> int:
        """What a command ends with that was told to stop, as shells count it."""
        return 128 + self.told if self.told is not None else 0


async def sweep_until_told(
    engine: Engine, sources: Sequence[Source], grace: float = GRACE
) -> Swept:
    """Look at `sources`, until SIGTERM or Ctrl-C. Raises LedgerError."""
    told: list[signal.Signals] = []
    stopped = asyncio.Event()
    looking = asyncio.ensure_future(engine.run(sources))

    def stop(by: signal.Signals) -> None:
        told.append(by)
        engine.stop()
        stopped.set()

    with _listening(stop):
        waiting = asyncio.ensure_future(stopped.wait())
        await asyncio.wait((looking, waiting), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if told and not looking.done():
            await asyncio.wait((looking,), timeout=grace)
            looking.cancel()
        await asyncio.wait((looking,))
    if looking.cancelled():
        return Swept(None, told[0])
    return Swept(looking.result(), told[0] if told else None)


@contextmanager
def _listening(stop: Callable[[signal.Signals], None]) -> Iterator[None]:
    """Have `stop` called at each signal."""
    loop = asyncio.get_running_loop()
    for each in SIGNALS:
        loop.add_signal_handler(each, stop, each)
    try:
        yield
    finally:
        for each in SIGNALS:
            loop.remove_signal_handler(each)
