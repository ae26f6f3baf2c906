"""What grows and what must not: `python benchmarks/scale.py [--sources 100000] [--history 5000]`.

Prints, for a ledger of many sources of which few are due: the start of `watcher run`, a tick, the memory. Then what a
check costs a source with a long history and one with a short one, and what an unchanged check and a one-sentence
change take on disk. Nothing is fetched: answers come from memory, pages are synthetic.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from pages import page

from watcher.declaring import take_over
from watcher.engines import LocalEngine
from watcher.ledger import Ledger
from watcher.model import Document, Judgement, Known, Response, Source
from watcher.schedule import Schedule
from watcher.sweep import Sweep, read_response

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DUE = 100


def declarations(folder: Path, number: int) -> Path:
    """Write a file that declares `number` sources on a tenth as many hosts."""
    path = folder / "sources.yaml"
    with path.open("w") as file:
        file.write("offerings:\n")
        for n in range(-(-number // 10)):
            file.write(f"  o{n}: {{name: Offering {n}, provider: Provider {n}, type: API}}\n")
        file.write("sources:\n")
        for n in range(number):
            host = f"h{n % max(1, number // 10)}.example"
            file.write(
                f"  - {{id: s{n}, url: 'https://{host}/p/{n}', title: Page {n}, kind: dpa, offerings: [o{n // 10}]}}\n"
            )
    return path


class Memory:
    """Answers from memory: the same page for every source."""

    def __init__(self, payload: bytes) -> None:
        self.payload = payload

    async def fetch(self, source: Source, known: Known) -> Response:
        return answer(source, self.payload, NOW)


def answer(source: Source, payload: bytes, at: datetime) -> Response:
    headers = (("content-type", "text/html; charset=utf-8"),)
    return Response(source.url, source.url, at, 200, headers, payload)


def fill(folder: Path, number: int) -> None:
    """Declare the sources, and have all but DUE of them looked at an hour ago."""
    path = declarations(folder, number)
    began = time.perf_counter()
    with Ledger.open(folder / "watcher.db") as ledger:
        take_over(ledger, path, NOW)
        print(f"| taking over {number:,} new declarations | {time.perf_counter() - began:.1f} s |")
        sweep, payload = Sweep(ledger), page(1).encode()
        with ledger.atomic():
            for n, source in enumerate(ledger.sources.standing()):
                if n < DUE:
                    look_at(sweep, source, payload, NOW - timedelta(days=1))
                    continue
                known = Known(source.id, last_check_at=NOW, last_good_at=NOW)
                ledger.sources.update(replace(known, next_due_at=NOW + timedelta(hours=20)))
        sweep.settle(NOW - timedelta(days=1))  # as every sweep ends: what it recorded is sealed


def start_and_tick(folder: Path) -> None:
    """Start as `watcher run` does with declarations that it knows, and tick once."""
    began = time.perf_counter()
    with Ledger.open(folder / "watcher.db") as ledger:
        take_over(ledger, folder / "sources.yaml", NOW)
        engine = LocalEngine(
            Sweep(ledger), Memory(page(1).encode()), confirm_after=timedelta(), clock=lambda: NOW
        )
        schedule = Schedule(ledger, engine, clock=lambda: NOW)
        print(f"| start | {time.perf_counter() - began:.2f} s |")
        began = time.perf_counter()
        due = len(schedule.due(NOW))
        print(f"| finding {due} due | {time.perf_counter() - began:.3f} s |")

        async def tick() -> None:
            await schedule.tick()
            await schedule.idle()

        began = time.perf_counter()
        asyncio.run(tick())
        print(
            f"| tick with {due} looks, judged and recorded | {time.perf_counter() - began:.2f} s |"
        )
    print(f"| memory | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB |")


def history(folder: Path, lengths: tuple[int, ...]) -> None:
    """Look again and again at a page whose bytes differ each time; time the last checks at each length."""
    path = declarations(folder, 1)
    html = page(7)
    with Ledger.open(folder / "watcher.db") as ledger:
        take_over(ledger, path, NOW)
        [source] = ledger.sources.standing()
        sweep = Sweep(ledger)
        costs: list[float] = []
        for n in range(max(lengths) + 1):
            payload = html.replace("</head>", f"<!-- {n} --></head>").encode()
            began = time.process_time()
            look_at(sweep, source, payload, NOW + n * timedelta(hours=1))
            costs.append(time.process_time() - began)
            if n in lengths:
                last = statistics.median(costs[-min(n, 200) :]) * 1000
                print(f"| check after {n:,} snapshots | {last:.2f} CPU ms |")


def look_at(sweep: Sweep, source: Source, payload: bytes, at: datetime) -> None:
    look = sweep.begin(source)
    response = answer(source, payload, at)
    found: Document | Judgement | None = look.judge(response)
    if found is None:
        found = read_response(response, source)
    sweep.record(look, response, found)


def disk(folder: Path, checks: int = 2000) -> None:
    """Print the bytes that an unchanged check takes, and a change of one sentence with all its history."""
    path = declarations(folder, 1)
    html = page(9)
    with Ledger.open(folder / "watcher.db") as ledger:
        take_over(ledger, path, NOW)
        [source] = ledger.sources.standing()
        sweep = Sweep(ledger)
        clock = iter(NOW + n * timedelta(days=1) for n in range(10**6))

        def size_after(looks: int, payload_of: Callable[[int], bytes]) -> int:
            for n in range(looks):
                look_at(sweep, source, payload_of(n), next(clock))
            sweep.settle(next(clock))
            ledger.compact()
            return ledger.bytes_on_disk()

        before = size_after(1, lambda n: html.encode())
        unchanged = size_after(checks, lambda n: html.encode())
        print(f"| unchanged check | {(unchanged - before) / checks:.0f} bytes |")
        words = "We retain diagnostic logs for {} days."
        changed = size_after(
            200,
            lambda n: html.replace("</h1>", f"</h1><p>{words.format(30 + n // 2)}</p>").encode(),
        )
        print(
            f"| one-sentence change of a {len(html) // 1024} KB page | {(changed - unchanged) / 100:.0f} bytes |"
        )


def apart(task: Callable[..., None], *given: object) -> None:
    """Run a task in a process of its own, so that its memory is its own."""
    process = multiprocessing.get_context("spawn").Process(target=task, args=given)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"{task.__name__} failed")


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=100_000)
    parser.add_argument("--history", type=int, default=5_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        many, long, small = (Path(name, part) for part in ("many", "long", "small"))
        for folder in (many, long, small):
            folder.mkdir()
        print(f"| {options.sources:,} sources, {DUE} due | |\n|---|---|")
        apart(fill, many, options.sources)
        apart(start_and_tick, many)
        apart(history, long, (5, options.history))
        apart(disk, small)


if __name__ == "__main__":
    main()
