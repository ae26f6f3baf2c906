"""The snapshots that a change stands on, as `watcher show` tells them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from watcher.cli.desk import Desk
from watcher.model import Change, Snapshot
from watcher.registry.printable import printable
from watcher.rendered import rendered_lines


def side_lines(at: Desk, change: Change) -> Iterator[str]:
    """Give how each side of `change` was seen, and whether there is a picture of it."""
    sides = (("before", change.before_snapshot), ("after", change.after_snapshot))
    for side, snapshot_id in sides:
        if snapshot_id is None:
            continue
        snapshot = at.ledger.snapshots.get(snapshot_id)
        yield f"  {side}: {_seen(snapshot)}"
        if side == "after":
            yield from (f"    {name}: {printable(told)}" for name, told in rendered_lines(snapshot))


def _seen(snapshot: Snapshot) -> str:
    way = {"http": "over HTTP", "browser": "with a browser", "person": f"by {snapshot.seen_by}"}
    picture = ", with a picture" if snapshot.screenshot_digest else ""
    refused = "" if snapshot.good else ", not the page as it is"
    return (
        f"snapshot {snapshot.id}, {snapshot.taken_at:%Y-%m-%d %H:%M}, "
        f"{way.get(snapshot.fetched_with, snapshot.fetched_with)}{picture}{refused}"
    )


def save_picture(at: Desk, change: Change, path: Path) -> str:
    """Write the picture of the page after `change` to `path`, and say so. Raises ClickException without one."""
    after = change.after_snapshot
    content = None if after is None else at.ledger.snapshots.screenshot(after)
    if content is None:
        raise click.ClickException(f"There is no picture of the page after change {change.id}.")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from None
    return f"{path}: the page after change {change.id}, {len(content):,} bytes (JPEG)"
