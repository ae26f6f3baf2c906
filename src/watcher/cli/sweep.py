"""`watcher sweep`: one pass over what is due."""

from __future__ import annotations

import asyncio
import sys
import traceback
from datetime import timedelta
from pathlib import Path

import click

from watcher.claims import load_pack
from watcher.cli.options import (
    both_options,
    declarations,
    json_option,
    now,
    print_json,
    settings,
    source_or_complain,
)
from watcher.cli.progress import Progress
from watcher.cli.words import counted
from watcher.engines import LocalEngine, Report, fetcher
from watcher.fetching.choice import Remembered
from watcher.ledger import Ledger
from watcher.model import Source, Vocabulary
from watcher.settings import Settings
from watcher.sources import Declarations
from watcher.sweep import Sweep


@click.command("sweep")
@both_options
@click.option("--all", "look_at_all", is_flag=True, help="Look at every source, due or not.")
@click.option(
    "--source", "names", multiple=True, help="Look at this source (id or URL), due or not."
)
@click.option(
    "--dry-run", is_flag=True, help="Say what would be looked at; fetch and write nothing."
)
@json_option
def sweep_command(
    ledger_path: Path,
    sources_path: Path,
    look_at_all: bool,
    names: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Look at every source that is due; record what came back, and flag what changed.

    Made for cron: one line at the end, and before it a line for each change and each source in trouble.
    Ends with 0 when all is well, 1 when a source could not be seen, 2 when a declaration is wrong, 3 when the
    ledger cannot be used, 4 when another sweep is running.
    """
    declared, vocabulary = declarations(sources_path)
    if dry_run and not ledger_path.exists():
        return _print_due(list(declared.sources.values()))
    with Ledger.open(ledger_path, read_only=dry_run) as ledger:
        chosen = _chosen(declared, ledger, look_at_all, names)
        if dry_run:
            return _print_due(chosen)
        with ledger.sweeping():
            ledger.sources.sync(
                list(declared.offerings.values()), list(declared.sources.values()), now()
            )
            report = _sweep(ledger, declared, vocabulary, chosen, settings(), quiet=as_json)
        waiting = len(ledger.changes.waiting(now()))
    if as_json:
        print_json(_as_data(report, waiting))
    else:
        click.echo(summary(report, waiting))
    for bug in report.bugs:
        traceback.print_exception(bug)
    sys.exit(1 if report.troubled or report.bugs else 0)


def _chosen(
    declared: Declarations, ledger: Ledger, look_at_all: bool, names: tuple[str, ...]
) -> list[Source]:
    if names:
        return [source_or_complain(declared, name) for name in names]
    if look_at_all:
        return list(declared.sources.values())
    return ledger.sources.due(list(declared.sources.values()), now())


def _sweep(
    ledger: Ledger,
    declared: Declarations,
    vocabulary: Vocabulary,
    sources: list[Source],
    chosen: Settings,
    *,
    quiet: bool,
) -> Report:
    async def run() -> Report:
        remembered = Remembered(ledger.sources.fetch_mode, ledger.sources.remember_fetch)
        async with fetcher(chosen, declared.hosts, remembered) as looking:
            engine = LocalEngine(
                Sweep(ledger, vocabulary, load_pack()),
                looking,
                hosts_at_once=chosen.concurrency,
                confirm_after=timedelta(seconds=chosen.confirm_after),
                on_outcome=progress.advance,
            )
            return await engine.run(sources)

    with Progress(len(sources), quiet=quiet, every_look=True) as progress:
        return asyncio.run(run())


def summary(report: Report, waiting: int) -> str:
    """Give the one line that a cron job mails."""
    looked = len({outcome.source.id for outcome in report.outcomes})
    return (
        f"{counted(looked, 'source')} looked at, {len(report.changes)} new for review, "
        f"{len(report.troubled)} in trouble; {waiting} waiting for a review"
    )


def _print_due(sources: list[Source]) -> None:
    for source in sources:
        click.echo(f"{source.id}: {source.url}")
    click.echo(
        f"{counted(len(sources), 'source')} would be looked at; nothing was fetched or written"
    )


def _as_data(report: Report, waiting: int) -> dict[str, object]:
    return {
        "looked_at": len(report.outcomes),
        "waiting": waiting,
        "bugs": len(report.bugs),
        "outcomes": [
            {
                "source": outcome.source.id,
                "verdict": outcome.judgement.verdict,
                "signal": outcome.judgement.signal,
                "checked_at": outcome.checked_at,
                "change": outcome.change.id if outcome.change else None,
                "pending": outcome.pending,
            }
            for outcome in report.outcomes
        ],
    }
