"""Kills a sweep and compares what is held afterwards: `python benchmarks/crash.py [--kills N] [--seed S]`.

A small web is swept twice, a day apart: claims change, texts change, noise comes, a list shrinks, pages fail. The
second sweep is killed (SIGKILL) at every statement that it sends to SQLite, or at random moments, or the disk ends
under it after so many kilobytes, or two run at once. Then it is started again, and what the ledger holds is compared
with an undisturbed run: every look, claim, change, silenced noise and notification, each exactly once.

Prints a line for each way to be interrupted, and ends with 1 if anything differed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.claims import load_pack
from watcher.engines import LocalEngine
from watcher.errors import LedgerError
from watcher.ledger import Ledger
from watcher.model import Known, Response, Source, SourceId, SourceKind
from watcher.sources.vocabulary import load_vocabulary
from watcher.sweep import Sweep

FIRST = datetime(2026, 1, 5, 12, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)
LATER = SECOND + timedelta(hours=2)
"""When what the interrupted sweep left open is due again."""

PAGE = """<html lang="en"><head><title>Data policy</title></head><body><nav>Home {noise}</nav><main><h1>Data policy</h1>
<p>This policy says how we treat the data that you send to the service, and what you may expect of us.</p>
<p>We retain customer content for {days} days after the account is closed, and then delete it.</p>
<p>You must be at least 18 years old to use the service. Keep your password to yourself.</p>
<h2>Certifications</h2><ul>{certifications}</ul></main></body></html>"""
HELD = {
    "checks": "SELECT source_id, verdict, signal FROM checks JOIN sources ON sources.id = source",
    "snapshots": "SELECT source_id, good, final_url, hex(digest) FROM snapshots "
    "JOIN sources ON sources.id = snapshots.source JOIN payloads ON payloads.id = payload",
    "claims": "SELECT source_id, claim_id, value, quote, seen_from, seen_until FROM claims "
    "JOIN sources ON sources.id = source",
    "changes": "SELECT source_id, changes.kind, changed_at, level, reasons, changes.title, claims "
    "FROM changes JOIN sources ON sources.id = source",
    "to be told": "SELECT source_id, changes.kind, changes.claims FROM outbox JOIN changes ON changes.id = change_id "
    "JOIN sources ON sources.id = source",
    "silenced": "SELECT source_id, rule, number FROM suppressions JOIN sources ON sources.id = source",
    "states": "SELECT source_id, payload_digest, document_digest, last_verdict, failures, pending "
    "FROM source_states JOIN sources ON sources.id = source",
}
"""What a ledger holds, apart from the numbers of its rows, and from times at which a second look may come later."""

Content = dict[str, list[tuple[object, ...]]]
RULES = load_vocabulary(), load_pack()


# ── a web that answers at once, and a sweep of it ────────────────────────────────────────────────


def sources() -> list[Source]:
    """Give the sources of the small web; what each does on the second day, its name tells."""
    names = ["steady", "changes", "noisy", "shrinks", "fails", "recovers"]
    return [
        Source(SourceId(name), f"https://{name}.example/policy", name, SourceKind.DATA_USAGE)
        for name in names
    ]


@dataclass
class Web:
    """Answers for every source, as it was on the day of `at`."""

    at: datetime

    async def fetch(self, source: Source, known: Known) -> Response:
        """Give the page of `source`."""
        await asyncio.sleep(0)
        second = self.at > FIRST
        name = str(source.id)
        fails = name == ("fails" if second else "recovers")
        kept = ["SOC 2 Type 2", "ISO 27001", "ISO 27701"][
            : 2 if second and name == "shrinks" else 3
        ]
        text = PAGE.format(
            days=90 if second and name == "changes" else 30,
            noise=self.at.isoformat() if name == "noisy" else "",
            certifications="".join(f"<li>{each} report, audited every year</li>" for each in kept),
        )
        headers = (("content-type", "text/html"),)
        status, payload = (500, b"<p>oops</p>") if fails else (200, text.encode())
        return Response(source.url, source.url, self.at, status, headers, payload)


def sweep(path: Path, at: datetime) -> None:
    """Look at everything that is due at `at`, as `watcher sweep` does."""
    with Ledger.open(path) as ledger, ledger.sweeping():
        ledger.sources.sync([], sources(), FIRST)
        engine = LocalEngine(
            Sweep(ledger, *RULES), Web(at), confirm_after=timedelta(), clock=lambda: at
        )
        report = asyncio.run(engine.run(ledger.sources.due(at)))
    for bug in report.bugs:
        raise bug


def finish(path: Path) -> None:
    """Start the sweep again after it was interrupted, and once more when what was left open is due."""
    sweep(path, SECOND)
    sweep(path, LATER)


def content(path: Path) -> Content:
    """Give everything that a ledger holds, sorted. Raises AssertionError when SQLite finds it damaged."""
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        return {
            name: sorted(map(tuple, database.execute(query)), key=repr)
            for name, query in HELD.items()
        }


# ── interruptions ────────────────────────────────────────────────────────────────────────────────


def in_child(work: Callable[[], None]) -> int:
    """Do `work` in a process of its own, and give what it ended with: an exit code, or minus the signal."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            work()
            code = 0
        except LedgerError as error:
            code = error.exit_code
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def killed_at(statement: int) -> Callable[[Path], None]:
    """Give a sweep that kills itself when it sends SQLite statement number `statement`."""

    def run(path: Path) -> None:
        count = 0

        def trace(_: str) -> None:
            nonlocal count
            count += 1
            if count == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        connect = sqlite3.connect

        def traced(*args: object, **options: object) -> sqlite3.Connection:
            connection = connect(*args, **options)  # type: ignore[call-overload]
            connection.set_trace_callback(trace)
            return connection  # type: ignore[no-any-return]

        sqlite3.connect = traced  # type: ignore[assignment]
        sweep(path, SECOND)

    return run


