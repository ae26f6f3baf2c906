"""`watcher doctor`: what is wrong with this installation, and the command that mends it."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path

import click

from watcher.cli.options import both_options, json_option, now, print_json, settings

_COLOURS = {"well": "green", "note": "yellow", "ill": "red"}


@click.command("doctor")
@both_options
@json_option
def doctor_command(ledger_path: Path, sources_path: Path, as_json: bool) -> None:
    """Examine declarations, ledger, schedule, clock, disk, network, browser and channels. Ends with 1 when one is ill.

    Only declared hosts are asked, for their name and one connection; nothing is written or sent. What is ill is told
    with the command that mends it.
    """
    from watcher.doctor import State, examine  # noqa: PLC0415 - heavy, and for this command only
    from watcher.sources.vocabulary import load_vocabulary  # noqa: PLC0415

    told = []
    examined = examine(ledger_path, sources_path, settings(), os.environ, load_vocabulary(), now())
    for seen in examined:
        told.append(seen)
        if not as_json:
            click.echo(
                f"{click.style(f'{seen.state:5}', fg=_COLOURS[seen.state])} {seen.of}: {seen.what}"
            )
            if seen.mend and seen.state is not State.WELL:
                click.echo(f"      -> {seen.mend}")
    is_well = all(seen.state is not State.ILL for seen in told)
    if as_json:
        print_json({"well": is_well, "seen": [dataclasses.asdict(seen) for seen in told]})
    sys.exit(0 if is_well else 1)
