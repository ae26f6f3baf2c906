"""How a snapshot was rendered, as its headers tell: what was done to the page, asked for, refused and logged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from watcher.model import Snapshot

_SETTLED = {
    "clock": "settled by itself",
    "cap": "still at work when its time was up",
}
_TOLD = (
    ("done", "done to it"),
    ("failed", "failed"),
    ("refused", "kept out by the address guard"),
    ("console", "console"),
)


def journal_of(snapshot: Snapshot) -> Mapping[str, Any]:
    """Give what the browser noted while it rendered `snapshot`; empty for one that was not rendered."""
    noted = _header(snapshot, "x-watcher-journal")
    if snapshot.fetched_with != "browser" or not noted:
        return {}
    try:
        journal = json.loads(noted)
    except ValueError:
        return {}
    return journal if isinstance(journal, dict) else {}


def rendered_lines(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Give how `snapshot` was rendered, each line with a word for what it tells; none for one that was not."""
    journal = journal_of(snapshot)
    if not journal:
        return
    browser = _header(snapshot, "x-watcher-browser")
    yield (
        "page",
        _SETTLED.get(_header(snapshot, "x-watcher-settled"), "rendered") + f", in {browser}",
    )
    requests = journal.get("requests", {})
    yield "requests", ", ".join(f"{number} {kind}" for kind, number in requests.items())
    for name, told in _TOLD:
        for each in journal.get(name, ()):
            yield told, str(each)
    if journal.get("dialogs"):
        yield "dialogs", f"{journal['dialogs']} dismissed"


def _header(snapshot: Snapshot, name: str) -> str:
    return next((value for key, value in snapshot.headers if key == name), "")
