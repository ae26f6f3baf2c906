"""`watcher status`: how each source fares."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from watcher import freshness
from watcher.cli.options import (
    both_options,
    declarations,
    json_option,
    now,
    open_to_read,
    print_json,
)
from watcher.cli.telling import GIVEN_UP_LATELY, trouble_of
from watcher.cli.verify import head_as_data
from watcher.cli.words import ago, counted, table
from watcher.finding import found_in
from watcher.freshness import SourceHealth
from watcher.ledger import Ledger


@click.command("status")
@both_options
@json_option
def status_command(ledger_path: Path, sources_path: Path, as_json: bool) -> None:
    """Tell for each source when it was last seen well. Ends with 1 when something is overdue, or a channel fails.

    A host is overdue when all of its sources are, the schedule when nothing at all was looked at for too long.
    """
    declared, _ = declarations(sources_path)
    at = now()
    with open_to_read(ledger_path) as ledger:
        found = freshness.health(ledger, declared.sources.values(), at)
        head = ledger.seals.head()
        finds = found_in(ledger, declared.sources.values())
        troubled = _troubled_channels(ledger, at)
    if as_json:
        extra = {
            "head": head_as_data(head),
            "finds": len(finds),
            "channels_in_trouble": troubled,
        }
        print_json(_as_data(found) | extra)
    else:
        _print(found.sources, at)
        for alarm in freshness.alarms(found):
            click.secho(f"{alarm.title}. {alarm.advice}", fg="red")
        for host in found.closed_hosts:
            click.echo(
                f"{host.host} asks to be left alone until {host.not_before:%Y-%m-%d %H:%M} UTC "
                f"({counted(host.sources, 'source')})"
            )
        for name, trouble in troubled.items():
            click.secho(
                f"The channel {name} {trouble}. `watcher notify test {name}` tries it.", fg="red"
            )
        click.echo(
            f"{counted(len(found.sources), 'source')}, {len(found.overdue)} overdue, "
            f"{counted(found.waiting, 'change')} waiting for a review"
        )
        if finds:
            click.echo(f"{counted(len(finds), 'find')} to look at: `watcher discover --list`")
    sys.exit(0 if found.is_well and not troubled else 1)


def _troubled_channels(ledger: Ledger, at: datetime) -> dict[str, str]:
    """Give what is wrong with the channels of notifications, by name."""
    lost = ledger.outbox.number_given_up(at - GIVEN_UP_LATELY)
    states = {each.channel.name: each for each in ledger.channels.all()}
    told = {name: trouble_of(each, lost.get(name, 0)) for name, each in states.items()}
    return {name: trouble for name, trouble in told.items() if trouble}


def _print(health: Sequence[SourceHealth], at: datetime) -> None:
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


def _as_data(found: freshness.Health) -> dict[str, object]:
    return {
        "well": found.is_well,
        "stalled": found.stalled,
        "checked_at": found.checked_at,
        "due": found.due,
        "waiting": found.waiting,
        "alarms": [{"title": each.title, "since": each.since} for each in freshness.alarms(found)],
        "hosts": [
            {
                "host": each.host,
                "sources": each.sources,
                "checked_at": each.checked_at,
                "last_good_at": each.last_good_at,
                "not_before": each.not_before,
                "overdue": each.overdue,
            }
            for each in found.hosts
        ],
        "sources": [
            {
                "source": each.source.id,
                "url": each.source.url,
                "verdict": each.verdict,
                "checked_at": each.known.last_check_at,
                "last_good_at": each.known.last_good_at,
                "next_due_at": each.known.next_due_at,
                "failures": each.known.failures,
                "overdue": each.overdue,
            }
            for each in found.sources
        ],
    }
