"""`watcher try`: a look that saves nothing."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from watcher.cli.options import (
    declarations,
    json_option,
    print_json,
    rule_pack,
    settings,
    sources_option,
)
from watcher.cli.words import counted, harmless, table, width
from watcher.engines import fetcher
from watcher.errors import NotFound, ReadingError
from watcher.model import (
    Claim,
    Document,
    Judgement,
    Known,
    Response,
    Source,
    SourceId,
    SourceKind,
    Verdict,
    Vocabulary,
)
from watcher.sources.declarations import Declarations
from watcher.sources.vocabulary import load_vocabulary
from watcher.trying import attempt
from watcher.values import render


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a look gave, without any history to judge it by."""

    source: Source
    response: Response
    judgement: Judgement
    document: Document | None
    claims: tuple[Claim, ...]


@click.command("try")
@click.argument("source")
@sources_option
@click.option("--blocks", is_flag=True, help="Show every block with its region.")
@json_option
def try_command(source: str, sources_path: Path, blocks: bool, as_json: bool) -> None:
    """Look at SOURCE (an id, or any URL) once: verdict, blocks and claims. Nothing is saved."""
    vocabulary = load_vocabulary()
    declared = declarations(sources_path)[0] if sources_path.exists() else None
    chosen = _source(declared, source)
    response = asyncio.run(_fetch(declared, chosen))
    try:
        judgement, document, claims = attempt(chosen, response, vocabulary, rule_pack())
    except ReadingError as error:
        raise click.ClickException(str(error)) from None
    made = Attempt(chosen, response, judgement, document, claims)
    if as_json:
        print_json(_as_data(made))
    else:
        _print(made, vocabulary, blocks)
    sys.exit(0 if judgement.verdict is Verdict.OK else 1)


def _source(declared: Declarations | None, name: str) -> Source:
    if declared is not None:
        for source in declared.sources.values():
            if name in (source.id, source.url):
                return source
    if "://" in name:
        return Source(SourceId("try"), name, name, SourceKind.OTHER)
    raise NotFound(f"{name!r} is neither a declared source nor a URL")


async def _fetch(declared: Declarations | None, source: Source) -> Response:
    async with fetcher(settings(), declared.hosts if declared else {}) as looking:
        return await looking.fetch(source, Known(source.id))


def _print(made: Attempt, vocabulary: Vocabulary, blocks: bool) -> None:
    click.secho(harmless(f"{made.judgement.verdict}: {made.judgement.signal}"), bold=True)
    for hop in made.response.hops:
        click.echo(f"  {hop.status} {hop.url}")
    response = made.response
    came = " ".join(filter(None, (str(response.status or ""), response.final_url)))
    click.echo(f"  {came}, {len(response.payload):,} bytes")
    if made.document is None:
        return
    document = made.document
    click.echo(f"  {document.title!r}, {document.language or 'language unknown'}: "
               f"{len(document.blocks)} blocks, {len(document.main)} of them policy")  # fmt: skip
    if blocks:
        rows = [
            (str(each.region), str(each.kind), each.text[: width() - 24])
            for each in document.blocks
        ]
        table(("region", "kind", "text"), rows)
    rows = [
        (claim.id, render(vocabulary[claim.key], claim.value), claim.evidence.quote[: width() - 50])
        for claim in made.claims
    ]
    table(("claim", "value", "quote"), rows)
    click.echo(f"{counted(len(made.claims), 'claim')}. Nothing was saved.")


def _as_data(made: Attempt) -> dict[str, object]:
    return {
        "source": made.source.id,
        "verdict": made.judgement.verdict,
        "signal": made.judgement.signal,
        "status": made.response.status,
        "final_url": made.response.final_url,
        "blocks": [
            {"region": each.region, "kind": each.kind, "path": each.path, "text": each.text}
            for each in (made.document.blocks if made.document else ())
        ],
        "claims": [
            {
                "claim": each.id,
                "value": each.value,
                "condition": each.condition,
                "quote": each.evidence.quote,
            }
            for each in made.claims
        ],
    }
