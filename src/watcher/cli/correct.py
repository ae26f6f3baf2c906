"""`watcher correct`: propose a correction of an entry."""

from __future__ import annotations

from pathlib import Path

import click

from watcher import reviews
from watcher.cli.desk import desk
from watcher.cli.options import both_options, now


@click.command("correct")
@click.argument("offering")
@click.argument("claim")
@click.argument("value")
@both_options
@click.option("--url", default="", help="The page that says so.")
@click.option("--quote", default="", help="Its words.")
@click.option("--name", default="", help="Whom to thank in the entry.")
def correct_command(
    offering: str,
    claim: str,
    value: str,
    ledger_path: Path,
    sources_path: Path,
    url: str,
    quote: str,
    name: str,
) -> None:
    """Propose that CLAIM of OFFERING has VALUE. It enters the queue, with its evidence; a person decides.

    A quote is looked up at once in the source as it was last seen.
    """
    with desk(ledger_path, sources_path, read_only=False) as at:
        proposed = reviews.correction(
            at.vocabulary,
            offering=at.offering(offering).slug,
            claim_id=claim,
            value=value,
            at=now(),
            evidence_url=url,
            quote=quote,
            credit=name,
        )
        sent = at.propose(proposed)
        change = at.change(sent.change_id or 0)
    click.echo(
        f"Correction {sent.change_id} waits for a review: {'; '.join(change.significance.reasons)}."
    )
