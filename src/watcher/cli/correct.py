"""`watcher correct`: propose a correction of an entry."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from watcher import correcting, reviews
from watcher.cli.desk import Desk, desk
from watcher.cli.options import both_options, now, settings
from watcher.engines import fetcher

Result = TypeVar("Result")


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

    Where --url is a primary source that we watch, it is looked at at once, and the quote looked up in it; of any
    other source, in what was seen last.
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
        sent = correcting.propose(at, proposed)
        item = at.change(_checked(at, sent.change_id or 0))
    click.echo(f"Correction {item.id} waits for a review: {'; '.join(item.significance.reasons)}.")


def _checked(at: Desk, change_id: int) -> int:
    async def ask(work: Callable[[Desk], Result]) -> Result:
        return work(at)

    return asyncio.run(correcting.check_at_once(ask, fetcher, settings(), change_id, now))
