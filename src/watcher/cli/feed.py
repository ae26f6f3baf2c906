"""`watcher feed`: changes for feed readers."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from watcher.cli.desk import Desk, desk
from watcher.cli.options import both_options, now
from watcher.freshness import alarm_items, health
from watcher.ledger.news import About
from watcher.model import SourceId
from watcher.registry import (
    PUBLISHED_KINDS,
    FeedInfo,
    FeedItem,
    atom,
    detected_items,
    json_feed,
    reviewed_items,
    staleness,
)
from watcher.reviews import standing

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of a feed that never had an item: it must stay the same from one call to the next."""


@click.command("feed")
@both_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["atom", "json"]),
    default="atom",
    show_default=True,
    help="Atom, or JSON Feed.",
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

    Without --reviewed every detected change is told, marked unreviewed, for maintainers, and before them what was
    not seen well for too long. With it, what a person accepted, for readers.
    """
    with desk(ledger_path, sources_path) as at:
        items = _reviewed(at, limit) if reviewed else _detected(at, limit)
        first = at.ledger.changes.following(0, 1)
        feed = FeedInfo(
            began_at=first[0].raised_at if first else _BEFORE_ALL,
            ledger_id=at.ledger.id,
            name="reviewed" if reviewed else "detected",
            title="Policy changes" if reviewed else "Policy changes detected, unreviewed",
            url=url,
            home=home,
        )
    written = atom(feed, items) if form == "atom" else json_feed(feed, items)
    if output is None:
        sys.stdout.buffer.write(written)
        return
    try:
        output.write_bytes(written)
    except OSError as error:
        raise click.UsageError(
            f"{output}: cannot be written ({error.strerror}). Name another with --output."
        ) from error
    click.echo(f"Wrote {len(items)} items to {output}.")


def _reviewed(at: Desk, limit: int) -> tuple[FeedItem, ...]:
    found = at.ledger.news.told(About(sources=at.sources), PUBLISHED_KINDS, limit)
    history = at.ledger.reviews.of_several([each.id or 0 for each in found])
    decided, stale = standing(history), _stale(at)
    declared = at.sources, at.offerings, at.vocabulary
    return reviewed_items(found, history, decided, *declared, limit=limit, stale=stale)


def _detected(at: Desk, limit: int) -> tuple[FeedItem, ...]:
    """Give what was not seen well for too long, all of it, and then the newest changes."""
    late = alarm_items(health(at.ledger, at.sources.values(), now()))
    newest = at.ledger.news.detected(About(sources=at.sources), limit)
    found = detected_items(newest, at.sources, at.offerings, at.vocabulary, limit=limit)
    return (*late, *found)[: max(limit, len(late))]


def _stale(at: Desk) -> dict[SourceId, str]:
    """Give the sources that were not seen as they are for too long, each with the reason to doubt it."""
    known = at.ledger.sources.all_known()
    last_good = {each: state.last_good_at for each, state in known.items()}
    told = (
        (each, staleness(source, None, last_good.get(each), now()))
        for each, source in at.sources.items()
    )
    return {each: why for each, why in told if why}
