"""`watcher snapshot`: what a person saw, where a page shows itself to people only."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import BinaryIO

import click

from watcher.cli.looking import rules_of
from watcher.cli.options import both_options, now, settings, source_named
from watcher.declaring import take_over
from watcher.desk import take_in
from watcher.ledger import Ledger
from watcher.looks import seen_by_person
from watcher.model import Response
from watcher.sweep import Outcome

_ARCHIVES = (b"From: <Saved by", b"MIME-Version:", b"bplist00", b"PK\x03\x04")


@click.command("snapshot")
@click.argument("name", metavar="SOURCE")
@click.argument("file", type=click.File("rb"), required=False)
@both_options
@click.option(
    "--text", is_flag=True, help="Read the page's text, as copied from it, from standard input."
)
@click.option("--url", help="Where the page was in the end, when that is not the source's address.")
@click.option("--by", envvar="WATCHER_REVIEWER", help="Your name; your login if not given.")
def snapshot_command(
    name: str,
    file: BinaryIO | None,
    ledger_path: Path,
    sources_path: Path,
    text: bool,
    url: str | None,
    by: str | None,
) -> None:
    """Take in what you saw of SOURCE in your own browser: FILE (HTML or PDF, as saved), or its text with --text.

    For pages that refuse every program. It is kept as seen by you, and goes the way of any other look: judged, read,
    compared, put up for review. Ends with 1 when it could not be taken for the source's page.
    """
    if text == (file is not None):
        raise click.UsageError(
            "Give the file that you saved, or --text and the text on standard input."
        )
    payload = _payload(file or sys.stdin.buffer)
    with Ledger.open(ledger_path) as ledger:
        take_over(ledger, sources_path, now())
        source = source_named(ledger.sources.standing(), name)
        response = seen_by_person(source, payload, now(), by or getpass.getuser(), final_url=url)
        outcome = take_in(ledger, source, response, *rules_of(settings()))
    click.echo(_told(outcome, response))
    sys.exit(0 if outcome.judgement.verdict.is_good else 1)


def _payload(file: BinaryIO) -> bytes:
    payload = file.read()
    if not payload.strip():
        raise click.UsageError("There is nothing in it.")
    if payload.startswith(_ARCHIVES):
        raise click.UsageError(
            "This is a web archive. Save the page as HTML only (or print it to a PDF), and give that."
        )
    return payload


def _told(outcome: Outcome, response: Response) -> str:
    seen = f"{outcome.source.id}: {outcome.judgement.verdict}, as seen by {response.seen_by}"
    if outcome.change is not None:
        return f"{seen}. Change {outcome.change.id} waits for a review: watcher show {outcome.change.id}"
    if outcome.judgement.verdict.is_good:
        return f"{seen}. Nothing new for review."
    return f"{seen}, but not taken for its page ({outcome.judgement.signal}). It is kept, and compared with nothing."
