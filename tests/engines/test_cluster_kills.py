"""kill -9 of a worker, of the coordinator, of PostgreSQL in the middle of a sweep: it completes by itself.

Nothing is lost, nothing is recorded twice, and no host is asked before its spacing is over or by two at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from watcher.ledger import Ledger
from watcher.model import Source

pytestmark = pytest.mark.slow

SPACING = 0.25
DECLARED = """\
hosts:
{hosts}
offerings:
  o: {{name: O, provider: P, type: API}}
sources:
{sources}
"""


class Cluster:
    """Workers and a coordinator as processes of their own, on a site of loopback."""

    def __init__(
        self, folder: Path, dsn: str, web: Any, *, hosts: int, each: int, stalled_after: int
    ) -> None:
        self.folder = folder
        self.web = web
        self.sources: list[Source] = [
            web.source(host, f"p{n}") for host in range(hosts) for n in range(each)
        ]
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "WATCHER_POSTGRES": dsn,
            "WATCHER_ENGINE": "cluster",
            "WATCHER_STALLED_AFTER": str(stalled_after),
            "WATCHER_CONFIRM_AFTER": "0",
        }
        self._declare(hosts)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command of Watcher."""
        process = subprocess.Popen(
            [sys.executable, "-m", "watcher", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start("worker", "--only", "pages", "--hosts", "4")

    def sweep(self) -> subprocess.Popen[bytes]:
        return self.start("sweep", "--ledger", "watcher.db")

    def wait_for_looks(self, count: int) -> None:
        """Wait until so many pages were asked for."""
        self.wait_until(lambda: len(self.web.pages()) >= count)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        for _ in range(1200):
            if holds():
                return
            threading.Event().wait(0.05)
        pytest.fail("it did not come to that within a minute")

    def assert_all_is_well(self) -> None:
        """Every source has exactly one check, a good one; every host's spacing was kept."""
        with Ledger.open(self.folder / "watcher.db", read_only=True) as ledger:
            verdicts = {
                each.id: [check.judgement.verdict.value for check in ledger.checks.of(each.id)]
                for each in self.sources
            }
        assert verdicts == {each.id: ["ok"] for each in self.sources}
        self.web.assert_polite(SPACING)

    def end(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)

    def _declare(self, hosts: int) -> None:
        rules = "".join(
            f"  {self.web.host(n)}: {{allow_private: true, spacing: {SPACING}s, robots: false}}\n"
            for n in range(hosts)
        )
        sources = "".join(
            f"  - {{id: {each.id}, url: '{each.url}', title: T, kind: official_terms, offerings: [o]}}\n"
            for each in self.sources
        )
        (self.folder / "sources.yaml").write_text(DECLARED.format(hosts=rules, sources=sources))


Made = Callable[..., Cluster]


@pytest.fixture
def cluster(tmp_path: Path, dsn: str, web: Any) -> Iterator[Made]:
    """Makes a cluster for so many hosts with so many sources each, in which silence means death after some seconds."""
    made: list[Cluster] = []

    def make(*, hosts: int = 6, each: int = 5, stalled_after: int = 6) -> Cluster:
        made.append(
            Cluster(tmp_path, dsn, web, hosts=hosts, each=each, stalled_after=stalled_after)
        )
        return made[0]

    yield make
    for each in made:
        each.end()


def test_a_worker_is_killed(cluster: Made) -> None:
    those = cluster(stalled_after=4)
    doomed = those.worker()
    sweep = those.sweep()
    those.wait_for_looks(8)
    doomed.kill()
    those.worker()

    assert sweep.wait(60) == 0
    those.assert_all_is_well()
    assert len(those.web.pages()) > len(those.sources), "what it held was looked at again"


def test_the_coordinator_is_killed(cluster: Made) -> None:
    those = cluster()
    those.worker()
    doomed = those.sweep()
    those.wait_for_looks(8)
    doomed.kill()
    doomed.wait(30)

    assert those.sweep().wait(60) == 0
    those.assert_all_is_well()
    assert len(those.web.pages()) == len(those.sources), "nothing was looked at again"


def test_postgresql_is_killed(cluster: Made, postgres: Any) -> None:
    those = cluster()
    those.worker()
    those.worker()
    sweep = those.sweep()
    those.wait_for_looks(8)
    postgres.kill()
    postgres.start()

    assert sweep.wait(60) == 0
    those.assert_all_is_well()
    assert len(those.web.pages()) == len(those.sources), "nothing was looked at again"


def test_workers_leave_off_while_they_cannot_be_heard(cluster: Made, postgres: Any) -> None:
    """Nobody could tell them that their units were handed to others, so they ask nobody any more."""
    those = cluster(hosts=2, each=20, stalled_after=4)
    those.worker()
    those.worker()
    sweep = those.sweep()
    those.wait_for_looks(4)
    postgres.kill()
    threading.Event().wait(4)
    looks = len(those.web.asked)
    threading.Event().wait(1)
    assert len(those.web.asked) == looks < len(those.sources)
    postgres.start()

    assert sweep.wait(60) == 0
    those.assert_all_is_well()
