"""`watcher export`: what is held, in the formats of others; a sub-command for each."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from watcher.cli.desk import desk, source_at
from watcher.cli.options import both_options, now
from watcher.cli.words import counted
from watcher.errors import ExportError
from watcher.plugs import FAILURES, PlugIn, Point, installed, load_exporter

_output = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to a file; else to standard output.",
)
_unreviewed = click.option("--unreviewed", is_flag=True, help="Machine-read values too, marked so.")


class _WithPlugIns(click.Group):
    """A group that also has a command for each exporter that is installed as a plug-in, below our own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of our formats, then those of plug-ins."""
        own = super().list_commands(ctx)
        return own + [each.name for each in _exporters() if each.name not in own]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give the command for a format, None when there is none."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        plug_in = next((each for each in _exporters() if each.name == cmd_name), None)
        return None if plug_in is None else _plugged(plug_in)


@click.group("export", cls=_WithPlugIns)
def export_command() -> None:
    """Give what is held in the formats of others: the registry as data, snapshots as web archives keep them."""


@export_command.command("json")
@both_options
@_output
@_unreviewed
def json_command(
    ledger_path: Path, sources_path: Path, output: Path | None, unreviewed: bool
) -> None:
    """The registry as one JSON object: offerings, claims, changes, sources, vocabulary."""
    whole = _registry(ledger_path, sources_path, unreviewed=unreviewed)
    _write(json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n", output)


@export_command.command("csv")
@click.argument("table", type=click.Choice(["claims", "changes"]), default="claims")
@both_options
@_output
@_unreviewed
def csv_command(
    table: str, ledger_path: Path, sources_path: Path, output: Path | None, unreviewed: bool
) -> None:
    """The claims, or the changes, as one CSV table (RFC 4180, UTF-8)."""
    data = _data(ledger_path, sources_path, unreviewed=unreviewed)
    _write(data[f"data/{table}.csv"], output)


@export_command.command("markdown")
@click.argument("offering", required=False)
@both_options
@_output
@_unreviewed
def markdown_command(
    offering: str | None,
    ledger_path: Path,
    sources_path: Path,
    output: Path | None,
    unreviewed: bool,
) -> None:
    """The entry of OFFERING, or of all offerings, as Markdown."""
    from watcher.registry import render_markdown  # noqa: PLC0415 - for this command only

    with desk(ledger_path, sources_path) as at:
        slugs = [offering] if offering else list(at.offerings)
        entries = [at.entry(slug, now(), unreviewed=unreviewed) for slug in slugs]
    _write("\n".join(map(render_markdown, entries)).encode(), output)


@export_command.command("datapackage")
@both_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder to write.",
)
@_unreviewed
def datapackage_command(
    ledger_path: Path, sources_path: Path, output: Path, unreviewed: bool
) -> None:
    """The registry as a Frictionless data package: CSV tables, and datapackage.json that says what is in them."""
    from watcher.cli.folder import write_site  # noqa: PLC0415 - for this command only
    from watcher.exporting.datapackage import package_files  # noqa: PLC0415

    data = _data(ledger_path, sources_path, unreviewed=unreviewed)
    tally = write_site(package_files(data, f"{now():%Y-%m-%dT%H:%M:%SZ}"), output)
    click.echo(f"{output}: {counted(tally.total, 'file')}")


@export_command.command("warc")
@both_options
@click.option(
    "--source",
    "names",
    multiple=True,
    help="Only this source (id or URL); more than once for several.",
)
@_output
def warc_command(
    ledger_path: Path, sources_path: Path, names: tuple[str, ...], output: Path | None
) -> None:
    """All snapshots as WARC records, gzipped: what was received, with redirects, as web archives keep it."""
    from watcher.exporting.warc import write_warc  # noqa: PLC0415 - for this command only

    with desk(ledger_path, sources_path) as at:
        known = at.ledger.sources.all_known()
        chosen = [source_at(at, name) for name in names] or list(at.sources.values())
        chosen = [source for source in chosen if source.id in known]
        if output is None:
            write_warc(at.ledger, chosen, sys.stdout.buffer)
            return
        unfinished = output.with_name(f"{output.name}.unfinished")
        try:
            with unfinished.open("wb") as out:
                number = write_warc(at.ledger, chosen, out)
            unfinished.replace(output)
        except OSError as error:
            raise _unwritable(output, error) from error
        finally:
            unfinished.unlink(missing_ok=True)
    click.echo(f"{output}: {counted(number, 'snapshot')} of {counted(len(chosen), 'source')}")


def _exporters() -> tuple[PlugIn, ...]:
    return installed(Point.EXPORTERS)


def _plugged(plug_in: PlugIn) -> click.Command:
    """Give the command that exports with a plug-in; its code is loaded when it is run."""

    @click.command(plug_in.name, help=f"The registry as {plug_in}.")
    @both_options
    @_output
    @_unreviewed
    def command(
        ledger_path: Path, sources_path: Path, output: Path | None, unreviewed: bool
    ) -> None:
        exporter = load_exporter(plug_in.name)
        whole = _registry(ledger_path, sources_path, unreviewed=unreviewed)
        try:
            content = bytes(exporter.export(whole))
        except FAILURES as error:
            raise ExportError(plug_in.failed("could not write the registry", error)) from error
        _write(content, output)

    return command


def _registry(ledger_path: Path, sources_path: Path, *, unreviewed: bool) -> dict[str, Any]:
    """Give the registry as JSON has it: offerings, claims, changes, sources, vocabulary."""
    data = _data(ledger_path, sources_path, unreviewed=unreviewed)
    names = ("offerings", "claims", "changes", "sources", "vocabulary")
    return {name: json.loads(data[f"data/{name}.json"]) for name in names}


def _data(ledger_path: Path, sources_path: Path, *, unreviewed: bool) -> Mapping[str, bytes]:
    """Give the data files of the published site, by path."""
    from watcher.cli.publish import facts_of, site_info  # noqa: PLC0415 - the site is heavy
    from watcher.registry.site import data_of  # noqa: PLC0415

    with desk(ledger_path, sources_path) as at:
        return dict(data_of(facts_of(at, unreviewed=unreviewed), site_info("", "", "")))


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise _unwritable(output, error) from error
    click.echo(f"{output}: {len(content):,} bytes")


def _unwritable(path: Path, error: OSError) -> click.UsageError:
    return click.UsageError(
        f"{path}: cannot be written ({error.strerror}). Name another place with -o."
    )
