"""Three hundred kills, a disk that ends, two sweeps at once: afterwards the ledger is as if nothing had happened."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_failure_01_a_sweep_killed_anywhere_loses_nothing_and_tells_nothing_twice() -> None:
    # A process of its own: the harness forks, which a process with threads should not.
    ran = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "crash.py"), "--kills", "300"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = [line.split("|") for line in ran.stdout.splitlines() if line.startswith("| killed")]
    assert sum(int(row[2]) for row in rows) == 300
    assert "-9: " in rows[0][3]
