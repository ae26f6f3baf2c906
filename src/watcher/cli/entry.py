"""`watcher entry`: what the registry says of an offering."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.desk import desk, is_coloured, paint
from watcher.cli.options import both_options, now, print_json
from watcher.cli.words import width
from watcher.registry import entry_as_data, render_markdown, render_text


@click.command("entry")
@click.argument("offering")
@both_options
@click.option("--unreviewed", is_flag=True, help="Show machine-read values too, marked so.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
def entry_command(
    offering: str, ledger_path: Path, sources_path: Path, unreviewed: bool, form: str | None
) -> None:
    """Show the entry of OFFERING: basics, rights, constraints, assurance, changes, sources.

    Only what a person accepted is shown, unless --unreviewed asks for more.
    """
    with desk(ledger_path, sources_path) as at:
        made = at.entry(offering, now(), unreviewed=unreviewed)
    if form == "json":
        print_json(entry_as_data(made))
    elif form == "markdown":
        click.echo(render_markdown(made))
    else:
        click.echo(render_text(made, min(width(), 110), paint if is_coloured() else None))
