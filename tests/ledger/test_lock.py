"""The right to sweep, where the disk fails."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

from watcher.ledger.lock import sweeping


def test_a_full_disk_leaves_the_lock_to_be_had(path: Path) -> None:
    """Who holds it cannot be noted then, and the ledger itself tells what is wrong."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
            with sweeping(path):
                code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
