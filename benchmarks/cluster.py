"""What a second worker brings, and what kill -9 costs: `python benchmarks/cluster.py [-n 20000] [--hosts 1000]`.

Serves synthetic pages on loopback, one address a host, each answer after `--latency` seconds; runs its own PostgreSQL.
Prints, for one worker and for two, the wall time of a sweep over unchanged pages and the CPU time of the coordinator
and of the workers. With `--kill`, a first sweep in which a worker, PostgreSQL and the coordinator are killed one after
the other, and what became of it. With `--backlog`, what taking in results costs the coordinator by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import psycopg
from psycopg import sql

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from pages import page
from private_postgres import PrivatePostgres

TEMPLATES = 31
ENVIRONMENT = {
    "WATCHER_ENGINE": "cluster",
    "WATCHER_CONFIRM_AFTER": "0",
    "WATCHER_STALLED_AFTER": "10",
}


def address(host: int) -> str:
    """Give the loopback address of a host, the first being 0."""
    return f"127.1.{host // 200}.{host % 200 + 1}"


# ── the hosts ────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Seen:
    """What the hosts were asked: how many requests, the shortest pause at one host, the most at once at one host."""

    requests: int = 0
    shortest_pause: float = 1e9
    most_at_once: int = 0
    busy: dict[str, int] = field(default_factory=dict)
    ended_at: dict[str, float] = field(default_factory=dict)

    def begin(self, host: str) -> None:
        self.requests += 1
        self.busy[host] = self.busy.get(host, 0) + 1
        self.most_at_once = max(self.most_at_once, self.busy[host])
        pause = time.monotonic() - self.ended_at.get(host, -1e9)
        self.shortest_pause = min(self.shortest_pause, pause)

    def end(self, host: str) -> None:
        self.busy[host] -= 1
        self.ended_at[host] = time.monotonic()

    def told(self) -> dict[str, float]:
        told = {
            "requests": self.requests,
            "pause": self.shortest_pause,
            "at_once": self.most_at_once,
        }
        self.__init__()  # type: ignore[misc]
        return told


class Hosts(asyncio.Protocol):
    """Answers every path with one of a few pages, after a while; whoever hangs up before that is no longer served."""

    def __init__(self, seen: Seen, pages: list[bytes], latency: float) -> None:
        self._seen = seen
        self._pages = pages
        self._latency = latency
        self._loop = asyncio.get_running_loop()
        self._answering: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answering is not None:
            self._answering.cancel()
            self._seen.end(self._host)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._host = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        path = data.split(b" ", 2)[1].decode()
        if path == "/__seen":
            self._answer(json.dumps(self._seen.told()).encode())
            return
        self._seen.begin(self._host)
        self._answering = self._loop.call_later(self._latency, self._end, path)

    def _end(self, path: str) -> None:
        self._answering = None
        self._seen.end(self._host)
        self._answer(self._pages[int(path.rpartition("/")[2]) % len(self._pages)])

    def _answer(self, payload: bytes) -> None:
        if not self._transport.is_closing():
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(payload)}\r\n\r\n"
            self._transport.write(head.encode() + payload)


def serve(options: argparse.Namespace) -> None:
    """Answer on all hosts until killed."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    async def run() -> None:
        seen, pages = Seen(), [page(seed, options.kilobytes).encode() for seed in range(TEMPLATES)]
        addresses = [address(host) for host in range(options.hosts)]
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Hosts(seen, pages, options.latency), addresses, options.port, backlog=256
        )
        await server.serve_forever()

    asyncio.run(run())


def seen_so_far(port: int) -> dict[str, float]:
    """Give what the hosts were asked since this was asked last."""
    with urlopen(f"http://{address(0)}:{port}/__seen", timeout=10) as answer:
        told: dict[str, float] = json.load(answer)
    return told


@contextmanager
def hosts_at_work(options: argparse.Namespace) -> Iterator[None]:
    """Have the hosts answer."""
    process = multiprocessing.Process(target=serve, args=(options,), daemon=True)
    process.start()
    for _ in range(600):
        try:
            seen_so_far(options.port)
            break
        except OSError:
            time.sleep(0.1)
    try:
        yield
    finally:
        process.kill()
        process.join()


# ── the cluster ──────────────────────────────────────────────────────────────────────────────────


