"""`watcher feed`: changes for feed readers."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.desk import desk
from watcher.cli.options import both_options
from watcher.model import ChangeKind
from watcher.registry import FeedInfo, atom, detected_items, json_feed, reviewed_items


@click.command("feed")
@both_options
@click.option(
    "--format", "form", type=click.Choice(["atom", "json"]), default="atom", show_default=True
)
@click.option(
    "--reviewed", is_flag=True, help="What was accepted, for readers; else what was detected."
)
@click.option("--url", default="", help="Where the feed will be served.")
@click.option("--home", default="", help="The page that the feed belongs to.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@click.option("--limit", default=100, show_default=True, help="Newest items only.")
def feed_command(
    ledger_path: Path,
    sources_path: Path,
    form: str,
    reviewed: bool,
    url: str,
    home: str,
    output: Path | None,
    limit: int,
) -> None:
    """Print the changes as a feed. Ids are permanent, times in UTC.

    Without --reviewed every detected change is told, marked unreviewed, for maintainers. With it, what a person
    accepted, for readers.
    """
    with desk(ledger_path, sources_path) as at:
        changes = at.ledger.changes.all()
        began = [change.raised_at for change in changes]
        if reviewed:
            items = reviewed_items(
                changes,
                at.ledger.reviews.all(),
                at.decisions(),
                at.sources,
                at.offerings,
                at.vocabulary,
            )
        else:
            told = [change for change in changes if change.kind is not ChangeKind.FIRST_LOOK]
            items = detected_items(told, at.sources, at.offerings, at.vocabulary)
        feed = FeedInfo(
            ledger_id=at.ledger.id,
            name="reviewed" if reviewed else "detected",
            title="Policy changes" if reviewed else "Policy changes detected, unreviewed",
            url=url,
            home=home,
            **({"began_at": min(began)} if began else {}),
        )
    written = (atom if form == "atom" else json_feed)(feed, items[:limit])
    if output is None:
        click.get_binary_stream("stdout").write(written)
    else:
        output.write_bytes(written)
        click.echo(f"Wrote {min(len(items), limit)} items to {output}.")
