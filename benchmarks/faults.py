"""A sweep over a server with every way to be bad: `python benchmarks/faults.py [--deadline SECONDS]`.

Sweeps three times, a simulated day apart, over all faults of fault_server.py and the sound pages among them, and prints
for each fault the verdict, its signal and the longest look; then the peak memory. Ends with 1 if a verdict is wrong, a
change too many or too few was raised, a look outlasted its deadline, or a sound page was not seen.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fault_server import FAULTS, Server, serving

from watcher.engines import LocalEngine, fetcher
from watcher.ledger import Ledger
from watcher.model import (
    ChangeKind,
    FetchMode,
    HostRules,
    Judgement,
    Source,
    SourceId,
    SourceKind,
    Verdict,
)
from watcher.settings import Settings
from watcher.sweep import Sweep
from watcher.urls import host_of

DAYS = 3
SLACK = 2.0
"""Seconds that a look may take beyond its deadline, on a machine that is busy with all the others."""


@dataclass
class Seen:
    """What came of one source over all sweeps: verdicts with their signals, the longest look in seconds, changes."""

    judgements: list[Judgement] = field(default_factory=list)
    longest: float = 0.0
    changes: int = 0


@contextmanager
def server() -> Iterator[Server]:
    """Run the server in a thread of its own, so that its hanging costs the sweep nothing."""
    ready, stop = threading.Event(), threading.Event()
    made: list[Server] = []

    async def serve() -> None:
        async with serving() as running:
            made.append(running)
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield made[0]
    finally:
        stop.set()
        thread.join(10)


def sources(running: Server) -> list[Source]:
    """Give a source for every fault and every sound page."""
    return [
        Source(
            SourceId(f"s{number:03}"), url, "Data policy", SourceKind.DATA_USAGE,
            every=timedelta(hours=12), fetch=FetchMode.HTTP,
        )
        for number, url in enumerate(running.urls())
    ]  # fmt: skip


async def sweep(ledger: Ledger, watched: list[Source], deadline: float, day: int) -> None:
    """Sweep once, as if `day` days had passed."""
    at = datetime(2026, 1, 5, 12, tzinfo=UTC) + timedelta(days=day)
    chosen = Settings(deadline=deadline, spacing=0.0, max_payload=8_000_000, concurrency=100)
    # Leave for these hosts alone: where they redirect to is as forbidden as ever.
    rules = {host_of(source.url): HostRules(allow_private=True) for source in watched}
    async with fetcher(chosen, rules) as looking:
        engine = LocalEngine(
            Sweep(ledger), looking, hosts_at_once=100, confirm_after=timedelta(), clock=lambda: at
        )
        report = await engine.run(watched)
    for bug in report.bugs:
        raise bug


def run(folder: Path, deadline: float) -> dict[str, Seen]:
    """Sweep for three days, and give what came of each source by its id."""
    with server() as running, Ledger.open(folder / "watcher.db") as ledger:
        watched = sources(running)
        ledger.sources.sync([], watched, datetime(2026, 1, 5, tzinfo=UTC))
        for day in range(DAYS):
            asyncio.run(sweep(ledger, watched, deadline, day))
        return {source.id: seen_of(ledger, source.id) for source in watched}


def seen_of(ledger: Ledger, source_id: SourceId) -> Seen:
    """Gather what the ledger holds of one source."""
    seen = Seen()
    for check in ledger.checks.of(source_id):
        seen.judgements.append(check.judgement)
        seen.longest = max(seen.longest, check.elapsed.total_seconds())
    seen.changes = sum(
        change.kind is ChangeKind.CHANGE and change.source_id == source_id
        for change in ledger.changes.all()
    )
    return seen


def wrong(name: str, right: frozenset[Verdict], changes: int, seen: Seen, deadline: float) -> str:
    """Say what is wrong with what came of a fault; nothing, if all is as it should be."""
    if len(seen.judgements) < DAYS and Verdict.RATE_LIMITED not in right:
        return f"{name}: {len(seen.judgements)} looks of {DAYS} left a row"
    got = {judgement.verdict for judgement in seen.judgements}
    if not got <= right:
        return f"{name}: {', '.join(sorted(got - right))} instead of {' or '.join(sorted(right))}"
    if seen.changes != changes:
        return f"{name}: {seen.changes} changes raised instead of {changes}"
    if seen.longest > deadline + SLACK:
        return f"{name}: {seen.longest:.1f} s, beyond the deadline of {deadline:.0f} s"
    return ""


def judge(seen: dict[str, Seen], deadline: float) -> list[str]:
    """Give everything that is wrong, over all faults and sound pages."""
    good = frozenset((Verdict.OK, Verdict.UNCHANGED))
    found = []
    for number, (source_id, each) in enumerate(seen.items()):
        if number < len(FAULTS):
            fault = FAULTS[number]
            found.append(wrong(fault.name, fault.right, fault.changes, each, deadline))
        else:
            found.append(wrong(f"sound page {source_id}", good, 0, each, deadline))
    return [problem for problem in found if problem]


def main() -> None:
    """Run, print a line for each fault, and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadline", type=float, default=5.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seen = run(Path(folder), options.deadline)
    print("| fault | verdict | signal | longest look |\n|---|---|---|---|")
    for fault, each in zip(FAULTS, seen.values(), strict=False):
        last = each.judgements[-1]
        print(f"| {fault.name} | {last.verdict} | {last.signal[:80]} | {each.longest:.1f} s |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    problems = judge(seen, options.deadline)
    print(f"\n{len(FAULTS)} faults, {len(seen) - len(FAULTS)} sound pages, {DAYS} sweeps; "
          f"peak memory {peak:.0f} MB, server included; {len(problems)} wrong")  # fmt: skip
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
