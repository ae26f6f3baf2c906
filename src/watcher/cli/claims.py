"""`watcher claims` and `watcher explain`: what sources state, and how we came to read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from watcher import second
from watcher.claims import Explanation, explain
from watcher.cli.desk import Desk, desk, source_at
from watcher.cli.options import both_options, json_option, now, print_json, rule_pack
from watcher.cli.words import counted, day, harmless, table, width
from watcher.errors import NotFound
from watcher.ledger import ClaimRow
from watcher.model import Claim, Slug, Source, holding
from watcher.registry import staleness
from watcher.values import render


@click.command("claims")
@click.argument("offering")
@both_options
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="What was known at the end of that day (UTC).",
)
@click.option("--history", "key", metavar="KEY", help="What was said of KEY from when until when.")
@click.option(
    "--second-reader", "proposed", is_flag=True, help="What the second reader proposes instead."
)
@json_option
def claims_command(
    offering: str,
    ledger_path: Path,
    sources_path: Path,
    as_of: datetime | None,
    key: str | None,
    proposed: bool,
    as_json: bool,
) -> None:
    """List what the sources of OFFERING state, as read by machine, with quotes.

    A source's id in place of OFFERING lists the claims of that source alone. What was not confirmed for too long is
    marked stale.
    """
    if (key is not None) + (as_of is not None) + proposed > 1:
        raise click.UsageError("--as-of, --history and --second-reader exclude each other")
    with desk(ledger_path, sources_path) as at:
        sources = [each for each in at.sources.values() if offering in (each.id, *each.offerings)]
        if not sources:
            raise NotFound(f"there is no offering or source {offering!r}")
        if key is not None:
            _print_history(at, sources, key, as_json=as_json)
            return
        if proposed:
            _print_proposals(at, sources, as_json=as_json)
            return
        moment = None if as_of is None else as_of.replace(hour=23, minute=59, second=59, tzinfo=UTC)
        found = [each for source in sources for each in _claims(at, source, offering, moment)]
        if as_json:
            print_json([_as_data(at, each) for each in found])
            return
        _print_claims(at, found)
    stale = sum(bool(each.stale) for each in found)
    old = f", {stale} of them stale" if stale else ""
    when = "" if as_of is None else f" as of {day(moment)}"
    click.echo(f"{counted(len(found), 'claim')}{when}{old}")


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
        _tell(explain(document, at.vocabulary, rule_pack(), key))
        heard = at.ledger.second.latest(source_at(at, source).id)
        for each in heard.proposals if heard else ():
            if heard and each.claim.key == key:
                click.echo(harmless(f"\n{second.told(each, heard, at.vocabulary)}"))


def _tell(told: Explanation) -> None:
    """Print what was read, then every rule with the sentences it tried, the heaviest first."""
    for claim in told.claims:
        click.secho(f"{claim.id} = {claim.value}", bold=True, nl=False)
        click.echo(f"  by {claim.rule}" + (f", {claim.condition}" if claim.condition else ""))
        click.echo(f"  “{harmless(claim.evidence.quote)}”")
    if not told.claims:
        click.secho(f"No claim of {told.key} was read.", bold=True)
    for story in told.stories:
        click.echo(f"\n{story.rule} ({story.place}) → {story.value}: {story.outcome}")
        for trial in story.trials:
            click.echo(f"  “{harmless(trial.sentence)}”")
            outcome = trial.obstacle or f"gives {trial.value}"
            click.echo(harmless(f"    matched “{trial.words}”: {outcome}"))


@dataclass(frozen=True, slots=True)
class _Held:
    """A claim of a source, when it was last confirmed there, and why that may be too long ago."""

    source: Source
    claim: Claim
    checked_at: datetime | None
    stale: str


def _claims(at: Desk, source: Source, offering: str, moment: datetime | None) -> Iterator[_Held]:
    """Give what a source states, now or at a moment; of the past nothing is stale, it is as it was."""
    if moment is not None:
        checked_at = at.ledger.checks.last_confirmed(source.id, moment)
        for claim in _about(at.ledger.claims.as_of(source.id, moment), offering, source):
            yield _Held(source, claim, checked_at, "")
        return
    checked_at = at.ledger.last_confirmed(source.id)
    for claim in _about(at.ledger.claims.current(source.id), offering, source):
        key = at.vocabulary.get(claim.key)
        yield _Held(source, claim, checked_at, staleness(source, key, checked_at, now()))


def _about(claims: tuple[Claim, ...], name: str, source: Source) -> tuple[Claim, ...]:
    """Give the claims about the offering of that name; all of them where it is the source's own."""
    return holding(claims, Slug(name)) if name in source.offerings else claims


