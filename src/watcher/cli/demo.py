"""`watcher demo`: a short history on a local site."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from watcher.cli.desk import is_coloured, paint
from watcher.cli.words import width
from watcher.demo.play import play


@click.command("demo")
@click.option(
    "--ledger",
    "ledger_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("snapshots/demo.db"),
    show_default=True,
    help="Where to leave the ledger. An earlier demo there is replaced, nothing else is.",
)
@click.option(
    "--sources",
    "sources_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("snapshots/demo.yaml"),
    show_default=True,
    help="Where to leave the declarations.",
)
def demo_command(ledger_path: Path, sources_path: Path) -> None:
    """Play thirteen days of a small local site through the real pipeline, and show what a maintainer sees.

    No network is used. The ledger stays, to be explored with every other command.
    """
    exit_code = play(
        click.echo,
        ledger_path,
        sources_path,
        paint=paint if is_coloured() else None,
        width=min(width(), 100),
        command=_command(),
    )
    sys.exit(exit_code)


def _command() -> str:
    """Give how the visitor calls Watcher: its name where the shell finds it, or else its path."""
    return "watcher" if shutil.which("watcher") else sys.argv[0]
