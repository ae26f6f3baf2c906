"""What one look costs once its answer is there: `python benchmarks/looks.py [--record DIR] [--captures 1500]`.

Prints CPU milliseconds of judging, reading, claims, comparing and recording, in one process: for synthetic pages of
118 KB that change in one way each, then for captures of the public record, where it is at hand, by what became of them.
Nothing is fetched.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from pages import page
from record import RECORD, clone

from watcher.ledger import Ledger
from watcher.model import Response, Source, SourceId, SourceKind
from watcher.replay import CaptureStore
from watcher.replay.play import response_of, source_of
from watcher.sweep import Outcome, Sweep, read_response

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = Source(SourceId("terms"), "https://acme.example/terms", "Terms", SourceKind.OTHER)
ROUNDS = 40

Costs = list[tuple[float, int]]
"""CPU seconds of each look, and the bytes that it was about."""


def look_at(sweep: Sweep, source: Source, response: Response) -> tuple[Outcome, float]:
    """Judge, read and record one answer; give what it came to, and CPU seconds."""
    began = time.process_time()
    look = sweep.begin(source)
    found = look.judge(response) or read_response(response, source)
    outcome = sweep.record(look, response, found)
    return outcome, time.process_time() - began


def synthetic(folder: Path) -> None:
    """Play pages that change in one way each, and print what a look at them costs."""
    whole = page(1)
    said = whole.replace("</h1>", "</h1><p>We retain diagnostic logs for {} days.</p>", 1)
    for name, payload_of in (
        ("bytes differ, in what is never read", lambda n: f"{whole}<script>{n}</script>"),
        ("bytes differ, in what is read", lambda n: whole.replace("<body", f'<body data-n="{n}"')),
        ("one sentence differs, with a claim", lambda n: said.replace("{}", str(30 + n))),
        ("every sentence differs", lambda n: page(2 + n)),
    ):
        row(name, played(folder / f"{abs(hash(name))}.db", payload_of))


def played(path: Path, payload_of: Callable[[int], str]) -> Costs:
    """Look at the page of each round; the first two looks are not counted."""
    costs = []
    with Ledger.open(path) as ledger:
        ledger.sources.sync([], [SOURCE], NOW)
        sweep = Sweep(ledger)
        for n in range(ROUNDS + 2):
            payload = payload_of(n).encode()
            headers = (("content-type", "text/html; charset=utf-8"),)
            at = NOW + n * timedelta(days=15)
            response = Response(SOURCE.url, SOURCE.url, at, 200, headers, payload)
            costs.append((look_at(sweep, SOURCE, response)[1], len(payload)))
    return costs[2:]


def recorded(record: Path, folder: Path, captures: int) -> None:
    """Play `captures` of the record's captures, evenly from all pages, and print what looks cost by their end."""
    store = CaptureStore(clone(record, folder))
    by_page = defaultdict(list)
    for capture in store.captures():
        by_page[capture.page].append(capture)
    share = captures // sum(len(each) > 1 for each in by_page.values())
    chosen = [capture for each in by_page.values() if len(each) > 1 for capture in each[:share]]
    costs: defaultdict[str, Costs] = defaultdict(list)
    with Ledger.open(folder / "recorded.db") as ledger:
        sources = {page: source_of(page) for page in by_page}
        ledger.sources.sync([], list(sources.values()), chosen[0].captured_at)
        sweep = Sweep(ledger)
        for capture, payload in zip(chosen, store.payloads(chosen), strict=True):
            source = sources[capture.page]
            outcome, took = look_at(sweep, source, response_of(source, capture, payload))
            costs[_end(outcome)].append((took, len(payload)))
    for end in sorted(costs):
        row(f"record: {end}", costs[end])


def _end(outcome: Outcome) -> str:
    verdict = outcome.judgement.verdict
    detail = outcome.judgement.signal.partition(":")[0] if verdict == "unchanged" else ""
    return f"{verdict} {detail}".strip()


def row(name: str, costs: Costs) -> None:
    """Print one line of the table."""
    took = [1000 * seconds for seconds, _ in costs]
    kilobytes = sum(size for _, size in costs) / 1000
    slow = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    print(
        f"| {name:36} | {len(took):5} | {statistics.mean(took):6.2f} | {statistics.median(took):6.2f} "
        f"| {slow:6.2f} | {100 * sum(took) / kilobytes:6.2f} |"
    )


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", type=Path, default=RECORD)
    parser.add_argument("--captures", type=int, default=1500)
    options = parser.parse_args()
    gc.set_threshold(100_000)  # as commands do
    print(f"Load average {os.getloadavg()[0]:.1f}; CPU ms a look\n")
    print(
        "| look | number | mean | median | 95 % below | mean a 100 KB |\n|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as name:
        synthetic(Path(name))
        if options.record.is_dir():
            recorded(options.record, Path(name), options.captures)


if __name__ == "__main__":
    main()
