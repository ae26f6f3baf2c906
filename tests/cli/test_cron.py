"""`watcher sweep` as cron sees it: what it names, what it ends with, and how it ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from watcher.ledger import Ledger
from watcher.model import KnownHost, SourceId

Watcher = Callable[..., Result]
POLICY = SourceId("data-policy")


def age(home: Path, days: int) -> None:
    """Have the source be seen well so long ago, failing since, and not due for an hour."""
    now = datetime.now(UTC)
    with Ledger.open(home / "snapshots" / "watcher.db") as ledger:
        known = ledger.sources.known(POLICY)
        seen = now - timedelta(days=days)
        later = now + timedelta(hours=1)
        ledger.sources.update(replace(known, last_good_at=seen, failures=9, next_due_at=later))


def test_what_is_overdue_is_named_also_when_nothing_is_due(watcher: Watcher, home: Path) -> None:
    assert watcher("sweep").exit_code == 0
    age(home, days=3)

    result = watcher("sweep")
    assert result.exit_code == 1
    assert "0 sources looked at, 0 new for review, 0 in trouble, 1 overdue;" in result.output
    assert "Overdue: data-policy (seen well 2" in result.output
    assert json.loads(watcher("sweep", "--json").output)["overdue"] == [POLICY]

    assert watcher("sweep", "--summary", "told.md").exit_code == 1
    assert "1 source overdue" in (home / "told.md").read_text()


def test_a_source_that_missed_one_look_is_in_trouble_and_not_overdue(
    watcher: Watcher, home: Path, site: Any
) -> None:
    watcher("sweep")
    site.pages["/data"] = (500, b"broken")

    result = watcher("sweep", "--all")
    assert result.exit_code == 1
    assert "1 in trouble;" in result.output and "verdue" not in result.output


def test_what_was_put_off_is_counted(watcher: Watcher, home: Path) -> None:
    watcher("sweep")
    with Ledger.open(home / "snapshots" / "watcher.db") as ledger:
        ledger.hosts.update(KnownHost("127.0.0.1", datetime.now(UTC) + timedelta(hours=3)))

    result = watcher("sweep", "--all")
    assert result.exit_code == 0
    assert "1 put off, as their hosts asked;" in result.output
    assert "127.0.0.1 asks to be left alone until" in watcher("status").output


def test_what_is_due_in_quiet_hours_is_counted(watcher: Watcher, home: Path) -> None:
    declared = (home / "sources.yaml").read_text()
    now = datetime.now(UTC)
    quiet = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=1):%H:%M} UTC"
    (home / "sources.yaml").write_text(f'defaults: {{quiet: "{quiet}"}}\n{declared}')

    result = watcher("sweep")
    assert result.exit_code == 0
    assert result.output.startswith(
        "0 sources looked at, 0 new for review, 0 in trouble, 1 in quiet"
    )


@pytest.fixture
def slow(home: Path) -> Any:
    """The page of the folder, at a server that answers when it is let go: `asked` is set at the first request."""
    asked, let_go = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            let_go.wait(30)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,)).start()
    declared = (home / "sources.yaml").read_text()
    head, _, rest = declared.partition("http://127.0.0.1:")
    port = server.server_address[1]
    (home / "sources.yaml").write_text(f"{head}http://127.0.0.1:{port}/{rest.partition('/')[2]}")
    yield asked
    let_go.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_sweep_that_is_told_to_stop_is_gone_within_seconds(
    home: Path, slow: threading.Event, told: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "watcher", "sweep"],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert slow.wait(20)
        process.send_signal(told)
        began = time.monotonic()
        said, _ = process.communicate(timeout=20)
    assert time.monotonic() - began < 8
    assert process.returncode == 128 + told
    assert said == "Stopped. What was not looked at stays due.\n"
    with Ledger.open(home / "snapshots" / "watcher.db") as ledger:
        assert ledger.statistics()["checks"] == 0
        assert [each.id for each in ledger.sources.due(datetime.now(UTC))] == [POLICY]
