"""What `watcher verify` costs: `python benchmarks/verify.py LEDGER`. Tried on a copy, brought up to date and sealed."""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from watcher.ledger import Ledger
from watcher.sources.vocabulary import load_vocabulary
from watcher.verifying import verify


def main(path: Path) -> None:
    """Print what each step took, in seconds of CPU, and the peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        shutil.copyfile(path, copy)
        before = copy.stat().st_size
        started = time.process_time()
        with Ledger.open(copy) as ledger:
            opened = time.process_time()
            head = ledger.seals.seal(datetime.now(UTC))
        sealed = time.process_time()
        print(
            f"brought up to date {opened - started:.2f} s, sealed {sealed - opened:.2f} s: {head}"
        )
        print(f"{copy.stat().st_size - before:,} bytes more than {before:,}")
        with Ledger.open(copy, read_only=True) as ledger:
            times: dict[str, float] = {}

            def note(step: str, seen: int, number: int) -> None:
                times.setdefault(step, time.process_time())

            found = list(verify(ledger, load_vocabulary(), progress=note))
        ended = time.process_time()
        ends = [*list(times.values())[1:], ended]
        for (step, at), end in zip(times.items(), ends, strict=True):
            print(f"{step:12} {end - at:6.2f} s")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{len(found)} found broken; {ended - sealed:.1f} s of CPU, {peak:.0f} MB at most")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
