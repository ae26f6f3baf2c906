"""`watcher add`: look at a page, suggest how to declare it, and write that into sources.yaml."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import click

from watcher import adding
from watcher.adding import Said, Seen
from watcher.cli.options import (
    declarations,
    json_option,
    print_json,
    rule_pack,
    settings,
    sources_option,
)
from watcher.cli.words import counted, harmless, table, width
from watcher.discovery import Suggestion
from watcher.engines import fetcher
from watcher.errors import NotFound
from watcher.model import (
    Judgement,
    Known,
    Response,
    Source,
    SourceKind,
    Verdict,
    Vocabulary,
)
from watcher.sources.declarations import Declarations
from watcher.sources.vocabulary import load_vocabulary
from watcher.sources.writing import NewSource, add_source, preview, refuse_declared
from watcher.values import render


@click.command("add")
@click.argument("url")
@sources_option
@click.option("--title", help="How people call the page.")
@click.option("--kind", type=click.Choice([each.value for each in SourceKind]), help="Its kind.")
@click.option("--offering", metavar="SLUG", help="The offering that it speaks of.")
@click.option("--every", help="How often to look: 12h, 1d, 2w.")
@click.option("--id", "name", help="The id of the source.")
@click.option("--unseen", is_flag=True, help="Declare it even if it could not be seen now.")
@click.option("--yes", is_flag=True, help="Write what is suggested, without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@json_option
def add_command(
    url: str,
    sources_path: Path,
    title: str | None,
    kind: str | None,
    offering: str | None,
    every: str | None,
    name: str | None,
    unseen: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Look at URL, suggest how to declare it, ask, and write it into sources.yaml in its place.

    Title, kind, way of fetching, cadence and offering come with the evidence for each; the claims that the page makes
    and the policy pages that it links to are shown. All else in the file stays as it is, comments and order too.
    """
    vocabulary = load_vocabulary()
    declared = declarations(sources_path)[0] if sources_path.exists() else None
    url = _address(url)
    refuse_declared(url, declared)
    seen = _look(url, declared, vocabulary)
    if seen.judgement.verdict is not Verdict.OK and not unseen:
        raise click.ClickException(_not_seen(url, seen.judgement))
    suggestion = adding.suggestion_for(seen.response, seen.document, declared)
    suggestion = Said(title, kind, None, every).over(suggestion, declared)
    if offering is not None:
        suggestion = _with_offering(suggestion, offering, declared)
    if not as_json:
        _print(seen, suggestion, vocabulary)
    if not (yes or dry_run or as_json):
        suggestion = _asked(suggestion, declared)
    new = adding.new_source(suggestion, declared, name)
    written = None
    if not dry_run and (yes or (not as_json and _agreed(sources_path, new))):
        written = add_source(sources_path, new, vocabulary)
    if as_json:
        print_json(_as_data(seen, suggestion, new, written))
    elif written is not None:
        click.echo(
            f"Wrote {written.id} to {sources_path}. Next: `watcher sweep --source {written.id}`."
        )
    elif dry_run:
        click.echo(f"{preview(sources_path, new)}\n\nNothing was written.")


def _address(url: str) -> str:
    try:
        return adding.address_of(url)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _look(url: str, declared: Declarations | None, vocabulary: Vocabulary) -> Seen:
    """Look at the page once, in the way and with the manners of a sweep."""
    source = adding.asked(url)

    async def fetch() -> Response:
        async with fetcher(settings(), declared.hosts if declared else {}) as looking:
            return await looking.fetch(source, Known(source.id))

    response = asyncio.run(fetch())
    refuse_declared(response.final_url, declared)
    return adding.seen(response, declared, vocabulary, rule_pack())


def _not_seen(url: str, judgement: Judgement) -> str:
    what = (
        f"{url} could not be seen ({judgement.verdict}: {judgement.signal}); nothing was written."
    )
    if judgement.verdict is Verdict.MOVED:
        return f"{what} Add the page that it leads to, if that is the one you mean"
    return f"{what} With --unseen it is declared all the same, and `watcher snapshot` takes in what you see of it"


