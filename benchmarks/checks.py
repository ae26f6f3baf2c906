"""What a check costs: `python benchmarks/checks.py --peerbench DIR [-n 1000] [--rounds 5]`.

DIR holds the loopback page server of the side-by-side measurement (server.py). Prints a table: CPU and wall time of
`watcher sweep --all` for unchanged pages (same bytes), confirmed pages (304), pages whose bytes differ but whose text
does not, and 5 % changed; medians of several rounds, the first round apart.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from pages import write_pages

PHASES: list[tuple[str, dict[str, object]]] = [
    ("same bytes", {"noise": "", "etag": 0}),
    ("304", {"noise": "", "etag": 1}),
    ("bytes differ, text does not", {"noise": "nonce,csrf,asset", "etag": 0}),
    ("5 % changed", {"noise": "", "etag": 0, "change": 0.05}),
    ("same bytes, 100 ms latency", {"noise": "", "etag": 0, "latency": 0.1}),
]


def load(peerbench: Path) -> Any:
    """Give the module peerbench.py, for its server and its contender."""
    spec = importlib.util.spec_from_file_location("peerbench", peerbench / "peerbench.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.argv = ["peerbench", "--help"]  # its main() runs on import: ask it only for its names
    with contextlib.suppress(SystemExit):
        spec.loader.exec_module(module)
    return module


def compiled(work: Path) -> dict[str, str]:
    """Give an environment in which compiled modules are kept in `work`."""
    kept = {name: each for name, each in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(work / "compiled")}


def sweep(work: Path) -> tuple[float, float, float]:
    """Run one sweep; give wall seconds, CPU seconds and peak memory in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "watcher", "sweep", "--all", "--ledger", "watcher.db"],
        cwd=work,
        env={**compiled(work), "WATCHER_CONFIRM_AFTER": "0", "WATCHER_SPACING": "0"},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode:
        sys.exit(f"the sweep ended with {process.returncode}: there is nothing to measure")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Measure every phase and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peerbench", type=Path, required=True)
    parser.add_argument("-n", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--port", type=int, default=8917)
    parser.add_argument("--only", default="", help="phases whose name holds this")
    options = parser.parse_args()
    module = load(options.peerbench)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_pages(work / "pages")
        server = module.Server(str(work / "pages"), options.port, 50)
        try:
            measure(module, server, work, options.n, options.rounds, options.only)
        finally:
            server.stop()


def measure(module: Any, server: Any, work: Path, n: int, rounds: int, only: str) -> None:
    """Play the phases against `server` and print a line for each."""
    spec = importlib.util.spec_from_file_location(
        "plugin", Path(__file__).parent / "peerbench_plugin.py"
    )
    assert spec is not None and spec.loader is not None
    plugin = importlib.util.module_from_spec(spec)
    plugin.CliContender = module.CliContender  # type: ignore[attr-defined]
    spec.loader.exec_module(plugin)
    server.ctl(n=n, noise="", etag=0, restart=1)
    contender = plugin.Watcher(sys.executable, str(work / "ours"), "")
    contender.setup(server.urls(n), server)
    row("first", n, [sweep(work / "ours")])
    for name, switches in PHASES:
        if only not in name:
            continue
        server.ctl(**{key: value for key, value in switches.items() if key != "change"})
        sweep(work / "ours")  # absorbs the switch itself
        results = []
        for _ in range(rounds):
            server.ctl(**switches)
            results.append(sweep(work / "ours"))
        row(name, n, results)


def row(name: str, n: int, results: list[tuple[float, float, float]]) -> None:
    """Print one line of the table."""
    wall, cpu, memory = (statistics.median(column) for column in zip(*results, strict=True))
    print(
        f"| {name:28} | N={n} | wall {wall:6.2f} s | {1000 * cpu / n:5.2f} CPU ms/check | {memory:4.0f} MB "
        f"| load {os.getloadavg()[0]:.1f} |"
    )


if __name__ == "__main__":
    main()
