"""What `sweep` and `run` look with: the fetcher and the engine, as the ledger and the settings say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.engines import LocalEngine, fetcher
from watcher.fetching.choice import Remembered
from watcher.ledger import Ledger
from watcher.settings import Settings
from watcher.sweep import Outcome, Sweep

if TYPE_CHECKING:
    from watcher.claims import Pack
    from watcher.model import Vocabulary


@asynccontextmanager
async def engine_on(
    ledger: Ledger,
    settings: Settings,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
) -> AsyncIterator[LocalEngine]:
    """Give an engine that records in `ledger`, and treats hosts as the ledger knows that they want to be treated."""
    rules = ledger.sources.host_rules()
    remembered = Remembered(ledger.sources.fetch_mode, ledger.sources.remember_fetch)
    async with fetcher(settings, rules, remembered, ledger.hosts.all().values()) as looking:
        yield LocalEngine(
            Sweep(ledger, *rules_of(settings)),
            looking,
            hosts_at_once=settings.concurrency,
            at_once=lambda host: rules[host].concurrency if host in rules else 1,
            confirm_after=timedelta(seconds=settings.confirm_after),
            on_outcome=on_outcome,
        )


def rules_of(settings: Settings) -> tuple[Vocabulary | None, Pack | None]:
    """Give the rule pack that the settings name; none where those that ship will do."""
    if settings.rules is None:
        return None, None
    from watcher.claims import load_pack  # noqa: PLC0415 - a tenth of a second that most sweeps do without
    from watcher.sources import load_vocabulary  # noqa: PLC0415

    return load_vocabulary(), load_pack(Path(settings.rules))