def _with_offering(suggestion: Suggestion, slug: str, declared: Declarations | None) -> Suggestion:
    try:
        return adding.of_offering(suggestion, slug, declared)
    except NotFound as error:
        raise click.UsageError(str(error)) from None


def _asked(suggestion: Suggestion, declared: Declarations | None) -> Suggestion:
    """Give what the person makes of the suggestion, point by point; Enter takes what is suggested."""
    kinds = click.Choice([each.value for each in SourceKind])
    title = click.prompt("Title", default=harmless(suggestion.title))
    kind = click.prompt("Kind", default=suggestion.kind.value, type=kinds, show_choices=False)
    slug = click.prompt("Offering", default=suggestion.offering)
    suggestion = replace(suggestion, title=title, kind=SourceKind(kind))
    if slug != suggestion.offering:
        suggestion = _with_offering(suggestion, slug, declared)
    new = suggestion.new_offering
    if new is None:
        return suggestion
    new = replace(
        new,
        name=click.prompt("  Name of the new offering", default=new.name),
        provider=click.prompt("  Its provider", default=new.provider),
        type=click.prompt("  What it is, in a few words", default=new.type),
    )
    return replace(suggestion, new_offering=new)


def _agreed(path: Path, new: NewSource) -> bool:
    click.echo(f"\n{preview(path, new)}\n")
    if click.confirm(f"Write this to {path}?", default=True):
        return True
    click.echo("Nothing was written.")
    return False


def _print(seen: Seen, suggestion: Suggestion, vocabulary: Vocabulary) -> None:
    click.secho(harmless(f"{seen.judgement.verdict}: {seen.judgement.signal}"), bold=True)
    rows = [
        (point, str(said), suggestion.why[point])
        for point, said in (
            ("url", suggestion.url),
            ("title", suggestion.title),
            ("kind", suggestion.kind),
            ("offering", f"{suggestion.offering}{' (new)' if suggestion.new_offering else ''}"),
            ("every", suggestion.every or "1d"),
            ("fetch", suggestion.fetch or "auto"),
        )
    ]
    table(("", "suggested", "because"), rows)
    room = max(30, width() - 60)
    if seen.claims:
        click.echo()
    table(
        ("claim", "value", "quote"),
        [
            (each.id, render(vocabulary[each.key], each.value)[:40], each.evidence.quote[:room])
            for each in seen.claims
        ],
    )
    click.echo(f"\n{counted(len(seen.claims), 'claim')}.")
    if seen.related:
        click.echo("\nIt links to pages that are not declared; `watcher add` takes each:")
        table(
            ("kind", "address", "link", "in"),
            [
                (
                    each.kind + (", PDF" if each.is_pdf else ""),
                    each.url,
                    each.words[:40],
                    each.place,
                )
                for each in seen.related
            ],
        )


def _as_data(
    seen: Seen, suggestion: Suggestion, new: NewSource, written: Source | None
) -> dict[str, object]:
    return {
        "verdict": seen.judgement.verdict,
        "signal": seen.judgement.signal,
        "suggested": dict(new.entry),
        "new_offering": None
        if new.new_offering is None
        else {
            "slug": new.new_offering.slug,
            "name": new.new_offering.name,
            "provider": new.new_offering.provider,
            "type": new.new_offering.type,
        },
        "because": dict(suggestion.why),
        "claims": [
            {"claim": each.id, "value": each.value, "quote": each.evidence.quote}
            for each in seen.claims
        ],
        "related": [
            {
                "url": each.url,
                "words": each.words,
                "kind": each.kind,
                "because": each.evidence,
                "place": each.place,
                "pdf": each.is_pdf,
            }
            for each in seen.related
        ],
        "written": None if written is None else written.id,
    }
