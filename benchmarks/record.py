"""The public record of captures, where it is at hand, and its scorers.

The record is a folder with `genai-captures.bundle`, `changes.jsonl` and `claims.jsonl`; the scorers stand beside it in
`../tools`. Anyone can make one from the snapshots of Open Terms Archive's collection genai-contrib.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
RECORD = HERE.parent / "shared" / "corpus"

Rows = list[dict[str, Any]]


def rows(path: Path) -> Rows:
    """Give the lines of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def clone(record: Path, folder: Path) -> Path:
    """Unpack the bundle of captures to `folder` unless it is there, and give the repository."""
    repository = folder / "captures.git"
    if not repository.exists():
        bundle = record / "genai-captures.bundle"
        subprocess.run(
            ["git", "clone", "--quiet", "--bare", str(bundle), str(repository)], check=True
        )
    return repository


def scorer(record: Path, name: str) -> Any:
    """Give a scorer as a module: `score_changes` or `score_claims`."""
    path = record.parent / "tools" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def is_held_out(page: str) -> bool:
    """Tell whether a page belongs to the third that is not looked at while tuning."""
    return sha256(page.encode()).digest()[0] % 3 == 0


def of(part: str, lines: Iterable[dict[str, Any]]) -> Rows:
    """Give the lines of a part of the record: `all`, `tuned` or `held out`."""
    return [
        line for line in lines if part == "all" or is_held_out(line["page"]) == (part == "held out")
    ]
