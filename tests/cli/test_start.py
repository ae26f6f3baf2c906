"""How a command starts: what it imports is not searched for cycles, what it makes afterwards is."""

from __future__ import annotations

import subprocess
import sys


def test_what_a_command_imports_is_not_searched_for_cycles() -> None:
    watched = (
        "import atexit, gc, sys\n"
        "searched = []\n"
        "gc.callbacks.append(lambda phase, info: searched.append(len(sys.modules)))\n"
        "import watcher.cli\n"
        "before = len(searched)\n"
        "sys.argv = ['watcher', 'vocabulary']\n"
        "atexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 10_000, len(searched) - before))\n"
        "watcher.cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", watched], capture_output=True, text=True, check=True
    )
    is_searched, is_frozen, times = done.stdout.splitlines()[-1].split()
    assert (is_searched, is_frozen) == ("True", "True")
    assert int(times) == 0, "the command itself makes too little to be searched"
