"""On sites that nobody tuned for nothing is missed, and little is told that is none: a part of `benchmarks/zoo`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

FAMILIES = (5, 21, 31, 41, 43, 61, 77)


@pytest.fixture
def zoo(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[1] / "benchmarks")
    yield importlib.import_module("zoo.__main__")
    for name in [name for name in sys.modules if name.partition(".")[0] == "zoo"]:
        del sys.modules[name]


def test_nothing_is_missed_on_sites_of_other_makers(zoo: ModuleType, tmp_path: Path) -> None:
    stages = [zoo.staged(7, number) for number in FAMILIES]
    zoo.write(stages, tmp_path)
    alerts = zoo.replayed(tmp_path)
    found = {stage.name: zoo.tally(stage, alerts.get(zoo.name_of(stage), [])) for stage in stages}
    total = zoo.total(found, study=True)
    assert total.missed == 0 < total.required
    assert total.precision >= 0.95


def test_a_seed_makes_the_same_history_again(zoo: ModuleType) -> None:
    one, same, other = (zoo.staged(seed, 5).captures for seed in (7, 7, 8))
    assert one == same != other
