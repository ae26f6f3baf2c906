"""Three hundred kills, a disk that ends or fails, two sweeps at once: in the end it is as if nothing had happened."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def harness(name: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a harness in a process of its own: it forks, which a process with threads should not."""
    return subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / name), *options],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_failure_01_a_sweep_killed_anywhere_loses_nothing_and_tells_nothing_twice() -> None:
    ran = harness("crash.py", "--kills", "300")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = [line.split("|") for line in ran.stdout.splitlines() if line.startswith("| killed")]
    assert sum(int(row[2]) for row in rows) == 300
    assert "-9: " in rows[0][3]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("cc") is None, reason="the failing disk is compiled here")
def test_failure_01_whatever_writes_survives_a_disk_that_fails_at_any_call() -> None:
    ran = harness("crash_acts.py", "--times", "1")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = [line.split(" | ") for line in ran.stdout.splitlines()[2:] if line.startswith("| ")]
    assert len(rows) == 50
    assert {row[4] for row in rows if row[1] in ("killed", "torn")} == {"-9: 1"}
    assert {row[4] for row in rows if row[1] == "io error"} <= {"0: 1", "2: 1", "3: 1"}
