"""`watcher verify`: whether everything in the ledger is as it was written."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import click

from watcher.cli.options import both_options, json_option, now, open_to_read, print_json
from watcher.cli.words import counted
from watcher.ledger import Ledger
from watcher.ledger.findings import Finding, Progress, silent
from watcher.ledger.seals import Head

_NOTED_HELP = "A head that you noted down earlier: it must still stand in the chain."
_SITE_HELP = "A folder of `watcher publish`: it must show what the decisions give."
_MOST_TOLD = 200


@click.command("verify")
@both_options
@click.option("--head", is_flag=True, help="Seal what is new and print the head, to note it down.")
@click.option("--noted", metavar="DIGEST", help=_NOTED_HELP)
@click.option("--site", type=click.Path(path_type=Path, file_okay=False), help=_SITE_HELP)
@json_option
def verify_command(
    ledger_path: Path,
    sources_path: Path,
    head: bool,
    noted: str | None,
    site: Path | None,
    as_json: bool,
) -> None:
    """Check everything that the ledger holds, and name what is broken. Ends with 1 when anything is.

    The file, its tables, indexes and references, every payload against its digest, every quote against its document,
    the chain of seals, and the decisions played again. It only reads, also while a sweep is at work.
    """
    if head:
        return _print_head(ledger_path, as_json=as_json)
    from watcher.sources.vocabulary import load_vocabulary  # noqa: PLC0415 - heavy, as all that reads declarations
    from watcher.verifying import published, verify  # noqa: PLC0415

    with open_to_read(ledger_path) as ledger:
        last, waiting = ledger.seals.head(), sum(ledger.seals.waiting().values())
        findings = list(
            verify(
                ledger,
                load_vocabulary(),
                noted=noted,
                progress=silent if as_json else _progress(),
            )
        )
    if site is not None:
        findings.extend(published(site, _rebuilt(ledger_path, sources_path)))
    if sys.stderr.isatty() and not as_json:
        click.echo("\r\033[K", err=True, nl=False)
    if as_json:
        print_json(
            {
                "sound": not findings,
                "findings": [dataclasses.asdict(each) for each in findings],
                "head": head_as_data(last),
                "not_sealed_yet": waiting,
            }
        )
    else:
        _print(findings, last, waiting)
    sys.exit(1 if findings else 0)


def head_as_data(head: Head | None) -> dict[str, object] | None:
    """Give the head of the chain as plain data."""
    return dataclasses.asdict(head) if head else None


def _rebuilt(ledger_path: Path, sources_path: Path) -> list[dict[str, Any]]:
    """Give the rows of `data/claims.json` as `watcher publish` would write them now."""
    from watcher.cli.desk import desk  # noqa: PLC0415 - the site is heavy, and asked for by --site only
    from watcher.cli.publish import facts_of, site_info  # noqa: PLC0415
    from watcher.registry.site import data_of  # noqa: PLC0415

    with desk(ledger_path, sources_path) as at:
        files = data_of(facts_of(at), site_info("", "", ""))
        rows: list[dict[str, Any]] = json.loads(dict(files)["data/claims.json"])
    return rows


def _print_head(ledger_path: Path, *, as_json: bool) -> None:
    with Ledger.open(ledger_path, create=False) as ledger:
        head = ledger.seals.seal(now())
    if as_json:
        print_json(head_as_data(head))
    elif head is None:
        click.echo("Nothing was sealed yet: the ledger is empty.")
    else:
        click.echo(f"{head.digest}  seal {head.number}, {head.sealed_at:%Y-%m-%d %H:%M} UTC")


def _print(findings: list[Finding], head: Head | None, waiting: int) -> None:
    for each in findings[:_MOST_TOLD]:
        click.secho(f"{each.step}: {each}", fg="red")
    if len(findings) > _MOST_TOLD:
        click.echo(f"... and {len(findings) - _MOST_TOLD} more; --json has all")
    if head is None:
        click.echo("Nothing was sealed yet.")
    else:
        wait = f"; {counted(waiting, 'row')} wait for the next" if waiting else ""
        click.echo(f"Head: seal {head.number}, {head.digest}{wait}")
    click.echo(f"{len(findings)} found broken" if findings else "All sound")


def _progress() -> Progress:
    """Give what tells the steps on a terminal, on one line of its own; nothing in a pipe."""
    if not sys.stderr.isatty():
        return silent
    shown = ""

    def tell(step: str, seen: int, number: int) -> None:
        nonlocal shown
        told = f"{step} {100 * seen // number} %" if number else step
        if told != shown:
            shown = told
            click.echo(f"\r\033[K{told}", err=True, nl=False)

    return tell
