"""A sweep over a server with eighty ways to be bad: every verdict is right, in time, and no sound page suffers."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def faults() -> ModuleType:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
    import faults

    return faults


def test_failure_03_05_every_fault_gets_its_verdict_and_costs_no_one_else_anything(
    faults: ModuleType, tmp_path: Path
) -> None:
    seen = faults.run(tmp_path, deadline=4.0)
    assert len(faults.FAULTS) >= 40
    assert faults.judge(seen, deadline=4.0) == []
