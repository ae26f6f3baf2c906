"""`watcher backfill`: what a web archive holds of a source, as its history."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from watcher.cli.looking import rules_of
from watcher.cli.options import both_options, json_option, now, print_json, settings, source_named
from watcher.cli.progress import Progress
from watcher.cli.words import counted, day
from watcher.declaring import take_over
from watcher.engines import http_fetcher
from watcher.errors import HistoryError
from watcher.importing import History, Memento, WebArchive, chosen
from watcher.ledger import Ledger
from watcher.model import Known, Response, Source, SourceId, SourceKind
from watcher.sources.scalars import read_duration
from watcher.sweep import Outcome, Sweep

_WAYBACK = "https://web.archive.org"
_DATE = click.DateTime(["%Y-%m-%d"])


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which captures are wanted."""

    since: datetime | None
    until: datetime | None
    every: timedelta
    limit: int


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of it.

    `held` is how many captures the archive names, `picked` are those that were asked for, `early` those that lie before
    looks of this history, `rest` those beyond the limit; `taken` are the times of the looks taken in.
    """

    source: Source
    held: int
    picked: tuple[Memento, ...]
    early: int
    rest: int
    taken: tuple[datetime, ...] = ()
    trouble: tuple[str, ...] = ()


def _read_every(ctx: click.Context, option: click.Parameter, value: str) -> timedelta:
    try:
        return read_duration(value)
    except ValueError as error:
        raise click.BadParameter(f"{error.args[0]} ({error.args[-1]})") from None


@click.command("backfill")
@click.argument("name", metavar="SOURCE")
@click.option(
    "--from",
    "archive",
    default=_WAYBACK,
    show_default=True,
    help="The archive: its address, or that of its CDX server or its TimeMaps.",
)
@click.option("--since", type=_DATE, help="No captures before this day.")
@click.option("--until", type=_DATE, help="No captures from this day on.")
@click.option(
    "--every",
    default="30d",
    show_default=True,
    callback=_read_every,
    help="How far apart captures are at least: 1d, 2w.",
)
@click.option(
    "--limit",
    default=100,
    show_default=True,
    type=click.IntRange(1, 2000),
    help="How many captures are asked for at most; call it again for more.",
)
@click.option("--dry-run", is_flag=True, help="Say which captures there are; take nothing in.")
@both_options
@json_option
def backfill_command(
    name: str,
    archive: str,
    since: datetime | None,
    until: datetime | None,
    every: timedelta,
    limit: int,
    dry_run: bool,
    ledger_path: Path,
    sources_path: Path,
    as_json: bool,
) -> None:
    """Take in what a web archive holds of SOURCE, as the looks of its past: told to nobody, waiting for nobody.

    For a source that was not looked at yet, since nothing is put before looks that are held. It can be interrupted and
    called again. Ends with 1 when the archive did not give all that was asked for.
    """
    wanted = _Wanted(_utc(since), _utc(until), every, limit)
    with Ledger.open(ledger_path) as ledger, ledger.sweeping("watcher backfill"):
        take_over(ledger, sources_path, now())
        source = source_named(ledger.sources.standing(), name)
        sweep = Sweep(ledger, *rules_of(settings()))
        history = History(ledger, sweep, WebArchive.via, now())
        with _archive(archive, ledger) as held:
            came = _choose(history, held, source, wanted)
            if not dry_run:
                came = _take_in(history, held, came, quiet=as_json)
    if as_json:
        print_json(_as_data(came))
    else:
        _tell(came, dry_run=dry_run)
    sys.exit(1 if came.trouble else 0)


def _utc(day: datetime | None) -> datetime | None:
    return None if day is None else day.replace(tzinfo=UTC)


@contextmanager
def _archive(address: str, ledger: Ledger) -> Iterator[WebArchive]:
    """Give the archive, asked with the manners of looks: in turns, and as its robots.txt allows."""
    if "://" not in address:
        address = f"https://{address}"
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        asking = http_fetcher(settings(), ledger.sources.host_rules())
        http = runner.run(stack.enter_async_context(asking))

        def fetch(url: str) -> Response:
            asked = Source(SourceId("archive"), url, url, SourceKind.OTHER)
            return runner.run(http.fetch(asked, Known(asked.id)))

        try:
            yield WebArchive(address, fetch)
        finally:
            runner.run(stack.aclose())


def _choose(history: History, archive: WebArchive, source: Source, wanted: _Wanted) -> _Came:
    found = archive.mementos(source.url, wanted.since, wanted.until)
    picked = chosen(found, wanted.since, wanted.until, wanted.every)
    times = set(history.wanted(source, [each.seen_at for each in picked]))
    fresh = [each for each in picked if each.seen_at in times]
    known = sum(history.ledger.checks.has(source.id, each.seen_at) for each in picked)
    asked = tuple(fresh[: wanted.limit])
    return _Came(
        source, len(found), asked, len(picked) - len(fresh) - known, len(fresh) - len(asked)
    )


def _take_in(history: History, archive: WebArchive, came: _Came, *, quiet: bool) -> _Came:
    taken: list[datetime] = []
    trouble: list[str] = []
    with Progress(len(came.picked), quiet=quiet) as progress:

        def note(outcome: Outcome) -> None:
            taken.append(outcome.checked_at)
            progress.advance(outcome)

        history.on_outcome = note
        try:
            history.take_in(came.source, archive.looks(came.picked))
        except HistoryError as error:
            trouble.append(str(error))
    history.settle()
    return replace(came, taken=tuple(taken), trouble=(*archive.trouble, *trouble))


def _tell(came: _Came, *, dry_run: bool) -> None:
    click.echo(f"{came.source.id}: the archive holds {counted(came.held, 'capture')}.")
    if dry_run:
        for each in came.picked:
            click.echo(f"  {day(each.seen_at)}  {each.address}")
        click.echo("Nothing was taken in.")
    elif came.taken:
        span = f"{day(came.taken[0])} to {day(came.taken[-1])}"
        click.echo(f"Taken in: {counted(len(came.taken), 'look')}, {span}.")
    elif not came.trouble:
        click.echo("Nothing new was taken in.")
    if came.early:
        click.echo(
            f"Left out: {counted(came.early, 'capture')} before looks that are held; nothing is put before them."
        )
    if came.rest:
        click.echo(f"Left for the next call: {counted(came.rest, 'capture')} beyond --limit.")
    for trouble in came.trouble:
        click.secho(trouble, fg="yellow")


def _as_data(came: _Came) -> dict[str, object]:
    return {
        "source": came.source.id,
        "held": came.held,
        "asked": [{"seen_at": each.seen_at, "address": each.address} for each in came.picked],
        "early": came.early,
        "rest": came.rest,
        "taken": came.taken,
        "trouble": came.trouble,
    }