def _print_claims(at: Desk, found: Sequence[_Held]) -> None:
    room = max(30, width() - 95)
    rows = [
        (
            each.claim.id,
            _value(at, each.claim),
            (each.claim.condition or "")[:30],
            each.source.id,
            day(each.checked_at) + (" stale" if each.stale else ""),
            each.claim.evidence.quote[:room],
        )
        for each in found
    ]
    table(("claim", "value", "condition", "source", "checked", "quote"), rows)


def _print_history(at: Desk, sources: Sequence[Source], key: str, *, as_json: bool) -> None:
    """Print every value that the sources gave for a key, from when until when, and why it began and ended."""
    if key not in at.vocabulary:
        raise NotFound(f"there is no key {key!r}. `watcher vocabulary` lists them")
    found = [
        (source, row)
        for source in sources
        for row in at.ledger.claims.history_of_key(source.id, key)
    ]
    if as_json:
        print_json([_row_as_data(source, row) for source, row in found])
        return
    room = max(30, width() - 95)
    rows = [
        (
            source.id,
            row.claim.id,
            _value(at, row.claim),
            day(row.seen_from),
            row.cause,
            day(row.seen_until),
            row.ended_cause or "stands",
            row.claim.evidence.quote[:room],
        )
        for source, row in found
    ]
    table(("source", "claim", "value", "from", "because", "until", "because", "quote"), rows)
    click.echo(
        f"{counted(len(found), 'value')}. Observed: the source said so from then on; technical: we read it otherwise."
    )


def _print_proposals(at: Desk, sources: Sequence[Source], *, as_json: bool) -> None:
    """Print what the second reader proposed of each source last, and what the rules read then."""
    heard = [reading for each in sources if (reading := at.ledger.second.latest(each.id))]
    if as_json:
        print_json(
            [second.as_data(each, reading) for reading in heard for each in reading.proposals]
        )
        return
    for reading in heard:
        dropped = sum(number for _, number in reading.dropped)
        click.secho(f"{reading.source_id}", bold=True, nl=False)
        click.echo(f"  {counted(len(reading.proposals), 'proposal')}, {dropped} dropped")
        for each in reading.proposals:
            click.echo(f"  {second.told(each, reading, at.vocabulary)}")
    number = sum(len(reading.proposals) for reading in heard)
    click.echo(f"{counted(number, 'proposal')} of a machine; none of them is a claim.")


def _value(at: Desk, claim: Claim) -> str:
    key = at.vocabulary.get(claim.key)
    return render(key, claim.value) if key else str(claim.value)


def _as_data(at: Desk, held: _Held) -> dict[str, object]:
    claim = held.claim
    return {
        "source": held.source.id,
        "claim": claim.id,
        "value": claim.value,
        "condition": claim.condition,
        "quote": claim.evidence.quote,
        "attributes": dict(claim.attributes),
        "rule": claim.rule,
        "checked_at": held.checked_at,
        "stale": bool(held.stale),
        "stale_reason": held.stale or None,
    }


def _row_as_data(source: Source, row: ClaimRow) -> dict[str, object]:
    return {
        "source": source.id,
        "claim": row.claim.id,
        "value": row.claim.value,
        "condition": row.claim.condition,
        "quote": row.claim.evidence.quote,
        "rule": row.claim.rule,
        "seen_from": row.seen_from,
        "cause": row.cause,
        "seen_until": row.seen_until,
        "ended_cause": row.ended_cause,
    }
