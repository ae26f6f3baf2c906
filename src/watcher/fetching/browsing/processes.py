"""Browsers of ours that outlived their Watcher.

Every browser carries a mark on its command line: which Watcher started it. That mark is all the memory that is
needed to find it again, also after kill -9; no file can be stale. Where there is no /proc nothing is found, and it
is Playwright's driver alone that ends the browser when we are gone.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_SWITCH = "--watcher-started-by="
_PROC = Path("/proc")


def new_mark(number: int) -> str:
    """Give the mark for browser `number` of this process, as a switch that browsers ignore."""
    return f"{_SWITCH}{os.getpid()}.{_started_at(os.getpid())}.{number}"


def end_marked(mark: str) -> int:
    """Kill the browser that carries exactly `mark`, and give how many processes that were."""
    return sum(_kill(process) for process, found in _marked() if found == mark)


def memory_of(mark: str) -> int:
    """Give the bytes that the browser with `mark` and all its processes keep for themselves; 0 where nobody tells."""
    main = next((process for process, found in _marked() if found == mark), None)
    return 0 if main is None else sum(map(_private_memory, _family(main)))


def end_orphans() -> int:
    """Kill the browsers whose Watcher is gone, and give how many processes that were."""
    return sum(_kill(process) for process, mark in _marked() if _is_orphaned(mark))


def _is_orphaned(mark: str) -> bool:
    parent, started_at, *_ = mark.removeprefix(_SWITCH).split(".")
    return not parent.isdigit() or _started_at(int(parent)) != started_at


def _marked() -> Iterator[tuple[int, str]]:
    """Give every process of this user that carries a mark, with it."""
    if not _PROC.is_dir():
        return
    for folder in _PROC.iterdir():
        if not folder.name.isdigit():
            continue
        with suppress(OSError):
            if folder.stat().st_uid != os.geteuid():
                continue
            for part in (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0"):
                if part.startswith(_SWITCH):
                    yield int(folder.name), part


def _started_at(process: int) -> str:
    """Give when `process` started, in ticks since boot; empty when there is none. Numbers are used again."""
    try:
        return (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _family(process: int) -> Iterator[int]:
    """Give `process` and all that it started, and those, and so on."""
    waiting = [process]
    while waiting:
        each = waiting.pop()
        yield each
        with suppress(OSError):
            waiting += map(
                int, (_PROC / str(each) / "task" / str(each) / "children").read_text().split()
            )


def _private_memory(process: int) -> int:
    with suppress(OSError, IndexError):
        _, resident, shared, *_ = map(int, (_PROC / str(process) / "statm").read_text().split())
        return (resident - shared) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _kill(process: int) -> int:
    with suppress(OSError):
        os.kill(process, signal.SIGKILL)
        return 1
    return 0
