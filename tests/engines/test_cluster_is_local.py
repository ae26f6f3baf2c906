"""The demo's history swept by either engine leaves the same ledger, but for times."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from watcher.demo.place import declarations_text
from watcher.demo.play import SETTINGS
from watcher.demo.server import LocalHost
from watcher.demo.site import ADVISOR, PROVIDER, Site
from watcher.demo.story import STORY
from watcher.engines import Engine, LocalEngine, fetcher
from watcher.engines.cluster import Work, Worker, coordinating, opened
from watcher.fetching.choice import Remembered
from watcher.ledger import Ledger
from watcher.model import Vocabulary
from watcher.sources.declarations import Declarations, load_declarations
from watcher.sweep import Sweep

OPENED = datetime(2026, 3, 1, tzinfo=UTC)
QUICK = replace(SETTINGS, confirm_after=0.0, spacing=0.0)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)|\b\d{10}\.\d+")
"""As text, or as the seconds since 1970 that memories hold."""

APART = {"ledger", "ingested_units", "_sqlite_migrations", "seals", "leaves", "sums"}
"""Tables that tell of this ledger and not of what was seen, or are digests over all of it, times included."""

COMPRESSED = {
    ("payloads", "compressed"),
    ("payloads", "crc32"),
    ("payloads", "digest"),
    ("payloads", "size"),
}
"""Payloads are compared as what they restore to: headers hold the hour, and so does memory."""


def test_both_engines_leave_the_same_ledger(
    tmp_path: Path, dsn: str, vocabulary: Vocabulary
) -> None:
    with LocalHost(Site(PROVIDER, OPENED)) as one, LocalHost(Site(ADVISOR, OPENED)) as other:
        ports = [int(each.base.rpartition(":")[2]) for each in (one, other)]
        (tmp_path / "sources.yaml").write_text(declarations_text(one.base, other.base))
    declared = load_declarations(tmp_path / "sources.yaml", vocabulary)

    accounts = []
    for name, history in (("local", swept_here), ("cluster", swept_by_workers)):
        with Ledger.open(tmp_path / f"{name}.db") as ledger:
            ledger.sources.sync(
                declared.offerings.values(), declared.sources.values(), OPENED, hosts=declared.hosts
            )
            asyncio.run(history(ledger, declared, ports, dsn))
            accounts.append(account_of(ledger))

    local, cluster = accounts
    assert len(local["changes"]) > 10, "the history is not empty"
    assert cluster == local


async def swept_here(ledger: Ledger, declared: Declarations, ports: list[int], dsn: str) -> None:
    remembered = Remembered(ledger.sources.fetch_mode, ledger.sources.remember_fetch)
    async with fetcher(QUICK, declared.hosts, remembered) as looking:
        engine = LocalEngine(Sweep(ledger), looking, confirm_after=timedelta())
        await play(engine, ledger, ports)


async def swept_by_workers(
    ledger: Ledger, declared: Declarations, ports: list[int], dsn: str
) -> None:
    async with opened(dsn) as server, asyncio.TaskGroup() as group:
        worker = Worker(server, QUICK, {Work.PAGES: 2}, "worker", print)
        group.create_task(worker.run())
        async with coordinating(ledger, Sweep(ledger), server, QUICK, say=print) as engine:
            await play(engine, ledger, ports)
        worker.stop()


async def play(engine: Engine, ledger: Ledger, ports: list[int]) -> None:
    """Sweep all sources once on each day of the demo."""
    with (
        LocalHost(Site(PROVIDER, OPENED), port=ports[0]) as provider,
        LocalHost(Site(ADVISOR, OPENED), port=ports[1]) as advisor,
    ):
        for day in STORY:
            provider.day = advisor.day = day.number
            advisor.silent = day.advisor_is_silent
            report = await engine.run(ledger.sources.standing())
            assert not report.bugs


def account_of(ledger: Ledger) -> dict[str, list[Any]]:
    """Give every row of every table, without times and what follows from them."""
    tables = [
        row[0]
        for row in ledger.connection.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    account = {table: _rows(ledger, table) for table in tables if table not in APART}
    sources = ledger.sources.declared()
    account["memories"] = [_timeless(ledger.memories.get(each) or "") for each in sorted(sources)]
    account["known"] = [
        _timeless(str(ledger.sources.known(each).usual)) for each in sorted(sources)
    ]
    account["documents"] += [
        ledger.documents.get(row[0]).text
        for row in ledger.connection.rows("SELECT id FROM documents")
    ]
    return account


def _rows(ledger: Ledger, table: str) -> list[Any]:
    columns = [
        name
        for _, name, *_ in ledger.connection.rows(f"PRAGMA table_info({table})")
        if not name.endswith(("_at", "_until", "_from"))
        and name not in ("at", "elapsed", "memory")
        and (table, name) not in COMPRESSED
    ]
    rows = ledger.connection.rows(f"SELECT {', '.join(columns)} FROM {table}")
    return sorted((tuple(_timeless(value) for value in row) for row in rows), key=repr)


def _timeless(value: Any) -> Any:
    return TIME.sub("TIME", value) if isinstance(value, str) else value
