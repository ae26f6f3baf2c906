"""Where the demo leaves its ledger and declarations, and what it may clear away there: only its own."""

from __future__ import annotations

from pathlib import Path

from watcher.errors import WatcherError
from watcher.ledger import Ledger
from watcher.model import SourceId

MARK = "# Written by `watcher demo`"
"""The first line of declarations that the demo wrote, and may therefore replace."""

_TEMPLATE = Path(__file__).parent / "sources.yaml"
_BESIDE = ("-wal", "-shm")


def declarations_text(provider: str, advisor: str) -> str:
    """Give the demo's declarations, for hosts that are reached at `provider` and `advisor`."""
    text = _TEMPLATE.read_text(encoding="utf-8")
    return text.replace("{provider}", provider).replace("{advisor}", advisor)


def make_room(ledger_path: Path, sources_path: Path, ours: frozenset[SourceId]) -> bool:
    """Remove what an earlier demo left at both paths; tell whether there was anything.

    `ours` are the sources of the demo. Raises WatcherError, and removes nothing, when a file there is not the demo's.
    """
    for path in (ledger_path, sources_path):
        path.parent.mkdir(parents=True, exist_ok=True)
    if sources_path.exists() and not sources_path.read_text("utf-8", "replace").startswith(MARK):
        raise WatcherError(
            f"{sources_path} was not written by the demo and stays as it is. Name another file: --sources FILE"
        )
    if not ledger_path.exists():
        return False
    # Opened to write: an older Watcher's demo is brought up to date before it is looked at.
    with Ledger.open(ledger_path, create=False) as ledger:
        others = ledger.sources.all_known().keys() - ours
    if others:
        raise WatcherError(
            f"{ledger_path} holds sources that are not the demo's ({', '.join(sorted(others)[:3])} …) and stays as "
            "it is. Name another file: --ledger PATH"
        )
    for suffix in ("", *_BESIDE):
        ledger_path.with_name(ledger_path.name + suffix).unlink(missing_ok=True)
    return True
