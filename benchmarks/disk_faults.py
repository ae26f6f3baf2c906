"""A disk that fails on demand: the library disk_faults.c, compiled here and loaded before all others.

`preloaded` starts the program anew under it; then `arm` chooses which call that alters (or reads) files below a folder
fails, and how. Needs a C compiler and Linux.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from enum import IntEnum
from pathlib import Path

SOURCE = Path(__file__).with_name("disk_faults.c")
_LOADED = "WATCHER_DISK_FAULTS"


class Fault(IntEnum):
    """What the chosen call meets; the numbers are those of disk_faults.c."""

    NONE = 0
    KILLED = 1
    TORN = 2
    IO_ERROR = 3
    FULL = 4
    UNREADABLE = 5


def compiler() -> str | None:
    """Give the C compiler of this machine, None when there is none."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def preloaded() -> None:
    """Go on only in a process that stands on the failing disk: the first call starts the program anew, under it."""
    if library := os.environ.pop(_LOADED, None):
        del os.environ["LD_PRELOAD"]  # what we start stands on the disk there is
        Path(library).unlink()
        return
    found = compiler()
    if found is None:
        sys.exit("There is no C compiler here: `apt-get install gcc`, and call this again.")
    handle, library = tempfile.mkstemp(suffix=".so")
    os.close(handle)
    subprocess.run([found, "-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl"], check=True)
    environment = {**os.environ, "LD_PRELOAD": library, _LOADED: library}
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)


def arm(folder: Path, number: int, fault: Fault) -> None:
    """Let call `number`, from 1, below `folder` meet `fault`; with FULL, that one and all that need room after it."""
    ctypes.CDLL(None).disk_arm(str(folder).encode(), number, int(fault))


def seen() -> int:
    """Give how many calls there were since `arm`."""
    count = ctypes.CDLL(None).disk_seen
    count.restype = ctypes.c_long
    return int(count())
