"""Input that grows towards what was never run: `python benchmarks/fuzz_guided.py [--seconds N] [--only TARGET]`.

The targets of fuzz.py, driven by atheris (libFuzzer, guided by which lines of ours each input reaches; `pip install
atheris`). Each target runs for so many seconds in a process of its own; an input that shows a bug, takes longer than
10 seconds or more than 1 GB is kept in the folder named by --keep. Ends with 1 if there was one.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: `pip install atheris`, and call this again.")

with atheris.instrument_imports(include=["watcher"]):
    import fuzz

_EXECUTED = re.compile(r"stat::number_of_executed_units: *(\d+)")
_COVERED = re.compile(r"cov: (\d+)")


def run(name: str, folder: Path) -> None:
    """Fuzz one target in this process, from the sound inputs; libFuzzer ends it. Its options are in the environment."""
    target, corpus = fuzz.TARGETS[name], folder / "corpus"
    corpus.mkdir()
    for number, sound in enumerate(target.sound):
        (corpus / str(number)).write_bytes(sound)

    def one(payload: bytes) -> None:
        try:
            target.read(payload)
        except target.announced:
            return

    options = os.environ["FUZZ_OPTIONS"].split()
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


def guided(name: str, seconds: int, keep: Path) -> tuple[int, int, bool]:
    """Fuzz one target in a process of its own; give the inputs, how much they reached, and whether all was well."""
    keep.mkdir(parents=True, exist_ok=True)
    options = (
        f"-max_total_time={seconds} -print_final_stats=1 -timeout=10 -rss_limit_mb=1024 -max_len=65536 -len_control=0 "
        f"-artifact_prefix={keep / name.replace(' ', '-')}-"
    )
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(
            [sys.executable, __file__, "--one", name, folder],
            env={**os.environ, "FUZZ_OPTIONS": options},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    if ran.returncode:
        sys.stderr.write(ran.stderr[-3000:])
    executed, covered = _EXECUTED.search(ran.stderr), _COVERED.findall(ran.stderr)
    return (
        int(executed[1]) if executed else 0,
        int(covered[-1]) if covered else 0,
        not ran.returncode,
    )


def main() -> None:
    """Fuzz every target and print a line for each."""
    if sys.argv[1:2] == ["--one"]:
        return run(sys.argv[2], Path(sys.argv[3]))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="For each target.")
    parser.add_argument("--only", choices=fuzz.TARGETS)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    options = parser.parse_args()
    print("| target | inputs | reached | ended |\n|---|---|---|---|")
    is_well = True
    for name in [options.only] if options.only else fuzz.TARGETS:
        inputs, reached, ended_well = guided(name, options.seconds, options.keep)
        print(
            f"| {name} | {inputs} | {reached} | {'well' if ended_well else 'with a bug'} |",
            flush=True,
        )
        is_well = is_well and ended_well
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
