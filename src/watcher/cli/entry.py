"""`watcher entry`: what the registry says of an offering."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.desk import Desk, desk, is_coloured, paint
from watcher.cli.options import both_options, now, print_json
from watcher.cli.words import width
from watcher.errors import NotFound
from watcher.model import Slug, SourceId
from watcher.registry import Entry, entry, entry_as_data, render_markdown, render_text
from watcher.reviews import accepted_claims


@click.command("entry")
@click.argument("offering")
@both_options
@click.option("--unreviewed", is_flag=True, help="Show machine-read values too, marked so.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
def entry_command(
    offering: str, ledger_path: Path, sources_path: Path, unreviewed: bool, form: str | None
) -> None:
    """Show the entry of OFFERING: basics, rights, constraints, assurance, changes, sources.

    Only what a person accepted is shown, unless --unreviewed asks for more.
    """
    with desk(ledger_path, sources_path) as at:
        made = made_entry(at, offering, unreviewed=unreviewed)
    if form == "json":
        print_json(entry_as_data(made))
    elif form == "markdown":
        click.echo(render_markdown(made))
    else:
        click.echo(render_text(made, min(width(), 110), paint if is_coloured() else None))


def made_entry(at: Desk, slug: str, *, unreviewed: bool = False) -> Entry:
    """Give the entry of the offering called `slug`. Raises NotFound with the offerings there are."""
    offering = at.offerings.get(Slug(slug))
    if offering is None:
        names = ", ".join(at.offerings) or "none declared"
        raise NotFound(f"there is no offering {slug!r}. There are: {names}")
    changes = at.ledger.changes.all()
    confirmed = {
        source_id: state.last_good_at
        for source_id, state in at.ledger.sources.all_known().items()
        if state.last_good_at is not None
    }
    read = {
        SourceId(source.id): at.ledger.claims.current(source.id)
        for source in at.sources.values()
        if unreviewed and offering.slug in source.offerings
    }
    return entry(
        offering,
        sources=at.sources,
        accepted=accepted_claims(
            changes, at.ledger.reviews.all(), at.sources, confirmed, at.vocabulary
        ),
        changes=changes,
        decisions=at.decisions(),
        confirmed=confirmed,
        vocabulary=at.vocabulary,
        now=now(),
        unreviewed=read,
    )
