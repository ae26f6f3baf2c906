"""`watcher noise`: what was silenced for a source, and by which rule."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.desk import desk, source_at
from watcher.cli.options import both_options, json_option, print_json
from watcher.cli.words import day, table, width


@click.command("noise")
@click.argument("source")
@both_options
@click.option("--limit", default=50, show_default=True, help="Newest only.")
@json_option
def noise_command(
    source: str, ledger_path: Path, sources_path: Path, limit: int, as_json: bool
) -> None:
    """Show what differed on SOURCE (id or URL) and was not told: when, by which rule, which text."""
    with desk(ledger_path, sources_path) as at:
        silenced = at.ledger.suppressions.of(source_at(at, source).id, limit)
    if as_json:
        print_json(
            [
                {
                    "at": when,
                    "rule": each.rule,
                    "difference": each.difference,
                    "text": each.text,
                    "before": each.before,
                }
                for when, each in silenced
            ]
        )
        return
    if not silenced:
        click.echo("Nothing was silenced here.")
        return
    room = max(30, width() - 45)
    rows = [
        (day(when), each.rule, str(each.difference), each.text[:room]) for when, each in silenced
    ]
    table(("when", "rule", "difference", "text"), rows)
