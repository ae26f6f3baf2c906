"""`watcher import`: what another tool watched, written into sources.yaml beside what stands there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from watcher.cli.looking import rules_of
from watcher.cli.options import (
    declarations,
    json_option,
    ledger_option,
    now,
    offering_or_complain,
    print_json,
    settings,
    sources_option,
)
from watcher.cli.progress import Progress
from watcher.cli.words import counted, day
from watcher.declaring import take_over
from watcher.importing import (
    Backup,
    History,
    Job,
    Keeper,
    Left,
    Plan,
    Planned,
    SnapshotDatabase,
    Snapshots,
    Taken,
    changedetection_jobs,
    entries,
    listed_histories,
    listed_urls,
    opened_archive,
    opml_outlines,
    plan,
    settings_secrets,
    take_histories,
    terms_jobs,
    urlwatch_jobs,
    write_variables,
)
from watcher.ledger import Ledger
from watcher.model import Slug
from watcher.replay import CaptureStore
from watcher.sources.declarations import Declarations
from watcher.sources.vocabulary import load_vocabulary
from watcher.sources.writing import add_sources, preview
from watcher.sweep import Sweep

_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What every import is told."""

    sources_path: Path
    offering: str | None
    dry_run: bool
    as_json: bool
    env_file: Path | None = None


def _import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        json_option,
        click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing."),
        click.option(
            "--offering",
            metavar="SLUG",
            help="The offering that all of it speaks of; else one for each site.",
        ),
        sources_option,
    ):
        command = option(command)
    return command


@click.group("import")
def import_command() -> None:
    """Take over what another tool watched, into sources.yaml: comments and order there stay as they are.

    Tells of each job what was taken over, what was not, and why. Ends with 1 when some job could not be taken over.
    """


_database_option = click.option(
    "--history",
    type=_FILE,
    help="The database of what it saw (cache.db, snapshots.db): it comes too, as history.",
)


@import_command.command("urlwatch")
@click.argument("file", type=_FILE)
@_database_option
@ledger_option
@_import_options
def urlwatch_command(file: Path, history: Path | None, ledger_path: Path, **wanted: Any) -> None:
    """Take over the jobs of urlwatch: FILE is its urls.yaml.

    With --history the states that it kept become looks with their dates, claims and changes, told to nobody.
    """
    _take_over_jobs(file, history, ledger_path, _Wanted(**wanted))


@import_command.command("webchanges")
@click.argument("file", type=_FILE)
@_database_option
@ledger_option
@_import_options
def webchanges_command(file: Path, history: Path | None, ledger_path: Path, **wanted: Any) -> None:
    """Take over the jobs of webchanges: FILE is its jobs.yaml.

    With --history the states that it kept become looks with their dates, claims and changes, told to nobody.
    """
    _take_over_jobs(file, history, ledger_path, _Wanted(**wanted))


def _take_over_jobs(file: Path, history: Path | None, ledger_path: Path, wanted: _Wanted) -> None:
    jobs = urlwatch_jobs(file)
    parts = [each.history for each in jobs if each.keep]
    keeper = None if history is None else SnapshotDatabase(history, parts)
    _take_over(jobs, wanted, (), keeper, ledger_path)


@import_command.command("changedetection")
@click.argument("backup", type=_FILE)
@click.option(
    "--env-file",
    type=_FILE,
    help="Write the addresses of notifications here, which are secret: a line VARIABLE=address each.",
)
@click.option("--no-history", is_flag=True, help="Leave out what the watches saw.")
@ledger_option
@_import_options
def changedetection_command(
    backup: Path, no_history: bool, ledger_path: Path, **wanted: Any
) -> None:
    """Take over the watches of changedetection.io: BACKUP is the ZIP that its page "Backups" makes.

    What they saw comes too, as history: looks with their dates, claims and changes, told to nobody.
    """
    with opened_archive(backup) as archive:
        jobs, secrets = changedetection_jobs(archive), settings_secrets(archive)
        keeper = None if no_history else Backup(archive, listed_histories(archive))
        _take_over(jobs, _Wanted(**wanted), secrets, keeper, ledger_path)


@import_command.command("ota")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--history",
    type=click.Path(path_type=Path, file_okay=False),
    help="The git repository of its snapshots: they come too, as history.",
)
@ledger_option
@_import_options
def ota_command(folder: Path, history: Path | None, ledger_path: Path, **wanted: Any) -> None:
    """Take over an Open Terms Archive collection: FOLDER holds its declarations, SERVICE.json each.

    With --history its snapshots become looks with their dates, claims and changes, told to nobody.
    """
    keeper = None if history is None else Snapshots(CaptureStore(history))
    _take_over(terms_jobs(folder), _Wanted(**wanted), (), keeper, ledger_path)


@import_command.command("urls")
@click.argument("file", type=_FILE)
@_import_options
def urls_command(file: Path, **wanted: Any) -> None:
    """Take over a list of addresses: FILE holds one a line, with a title after it if you like."""
    _take_over(listed_urls(file), _Wanted(**wanted))


@import_command.command("opml")
@click.argument("file", type=_FILE)
@_import_options
def opml_command(file: Path, **wanted: Any) -> None:
    """Take over the pages of an OPML file, as feed readers and bookmark managers write it."""
    _take_over(opml_outlines(file), _Wanted(**wanted))


