"""`watcher plugins`: code of others that takes part, and whether it can."""

from __future__ import annotations

import sys

import click

from watcher.cli.options import json_option, print_json
from watcher.cli.words import counted, table
from watcher.errors import PlugInError
from watcher.plugs import PlugIn, Point, installed, load


@click.command("plugins")
@json_option
def plugins_command(as_json: bool) -> None:
    """List the plug-ins that are installed, and load each. Ends with 1 when one cannot be used."""
    found = [each for point in Point for each in installed(point)]
    rows = [_told(each) for each in found]
    if as_json:
        print_json(rows)
    else:
        heads = ("point", "name", "package", "version", "")
        table(heads, [tuple(map(str, row.values())) for row in rows])
        click.echo(counted(len(rows), "plug-in"))
    sys.exit(1 if any(row["trouble"] for row in rows) else 0)


def _told(plug_in: PlugIn) -> dict[str, str]:
    return {
        "point": plug_in.point.removeprefix("watcher."),
        "name": plug_in.name,
        "package": plug_in.package,
        "version": plug_in.version,
        "trouble": _trouble(plug_in),
    }


def _trouble(plug_in: PlugIn) -> str:
    try:
        load(plug_in)
    except PlugInError as error:
        return str(error)
    return ""
