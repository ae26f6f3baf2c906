"""Tells what is due, and is killed once a message has gone out: `python sender.py LEDGER before|after`.

`before` the mark that it arrived, or `after` it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from watcher.ledger import Ledger
from watcher.notify import Courier, Post
from watcher.sources.vocabulary import load_vocabulary

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def main(path: Path, when: str) -> None:
    """Send, and end this process by SIGKILL."""
    with Ledger.open(path) as ledger, ledger.telling():

        def kill_at(statement: str) -> None:
            if when == "before" and statement.startswith("UPDATE deliveries SET sent_at"):
                os.kill(os.getpid(), signal.SIGKILL)

        ledger.connection.database.conn.set_trace_callback(kill_at)
        post = Post(os.environ, clock=lambda: NOW, pauses=())
        courier = Courier(ledger, post, load_vocabulary, clock=lambda: NOW)
        asyncio.run(courier.send())
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
