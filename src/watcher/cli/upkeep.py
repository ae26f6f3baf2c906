"""`watcher gc`, `compact`, `backup`, `restore`: what keeps a ledger small and safe."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from watcher.cli.options import json_option, ledger_option, now, print_json
from watcher.cli.words import counted
from watcher.ledger import Ledger


class _Duration(click.ParamType[timedelta]):
    """A duration as declarations write it: 12h, 90d, 52w."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Give the duration, or fail with a hint."""
        from watcher.sources.scalars import read_duration  # noqa: PLC0415 - heavy, and for this only

        if isinstance(value, timedelta):
            return value
        try:
            return read_duration(value)
        except ValueError as error:
            self.fail(": ".join(map(str, error.args)), param, ctx)


@click.command("gc")
@ledger_option
@click.option(
    "--older-than",
    type=_Duration(),
    default="52w",
    show_default=True,
    help="Only looks that are older than this go ...",
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="... and are not among so many newest of their source.",
)
@click.option("--dry-run", is_flag=True, help="Say what would go; let nothing go.")
@json_option
def gc_command(
    ledger_path: Path, older_than: timedelta, keep: int, dry_run: bool, as_json: bool
) -> None:
    """Let go of old looks that nothing stands on.

    What a change, a decision, a claim of any time or the present state of a source stands on stays for ever, with its
    proof. `watcher compact` gives the room back to the disk.
    """
    with Ledger.open(ledger_path, create=False) as ledger, ledger.sweeping("watcher gc"):
        gone = ledger.collect(now() - older_than, keep, dry_run=dry_run)
    if as_json:
        return print_json({name: getattr(gone, name) for name in gone.__slots__})
    click.echo(
        f"{counted(gone.checks, 'check')}, {counted(gone.snapshots, 'snapshot')}, "
        f"{counted(gone.documents, 'document')}, {counted(gone.suppressions, 'suppression')} and "
        f"{gone.bytes:,} bytes of payloads {'would go' if dry_run else 'went'}"
    )
    return None


@click.command("compact")
@ledger_option
def compact_command(ledger_path: Path) -> None:
    """Give the room that `watcher gc` made back to the disk. Takes as much free space as the ledger, for a moment."""
    with Ledger.open(ledger_path, create=False) as ledger, ledger.sweeping("watcher compact"):
        smaller = ledger.compact()
        size = ledger.bytes_on_disk()
    click.echo(f"{ledger_path}: {size:,} bytes, {max(smaller, 0):,} fewer than before")


@click.command("backup")
@ledger_option
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(ledger_path: Path, path: Path) -> None:
    """Write a whole and consistent copy of the ledger to PATH, also while a sweep is at work."""
    with Ledger.open(ledger_path, create=False) as ledger:
        ledger.backup(path)
    click.echo(f"{path}: {path.stat().st_size:,} bytes")


@click.command("restore")
@click.argument("backup", type=click.Path(path_type=Path, dir_okay=False))
@ledger_option
@click.option("--force", is_flag=True, help="Also when a ledger is there; it is kept beside it.")
def restore_command(backup: Path, ledger_path: Path, force: bool) -> None:
    """Put a copy of BACKUP in the place of the ledger, once everything in it has been checked.

    Stop what runs first (`watcher run`, `watcher serve`). The ledger that was there is kept as LEDGER.replaced.
    """
    from watcher.ledger.restoring import restore  # noqa: PLC0415 - for this command only

    kept = restore(backup, ledger_path, force=force)
    click.echo(f"{ledger_path}: restored from {backup}, {ledger_path.stat().st_size:,} bytes")
    if kept is not None:
        click.echo(f"What was there is kept as {kept}; remove it when you no longer need it.")