def _take_over(
    jobs: Sequence[Job],
    wanted: _Wanted,
    secrets: Sequence[str] = (),
    keeper: Keeper | None = None,
    ledger_path: Path | None = None,
) -> None:
    path = wanted.sources_path
    held = declarations(path)[0] if path.exists() else None
    planned = plan(jobs, held, _slug(wanted, held), secrets)
    writes = not wanted.dry_run
    taken: list[Taken] = []
    if writes:
        _write(planned, wanted)
        if keeper is not None and ledger_path is not None:
            taken = _take_histories(planned, keeper, path, ledger_path, quiet=wanted.as_json)
    if wanted.as_json:
        print_json(_as_data(planned, taken, written=writes and bool(planned.new)))
    else:
        _tell(planned)
        _tell_histories(planned, taken, keeper, dry_run=wanted.dry_run)
        _tell_end(planned, wanted)
    is_whole = planned.is_whole and not any(each.trouble for each in taken)
    sys.exit(0 if is_whole else 1)


def _slug(wanted: _Wanted, held: Declarations | None) -> Slug | None:
    if wanted.offering is None:
        return None
    if held is None:
        there = f"{wanted.sources_path} is not there"
        raise click.UsageError(f"There is no offering {wanted.offering!r}: {there}")
    return offering_or_complain(held, wanted.offering).slug


def _write(planned: Plan, wanted: _Wanted) -> None:
    new, channels = entries(planned)
    if new or channels:
        add_sources(wanted.sources_path, new, load_vocabulary(), channels)
    if wanted.env_file is not None:
        write_variables(wanted.env_file, planned.channels)


def _take_histories(
    planned: Plan, keeper: Keeper, sources_path: Path, ledger_path: Path, *, quiet: bool
) -> list[Taken]:
    pages = (*planned.new, *planned.declared)
    if not any(
        keeper.times(each.job.history) or keeper.trouble(each.job.history) for each in pages
    ):
        return []
    with Ledger.open(ledger_path) as ledger, ledger.sweeping("watcher import"):
        take_over(ledger, sources_path, now())
        sources = {each.id: each for each in ledger.sources.standing()}
        total = sum(len(keeper.times(each.job.history)) for each in pages)
        with Progress(total, quiet=quiet) as progress:
            sweep = Sweep(ledger, *rules_of(settings()))
            history = History(ledger, sweep, keeper.via, now(), progress.advance)
            return take_histories(history, keeper, sources, pages)


def _tell_histories(
    planned: Plan, taken: Sequence[Taken], keeper: Keeper | None, *, dry_run: bool
) -> None:
    if taken:
        click.secho("History:", bold=True)
    elif keeper is not None and not dry_run:
        click.echo("History: nothing is kept there of these pages.")
    for each in taken:
        span = f", {day(each.first)} to {day(each.last)}" if each.looks else ""
        click.echo(f"  {each.source_id}: {counted(each.looks, 'look')}{span}")
        for trouble in each.trouble:
            click.echo(f"    not: {trouble}")
    pages = (*planned.new, *planned.declared)
    unused = keeper.unused({each.job.history for each in pages}) if keeper and taken else []
    if unused:
        click.echo(f"  Kept there and declared by nobody: {', '.join(unused)}")


def _tell_end(planned: Plan, wanted: _Wanted) -> None:
    new, channels = entries(planned)
    if wanted.dry_run:
        shown = preview(wanted.sources_path, *new, channels=channels) if new or channels else ""
        click.echo(f"\n{shown}\n\nNothing was written." if shown else "\nNothing was written.")
    elif new or channels:
        click.echo(f"\nWritten to {wanted.sources_path}. Next: `watcher sweep`.")


def _tell(planned: Plan) -> None:
    _head(len(planned.new), "taken over")
    for each in planned.new:
        click.echo(f"  {each.source_id}  ({each.job.place})  {each.job.url}")
        click.echo(f"    taken: {', '.join(['url', *each.job.taken])}")
        for left in each.job.left:
            click.echo(f"    {_told(left)}")
    _head(len(planned.declared), "declared already, and left as it is")
    for each in planned.declared:
        click.echo(f"  {each.source_id}  ({each.job.place})  {each.job.url}")
    _head(len(planned.refused), "not taken over")
    for job in planned.refused:
        click.echo(f"  {job.place}: {job.name or job.url}: {job.refused}".replace(": : ", ": "))
    _tell_channels(planned)


def _head(number: int, what: str) -> None:
    if number:
        click.secho(f"{counted(number, 'job')} {what}:", bold=True)


def _told(left: Left) -> str:
    return f"{'not' if left.is_lost else 'not needed'}: {left.what}: {left.why}"


def _tell_channels(planned: Plan) -> None:
    if planned.channels:
        click.secho("Notifications:", bold=True)
    for each in planned.channels:
        said = each.trouble or f"put the address ({each.service}://…) into {each.variable}"
        click.echo(f"  {each.name}: {each.service + ':// ' if each.trouble else ''}{said}")


def _as_data(planned: Plan, taken: Sequence[Taken], *, written: bool) -> dict[str, object]:
    return {
        "taken": [_taken_as_data(each) for each in planned.new],
        "declared": [
            {"id": each.source_id, "place": each.job.place, "url": each.job.url}
            for each in planned.declared
        ],
        "refused": [
            {"place": job.place, "name": job.name, "why": job.refused} for job in planned.refused
        ],
        "channels": [
            {
                "name": each.name,
                "variable": each.variable,
                "service": each.service,
                "trouble": each.trouble,
            }
            for each in planned.channels
        ],
        "history": [
            {
                "id": each.source_id,
                "looks": each.looks,
                "first": each.first,
                "last": each.last,
                "trouble": each.trouble,
            }
            for each in taken
        ],
        "written": written,
    }


def _taken_as_data(planned: Planned) -> dict[str, object]:
    job = planned.job
    return {
        "id": planned.source_id,
        "place": job.place,
        "entry": dict(planned.new.entry) if planned.new else {},
        "taken": ["url", *job.taken],
        "left": [{"what": each.what, "why": each.why, "lost": each.is_lost} for each in job.left],
    }