class Process:
    """A command of Watcher as a process; `end` gives its CPU seconds."""

    def __init__(self, work: Path, dsn: str, *arguments: str) -> None:
        self._started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "watcher", *arguments],
            cwd=work,
            env={**os.environ, **ENVIRONMENT, "WATCHER_POSTGRES": dsn},
            stdout=subprocess.DEVNULL,
        )

    def wait(self) -> tuple[float, float, int]:
        """Wait for its end; give wall seconds, CPU seconds and the exit code."""
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - self._started
        return wall, usage.ru_utime + usage.ru_stime, self.process.returncode

    def end(self) -> float:
        """Tell it to stop; give its CPU seconds."""
        self.process.terminate()
        return self.wait()[1]

    def kill(self) -> None:
        """Kill it as `kill -9` does."""
        self.process.kill()
        self.wait()


def declare(work: Path, options: argparse.Namespace, spacing: float) -> None:
    """Write the declarations."""
    rule = f"{{spacing: {spacing}s, allow_private: true, robots: false}}"
    rules = "".join(f"  {address(host)}: {rule}\n" for host in range(options.hosts))
    sources = "".join(
        f"  - {{id: p{n}, url: 'http://{address(n % options.hosts)}:{options.port}/p/{n}', title: P, "
        "kind: official_terms, offerings: [o]}\n"
        for n in range(options.n)
    )
    offerings = "  o: {name: O, provider: P, type: benchmark}\n"
    text = f"hosts:\n{rules}offerings:\n{offerings}sources:\n{sources}"
    (work / "sources.yaml").write_text(text, encoding="utf-8")


def sweep(
    work: Path, dsn: str, workers: int, options: argparse.Namespace
) -> tuple[float, float, float]:
    """Sweep all once; give wall seconds, CPU seconds of the coordinator, and of all workers."""
    those = [worker(work, dsn, options) for _ in range(workers)]
    time.sleep(3)  # they are there before the sweep begins, and are not part of its time
    wall, cpu, code = Process(work, dsn, "sweep", "--all", "--ledger", "watcher.db").wait()
    if code:
        sys.exit(f"the sweep ended with {code}: there is nothing to measure")
    return wall, cpu, sum(each.end() for each in those)


def worker(work: Path, dsn: str, options: argparse.Namespace) -> Process:
    """Start a worker."""
    return Process(work, dsn, "worker", "--only", "pages", "--hosts", str(options.at_once))


def measure(work: Path, options: argparse.Namespace) -> None:
    """Sweep with one worker and with two, in turns, and print what it took."""
    declare(work, options, 0)
    with PrivatePostgres(durable=True) as postgres, hosts_at_work(options):
        row("first look, 2 workers", options.n, [sweep(work, postgres.dsn, 2, options)])
        results: dict[int, list[tuple[float, float, float]]] = {1: [], 2: []}
        for _ in range(options.rounds):
            for workers, those in results.items():
                those.append(sweep(work, postgres.dsn, workers, options))
        for workers, those in results.items():
            row(f"unchanged, {workers} worker{'s' * (workers > 1)}", options.n, those)
        one, two = (statistics.median(each[0] for each in results[n]) for n in (1, 2))
        print(f"two workers are {one / two:.2f} times one")
        print(f"asked at once at one host: {seen_so_far(options.port)['at_once']}")


def take_in_backlog(work: Path, options: argparse.Namespace) -> None:
    """Let workers look while the coordinator is dead, then print what taking their results in costs the next one."""
    declare(work, options, 0)
    with PrivatePostgres(durable=True) as postgres, hosts_at_work(options):
        sweep(work, postgres.dsn, 2, options)  # first looks
        doomed = Process(work, postgres.dsn, "sweep", "--all", "--ledger", "watcher.db")
        wait_for_rows(postgres.dsn, "watcher_units", options.hosts)
        doomed.kill()
        those = [worker(work, postgres.dsn, options) for _ in range(2)]
        wait_for_rows(postgres.dsn, "watcher_results", options.hosts)
        for each in those:
            each.end()
        wall, cpu, _ = Process(
            work, postgres.dsn, "sweep", "--all", "--ledger", "watcher.db"
        ).wait()
        _, idle, _ = Process(work, postgres.dsn, "sweep", "--ledger", "watcher.db").wait()
    assert checks(work, "SELECT count(*) FROM checks") == 2 * options.n, (
        "nothing was looked at a third time"
    )
    print(
        f"taking in {options.n} unchanged looks of {options.hosts} units: wall {wall:.1f} s, "
        f"{1000 * (cpu - idle) / options.n:.2f} CPU ms a look, beside {idle:.2f} s of CPU for a sweep with nothing due"
    )


