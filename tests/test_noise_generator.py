"""No edit is lost among noise: a part of what `benchmarks/noise.py` measures, on whole pages."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "noise.py"
    spec = importlib.util.spec_from_file_location("noise_generator", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_edits_are_found_and_named_whatever_noise_comes_with_them(generator: ModuleType) -> None:
    tally = generator.measure(tuple(generator.NOISE), trials=36, seed=7_000)
    assert tally.found == tally.edits == 36
    assert tally.named == tally.claims > 0
    assert tally.false_alerts == tally.extra_blocks == 0


def test_every_kind_of_noise_alters_the_page(generator: ModuleType) -> None:
    import random

    for kind in generator.NOISE:
        dice = random.Random(1)
        pages = {generator.html(["We keep the logs for 30 days."], (kind,), dice) for _ in range(9)}
        assert len(pages) > 1, kind
