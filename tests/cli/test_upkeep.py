"""Round the clock from the command line: `run`, its metrics, `gc`, `compact`, `backup`, declarations that change."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from watcher.ledger import Ledger

Watcher = Callable[..., Result]


def test_a_backup_is_a_whole_ledger(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    assert watcher("backup", "copy.db").exit_code == 0

    assert watcher("changes", "--ledger", "copy.db").output == watcher("changes").output
    assert watcher("backup", "copy.db").exit_code == 3, "what is there is not written over"


def test_gc_keeps_what_something_stands_on(watcher: Watcher) -> None:
    watcher("sweep")
    for _ in range(5):
        watcher("sweep", "--all")
    before = watcher("entry", "lumen-api", "--unreviewed", "--json").output

    tried = json.loads(
        watcher("gc", "--older-than", "1m", "--keep", "1", "--dry-run", "--json").output
    )
    assert tried["checks"] == 0, "nothing is a minute old"
    assert watcher("gc", "--keep", "1").output.startswith("0 checks, 0 snapshots")
    assert watcher("compact").exit_code == 0
    assert watcher("entry", "lumen-api", "--unreviewed", "--json").output == before


def test_gc_says_what_a_duration_is(watcher: Watcher) -> None:
    watcher("sweep")
    result = watcher("gc", "--older-than", "1 year")

    assert result.exit_code == 2
    assert "is not a duration" in result.output


def test_declarations_that_change_are_read_again(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    declared = (home / "sources.yaml").read_text()
    (home / "sources.yaml").write_text(declared.replace("title: Data policy", "title: Data rules"))

    watcher("sweep")

    with Ledger.open(home / "snapshots" / "watcher.db", read_only=True) as ledger:
        assert [source.title for source in ledger.sources.standing()] == ["Data rules"]


def test_wrong_declarations_stop_a_sweep_and_change_nothing(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    (home / "sources.yaml").write_text("offerings: {}\n")

    assert watcher("sweep").exit_code == 2
    with Ledger.open(home / "snapshots" / "watcher.db", read_only=True) as ledger:
        assert len(ledger.sources.standing()) == 1


@contextmanager
def running(home: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """`watcher run` as a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "watcher", "run", "--tick", "0.05", *options],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], words: str) -> str:
    """Read what the process says until a line holds `words`."""
    assert process.stdout is not None
    said = ""
    ends_at = time.monotonic() + 30
    while time.monotonic() < ends_at:
        if select.select([process.stdout], [], [], 1)[0]:
            line = process.stdout.readline()
            said += line
            if words in line or not line:
                break
    assert words in said, said
    return said


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_run_looks_and_stops_when_told(home: Path, told: signal.Signals) -> None:
    with running(home) as process:
        wait_for(process, "change 1: ")
        process.send_signal(told)
        began = time.monotonic()
        assert process.wait(20) == 0
        assert time.monotonic() - began < 5
    with Ledger.open(home / "snapshots" / "watcher.db", read_only=True) as ledger:
        assert ledger.statistics()["checks"] == 1


def test_run_and_sweep_keep_out_of_each_others_way(home: Path, watcher: Watcher) -> None:
    with running(home) as process:
        wait_for(process, "Watching 1 source")
        refused = watcher("sweep")
        assert refused.exit_code == 4
        assert "watcher run has been at work" in str(refused.exception)
        assert watcher("gc").exit_code == 4


def test_run_looks_at_once_at_what_a_sweep_asks_for(
    home: Path, watcher: Watcher, site: Any
) -> None:
    with running(home) as process:
        wait_for(process, "change 1: ")
        site.pages["/data"] = (500, b"broken")
        asked = watcher("sweep", "--source", "data-policy")
        assert asked.exit_code == 0
        assert asked.output.startswith("data-policy: `watcher run` is at work and was asked")
        wait_for(process, "data-policy: error_page")


def test_run_serves_health_and_metrics(home: Path, site: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(home, "--metrics-port", str(port)) as process:
        wait_for(process, "change 1: ")
        health = urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10).read()
        metrics = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read()
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", method="HEAD")
        with urllib.request.urlopen(asked, timeout=10) as head:
            assert (head.status, head.read()) == (200, b"")

    assert health.startswith(b"well: 1 source")
    assert b'watcher_checks_total{verdict="ok"} 1' in metrics