def wait_for_rows(dsn: str, table: str, count: int) -> None:
    """Wait until a table of PostgreSQL holds so many rows."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        while connection.execute(query).fetchone() != (count,):
            time.sleep(0.1)


def row(name: str, n: int, results: list[tuple[float, float, float]]) -> None:
    """Print one line of the table."""
    wall, coordinator, workers = (
        statistics.median(column) for column in zip(*results, strict=True)
    )
    print(
        f"| {name:22} | N={n} | wall {wall:6.1f} s | {n / wall:5.0f} checks/s | coordinator "
        f"{1000 * coordinator / n:5.2f} CPU ms/check | workers {1000 * workers / n:5.2f} |",
        flush=True,
    )


# ── kill -9 ──────────────────────────────────────────────────────────────────────────────────────


def survive(work: Path, options: argparse.Namespace) -> None:
    """Kill a worker, PostgreSQL and the coordinator in one first sweep, when `plan` says; print what became of it."""
    declare(work, options, options.spacing)
    plan = moments(options.seed)
    with PrivatePostgres(durable=True) as postgres, hosts_at_work(options):
        started = time.perf_counter()
        workers = [worker(work, postgres.dsn, options) for _ in range(2)]
        coordinator = Process(work, postgres.dsn, "sweep", "--ledger", "watcher.db")
        for victim, share in plan:
            while checks(work, "SELECT count(*) FROM checks") < share * options.n:
                time.sleep(0.1)
                if (
                    coordinator.process.poll() == 5
                ):  # PostgreSQL was away as it began: as systemd would
                    coordinator = Process(work, postgres.dsn, "sweep", "--ledger", "watcher.db")
            if victim == "PostgreSQL":
                postgres.kill()
                postgres.start()
            elif victim == "worker":
                workers[0].kill()
                workers[0] = worker(work, postgres.dsn, options)
            else:
                coordinator.kill()
                coordinator = Process(work, postgres.dsn, "sweep", "--ledger", "watcher.db")
        code = coordinator.wait()[2]
        took = time.perf_counter() - started
        for each in workers:
            each.end()
        told = seen_so_far(options.port)
    each_once = checks(
        work, "SELECT count(*) FROM (SELECT 1 FROM checks GROUP BY source HAVING count(*) = 1)"
    )
    kills = ", ".join(f"{victim} at {share:.0%}" for victim, share in plan)
    print(
        f"kills: {kills}; exit code {code} after {took:.0f} s. "
        f"{each_once} of {options.n} sources have exactly one check, {checks(work, 'SELECT count(*) FROM checks')} "
        f"checks in all, {told['requests']} requests.\nAt one host at once: {told['at_once']}; shortest pause "
        f"{told['pause']:.3f} s, wanted {options.spacing} s."
    )  # fmt: skip


def moments(seed: int) -> list[tuple[str, float]]:
    """Give who is killed when, in shares of the sweep: at each quarter, or where a `seed` above 0 says."""
    victims = ["worker", "PostgreSQL", "coordinator"]
    if not seed:
        return [(victim, (n + 1) / 4) for n, victim in enumerate(victims)]
    rng = random.Random(seed)
    rng.shuffle(victims)
    return list(zip(victims, sorted(rng.uniform(0.0, 0.9) for _ in victims), strict=True))


def checks(work: Path, query: str) -> int:
    """Give a number from the ledger; 0 while there is none."""
    try:
        with sqlite3.connect(f"file:{work / 'watcher.db'}?mode=ro", uri=True) as ledger:
            found: int = ledger.execute(query).fetchone()[0]
            return found
    except sqlite3.OperationalError:
        return 0


def main() -> None:
    """Measure, or kill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=20_000)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument(
        "--at-once", type=int, default=20, help="hosts that a worker visits at once"
    )
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--kilobytes", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--seed", type=int, default=0, help="other moments to kill, with --kill")
    parser.add_argument("--backlog", action="store_true", help="what taking results in costs")
    parser.add_argument("--port", type=int, default=8931)
    parser.add_argument("--spacing", type=float, default=0.3, help="kept to each host, with --kill")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        play = survive if options.kill else take_in_backlog if options.backlog else measure
        play(Path(folder), options)


if __name__ == "__main__":
    main()
