"""`watcher claims` and `watcher explain`: what sources state, and how we came to read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from watcher.claims import Explanation, explain, load_pack
from watcher.cli.desk import Desk, desk, source_at
from watcher.cli.options import both_options, json_option, print_json
from watcher.cli.words import counted, day, table, width
from watcher.errors import NotFound
from watcher.model import Claim, Source
from watcher.values import render


@click.command("claims")
@click.argument("offering")
@both_options
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="What was known at the end of that day (UTC).",
)
@json_option
def claims_command(
    offering: str, ledger_path: Path, sources_path: Path, as_of: datetime | None, as_json: bool
) -> None:
    """List what the sources of OFFERING state, as read by machine, with quotes.

    A source's id in place of OFFERING lists the claims of that source alone.
    """
    with desk(ledger_path, sources_path) as at:
        sources = [each for each in at.sources.values() if offering in (each.id, *each.offerings)]
        if not sources:
            raise NotFound(f"there is no offering or source {offering!r}")
        moment = None if as_of is None else as_of.replace(hour=23, minute=59, second=59, tzinfo=UTC)
        found = [(source, claim) for source in sources for claim in _claims(at, source, moment)]
        if as_json:
            print_json([_as_data(at, source, claim) for source, claim in found])
            return
        room = max(30, width() - 75)
        rows = [
            (
                claim.id,
                _value(at, claim),
                (claim.condition or "")[:30],
                source.id,
                claim.evidence.quote[:room],
            )
            for source, claim in found
        ]
    table(("claim", "value", "condition", "source", "quote"), rows)
    click.echo(f"{counted(len(found), 'claim')}{'' if as_of is None else f' as of {day(moment)}'}")


@click.command("explain")
@click.argument("source")
@click.argument("key")
@both_options
def explain_command(source: str, key: str, ledger_path: Path, sources_path: Path) -> None:
    """Tell which rule read KEY on SOURCE (its last good document), and why others did not."""
    with desk(ledger_path, sources_path) as at:
        known = at.ledger.sources.known(source_at(at, source).id)
        if known.document_id is None:
            raise NotFound(
                f"{source}: nothing was read yet. `watcher sweep --source {source}` looks"
            )
        if key not in at.vocabulary:
            raise NotFound(f"there is no key {key!r}. `watcher vocabulary` lists them")
        document = at.ledger.documents.get(known.document_id)
        _tell(explain(document, at.vocabulary, load_pack(), key))


def _tell(told: Explanation) -> None:
    """Print what was read, then every rule with the sentences it tried, the heaviest first."""
    for claim in told.claims:
        click.secho(f"{claim.id} = {claim.value}", bold=True, nl=False)
        click.echo(f"  by {claim.rule}" + (f", {claim.condition}" if claim.condition else ""))
        click.echo(f"  “{claim.evidence.quote}”")
    if not told.claims:
        click.secho(f"No claim of {told.key} was read.", bold=True)
    for story in told.stories:
        click.echo(f"\n{story.rule} ({story.place}) → {story.value}: {story.outcome}")
        for trial in story.trials:
            click.echo(f"  “{trial.sentence}”")
            click.echo(f"    matched “{trial.words}”: {trial.obstacle or f'gives {trial.value}'}")


def _claims(at: Desk, source: Source, moment: datetime | None) -> tuple[Claim, ...]:
    if moment is None:
        return at.ledger.claims.current(source.id)
    return at.ledger.claims.as_of(source.id, moment)


def _value(at: Desk, claim: Claim) -> str:
    key = at.vocabulary.get(claim.key)
    return render(key, claim.value) if key else str(claim.value)


def _as_data(at: Desk, source: Source, claim: Claim) -> dict[str, object]:
    return {
        "source": source.id,
        "claim": claim.id,
        "value": claim.value,
        "condition": claim.condition,
        "quote": claim.evidence.quote,
        "attributes": dict(claim.attributes),
        "rule": claim.rule,
        "checked_at": at.ledger.last_confirmed(source.id),
    }
