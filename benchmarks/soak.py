"""A day of a thousand sources in minutes: `python benchmarks/soak.py [-n 1000] [--hours 24]`.

A simulated clock moves on by ten minutes and the schedule ticks; fetching goes over HTTP to loopback, where hosts
refuse, hang up, answer with errors and change their pages. Prints memory and open files by the hour, and ends with 1
when a source was not looked at on time, or when memory or open files grew.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from watcher.engines import Fetcher, LocalEngine, Report, fetcher
from watcher.ledger import Ledger
from watcher.model import HostRules, Known, Response, Source, SourceId, SourceKind
from watcher.schedule import Schedule
from watcher.settings import Settings
from watcher.sweep import Sweep

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
STEP = timedelta(minutes=10)
EVERY = timedelta(hours=3)
SLACK = timedelta(hours=1)
"""A look is on time at the tick after it fell due; each time that a host refuses, as much later as it asks."""

WARM = 6
"""So many hours in, everything was looked at twice: what grows after that grows for ever."""

_EVERY_CHECK = 1_000_000

FAULTS = {"fine": 0.9, "error": 0.03, "hang_up": 0.03, "too_many": 0.02, "changed": 0.02}
REST = timedelta(minutes=10)
"""What a host that says "too many" asks for."""

PAGE = """<!doctype html><html lang="en"><head><title>Terms {n}</title></head><body><main><h1>Terms {n}</h1>
<p>We do not use customer content to train our models, and customer content is deleted after {days} days.</p>
<p>These terms govern how you may use the service and what we owe each other when something goes wrong.</p>
<p>You must be at least 18 years old to use the service, and you must keep your password to yourself.</p>
<p>Token {token}</p></main></body></html>"""


@dataclass
class Web:
    """Hosts on loopback with faults, drawn from a seed."""

    rng: random.Random
    days: dict[str, int] = field(default_factory=dict)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                [fault] = self.rng.choices(list(FAULTS), list(FAULTS.values()))
                if fault == "hang_up":
                    return
                writer.write(self._response(path, fault))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def _response(self, path: str, fault: str) -> bytes:
        if fault == "changed":
            self.days[path] = self.days.get(path, 30) + 1
        status, more, text = "200 OK", "", self._page(path)
        if fault == "error":
            status, text = "500 Error", "<html><body><h1>Internal Server Error</h1></body></html>"
        if fault == "too_many":
            status, more = "429 Too Many", f"Retry-After: {int(REST.total_seconds())}\r\n"
        payload = text.encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n{more}Content-Length: {len(payload)}\r\n\r\n"
        return head.encode() + payload

    def _page(self, path: str) -> str:
        return PAGE.format(n=path[1:], days=self.days.get(path, 30), token=self.rng.random())


@dataclass
class Clock:
    """The simulated time."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class AtSimulatedTime:
    """A fetcher whose looks happen at the simulated time, and take none of it."""

    fetcher: Fetcher
    clock: Clock

    async def fetch(self, source: Source, known: Known) -> Response:
        response = await self.fetcher.fetch(source, known)
        return replace(response, fetched_at=self.clock.now, elapsed=timedelta())


class Soak:
    """A schedule over many sources, and what it costs to keep it going."""

    def __init__(self, ledger: Ledger, looking: Fetcher, clock: Clock) -> None:
        self.ledger = ledger
        self.clock = clock
        self.bugs: list[BaseException] = []
        engine = LocalEngine(
            Sweep(ledger),
            AtSimulatedTime(looking, clock),
            confirm_after=timedelta(),
            clock=clock,
        )
        self._schedule = Schedule(ledger, engine, on_report=self._take, clock=clock)

    async def hour(self) -> tuple[float, int]:
        """Let an hour pass; give memory in MB and the number of open files at its end."""
        for _ in range(timedelta(hours=1) // STEP):
            await self._schedule.tick()
            await self._schedule.idle()
            self.clock.now += STEP
        return memory(), len(list(Path("/proc/self/fd").iterdir()))

    def longest_gap(self, source: SourceId) -> timedelta:
        """Give the longest time between two checks of a source, and until now."""
        times = [
            BEGIN,
            *(check.checked_at for check in self.ledger.checks.of(source, _EVERY_CHECK)),
            self.clock.now,
        ]
        return max(after - before for before, after in pairwise(sorted(times)))

    def late(self) -> list[SourceId]:
        """Give the sources that were not looked at on time."""
        sources = [each.id for each in self.ledger.sources.standing()]
        return [each for each in sources if self.longest_gap(each) > EVERY + SLACK]

    def _take(self, report: Report) -> None:
        self.bugs += report.bugs


@asynccontextmanager
async def soaking(folder: Path, sources: int, hosts: int, seed: int = 1) -> AsyncIterator[Soak]:
    """Have a schedule over so many sources on so many hosts, all of it new."""
    web, clock = Web(random.Random(seed)), Clock()
    names = [f"127.2.{host // 200}.{host % 200 + 1}" for host in range(hosts)]
    first = await asyncio.start_server(web.answer, names[0], 0)
    port = first.sockets[0].getsockname()[1]
    others = await asyncio.start_server(web.answer, names[1:], port)
    rules = {name: HostRules(0.0, allow_private=True, robots=False) for name in names}
    declared = [
        Source(
            SourceId(f"p{n}"),
            f"http://{names[n % hosts]}:{port}/p{n}",
            f"P{n}",
            SourceKind.OFFICIAL_TERMS,
            every=EVERY,
        )
        for n in range(sources)
    ]
    with Ledger.open(folder / "watcher.db") as ledger:
        ledger.sources.sync([], declared, BEGIN, hosts=rules)
        async with fetcher(Settings(spacing=0.0, deadline=5.0), rules) as looking:
            yield Soak(ledger, looking, clock)
    for server in (first, others):
        server.close()


def memory() -> float:
    """Give the memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def soak_for(options: argparse.Namespace) -> int:
    """Let the hours pass, tell of each, and give the exit code."""
    figures: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        async with soaking(Path(folder), options.n, options.hosts) as soak:
            for hour in range(options.hours):
                figures.append(await soak.hour())
                print(
                    f"hour {hour + 1:3}: {figures[-1][0]:5.0f} MB, {figures[-1][1]:4} open files",
                    flush=True,
                )
            late, checks = soak.late(), soak.ledger.statistics()["checks"]
            bugs = len(soak.bugs)
    warm, last = figures[min(WARM, options.hours) - 1], figures[-1]
    print(
        f"{checks} checks; {len(late)} of {options.n} sources not on time; {bugs} bugs; from hour {WARM} to the last "
        f"{warm[0]:.0f} -> {last[0]:.0f} MB, {warm[1]} -> {last[1]} open files"
    )
    grew = last[0] > 1.15 * warm[0] or last[1] > warm[1] + options.hosts
    return 1 if late or bugs or grew else 0


def main() -> None:
    """Soak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=1000)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--hours", type=int, default=24)
    sys.exit(asyncio.run(soak_for(parser.parse_args())))


if __name__ == "__main__":
    main()
