"""The record, where it is at hand: the figures once reached may not be lost again.

About two thousand captures around the labelled transitions are replayed with default settings and scored. The floor
stands in ratchet.json; raise it when the figures rise, never lower it to make a change pass.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from watcher.claims import Pack
from watcher.ledger import Ledger
from watcher.model import Vocabulary
from watcher.replay import Capture, CaptureStore, Replay, write_alerts, write_claims
from watcher.sweep import Sweep

RECORD = Path(__file__).resolve().parents[2] / "shared" / "corpus"
FLOOR = json.loads(Path(__file__).with_name("ratchet.json").read_text())

pytestmark = pytest.mark.skipif(not RECORD.is_dir(), reason="the record is not at hand")


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def scorer(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, RECORD.parent / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def around_transitions(captures: list[Capture]) -> list[Capture]:
    """Give each page's labelled captures, each with the one before and the one after, and the first."""
    labelled = {(row["page"], row["captured_at"]) for row in rows(RECORD / "changes.jsonl")}
    labelled |= {(row["page"], row["captured_at"]) for row in rows(RECORD / "claims.jsonl")}
    by_page: dict[str, list[Capture]] = {}
    for capture in captures:
        by_page.setdefault(capture.page, []).append(capture)
    chosen: set[Capture] = set()
    for of_page in by_page.values():
        chosen.add(of_page[0])
        for place, capture in enumerate(of_page):
            if (capture.page, capture.captured_at.isoformat()) in labelled:
                chosen.update(of_page[max(0, place - 1) : place + 2])
    return [capture for capture in captures if capture in chosen]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, pack: Pack, vocabulary: Vocabulary) -> Path:
    """A folder with the alerts and claims of the sample."""
    folder = tmp_path_factory.mktemp("record")
    repository = folder / "captures.git"
    bundle = RECORD / "genai-captures.bundle"
    subprocess.run(["git", "clone", "-q", "--bare", str(bundle), str(repository)], check=True)
    store = CaptureStore(repository)
    with Ledger.open(folder / "record.db") as ledger:
        sweep = Sweep(ledger, vocabulary, pack)
        Replay(store, ledger, sweep).run(around_transitions(store.captures()))
        write_alerts(ledger, folder / "alerts.jsonl")
        labels = RECORD / "claims.jsonl"
        write_claims(ledger, sweep, vocabulary, labels, folder / "claims.jsonl")
    return folder


def test_changes_stay_as_precise_and_complete_as_they_were(played: Path) -> None:
    labels, alerts = rows(RECORD / "changes.jsonl"), rows(played / "alerts.jsonl")

    got = scorer("score_changes").score(labels, alerts)

    assert {
        name: got[name] for name in FLOOR["changes"] if got[name] < FLOOR["changes"][name]
    } == {}


def test_claims_stay_as_precise_and_complete_as_they_were(played: Path) -> None:
    module = scorer("score_claims")

    by_key, _ = module.score(rows(RECORD / "claims.jsonl"), rows(played / "claims.jsonl"))
    right, found, labelled = (sum(row[place] for row in by_key.values()) for place in range(3))
    got = dict(zip(("precision", "recall", "f1"), module.f1(right, found, labelled), strict=True))

    assert {name: got[name] for name in FLOOR["claims"] if got[name] < FLOOR["claims"][name]} == {}
