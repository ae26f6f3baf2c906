"""Sixty sources of one host: `python benchmarks/politeness.py [-n 60] [--spacing 1]`.

A first sweep is killed with `kill -9` when a third is looked at, another begins at once and a third with `--all` right
after that. Prints what the host saw of all three: requests, the most at once, and the shortest time from the end of one
to the begin of the next. Ends with 1 when that is shorter than the spacing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cluster import Process, checks, declare, hosts_at_work, seen_so_far

LOCAL = ("sweep", "--engine", "local", "--ledger", "watcher.db")


def be_polite(work: Path, options: argparse.Namespace) -> int:
    """Sweep three times, print what the host saw, and give the exit code."""
    declare(work, options, options.spacing)
    with hosts_at_work(options):
        seen_so_far(options.port)
        doomed = Process(work, "", *LOCAL)
        while checks(work, "SELECT count(*) FROM checks") < options.n // 3:
            time.sleep(0.05)
        doomed.kill()
        codes = [Process(work, "", *LOCAL, *more).wait()[2] for more in ((), ("--all",))]
        told = seen_so_far(options.port)
    made = checks(work, "SELECT count(*) FROM checks")
    print(
        f"{options.n} sources of one host, three sweeps, the first one killed: {told['requests']} requests, {made} "
        f"checks, exit codes {codes}. At once: {told['at_once']}; shortest pause {told['pause']:.3f} s, wanted "
        f"{options.spacing} s."
    )
    return 0 if told["at_once"] == 1 and told["pause"] >= options.spacing else 1


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=60)
    parser.add_argument("--spacing", type=float, default=1.0)
    parser.add_argument("--port", type=int, default=8933)
    options = parser.parse_args()
    options.hosts, options.latency, options.kilobytes = 1, 0.05, 8
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(be_polite(Path(folder), options))


if __name__ == "__main__":
    main()
