"""Replay the whole record and score it: `python benchmarks/replay.py [--record DIR] [--work DIR]`.

Prints wall time, CPU time, peak memory and the size of the ledger; then precision and recall of changes, and of claims,
for the whole record, for the pages looked at while tuning, and for the third held out.
"""

from __future__ import annotations

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from record import RECORD, Rows, clone, of, rows, scorer

PARTS = ("all", "tuned", "held out")


def main() -> None:
    """Replay, measure, score, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", type=Path, default=RECORD)
    parser.add_argument("--work", type=Path, help="Keep captures, ledger and lines here.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        repository = clone(options.record, work)
        replay(options.record, repository, work)
        alerts, claims = rows(work / "alerts.jsonl"), rows(work / "claims.jsonl")
        score_changes(options.record, alerts)
        promptness(work / "record.db", alerts)
        score_claims(options.record, claims)


def replay(record: Path, repository: Path, work: Path) -> None:
    """Run `watcher replay` in a process of its own and print what it took."""
    ledger = work / "record.db"
    for leftover in work.glob("record.db*"):
        leftover.unlink()
    command = [
        sys.executable, "-m", "watcher", "replay", str(repository), "--ledger", str(ledger),
        "--alerts", str(work / "alerts.jsonl"), "--claims-at", str(record / "claims.jsonl"),
        "--claims", str(work / "claims.jsonl"),
    ]  # fmt: skip
    started = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, "PYTHONWARNINGS": "error"})
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status:
        sys.exit(f"replay failed with {os.waitstatus_to_exitcode(status)}")
    peak = max(used.ru_maxrss, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
    print(f"\n| wall {wall:.0f} s | CPU {used.ru_utime + used.ru_stime:.0f} s | largest process {peak:.0f} MB "
          f"| ledger {ledger.stat().st_size / 1e6:.1f} MB |\n")  # fmt: skip


def score_changes(record: Path, alerts: Rows) -> None:
    """Print the table of changes: how many alerts, how many worth a reviewer's time, how many missed."""
    score, labels = scorer(record, "score_changes").score, rows(record / "changes.jsonl")
    print("| changes | alerts | useful | editorial | false | precision | recall | importance ≥ 3 |")
    print("|---|---|---|---|---|---|---|---|")
    for part in PARTS:
        got = score(of(part, labels), of(part, alerts))
        names = (
            "alerts",
            "useful",
            "editorial",
            "false",
            "precision",
            "recall",
            "recall_important",
        )
        print(f"| {part} | " + " | ".join(str(got[name]) for name in names) + " |")


def promptness(ledger: Path, alerts: Rows) -> None:
    """Print how many captures later than the one that first showed a change it was raised."""
    with closing(sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)) as database:
        later = Counter(captures_between(database, alert) for alert in alerts)
    print(
        f"\nof {len(alerts)} alerts {later[0]} raised at the capture itself, {later[1]} at the next, "
        f"{later.total() - later[0] - later[1]} later\n"
    )


def captures_between(database: sqlite3.Connection, alert: dict[str, Any]) -> int:
    """Give how many captures of its page an alert waited for after the one that showed the change."""
    first, raised = (
        round(datetime.fromisoformat(alert[name]).timestamp() * 1e6)
        for name in ("after", "raised_at")
    )
    (count,) = database.execute(
        "select count(*) from checks join sources on sources.id = checks.source "
        "where source_id = ? and checked_at > ? and checked_at <= ?",
        (alert["page"], first, raised),
    ).fetchone()
    return int(count)


def score_claims(record: Path, claims: Rows) -> None:
    """Print the table of claims: how many are labelled, found and right."""
    module: Any = scorer(record, "score_claims")
    labels = rows(record / "claims.jsonl")
    print(
        "| claims | labelled | found | right | precision | recall | F1 |\n|---|---|---|---|---|---|---|"
    )
    for part in PARTS:
        by_key, _ = module.score(of(part, labels), of(part, claims))
        right, found, labelled = (sum(row[place] for row in by_key.values()) for place in range(3))
        precision, recall, f1 = module.f1(right, found, labelled)
        print(f"| {part} | {labelled} | {found} | {right} | {precision} | {recall} | {f1} |")


if __name__ == "__main__":
    main()
