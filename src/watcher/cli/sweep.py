"""`watcher sweep`: one pass over what is due."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher import cadence
from watcher.cli.looking import engine_on
from watcher.cli.options import (
    both_options,
    declarations,
    engine_option,
    json_option,
    now,
    open_to_read,
    print_json,
    settings,
    source_named,
)
from watcher.cli.progress import Progress
from watcher.cli.second import hear, heard_data, heard_line
from watcher.cli.stopping import Swept, sweep_until_told
from watcher.cli.telling import complain, sent_as_data, tell
from watcher.cli.words import NOTHING_DECLARED, counted
from watcher.declaring import digest_of_declarations, take_over
from watcher.engines import Report
from watcher.errors import LedgerBusy
from watcher.ledger import ROUND_THE_CLOCK, Ledger
from watcher.model import Known, Source
from watcher.settings import Settings

if TYPE_CHECKING:
    from watcher.cli.job_summary import Summary

_MOST_NAMED = 5
"""Overdue sources that a sweep names; `watcher status` has them all."""


@click.command("sweep")
@both_options
@click.option("--all", "look_at_all", is_flag=True, help="Look at every source, due or not.")
@click.option(
    "--source", "names", multiple=True, help="Look at this source (id or URL), due or not."
)
@click.option(
    "--dry-run", is_flag=True, help="Say what would be looked at; fetch and write nothing."
)
@engine_option
@click.option(
    "--summary",
    "summary_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Append what it came to as Markdown, for the summary of a CI job.",
)
@json_option
def sweep_command(
    ledger_path: Path,
    sources_path: Path,
    look_at_all: bool,
    names: tuple[str, ...],
    dry_run: bool,
    engine: str | None,
    summary_path: Path | None,
    as_json: bool,
) -> None:
    """Look at every source that is due; record what came back, and flag what changed.

    Made for cron: one line at the end, and before it a line for each change and each source in trouble. What is
    overdue is named. At SIGTERM or Ctrl-C it begins nothing more, and abandons after five seconds what is under way.
    Ends with 0 when all is well, 1 when a source could not be seen or is overdue, 2 when a declaration is wrong, 3 when
    the ledger cannot be used, 4 when another sweep is running, 5 when the cluster engine cannot be used.
    """
    if dry_run:
        return _print_due(_would_look_at(ledger_path, sources_path, look_at_all, names))
    chosen = settings(engine=engine)
    digest_of_declarations(sources_path) or declarations(
        sources_path
    )  # complains of a missing file
    with Ledger.open(ledger_path) as ledger:
        try:
            with ledger.sweeping():
                take_over(ledger, sources_path, now())
                sources, quiet = _chosen(ledger, look_at_all, names)
                swept = _sweep(ledger, sources, chosen, quiet=as_json)
        except LedgerBusy as busy:
            if busy.work == ROUND_THE_CLOCK and names:
                return _ask_who_runs(ledger, names)
            raise
        if swept.told is not None or swept.report is None:
            click.echo("Stopped. What was not looked at stays due.", err=as_json)
            sys.exit(swept.exit_code)
        is_well = _tell_of(ledger, swept.report, quiet, chosen, summary_path, as_json=as_json)
    sys.exit(0 if is_well else 1)


def _tell_of(
    ledger: Ledger,
    report: Report,
    quiet: int,
    chosen: Settings,
    summary_path: Path | None,
    *,
    as_json: bool,
) -> bool:
    """Say what a sweep came to, to whoever is to know; tell whether all is well."""
    waiting = ledger.changes.number_waiting(now())
    late = _late(ledger, report, now())
    if not as_json:
        is_idle = ledger.sources.number_standing() == 0
        click.echo(NOTHING_DECLARED if is_idle else summary(report, waiting, late, quiet))
    # The sweep is over and told, and the next may begin: a channel or a second reader that is slow delays nothing.
    told = asyncio.run(tell(ledger, chosen))
    heard = hear(ledger, chosen)
    told += asyncio.run(tell(ledger, chosen)) if heard is not None else []
    if summary_path is not None:
        _summary_on(ledger, chosen).append_to(summary_path, report, waiting, len(late))
    if as_json:
        extra = {
            "overdue": [source.id for source, _ in late],
            "second_reader": heard_data(heard),
            "messages": [sent_as_data(each) for each in told],
        }
        print_json(_as_data(report, waiting) | extra)
    elif heard is not None:
        click.echo(heard_line(heard))
    complain(told)
    for bug in report.bugs:
        traceback.print_exception(bug)
    given_up = any(each.given_up for each in told)
    return not (report.troubled or late or report.bugs or given_up)


def _ask_who_runs(ledger: Ledger, names: Iterable[str]) -> None:
    """Have `watcher run`, which is at work, look at these sources."""
    standing = ledger.sources.standing()
    for source in [source_named(standing, name) for name in names]:
        ledger.sources.make_due(source.id, now())
        click.echo(
            f"{source.id}: `{ROUND_THE_CLOCK}` is at work and was asked to look at it. It does within ten seconds, "
            "or when quiet hours and the host allow it."
        )


def _summary_on(ledger: Ledger, chosen: Settings) -> Summary:
    from watcher.cli.job_summary import Summary  # noqa: PLC0415 - most sweeps write none
    from watcher.sources.vocabulary import load_vocabulary  # noqa: PLC0415

    declared, offerings = ledger.sources.declared(), ledger.sources.offerings()
    return Summary(declared, offerings, load_vocabulary(), chosen.desk_url or "")


def _chosen(ledger: Ledger, look_at_all: bool, names: tuple[str, ...]) -> tuple[list[Source], int]:
    """Give what is to be looked at, and how many sources are due besides and have quiet hours."""
    if not names and not look_at_all:
        at = now()
        due = ledger.sources.due(at)
        chosen = [each for each in due if not cadence.is_quiet(each, at)]
        return chosen, len(due) - len(chosen)
    standing = ledger.sources.standing()
    return [source_named(standing, name) for name in names] if names else standing, 0


def _would_look_at(
    ledger_path: Path, sources_path: Path, look_at_all: bool, names: tuple[str, ...]
) -> list[Source]:
    declared = list(declarations(sources_path)[0].sources.values())
    if names:
        return [source_named(declared, name) for name in names]
    if look_at_all or not ledger_path.exists():
        return declared
    with open_to_read(ledger_path) as ledger:
        known, at = ledger.sources.all_known(), now()
    return [each for each in cadence.due(declared, known, at) if not cadence.is_quiet(each, at)]


def _sweep(ledger: Ledger, sources: list[Source], chosen: Settings, *, quiet: bool) -> Swept:
    async def run() -> Swept:
        async with engine_on(ledger, chosen, on_outcome=progress.advance) as engine:
            return await sweep_until_told(engine, sources)

    with Progress(len(sources), quiet=quiet, every_look=True) as progress:
        return asyncio.run(run())


def _late(ledger: Ledger, report: Report, at: datetime) -> list[tuple[Source, Known]]:
    """Give what is overdue, but for what was never looked at, and what never was seen well and is told of anyway."""
    told = {outcome.source.id for outcome in report.troubled}
    return [
        (source, known)
        for source, known in ledger.fares.doubtful(at)
        if cadence.is_overdue(source, known, at)
        and (known.last_good_at is not None or known.last_check_at is not None)
        and (known.last_good_at is not None or source.id not in told)
    ]


def summary(
    report: Report, waiting: int, late: Sequence[tuple[Source, Known]] = (), quiet: int = 0
) -> str:
    """Give the line that a cron job mails, and one more where something is overdue.

    `quiet` tells how many sources are due and have quiet hours.
    """
    looked = len({outcome.source.id for outcome in report.outcomes})
    put_off = len({source.id for source in report.put_off})
    parts = [
        f"{counted(looked, 'source')} looked at",
        f"{len(report.raised)} new for review",
        f"{len(report.troubled)} in trouble",
        *([f"{put_off} put off, as their hosts asked"] if put_off else []),
        *([f"{quiet} in quiet hours"] if quiet else []),
        *([f"{len(late)} overdue"] if late else []),
    ]
    line = f"{', '.join(parts)}; {waiting} waiting for a review"
    return f"{line}\n{_overdue_line(late)}" if late else line


def _overdue_line(late: Sequence[tuple[Source, Known]]) -> str:
    named = [f"{source.id} ({_seen_well(known)})" for source, known in late[:_MOST_NAMED]]
    more = [f"{len(late) - _MOST_NAMED} more"] if len(late) > _MOST_NAMED else []
    return f"Overdue: {', '.join(named + more)}. `watcher status` tells of each."


def _seen_well(known: Known) -> str:
    at = known.last_good_at
    return "never seen well" if at is None else f"seen well {at:%Y-%m-%d %H:%M} UTC"


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
        "put_off": [source.id for source in report.put_off],
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
