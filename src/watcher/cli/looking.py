"""What `sweep` and `run` look with: the fetcher and the engine, as the ledger and the settings say."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from watcher.cli.options import now
from watcher.engines import Engine, LocalEngine, fetcher, longest_spacing
from watcher.errors import ClusterMissing, SettingsError
from watcher.fetching.choice import Remembered
from watcher.ledger import Ledger
from watcher.settings import CLUSTER, Settings
from watcher.sweep import Outcome, Sweep

if TYPE_CHECKING:
    from watcher.claims import Pack
    from watcher.engines.cluster import Server
    from watcher.model import Vocabulary


@asynccontextmanager
async def engine_on(
    ledger: Ledger,
    settings: Settings,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
) -> AsyncIterator[Engine]:
    """Give an engine that records in `ledger`, and treats hosts as the ledger knows that they want to be treated.

    Raises ClusterError when the settings name the cluster engine and it cannot be used.
    """
    make = _cluster_engine if settings.engine == CLUSTER else _local_engine
    async with make(ledger, settings, on_outcome) as engine:
        yield engine


@asynccontextmanager
async def server_of(settings: Settings) -> AsyncIterator[Server]:
    """Open the PostgreSQL that the settings name. Raises ClusterError, SettingsError."""
    engine = (
        cluster()
    )  # first: nobody should set up a server and then hear that a library is missing
    if settings.postgres is None:
        raise SettingsError(
            "The cluster engine needs a PostgreSQL: set WATCHER_POSTGRES=postgresql://NAME:PASSWORD@HOST/DATABASE "
            "(docs/operations.md tells how to make one)."
        )
    async with engine.opened(settings.postgres) as server:
        yield server


def cluster() -> ModuleType:
    """Give `watcher.engines.cluster`. Raises ClusterMissing when its libraries are not installed."""
    try:
        return importlib.import_module("watcher.engines.cluster")
    except ModuleNotFoundError as error:
        raise ClusterMissing(
            f"The cluster engine needs {error.name}, which is not installed: pip install 'watcher[cluster]'"
        ) from None


@asynccontextmanager
async def _cluster_engine(
    ledger: Ledger, settings: Settings, on_outcome: Callable[[Outcome], None]
) -> AsyncIterator[Engine]:
    sweep = Sweep(ledger, *rules_of(settings))
    async with (
        server_of(settings) as server,
        cluster().coordinating(ledger, sweep, server, settings, on_outcome, warn) as engine,
    ):
        yield engine


def warn(line: str) -> None:
    """Say something that is no result, beside the results."""
    click.echo(line, err=True)


@asynccontextmanager
async def _local_engine(
    ledger: Ledger, settings: Settings, on_outcome: Callable[[Outcome], None]
) -> AsyncIterator[Engine]:
    rules = ledger.sources.host_rules()
    remembered = Remembered(ledger.sources.fetch_mode, ledger.sources.remember_fetch)
    known = list(ledger.hosts.all().values())
    asked = _asked_lately(ledger, settings, longest_spacing(settings, rules, known))
    async with fetcher(settings, rules, remembered, known, asked) as looking:
        yield LocalEngine(
            Sweep(ledger, *rules_of(settings)),
            looking,
            hosts_at_once=settings.concurrency,
            at_once=lambda host: rules[host].concurrency if host in rules else 1,
            deadline=settings.deadline,
            confirm_after=timedelta(seconds=settings.confirm_after),
            on_outcome=on_outcome,
        )


def _asked_lately(ledger: Ledger, settings: Settings, spacing: timedelta) -> Mapping[str, datetime]:
    """Give when each host was asked last, of those that may still expect distance: the process before asked them."""
    if not spacing:
        return {}
    return ledger.hosts.asked_since(now() - spacing - timedelta(seconds=settings.deadline))


def rules_of(settings: Settings) -> tuple[Vocabulary | None, Pack | None]:
    """Give the rule pack that the settings name; none where those that ship will do."""
    if settings.rules is None:
        return None, None
    from watcher.claims import load_pack  # noqa: PLC0415 - a tenth of a second that most sweeps do without
    from watcher.sources.vocabulary import load_vocabulary  # noqa: PLC0415

    return load_vocabulary(), load_pack(Path(settings.rules))
