"""A sweep on a calendar of its own, over pages that a test writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from watcher.claims import Pack
from watcher.engines import LocalEngine, Report
from watcher.ledger import Ledger
from watcher.model import Known, Response, Source, SourceId, SourceKind, Vocabulary
from watcher.sweep import Sweep

PAGE = """<html lang="en"><head><title>Data policy</title></head><body><main><h1>Data policy</h1>
<p>This policy says how we treat the data that you send to the service, and what you may expect of us.</p>
<p>We retain customer content for {days} days after the account is closed, and then delete it.</p>
<p>You must be at least 18 years old to use the service. Keep your password to yourself.</p>{more}</main></html>"""


def policy(days: int = 30, more: str = "") -> str:
    return PAGE.format(days=days, more=more)


@dataclass
class World:
    """Pages by source, a ledger, and a calendar that moves on with every sweep."""

    ledger: Ledger
    sweeping: Sweep
    now: datetime
    pages: dict[str, str] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    policy = staticmethod(policy)

    def watch(self, name: str, page: str, **declared: object) -> Source:
        """Declare a source and put its page up."""
        url = f"https://{name}.example/policy"
        source = Source(SourceId(name), url, name, SourceKind.DATA_USAGE, **declared)  # type: ignore[arg-type]
        self.sources.append(source)
        self.pages[name] = page
        return source

    async def fetch(self, source: Source, known: Known) -> Response:
        """Give the page of `source`, as a fetcher does."""
        headers = (("content-type", "text/html"),)
        page = self.pages[source.id].encode()
        return Response(source.url, source.url, self.now, 200, headers, page)

    def sweep(self, after: timedelta = timedelta(days=1)) -> Report:
        """Look at everything, `after` the last time."""
        self.now += after
        self.ledger.sources.sync([], self.sources, self.now)
        engine = LocalEngine(self.sweeping, self, confirm_after=timedelta(), clock=lambda: self.now)
        report = asyncio.run(engine.run(self.sources))
        for bug in report.bugs:
            raise bug
        return report


@pytest.fixture
def world(ledger: Ledger, vocabulary: Vocabulary, pack: Pack, noon: datetime) -> World:
    return World(ledger, Sweep(ledger, vocabulary, pack), noon)


@pytest.fixture
def told() -> Callable[[Report], list[tuple[object, object]]]:
    """Gives the retention periods, old and new, that a sweep told of."""

    def told(report: Report) -> list[tuple[object, object]]:
        return [
            (each.before and each.before.value, each.after and each.after.value)
            for change in report.raised
            for each in change.claims
            if each.key == "retention_days"
        ]

    return told
