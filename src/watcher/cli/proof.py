"""`watcher proof`: one file that proves a change to others."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.desk import desk
from watcher.cli.options import both_options, now
from watcher.registry import change_lines, lines_as_text

_WIDTH = 100


@click.command("proof")
@click.argument("change_id", metavar="CHANGE", type=int, required=False)
@both_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write it; change-N.zip if not given.",
)
@click.option("--script", is_flag=True, help="Print the script that checks proofs, and end.")
def proof_command(
    change_id: int | None, ledger_path: Path, sources_path: Path, output: Path | None, script: bool
) -> None:
    """Write the proof of change number CHANGE: snapshots, documents, claims, quotes, decisions, the chain over them.

    Others check it offline with a script that needs Python and nothing else: `watcher proof --script > check_proof.py`.
    """
    from watcher.proof import SCRIPT, proof_of  # noqa: PLC0415 - for this command only

    if script:
        return click.echo(SCRIPT.read_text("utf-8"), nl=False)
    if change_id is None:
        raise click.UsageError("Name a change, by its number in `watcher changes --all`.")
    path = output or Path(f"change-{change_id}.zip")
    with desk(ledger_path, sources_path, read_only=False) as at:
        change = at.change(change_id)
        review = at.decisions().get(change_id)
        lines = change_lines(change, at.source_of(change), at.vocabulary, review=review)
        written = proof_of(at.ledger, change_id, lines_as_text(lines, _WIDTH), now())
        head = at.ledger.seals.head()
    try:
        path.write_bytes(written)
    except OSError as error:
        raise click.UsageError(
            f"{path}: cannot be written ({error.strerror}). Name another file with -o."
        ) from error
    click.echo(
        f"{path}: {len(written):,} bytes, up to the head {head.digest if head else 'of no seal'}"
    )
    return None
