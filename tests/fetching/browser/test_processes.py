"""No browser outlives its Watcher, and none is started that is not needed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from watcher.fetching.browsing import pool
from watcher.fetching.browsing.processes import (
    end_marked,
    end_orphans,
    memory_of,
    new_mark,
)

LOOKING = """
import asyncio
from watcher.fetching.browsing.pool import Pool

async def main():
    async with Pool().lend() as running:
        await (await running.browser.new_context()).new_page()
        print(running.mark, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""
SLEEPING = "import time; time.sleep(60)"


@pytest.fixture
def sleeper() -> Iterator[object]:
    """Starts a process that sleeps and carries a mark."""
    started: list[subprocess.Popen[bytes]] = []

    def start(mark: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", SLEEPING, mark])
        while mark not in psutil.Process(process.pid).cmdline():
            pass  # until it is no longer a copy of us
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_browser_does_not_outlive_a_watcher_that_is_killed():
    watcher = subprocess.Popen([sys.executable, "-c", LOOKING], stdout=subprocess.PIPE, text=True)
    mark = watcher.stdout.readline().strip()
    family = psutil.Process(watcher.pid).children(recursive=True)
    assert any(mark in each.cmdline() for each in family)
    watcher.send_signal(signal.SIGKILL)
    watcher.wait()
    watcher.stdout.close()
    end_orphans()  # as the next start does
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive


def test_the_next_start_ends_what_a_dead_watcher_left(sleeper):
    left = sleeper("--watcher-started-by=4194305.1.1")  # larger than any process number
    reused = sleeper(f"--watcher-started-by={os.getpid()}.1.1")  # our number, at another time
    ours = sleeper(new_mark(7))
    assert end_orphans() >= 2
    assert left.wait(5) == reused.wait(5) == -signal.SIGKILL
    assert ours.poll() is None


def test_only_the_marked_browser_is_killed(sleeper):
    one, other = sleeper(new_mark(70)), sleeper(new_mark(71))
    assert end_marked(new_mark(70)) == 1
    assert one.wait(5) == -signal.SIGKILL
    assert other.poll() is None


def test_a_browser_is_replaced_when_it_is_used_up_and_ends_with_its_last_page(browse, monkeypatch):
    async def run():
        browsers = pool.Pool(pages=1)
        async with browsers.lend() as first, browsers.lend() as second:
            assert first.mark != second.mark
            assert first.browser.is_connected()
        assert not first.browser.is_connected()
        await browsers.close()
        assert not second.browser.is_connected()

    browse.runner.run(run())


def test_a_browser_that_keeps_too_much_memory_is_replaced(browse):
    async def run():
        browsers = pool.Pool(memory=10_000_000)
        async with browsers.lend() as first:
            assert memory_of(first.mark) > 10_000_000
        async with browsers.lend() as second:
            assert second.mark != first.mark
            assert not first.browser.is_connected()
        await browsers.close()
        assert memory_of(second.mark) == 0

    browse.runner.run(run())


def drivers() -> set[psutil.Process]:
    """The drivers that run for us."""
    return {each for each in psutil.Process().children() if "run-driver" in each.cmdline()}


def test_a_driver_ends_with_its_browser(browse):
    async def run():
        others = drivers()
        browsers = pool.Pool(pages=1)
        async with browsers.lend():
            (first,) = drivers() - others
        async with browsers.lend():
            (second,) = drivers() - others
        assert second != first
        await browsers.close()
        assert drivers() == others

    browse.runner.run(run())


def test_a_driver_that_dies_costs_one_retry(start, name_server, site):
    others = drivers()
    browse = start(name_server)
    url = site.page("/page", b"<p>A policy.")
    assert b"A policy." in browse(url).payload
    (driver,) = drivers() - others
    driver.kill()
    assert b"A policy." in browse(url).payload


def test_a_fetcher_that_is_not_asked_starts_nothing():
    async def run():
        before = len(psutil.Process().children())
        await pool.Pool().close()
        return len(psutil.Process().children()) - before

    assert asyncio.run(run()) == 0


def test_pages_at_once_fit_cores_and_memory():
    assert 1 <= pool.pages_at_once() <= (os.cpu_count() or 1)
