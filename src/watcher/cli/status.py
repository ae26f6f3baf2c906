"""`watcher status`: how each source fares."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from watcher import cadence
from watcher.cli.options import (
    both_options,
    declarations,
    json_option,
    now,
    open_to_read,
    print_json,
)
from watcher.cli.words import ago, counted, table
from watcher.model import Known, Source


@dataclass(frozen=True, slots=True)
class Health:
    """How one source fares at a time."""

    source: Source
    known: Known
    overdue: bool

    @property
    def verdict(self) -> str:
        """The verdict of the last look, or that there was none."""
        return str(self.known.last_verdict or "never looked at")


@click.command("status")
@both_options
@json_option
def status_command(ledger_path: Path, sources_path: Path, as_json: bool) -> None:
    """Tell for each source when it was last seen well. Ends with 1 when something is overdue."""
    declared, _ = declarations(sources_path)
    at = now()
    with open_to_read(ledger_path) as ledger:
        known = ledger.sources.all_known()
        waiting = len(ledger.changes.waiting(at))
    health = [
        Health(source, state, cadence.is_overdue(source, state, at))
        for source in declared.sources.values()
        if (state := known.get(source.id, Known(source.id)))
    ]
    overdue = [each for each in health if each.overdue]
    if as_json:
        print_json({"waiting": waiting, "sources": [_as_data(each) for each in health]})
    else:
        _print(health, at)
        click.echo(
            f"{counted(len(health), 'source')}, {len(overdue)} overdue; "
            f"{counted(waiting, 'change')} waiting for a review"
        )
    sys.exit(1 if overdue else 0)


def _print(health: list[Health], at: datetime) -> None:
    rows = [
        (
            each.source.id,
            each.verdict,
            ago(each.known.last_check_at, at),
            ago(each.known.last_good_at, at),
            "overdue" if each.overdue else "",
        )
        for each in sorted(health, key=lambda each: (not each.overdue, each.source.id))
    ]
    table(("source", "verdict", "last look", "seen well", ""), rows)


def _as_data(health: Health) -> dict[str, object]:
    return {
        "source": health.source.id,
        "url": health.source.url,
        "verdict": health.verdict,
        "checked_at": health.known.last_check_at,
        "last_good_at": health.known.last_good_at,
        "next_due_at": health.known.next_due_at,
        "failures": health.known.failures,
        "overdue": health.overdue,
    }
