"""Damaged input ends in a result or in the error that is announced: a part of what `benchmarks/fuzz.py` tries."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

TARGETS = [
    "pages",
    "PDF",
    "declarations",
    "rule packs",
    "addresses",
    "feeds",
    "sitemaps",
    "patterns",
]


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
    import fuzz

    return fuzz


@pytest.mark.parametrize("target", TARGETS)
def test_damaged_input_is_read_or_refused(fuzz: ModuleType, target: str) -> None:
    tally = fuzz.fuzz(target, inputs=60, seed=1)
    assert tally.bugs == 0
    assert tally.read + tally.refused == 60


def test_every_target_is_tried(fuzz: ModuleType) -> None:
    assert set(TARGETS) == set(fuzz.TARGETS)