def killed_after(seconds: float) -> Callable[[Path], None]:
    """Give a sweep that is killed after so many seconds, wherever it is then."""

    def run(path: Path) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        killer = os.fork()
        if killer == 0:
            time.sleep(seconds)
            os.kill(os.getppid(), signal.SIGKILL)
            os._exit(0)
        sweep(path, SECOND)
        os.kill(killer, signal.SIGKILL)
        os.waitpid(killer, 0)

    return run


def disk_ends_after(size: int) -> Callable[[Path], None]:
    """Give a sweep in which no file may grow beyond `size` bytes."""

    def run(path: Path) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        sweep(path, SECOND)

    return run


def beside_another(path: Path) -> None:
    """Sweep while another sweep of the same ledger runs; one of the two has to stand back."""
    other = os.fork()
    code = 0
    try:
        sweep(path, SECOND)
    except LedgerError as error:
        code = error.exit_code
    if other == 0:
        os._exit(code)
    _, status = os.waitpid(other, 0)
    if code and os.waitstatus_to_exitcode(status):
        os._exit(code)  # both stood back: nobody swept


@dataclass
class Row:
    """What came of one way to be interrupted: how often, how the interrupted process ended, what differed."""

    name: str
    runs: int = 0
    ends: dict[int, int] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)


def measure(
    name: str, interruptions: Iterator[Callable[[Path], None]], base: Path, whole: Content
) -> Row:
    """Interrupt a sweep of a copy of `base` in each way, start again, and compare with `whole`."""
    row = Row(name)
    for number, interrupted in enumerate(interruptions):
        path = base.parent / "run" / "watcher.db"
        shutil.rmtree(path.parent, ignore_errors=True)
        shutil.copytree(base.parent / "base", path.parent)
        code = in_child(lambda: interrupted(path))  # noqa: B023 - called before the next turn
        row.runs += 1
        row.ends[code] = row.ends.get(code, 0) + 1
        again = in_child(lambda: finish(path))  # noqa: B023
        held = content(path)
        wrong = [table for table in whole if held[table] != whole[table]]
        if again or wrong or code == 70:
            row.differing.append(
                f"{name} {number}: ended {code}, again {again}, differs in {wrong}"
            )
    return row


def statements(base: Path) -> int:
    """Give how many statements an undisturbed second sweep sends."""
    low, high = 1, 1
    path = base.parent / "run" / "watcher.db"

    def survives(number: int) -> bool:
        shutil.rmtree(path.parent, ignore_errors=True)
        shutil.copytree(base.parent / "base", path.parent)
        return in_child(lambda: killed_at(number)(path)) == 0

    while not survives(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if survives(middle) else (middle, high)
    return low


def run(folder: Path, kills: int, seed: int) -> list[Row]:
    """Interrupt in every way, `kills` times by SIGKILL in all, and give what came of it."""
    dice = random.Random(seed)
    base = folder / "base" / "watcher.db"
    base.parent.mkdir()
    marker = folder / "marker"
    assert in_child(lambda: sweep(base, FIRST)) == 0
    shutil.copytree(base.parent, folder / "whole")
    began = time.perf_counter()
    assert in_child(lambda: finish(folder / "whole" / "watcher.db")) == 0
    took = (time.perf_counter() - began) / 2
    whole = content(folder / "whole" / "watcher.db")
    assert all(whole.values()), "a table that holds nothing proves nothing"
    number = statements(marker)
    at_statement = min(number, kills * 2 // 3)
    places = sorted(dice.sample(range(1, number + 1), at_statement))
    size = base.stat().st_size
    moments = [dice.uniform(0, took * 1.1) for _ in range(kills - at_statement)]
    sizes = [size // 2 + 8192 * n for n in range(20)]
    ways = {
        f"killed at a statement ({at_statement} of {number})": map(killed_at, places),
        "killed at a random moment": map(killed_after, moments),
        "the disk ends": map(disk_ends_after, sizes),
        "two at once": iter([beside_another] * 10),
    }
    return [measure(name, interruptions, marker, whole) for name, interruptions in ways.items()]


def main() -> None:
    """Run, print the table, and say what differed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = run(Path(folder), options.kills, options.seed)
    print(
        "| interrupted | times | ended (signal or exit code) | differs from an undisturbed run |\n|---|---|---|---|"
    )
    for row in rows:
        ends = ", ".join(f"{code}: {times}" for code, times in sorted(row.ends.items()))
        print(f"| {row.name} | {row.runs} | {ends} | {len(row.differing)} |")
    problems = [problem for row in rows for problem in row.differing]
    print("\n".join(problems[:20]))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
