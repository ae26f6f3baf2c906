"""A few simulated hours with faults: what `benchmarks/soak.py` does for a day and a thousand sources."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def soak() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "soak.py"
    spec = importlib.util.spec_from_file_location("soak", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_source_is_looked_at_on_time_and_nothing_stays_open(
    soak: ModuleType, tmp_path: Path
) -> None:
    async def some_hours() -> None:
        async with soak.soaking(tmp_path, sources=30, hosts=6) as soaking:
            files = [(await soaking.hour())[1] for _ in range(8)]

            assert soaking.late() == []
            assert soaking.bugs == []
            assert soaking.ledger.statistics()["checks"] >= 30 * 3
            assert max(files[4:]) <= files[3] + 6, "a connection to each host may be open, no more"

    asyncio.run(some_hours())
