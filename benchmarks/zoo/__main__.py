"""Policy pages of sites that nobody tuned for, replayed and scored: `python benchmarks/zoo [--seed S] [--work DIR]`.

Every family is a kind of site with a kind of document and a history of its own: edits, redesigns, outages, consent
dialogs, variants. All is made from a seed and words of our own, written as a git repository in the form of the record,
and played by `watcher replay` with default settings. Families with odd numbers may be looked at while mending, those
with even numbers are held out: of them only the sum is shown. Ends with 1 if a change was missed in
the half that may be looked at.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from zoo.events import play
from zoo.first_wave import FIRST
from zoo.history import name_of, write
from zoo.scoring import Tally, tally
from zoo.second_wave import SECOND
from zoo.stage import Stage
from zoo.third_wave import THIRD

FAMILIES = (*FIRST, *SECOND, *THIRD)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="Keep captures, labels, ledger and alerts here.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        stages = [staged(options.seed, number) for number in range(1, len(FAMILIES) + 1)]
        write(stages, work)
        alerts = replayed(work)
    found = {stage.name: tally(stage, alerts.get(name_of(stage), [])) for stage in stages}
    show(found)
    sys.exit(1 if total(found, study=True).missed else 0)


def staged(seed: int, number: int) -> Stage:
    """Play the family `number` from a seed."""
    family = FAMILIES[number - 1]
    name = f"{number:02d} {family.name}"
    stage = Stage(
        name, family.frame, family.kind, random.Random(f"{seed} {name}"), **family.options
    )
    play(stage, family.events)
    return stage


def replayed(work: Path) -> dict[str, list[dict[str, str]]]:
    """Play the captures in `work` through the pipeline and give the alerts of each page."""
    for leftover in work.glob("zoo.db*"):
        leftover.unlink()
    command = [sys.executable, "-m", "watcher", "replay", str(work / "captures.git"), "--ledger",
               str(work / "zoo.db"), "--alerts", str(work / "alerts.jsonl")]  # fmt: skip
    subprocess.run(command, check=True, env={**os.environ, "PYTHONWARNINGS": "error"})
    alerts: dict[str, list[dict[str, str]]] = {}
    for line in (work / "alerts.jsonl").read_text().splitlines():
        alert = json.loads(line)
        alerts.setdefault(alert["page"], []).append(alert)
    return alerts


def is_study(name: str) -> bool:
    """Whether a family may be looked at while mending."""
    return int(name[:2]) % 2 == 1


def show(found: dict[str, Tally]) -> None:
    """Print a line for each family that may be looked at, then both halves."""
    print("| family | captures | required | alerts | useful | editorial | false | missed |")
    print("|---|---|---|---|---|---|---|---|")
    for name, counts in found.items():
        if is_study(name):
            print(f"| {name} | {counts.captures} | {counts.row()} |")
    halves = {"study": total(found, study=True), "held out": total(found, study=False)}
    for part, counts in halves.items():
        print(f"| **{part}** | {counts.captures} | {counts.row()} |")
    print()
    for part, counts in halves.items():
        recalls = f"recall {counts.recall:.3f}, of importance >= 3 {counts.recall_important:.3f}"
        print(f"{part}: precision {counts.precision:.3f}, {recalls}")


def total(found: dict[str, Tally], *, study: bool) -> Tally:
    """Give the sum over one half of the families."""
    return sum((found[name] for name in found if is_study(name) is study), Tally())


if __name__ == "__main__":
    main()
