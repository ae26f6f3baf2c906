"""`watcher import`: what another tool watched, written into sources.yaml beside what stands there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from watcher.cli.options import (
    declarations,
    json_option,
    offering_or_complain,
    print_json,
    sources_option,
)
from watcher.cli.words import counted
from watcher.importing import (
    Job,
    Left,
    Plan,
    Planned,
    changedetection_jobs,
    entries,
    listed_urls,
    opened_archive,
    opml_outlines,
    plan,
    settings_secrets,
    terms_jobs,
    urlwatch_jobs,
    write_variables,
)
from watcher.sources import add_sources, load_vocabulary, preview

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


@import_command.command("urlwatch")
@click.argument("file", type=_FILE)
@_import_options
def urlwatch_command(file: Path, **wanted: Any) -> None:
    """Take over the jobs of urlwatch: FILE is its urls.yaml."""
    _take_over(urlwatch_jobs(file), _Wanted(**wanted))


@import_command.command("webchanges")
@click.argument("file", type=_FILE)
@_import_options
def webchanges_command(file: Path, **wanted: Any) -> None:
    """Take over the jobs of webchanges: FILE is its jobs.yaml."""
    _take_over(urlwatch_jobs(file), _Wanted(**wanted))


@import_command.command("changedetection")
@click.argument("backup", type=_FILE)
@click.option(
    "--env-file",
    type=_FILE,
    help="Write the addresses of notifications here, which are secret: a line VARIABLE=address each.",
)
@_import_options
def changedetection_command(backup: Path, **wanted: Any) -> None:
    """Take over the watches of changedetection.io: BACKUP is the ZIP that its page "Backups" makes."""
    with opened_archive(backup) as archive:
        jobs, secrets = changedetection_jobs(archive), settings_secrets(archive)
    _take_over(jobs, _Wanted(**wanted), secrets)


@import_command.command("ota")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_import_options
def ota_command(folder: Path, **wanted: Any) -> None:
    """Take over an Open Terms Archive collection: FOLDER holds its declarations, SERVICE.json each."""
    _take_over(terms_jobs(folder), _Wanted(**wanted))


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


def _take_over(jobs: Sequence[Job], wanted: _Wanted, secrets: Sequence[str] = ()) -> None:
    path = wanted.sources_path
    held = declarations(path)[0] if path.exists() else None
    slug = None
    if wanted.offering is not None:
        if held is None:
            raise click.UsageError(
                f"{path} declares no offering {wanted.offering!r}: it is not there"
            )
        slug = offering_or_complain(held, wanted.offering).slug
    planned = plan(jobs, held, slug, secrets)
    new, channels = entries(planned)
    writes = bool(new or channels) and not wanted.dry_run
    if writes:
        add_sources(path, new, load_vocabulary(), channels)
        if wanted.env_file is not None:
            write_variables(wanted.env_file, planned.channels)
    if wanted.as_json:
        print_json(_as_data(planned, written=writes))
    else:
        _tell(planned)
        if wanted.dry_run:
            shown = f"\n{preview(path, *new, channels=channels)}\n" if new or channels else ""
            click.echo(f"{shown}\nNothing was written.")
        elif writes:
            click.echo(f"\nWritten to {path}. Next: `watcher sweep`.")
    sys.exit(0 if planned.is_whole else 1)


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


def _as_data(planned: Plan, *, written: bool) -> dict[str, object]:
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
